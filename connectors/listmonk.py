"""listmonk: a list's subscribers, who came and who left."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.newcomer import Newcomers
from connectors.parts.origin import beneath
from ingest.connector import (
    Answer,
    Ask,
    Connector,
    Params,
    Reading,
    Refused,
    Seen,
    SourceError,
    Yielded,
    counter,
    events,
    level,
)

Count = Annotated[int, Field(ge=0)]
_MOST = 50  # rows a page; listmonk gives no more


Status = Literal["confirmed", "unconfirmed", "unsubscribed"]


class MailingList(BaseModel):
    name: str = ""
    optin: Literal["single", "double"]
    subscriber_statuses: dict[Status, Count]
    """Subscriptions by their status; one that nobody has is left out."""


class Listed(BaseModel):
    data: MailingList


class Subscription(BaseModel):
    id: int
    """Of the list."""
    subscription_status: Status | None = None
    subscription_created_at: AwareDatetime

    def counts(self, mailing_list: int, optin: str) -> bool:
        """Whether this is somebody who joined that list: where it asks for a confirmation, only with one."""
        return self.id == mailing_list and not (optin == "double" and self.subscription_status == "unconfirmed")


class Subscriber(BaseModel):
    uuid: str
    created_at: AwareDatetime
    lists: list[Subscription]


class Found(BaseModel):
    results: list[Subscriber] | None  # null beyond the last page
    per_page: int = Field(ge=1)


class Subscribers(BaseModel):
    data: Found


class Refusal(BaseModel):
    message: str


class Listmonk(Connector):
    """Subscribers of one list of a listmonk installation, with those who came and left.

    `subscribers` are those whom a campaign reaches: on a list with double opt-in the confirmed ones, on one with single
    opt-in the unconfirmed ones too. The number that listmonk shows beside a list also counts who unsubscribed.
    Blocklisted people keep their subscriptions and are counted.

    `new_subscribers` come with the past: the newest 10,000 in the database, by the time they joined the list, on one
    with double opt-in only who confirmed. Later pulls ask for those who became known to listmonk in the last 30 days;
    who was on another list long before and joins this one is not among them. `total_lost_subscribers` is the growing
    number of those who unsubscribed, from the first pull on.

    Where "cache slow database queries" is switched on in listmonk's settings, its numbers are as old as its cache: by
    default of 3 o'clock at night. A wrong name or token is answered with 403. Nothing is kept of people but a hash.
    """

    needs = (
        "an API user (Admin, Users, type API) whose role has the permission subscribers:get, and get on the list "
        "(or subscribers:get_all and lists:get_all)"
    )
    proven = "requests validated against listmonk's description of 2026-07, and its source, with recorded answers"
    signals = {
        "subscribers": level("people", "whom a campaign to this list reaches now"),
        "new_subscribers": events("people", "who joined, by the time they did"),
        "total_lost_subscribers": counter("people", "who unsubscribed, and are still in the database"),
    }

    url: str = Field(description="where listmonk is", examples=["https://lists.example.com"])
    username: str = Field(min_length=1, pattern="^[^:]+$", description="the API user's name", examples=["okr"])
    token: SecretStr = Field(description="the API user's token")
    list_id: int = Field(ge=1, description="the number of the list, as its page shows it", examples=[3])

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        found = (await self._list(ask)).data
        counts = found.subscriber_statuses
        reached = counts.get("confirmed", 0) + (counts.get("unconfirmed", 0) if found.optin == "single" else 0)
        yield Reading("subscribers", reached)
        yield Reading("total_lost_subscribers", counts.get("unsubscribed", 0))

        newcomers = Newcomers(ask)
        params: Params = {
            "list_id": self.list_id,
            "order_by": "created_at",
            "order": "DESC",
            "per_page": _MOST,
            "page": 1,
        }
        url, basic = self._address("subscribers"), (self.username, self.token)
        async for page in ask.pages(Subscribers, url, _Following(newcomers), params=params, basic=basic):
            for one in page.data.results or []:
                for joined in one.lists:
                    if joined.counts(self.list_id, found.optin):
                        for reading in newcomers.reading(one.uuid, joined.subscription_created_at):
                            yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._list(ask)).data.name)

    async def _list(self, ask: Ask) -> Listed:
        return await ask.json(
            Listed, self._address(f"lists/{self.list_id}"), basic=(self.username, self.token), means=meant
        )

    def _address(self, path: str) -> str:
        return f"{beneath(self.url, 'api')}/{path}"


def meant(answer: Answer, error: SourceError) -> SourceError:
    """A wrong name or token is answered with 403, as a permission that is missing."""
    said = answer.fitting(Refusal)
    if answer.status == 403 and said is not None and "credentials" in said.message:
        return Refused(str(error), "check username and token: they are those of an API user, not of a login", 401)
    return error


class _Following:
    """The next page: newest first, until one became known before the time that is asked for, or no page is full.

    The total that listmonk tells is no guide: it may come from its cache.
    """

    def __init__(self, newcomers: Newcomers) -> None:
        self._newcomers, self._page = newcomers, 1

    def __call__(self, page: Subscribers, _: Answer) -> Params | None:
        rows = page.data.results or []
        ends = len(rows) < page.data.per_page
        if ends or self._newcomers.over([one.created_at for one in rows], "data.results"):
            return None
        self._page += 1
        return {"page": self._page}

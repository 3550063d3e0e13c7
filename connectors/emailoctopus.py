"""EmailOctopus API v2: a list's contacts as they are, who came and who left."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.newcomer import Newcomers
from connectors.parts.utc import utc
from ingest.connector import Answer, Ask, Broken, Connector, Params, Reading, Seen, Yielded, counter, events, level

Count = Annotated[int, Field(ge=0)]
_MOST = 100  # rows a page


class Counts(BaseModel):
    subscribed: Count
    unsubscribed: Count


class ContactList(BaseModel):
    name: str = ""
    counts: Counts | Annotated[list[Counts], Field(min_length=1, max_length=1)]
    """The vendor's description says a list of one, and it was seen to come alone."""


class Contact(BaseModel):
    id: str
    created_at: AwareDatetime


class Next(BaseModel):
    starting_after: str


class Paging(BaseModel):
    next: Next | None


class Contacts(BaseModel):
    data: list[Contact]
    paging: Paging


class EmailOctopus(Connector):
    """Subscribers of an EmailOctopus list, with those who came and left.

    `subscribers` are those who may be written to: they confirmed, where the list asks for it. `new_subscribers` come
    with the past: the subscribers of today by the time their contact was made; those who have left since are missing
    in it. `total_lost_subscribers` is the number of those who unsubscribed, from the first pull on: EmailOctopus does
    not tell when somebody did.

    Of a list with more than 100,000 subscribers not all can be listed: write `history: 1y` for the source.

    Keys from before 7 October 2024 do not work with this version of the API. Nothing is kept of people but a hash.
    """

    needs = "an API key for version 2 (api.emailoctopus.com/developer/api-keys/create), made after 7 October 2024"
    proven = (
        "requests validated against the vendor's description of 2026-08, with recorded answers; not on a live account"
    )
    signals = {
        "subscribers": level("people", "who may be written to now"),
        "new_subscribers": events("people", "subscribers, by the time they came"),
        "total_lost_subscribers": counter("people", "who unsubscribed"),
    }

    api_key: SecretStr = Field(description="an API key for version 2")
    list_id: str = Field(
        pattern="^[0-9A-Za-z-]+$",
        description="the list's id: the last part of its page's address",
        examples=["00000000-0000-0000-0000-000000000000"],
    )
    url: str = Field("https://api.emailoctopus.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        counts = (await ask.json(ContactList, self._address(), bearer=self.api_key)).counts
        now = counts[0] if isinstance(counts, list) else counts
        yield Reading("subscribers", now.subscribed)
        yield Reading("total_lost_subscribers", now.unsubscribed)

        newcomers = Newcomers(ask)
        params: Params = {"status": "subscribed", "limit": _MOST}
        if newcomers.start:
            params = {**params, "created_at.gte": utc(newcomers.start)}
        url = self._address("/contacts")
        async for page in ask.pages(Contacts, url, _following, params=params, bearer=self.api_key):
            for contact in page.data:
                for reading in newcomers.reading(contact.id, contact.created_at):
                    yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(ContactList, self._address(), bearer=self.api_key)).name)

    def _address(self, path: str = "") -> str:
        return f"{self.url.rstrip('/')}/lists/{self.list_id}{path}"


def _following(page: Contacts, _: Answer) -> Params | None:
    if page.paging.next is None:
        return None
    if not page.data:
        raise Broken("leads on from a page without contacts", "paging.next")
    return {"starting_after": page.paging.next.starting_after}

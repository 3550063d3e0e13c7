"""Campaign Monitor API 3.3: a list's subscribers, who came and who left."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BaseModel, Field, NaiveDatetime, SecretStr

from connectors.parts.newcomer import Newcomers
from ingest.connector import Answer, Ask, Connector, Params, Reading, Seen, Yielded, counter, events, level

Count = Annotated[int, Field(ge=0)]
_MOST = 1000  # rows a page


class Stats(BaseModel):
    active: Count = Field(alias="TotalActiveSubscribers")
    unsubscribed: Count = Field(alias="TotalUnsubscribes")
    deleted: Count = Field(alias="TotalDeleted")
    bounced: Count = Field(alias="TotalBounces")


class Subscriber(BaseModel):
    address: str = Field(alias="EmailAddress")
    joined: NaiveDatetime = Field(validation_alias=AliasChoices("ListJoinedDate", "Date"))
    """Older answers have the day on which the state began alone: for who is active and never left it is the same."""


class Subscribers(BaseModel):
    rows: list[Subscriber] = Field(alias="Results")
    page: int = Field(alias="PageNumber")
    pages: int = Field(alias="NumberOfPages")


class Details(BaseModel):
    title: str = Field(alias="Title")


class CampaignMonitor(Connector):
    """Subscribers of one list in Campaign Monitor, with those who came and left.

    `new_subscribers` come with the past: the active subscribers of today by the time they joined the list. Those who
    have left since are missing in it; who leaves later stays counted. Campaign Monitor writes times without a zone, in
    that of the client whose list it is: set `timezone` where it is not the configured one.

    `total_lost_subscribers` are those who unsubscribed, bounced or were deleted, from the first pull on.

    Nothing is kept of people but a hash.
    """

    needs = "an API key (Account settings, API keys): of one client, or of the account"
    proven = "from the vendor's own library, version 9.1, and the answers in its tests; to be checked live"
    signals = {
        "subscribers": level("people", "active subscribers"),
        "new_subscribers": events("people", "active subscribers, by the time they joined the list"),
        "total_lost_subscribers": counter("people", "who unsubscribed, bounced or were deleted"),
    }

    api_key: SecretStr = Field(description="an API key")
    list_id: str = Field(
        pattern="^[0-9A-Za-z]+$",
        description="the list's API id (the list, Settings)",
        examples=["00000000000000000000000000000000"],
    )
    timezone: ZoneInfo | None = Field(None, description="the client's own; default: the configured one")
    url: str = Field("https://api.createsend.com/api/v3.3", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        stats = await ask.json(Stats, self._address("/stats"), headers=self._headers())
        yield Reading("subscribers", stats.active)
        yield Reading("total_lost_subscribers", stats.unsubscribed + stats.deleted + stats.bounced)

        newcomers, zone = Newcomers(ask), self.timezone or ask.zone
        params: Params = {
            "date": _day_before(newcomers.start),
            "page": 1,
            "pagesize": _MOST,
            "orderfield": "date",
            "orderdirection": "asc",
        }
        url = self._address("/active")
        async for page in ask.pages(Subscribers, url, _following, params=params, headers=self._headers()):
            for one in page.rows:
                for reading in newcomers.reading(one.address.lower(), one.joined.replace(tzinfo=zone)):
                    yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Details, self._address(), headers=self._headers())).title)

    def _address(self, path: str = "") -> str:
        return f"{self.url.rstrip('/')}/lists/{self.list_id}{path}.json"

    def _headers(self) -> dict[str, SecretStr]:
        """The key is the user's name here, and whoever sends a user's name does not keep it secret."""
        return {
            "authorization": SecretStr(f"Basic {b64encode(f'{self.api_key.get_secret_value()}:x'.encode()).decode()}")
        }


def _day_before(start: datetime | None) -> str:
    """The day to ask from, in any zone; empty: all."""
    return "" if start is None else f"{start - timedelta(days=1):%Y-%m-%d}"


def _following(page: Subscribers, _: Answer) -> Params | None:
    return {"page": page.page + 1} if page.page < page.pages else None

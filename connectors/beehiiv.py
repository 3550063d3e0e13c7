"""beehiiv API v2: a publication's subscribers, who came, and how its mails are opened."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.newcomer import Newcomers
from ingest.connector import Answer, Ask, Broken, Connector, Params, Reading, Seen, Yielded, events, level

Count = Annotated[int, Field(ge=0)]
_MOST = 100  # rows a page; the whole organization may ask 180 times a minute


class Stats(BaseModel):
    active_subscriptions: Count
    active_premium_subscriptions: Count
    total_sent: Count
    total_unique_opened: Count


class Publication(BaseModel):
    stats: Stats


class Asked(BaseModel):
    data: Publication


class Name(BaseModel):
    name: str


class Named(BaseModel):
    data: Name


class Subscription(BaseModel):
    id: str
    created: int = Field(ge=0, lt=253402300800)

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.created, UTC)


class Subscriptions(BaseModel):
    data: list[Subscription]
    has_more: bool | None = None  # both are there where pages are found by a cursor
    next_cursor: str | None = None
    page: int | None = None  # both are there where they are counted, which is the old way
    total_pages: int | None = None


class Beehiiv(Connector):
    """Subscribers of a beehiiv publication, who came, and how its mails are opened.

    `new_subscribers` come with the past: those who are active today, the newest 10,000 of them, by the time they
    subscribed. Those who have left since are missing in it; who leaves later stays counted.

    `open_rate` is that of all mails ever sent, made of their numbers: beehiiv's own average is a share in one example
    of its documentation and a percentage in another. beehiiv tells neither when somebody left nor how many recipients
    clicked. Nothing is kept of people but a hash.
    """

    needs = "an API key (Settings, API), of any plan that has the API"
    proven = "from the vendor's own SDK of 2025-12, with recorded answers; to be checked live"
    signals = {
        "subscribers": level("people", "active subscribers, free and paid"),
        "paid_subscribers": level("people", "active subscribers of a paid tier"),
        "new_subscribers": events("people", "active subscribers, by the time they subscribed"),
        "open_rate": level(None, "the share of all mails that were opened: 0.4 is 40%"),
    }

    api_key: SecretStr = Field(description="an API key")
    publication: str = Field(
        pattern="^pub_[0-9A-Za-z-]+$",
        description="the publication's id (Settings, API)",
        examples=["pub_00000000-0000-0000-0000-000000000000"],
    )
    url: str = Field("https://api.beehiiv.com/v2", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        found = await ask.json(Asked, self._address(), params={"expand[]": "stats"}, bearer=self.api_key)
        stats = found.data.stats
        yield Reading("subscribers", stats.active_subscriptions)
        yield Reading("paid_subscribers", stats.active_premium_subscriptions)
        if stats.total_sent:
            yield Reading("open_rate", stats.total_unique_opened / stats.total_sent)

        newcomers = Newcomers(ask)
        params: Params = {"status": "active", "order_by": "created", "direction": "desc", "limit": _MOST}
        url, following = self._address("/subscriptions"), _Following(newcomers)
        async for page in ask.pages(Subscriptions, url, following, params=params, bearer=self.api_key):
            for one in page.data:
                for reading in newcomers.reading(one.id, one.at):
                    yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Named, self._address(), bearer=self.api_key)).data.name)

    def _address(self, path: str = "") -> str:
        return f"{self.url.rstrip('/')}/publications/{self.publication}{path}"


class _Following:
    """The next page: newest first, until one subscribed before the time that is asked for."""

    def __init__(self, newcomers: Newcomers) -> None:
        self._newcomers = newcomers

    def __call__(self, page: Subscriptions, _: Answer) -> Params | None:
        following = _after(page)
        return None if self._newcomers.over([one.at for one in page.data], "data") else following


def _after(page: Subscriptions) -> Params | None:
    """By the cursor; where pages are counted instead, by the next number."""
    if page.has_more is None and page.next_cursor is None:
        if page.page is None or page.total_pages is None:
            raise Broken("is missing", "has_more")
        return {"page": page.page + 1} if page.data and page.page < page.total_pages else None
    if page.has_more is False:
        return None
    if not page.data or page.next_cursor is None:
        raise Broken("says that there are more, and not where", "has_more")
    return {"cursor": page.next_cursor}

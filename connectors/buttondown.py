"""Buttondown API v1: subscribers as they are, and each who came or left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.onward import onward
from ingest.connector import Ask, Connector, Params, Reading, Seen, Span, Yielded, events, level

Count = Annotated[int, Field(ge=0)]
Type = Literal["regular", "premium", "gifted", "trialed", "churning", "past_due", "paused", "churned", "unpaid"]
_CAME = [*get_args(Type), "unsubscribed", "complained", "undeliverable"]
"""The last three left since; `unactivated` never came."""
_AGAIN = timedelta(days=30)  # whoever confirms late is still dated by the day of signing up
_BEFORE = timedelta(days=90)


class Total(BaseModel):
    count: Count


class Came(BaseModel):
    id: str
    creation_date: AwareDatetime


class Left(BaseModel):
    id: str
    unsubscription_date: AwareDatetime | None  # null where Buttondown does not know it


class Page(BaseModel):
    next: str | None = None


class Arrivals(Page):
    results: list[Came]


class Departures(Page):
    results: list[Left]


class Account(BaseModel):
    username: str


class Buttondown(Connector):
    """Subscribers of a Buttondown newsletter, with each who came and left.

    `subscribers` are those whose type is one of `types`: who gets mails now, paying or not. `new_subscribers` are dated
    by the day of signing up, and come when they are confirmed; `lost_subscribers` are those who unsubscribed, not those
    whom mails no longer reach. Nobody's address is kept. An account with several newsletters has a key for each.

    Whom Buttondown no longer knows, because somebody deleted them, is missing from the past.
    """

    needs = "an API key that may read subscribers (Settings, API)"
    proven = (
        "requests validated against the vendor's description of 2026-08, with recorded answers; not on a live account"
    )
    signals = {
        "subscribers": level("people", "who may be written to now"),
        "paid_subscribers": level("people", "those of them who pay"),
        "new_subscribers": events("people", "who came"),
        "lost_subscribers": events("people", "who unsubscribed"),
    }

    api_key: SecretStr = Field(description="a key with read access")
    types: tuple[Type, ...] = Field(
        ("regular", "premium", "gifted", "trialed", "churning", "past_due"),
        min_length=1,
        description="the types of subscribers that count",
    )
    url: str = Field("https://api.buttondown.com/v1", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        url, said = f"{self.url.rstrip('/')}/subscribers", self._said()
        for signal, types in (("subscribers", self.types), ("paid_subscribers", ("premium",))):
            total = await ask.json(Total, url, params={"type": list(map(str, types))}, **said)
            yield Reading(signal, total.count)

        listed = onward(ask, _AGAIN, _BEFORE)
        start = listed.start or ask.now - _BEFORE
        day = (start - timedelta(days=1)).date().isoformat()  # its days begin in a zone that it does not tell
        came: Params = {"type": _CAME, "date__start": day, "ordering": "creation_date"}
        async for page in ask.pages(Arrivals, url, _next, params=came, **said):
            for one in page.results:
                if one.creation_date >= start:
                    yield Reading("new_subscribers", 1, one.creation_date, ask.fingerprint(one.id))
        left: Params = {"type": ["unsubscribed"], "unsubscription_date__start": day}
        async for gone in ask.pages(Departures, url, _next, params=left, **said):
            for who in gone.results:
                at = who.unsubscription_date
                if at is not None and at >= start:
                    yield Reading("lost_subscribers", 1, at, ask.fingerprint(f"{who.id} {at.isoformat()}"))
        yield Span("new_subscribers", start)
        yield Span("lost_subscribers", start)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Account, f"{self.url.rstrip('/')}/accounts/me", **self._said())).username)

    def _said(self) -> dict[str, Any]:
        """What every request says beside its URL; the version, because a newsletter may be set to an older one."""
        return {"authorization": ("Token", self.api_key), "headers": {"X-API-Version": "2026-04-01"}}


def _next(page: Page, _: object) -> str | None:
    return page.next

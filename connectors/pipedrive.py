"""Leads and deals in Pipedrive."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr

from connectors.parts.onward import onward
from connectors.parts.utc import utc
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Connector,
    Params,
    Reading,
    Seen,
    Signal,
    Span,
    Yielded,
    days,
    events,
    hours,
)

_PAGE = 500
_AGAIN = days(1)
_VERSION = re.compile(r"(?:/api)?(?:/v[12])?$")
"""What may be copied along with the address of the API."""

Object = Literal["leads", "deals"]
Time = Annotated[datetime, AfterValidator(lambda at: at if at.tzinfo else at.replace(tzinfo=UTC))]
"""Some parts of the API write `2026-10-01 08:00:00` and mean UTC."""


class Deal(BaseModel):
    id: int
    status: Literal["open", "won", "lost", "deleted"]
    added: Time = Field(alias="add_time")
    won: Time | None = Field(None, alias="won_time")


class Cursors(BaseModel):
    next: str | None = Field(alias="next_cursor")


class Deals(BaseModel):
    success: Literal[True]
    data: list[Deal]
    more: Cursors | None = Field(None, alias="additional_data")


class Lead(BaseModel):
    id: str = Field(min_length=1)
    added: Time = Field(alias="add_time")


class More(BaseModel):
    is_there: bool | None = Field(None, alias="more_items_in_collection")


class Paging(More):
    """The description has it so; other lists of this version have it under `pagination`."""

    pagination: More | None = None


class Leads(BaseModel):
    success: Literal[True]
    data: list[Lead]
    paging: Paging | None = Field(None, alias="additional_data")

    @property
    def is_last(self) -> bool:
        """Whether it says so."""
        told = () if self.paging is None else (self.paging, self.paging.pagination)
        return any(one is not None and one.is_there is False for one in told)


class Company(BaseModel):
    name: str = Field(alias="company_name")


class Me(BaseModel):
    success: Literal[True]
    data: Company


class Pipedrive(Connector):
    """Leads and deals in Pipedrive: who asked, what was begun and what was won.

    `requests` counts each lead (*Leads inbox*) and `deals` each deal when it was added. `won_deals` counts each that is
    won now, when it was; one that is opened again no longer counts. What is archived counts as before. Lost ones were
    begun all the same; what was deleted before it was read is not seen. A lead that becomes a deal is one of each.

    The past comes along as far as the key results or `history` ask for, else all of it. Pipedrive tells no totals. It
    has a budget of tokens a day for the whole company, 30,000 or more by plan, and answers 429 when it is used up, and
    403 to whom goes on then; a pull takes some 80 to 120 of them, and 10 for each 500 deals more, 20 for as many leads.

    The token stands under *Personal preferences*, *API*; it can see and do what its user can, so take a user who may
    only look. If Leads are not switched on, say `objects: [deals]`. Deals are asked for by version 2 of the API, leads
    by version 1, which is the only one that has them.

    **At once.** Pipedrive signs no webhooks: they can be sent to a source of their own, `push` with `signature: path`.
    Such events are not the same ones as here: use one or the other.
    """

    every = hours(1)
    needs = "the API token of a user who may see the leads and deals (Personal preferences, API)"
    proven = "requests validated against the vendor's description of 2026-08, with recorded answers; to be checked live"
    signals: ClassVar[Mapping[str, Signal]] = {
        "requests": events("requests", "leads, when they were added"),
        "deals": events("deals", "deals, when they were added"),
        "won_deals": events("deals", "deals that are won, when they were"),
    }

    token: SecretStr = Field(description="the API token of a user")
    objects: list[Object] = Field(["leads", "deals"], min_length=1, description="what is read")
    url: str = Field("https://api.pipedrive.com", description="another address of the API")

    def offered(self) -> Mapping[str, Signal]:
        return {name: one for name, one in self.signals.items() if _OF[name] in self.objects}

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listed = onward(ask, _AGAIN)
        for place in ("/deals", "/deals/archived") if "deals" in self.objects else ():
            async for deal in self._deals(ask, place, listed.start, "open,won,lost"):
                if listed.start is None or deal.added >= listed.start:  # an older one has only changed since
                    yield Reading("deals", at=deal.added, key=str(deal.id))
            async for deal in self._deals(ask, place, ask.since, "won"):
                if deal.status != "won" or deal.won is None:
                    raise Broken(f"a deal that is {deal.status} came among those that are won", "data.won_time")
                if ask.since is None or deal.won >= ask.since:
                    yield Reading("won_deals", at=deal.won, key=str(deal.id))
        for place in ("/leads", "/leads/archived") if "leads" in self.objects else ():
            async for lead in self._leads(ask, place, listed.start):
                yield Reading("requests", at=lead.added, key=lead.id)
        for name in self.offered():
            yield Span(name, ask.since, whole=True) if name == "won_deals" else Span(name, listed.start)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        me = await ask.json(Me, f"{self._root(1)}/users/me", headers=self._headers())
        return Seen(me.data.name, ("the token can do all that its user can: take a user who may only look",))

    async def _deals(self, ask: Ask, place: str, start: datetime | None, status: str) -> AsyncIterator[Deal]:
        """Those of a status that were added, won or changed since."""
        params: Params = {"status": status, "limit": _PAGE}
        if start is not None:
            params = {**params, "updated_since": utc(start)}
        address = f"{self._root(2)}{place}"
        async for page in ask.pages(Deals, address, next_deals, params=params, headers=self._headers()):
            for deal in page.data:
                yield deal

    async def _leads(self, ask: Ask, place: str, start: datetime | None) -> AsyncIterator[Lead]:
        """Those that were added since: the newest come first."""
        params: Params = {"sort": "add_time DESC", "limit": _PAGE, "start": 0}
        address = f"{self._root(1)}{place}"
        following = _Following(start)
        async for page in ask.pages(Leads, address, following, params=params, headers=self._headers()):
            for lead in page.data:
                if start is None or lead.added >= start:
                    yield lead

    def _root(self, version: int) -> str:
        """Where a version of the API begins; at a company's own address version 1 lies beneath `api`, too."""
        site = _VERSION.sub("", self.url.strip().rstrip("/"))
        host = urlsplit(site).hostname or ""
        own = host.endswith(".pipedrive.com") and host != "api.pipedrive.com"
        return f"{site}/v1" if version == 1 and not own else f"{site}/api/v{version}"

    def _headers(self) -> Any:
        return {"x-api-token": self.token}


_OF: Mapping[str, Object] = {"requests": "leads", "deals": "deals", "won_deals": "deals"}


def next_deals(page: Deals, _: Answer) -> Params | None:
    if page.more is None:
        if page.data:
            raise Broken("is missing", "additional_data")
        return None
    return {"cursor": page.more.next} if page.more.next else None


class _Following:
    """The next leads, until no more are said to be there, none come, or they are too old."""

    def __init__(self, start: datetime | None) -> None:
        self._start, self._seen = start, 0

    def __call__(self, page: Leads, _: Answer) -> Params | None:
        self._seen += len(page.data)
        if not page.data or page.is_last or (self._start is not None and page.data[-1].added < self._start):
            return None
        return {"start": self._seen}

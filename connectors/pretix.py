"""pretix REST API v1: an organizer's events, who has a ticket and who came."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.held import turn
from connectors.parts.numbered import numbered
from connectors.parts.origin import beneath
from ingest.connector import Ask, Connector, Params, Reading, Seen, Span, Yielded, events, minutes

P = TypeVar("P", bound="Page")
_ORDERS: Params = {
    "status": "p",
    "testmode": "false",
    "page_size": 50,
    "include": ["code", "datetime", "positions.item", "positions.addon_to", "positions.subevent", "positions.checkins"],
}


class Page(BaseModel):
    next: str | None


class Event(BaseModel):
    slug: str = Field(min_length=1)
    at: AwareDatetime = Field(alias="date_from")
    live: bool


class Events(Page):
    results: list[Event]


class Date(BaseModel):
    """One of a series."""

    id: int
    event: str = Field(min_length=1)
    at: AwareDatetime = Field(alias="date_from")
    live: bool = Field(alias="active")


class Dates(Page):
    results: list[Date]


class Item(BaseModel):
    id: int
    admission: bool = True


class Items(Page):
    results: list[Item]


class Checkin(BaseModel):
    type: str  # entry, exit


class Position(BaseModel):
    item: int
    addon_to: int | None
    subevent: int | None
    checkins: list[Checkin]


class Order(BaseModel):
    code: str = Field(min_length=1)
    ordered_at: AwareDatetime = Field(alias="datetime")
    positions: list[Position]
    status: str = "p"
    testmode: bool = False

    @property
    def is_meant(self) -> bool:
        """Only such are asked for; where an answer says more of them, that they are is not taken for granted."""
        return self.status == "p" and not self.testmode


class Orders(Page):
    results: list[Order]


class Organizer(BaseModel):
    name: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """An event, or a date of a series."""

    slug: str
    date: int | None
    at: datetime
    live: bool

    @property
    def key(self) -> str:
        return self.slug if self.date is None else f"{self.slug}/{self.date}"


class Pretix(Connector):
    """Events of a pretix organizer, who has a ticket and who came; on pretix.eu or your own installation.

    `attendees` counts paid tickets when the event begins, not when they were ordered; with `counted: came` those that
    were checked in at an entrance. `registrations` has the same tickets at the time of their order, for events to come
    too; one that is given up later was seen before and stays. A ticket is what is bought of a product that is an
    *admission ticket* in its settings; T-shirts and add-ons are none. Orders that are pending, expired or cancelled do
    not count, nor do orders in test mode and events that are in it. Each date of a series is an event. What is not
    live and has sold nothing was not held.

    The past comes along: the tickets of 60 events with the first pull, of 60 earlier ones with each pull after it.
    Those of the last 14 days' events and of events to come are asked for again. Names and addresses are not asked for;
    of an order a keyed hash of its code is kept.

    Make a team under *Organizer account*, *Teams*, that can view orders of all events, and in it an API token. The
    hosted pretix allows 360 requests a minute for an organizer.
    """

    every = minutes(60)
    fastest = minutes(10)
    needs = "an API token of a team that may view orders (Organizer account, Teams)"
    proven = "proven on pretix 2026.8: events, series, pages, test mode, check-ins"
    signals = {
        "events": events("events", "what was held, when it began"),
        "attendees": events("people", "tickets, or those that were checked in, at the time of the event"),
        "registrations": events("people", "tickets that were ordered and paid, when they were ordered"),
    }

    token: SecretStr = Field(description="the team's API token")
    organizer: str = Field(pattern=r"^[\w.-]+$", description="its short form, as in pretix.eu/NAME", examples=["talks"])
    only: tuple[str, ...] = Field((), description="the short forms of the events that count; default: all of them")
    counted: Literal["signed_up", "came"] = Field(
        "signed_up", description="`signed_up`: who has a ticket; `came`: who was checked in"
    )
    url: str = Field("https://pretix.eu", description="the address of your own installation")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        held = [one for one in await self._gatherings(ask) if ask.since is None or one.at >= ask.since]
        asked, admission = turn(ask, held, lambda one: one.at), dict[str, set[int]]()
        for stretch in asked.stretches:
            for one in stretch.events:
                if one.slug not in admission:
                    path = f"events/{one.slug}/items/"
                    pages = self._pages(ask, Items, path, {"admission": "true", "page_size": 50})
                    admission[one.slug] = {item.id async for page in pages for item in page.results if item.admission}
                for reading in await self._told(ask, one, admission[one.slug]):
                    yield reading
            yield Span("events", stretch.start, stretch.end, whole=True)
            yield Span("attendees", stretch.start, stretch.end, whole=True)
            yield Span("registrations", stretch.start, stretch.end)
        yield asked.cursor

    async def seen(self, ask: Ask) -> Seen:
        address = f"{beneath(self.url, 'api', 'v1')}/organizers/{self.organizer}/"
        return Seen((await ask.json(Organizer, address, **self._said())).name)

    async def _gatherings(self, ask: Ask) -> list[Gathering]:
        """Of a series its dates alone: the series itself has a date too, which means nothing."""
        plain: Params = {"has_subevents": "false", "testmode": "false", "page_size": 50}
        found = [
            Gathering(one.slug, None, one.at, one.live)
            async for page in self._pages(ask, Events, "events/", plain)
            for one in page.results
        ]
        listed = self._pages(ask, Events, "events/", {**plain, "has_subevents": "true"})
        series = {one.slug async for page in listed for one in page.results}
        if series:
            dates = self._pages(ask, Dates, "subevents/", {"page_size": 50})
            every = [one async for page in dates for one in page.results]
            found += [Gathering(one.event, one.id, one.at, one.live) for one in every if one.event in series]
        return [one for one in found if not self.only or one.slug in self.only]

    async def _told(self, ask: Ask, one: Gathering, admission: set[int]) -> list[Reading]:
        params = _ORDERS if one.date is None else {**_ORDERS, "subevent": one.date}
        pages = self._pages(ask, Orders, f"events/{one.slug}/orders/", params)
        orders = [order async for page in pages for order in page.results if order.is_meant]
        told, people = [], 0
        for order in orders:
            tickets = [ticket for ticket in order.positions if _is_one(ticket, one, admission)]
            people += sum(self.counted == "signed_up" or _came(ticket) for ticket in tickets)
            if tickets and (ask.since is None or order.ordered_at >= ask.since):
                key = ask.fingerprint(f"{one.key} {order.code}")
                told.append(Reading("registrations", len(tickets), order.ordered_at, key))
        if one.at <= ask.now and (one.live or orders):
            told += [Reading("events", 1, one.at, one.key), Reading("attendees", people, one.at, one.key)]
        return told

    def _pages(self, ask: Ask, model: type[P], path: str, params: Params) -> AsyncIterator[P]:
        address = f"{beneath(self.url, 'api', 'v1')}/organizers/{self.organizer}/{path}"
        following = numbered(model, lambda page: page.next)  # the address in it is one that the server believes to have
        return ask.pages(model, address, following, params=params, **self._said())

    def _said(self) -> dict[str, Any]:
        return {"authorization": ("Token", self.token)}


def _is_one(position: Position, one: Gathering, admission: set[int]) -> bool:
    """An order may hold tickets for several dates."""
    return position.addon_to is None and position.subevent == one.date and position.item in admission


def _came(position: Position) -> bool:
    return any(one.type == "entry" for one in position.checkins)

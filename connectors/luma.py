"""Luma's public API v1: a calendar's events, who signed up and who came."""

from collections.abc import AsyncIterator
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.held import turn
from connectors.parts.origin import beneath
from ingest.connector import Answer, Ask, Broken, Connector, Params, Reading, Seen, Span, Yielded, events, minutes

P = TypeVar("P", bound="Page")
_MOST = 100  # rows a page; the vendor may give fewer


class Event(BaseModel):
    id: str = Field(min_length=1)
    at: AwareDatetime = Field(alias="start_at")


class Ticket(BaseModel):
    checked_in_at: AwareDatetime | None


class Guest(BaseModel):
    id: str = Field(min_length=1)
    registered_at: AwareDatetime | None
    joined_at: AwareDatetime | None
    tickets: list[Ticket] | None = Field(alias="event_tickets")

    @property
    def people(self) -> int:
        """One may hold tickets for several."""
        return max(1, len(self.tickets or ()))

    @property
    def came(self) -> int:
        checked_in = sum(one.checked_in_at is not None for one in self.tickets or ())
        return checked_in or int(self.joined_at is not None)


class Page(BaseModel):
    has_more: bool
    next_cursor: str | None = None


class Events(Page):
    entries: list[Event]


class Guests(Page):
    entries: list[Guest]


class Calendar(BaseModel):
    name: str


class Luma(Connector):
    """Events of a Luma calendar, who signed up for them and who came.

    The events are those that the calendar manages, not those of others that it shows. `attendees` counts people when
    the event begins: those who are approved, or with `counted: came` those who were checked in at the door or joined
    online. A guest with several tickets is as many people. Who is invited, waits or declined does not count.
    `registrations` has those who are approved at the moment they signed up, for events to come too; who gives up later
    was seen before and stays.

    The past comes along: the guests of 60 events with the first pull, of 60 earlier ones with each pull after it.
    Guests of the last 14 days' events and of those to come are asked for again. Names, addresses and answers of guests
    are not kept; of a registration there is a keyed hash of its id.

    A key needs Luma Plus; it is made in the calendar's settings, and allows all that its calendar's admins may: keep it
    in `.env`. Luma allows 200 requests a minute for a calendar, and a pull makes one for the events and one for each
    100 guests of an event. Whether an event that was cancelled is listed, Luma's description does not say.
    """

    every = minutes(60)
    fastest = minutes(10)
    needs = "an API key of the calendar, which needs Luma Plus (the calendar's settings)"
    proven = "requests validated against the vendor's description of 2026-08, with recorded answers; to be checked live"
    signals = {
        "events": events("events", "what the calendar held, when it began"),
        "attendees": events("people", "who was approved, or came, at the time of the event"),
        "registrations": events("people", "who signed up, when they did"),
    }

    api_key: SecretStr = Field(description="the calendar's key")
    counted: Literal["signed_up", "came"] = Field(
        "signed_up", description="`signed_up`: who is approved; `came`: who was checked in, or joined online"
    )
    url: str = Field("https://public-api.luma.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        params: Params = {"pagination_limit": _MOST, "sort_column": "start_at", "sort_direction": "desc"}
        if ask.since is not None:
            params = {**params, "after": ask.since.isoformat()}
        listed = [
            one async for page in self._pages(ask, Events, "calendars/events/list", params) for one in page.entries
        ]
        held = [one for one in listed if ask.since is None or one.at >= ask.since]
        for one in held:
            if one.at <= ask.now:
                yield Reading("events", 1, one.at, one.id)
        yield Span("events", ask.since, whole=True)

        asked = turn(ask, held, lambda one: one.at)
        for stretch in asked.stretches:
            for one in stretch.events:
                guests = await self._guests(ask, one)
                if one.at <= ask.now:
                    people = sum(guest.people if self.counted == "signed_up" else guest.came for guest in guests)
                    yield Reading("attendees", people, one.at, one.id)
                for guest in guests:
                    if guest.registered_at is not None and (ask.since is None or guest.registered_at >= ask.since):
                        key = ask.fingerprint(guest.id)
                        yield Reading("registrations", guest.people, guest.registered_at, key)
            yield Span("attendees", stretch.start, stretch.end, whole=True)
            yield Span("registrations", stretch.start, stretch.end)
        yield asked.cursor

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(Calendar, f"{beneath(self.url, 'v1')}/calendars/get", **self._said())
        return Seen(found.name, ("the key can also write: Luma has none that only reads",))

    async def _guests(self, ask: Ask, event: Event) -> list[Guest]:
        params: Params = {"event_id": event.id, "approval_status": "approved", "pagination_limit": _MOST}
        return [one async for page in self._pages(ask, Guests, "events/guests/list", params) for one in page.entries]

    def _pages(self, ask: Ask, model: type[P], path: str, params: Params) -> AsyncIterator[P]:
        return ask.pages(model, f"{beneath(self.url, 'v1')}/{path}", following, params=params, **self._said())

    def _said(self) -> dict[str, Any]:
        return {"headers": {"x-luma-api-key": self.api_key}}


def following(page: Page, _: Answer) -> Params | None:
    if page.has_more and not page.next_cursor:
        raise Broken("is missing, though there is more", "next_cursor")
    return {"pagination_cursor": str(page.next_cursor)} if page.has_more else None

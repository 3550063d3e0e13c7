"""Eventbrite API v3: an organization's events, who has a ticket and who came."""

from collections.abc import AsyncIterator
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.held import turn
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Connector,
    Params,
    Reading,
    Refused,
    Seen,
    Span,
    Yielded,
    events,
    minutes,
)
from ingest.connector.shape import cleaned

P = TypeVar("P", bound="Page")
_CURE = "check the token: eventbrite.com/platform/api-keys, the private token"
_HELD = "live,started,ended,completed"  # neither drafts nor what was cancelled


class Pagination(BaseModel):
    object_count: int | None = None
    has_more_items: bool
    continuation: str | None = None


class Page(BaseModel):
    pagination: Pagination

    def rows(self) -> int:
        raise NotImplementedError


class Organization(BaseModel):
    id: str = Field(pattern=r"^\d+$")
    name: str | None = None


class Organizations(BaseModel):
    organizations: list[Organization]


class Start(BaseModel):
    utc: AwareDatetime


class Event(BaseModel):
    id: str = Field(pattern=r"^\d+$")
    start: Start
    is_externally_ticketed: bool | None = None


class Events(Page):
    events: list[Event]

    def rows(self) -> int:
        return len(self.events)


class Attendee(BaseModel):
    id: str = Field(min_length=1)
    created: AwareDatetime
    checked_in: bool
    cancelled: bool | None = None
    refunded: bool | None = None


class Attendees(Page):
    attendees: list[Attendee]

    def rows(self) -> int:
        return len(self.attendees)


class Eventbrite(Connector):
    """Events of an Eventbrite organization, who has a ticket and who came.

    `attendees` counts tickets when the event begins: one attendee is one ticket that was sold, also where somebody
    bought several. With `counted: came` only those that were checked in count. What was cancelled or refunded does
    not, nor does an order that is not paid. `registrations` has each ticket at the time of its order, for events to
    come too; one that is given up later was seen before and stays. Of an event whose tickets are sold elsewhere nothing
    is known but that it was held. Drafts and cancelled events do not count; of a series its dates do.

    The past comes along: the tickets of 60 events with the first pull, of 60 earlier ones with each pull after it.
    Those of the last 14 days' events and of events to come are asked for again. Names and addresses are not kept; of a
    registration there is a keyed hash of its id.

    Eventbrite allows 2,000 requests an hour for a token; a pull makes one for each 50 events and one for each 50
    tickets. What changes there may be seen up to five minutes later.
    """

    every = minutes(60)
    fastest = minutes(15)
    needs = "the private token of a member of the organization (eventbrite.com/platform/api-keys)"
    proven = (
        "requests validated against Eventbrite's blueprint of 2025-03, written as OpenAPI by hand; to be checked live"
    )
    signals = {
        "events": events("events", "what the organization held, when it began"),
        "attendees": events("people", "tickets, or those that were checked in, at the time of the event"),
        "registrations": events("people", "tickets that were ordered, when they were"),
    }

    token: SecretStr = Field(description="your private token")
    organization: str | None = Field(
        None, pattern=r"^\d+$", description="its id, where you are a member of several", examples=["123456789012"]
    )
    counted: Literal["signed_up", "came"] = Field(
        "signed_up", description="`signed_up`: who has a ticket; `came`: who was checked in"
    )
    url: str = Field("https://www.eventbriteapi.com/v3", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        organization = await self._organization(ask)
        params: Params = {"status": _HELD, "order_by": "start_desc", "page_size": 50}
        path = f"organizations/{organization.id}/events/"
        listed = [one async for page in self._pages(ask, Events, path, params) for one in page.events]
        held = [one for one in listed if ask.since is None or one.start.utc >= ask.since]
        for one in held:
            if one.start.utc <= ask.now:
                yield Reading("events", 1, one.start.utc, one.id)
        yield Span("events", ask.since, whole=True)

        asked = turn(ask, held, lambda one: one.start.utc)
        for stretch in asked.stretches:
            for one in stretch.events:
                if one.is_externally_ticketed:
                    continue
                tickets = await self._tickets(ask, one)
                if one.start.utc <= ask.now:
                    people = sum(ticket.checked_in or self.counted == "signed_up" for ticket in tickets)
                    yield Reading("attendees", people, one.start.utc, one.id)
                for ticket in tickets:
                    if ask.since is None or ticket.created >= ask.since:
                        yield Reading("registrations", 1, ticket.created, ask.fingerprint(ticket.id))
            yield Span("attendees", stretch.start, stretch.end, whole=True)
            yield Span("registrations", stretch.start, stretch.end)
        yield asked.cursor

    async def seen(self, ask: Ask) -> Seen:
        organization = await self._organization(ask)
        return Seen(organization.name or "", ("the token can also write: Eventbrite has none that only reads",))

    async def _organization(self, ask: Ask) -> Organization:
        """The one that is meant. It is asked for first, since Eventbrite says 400 to a token that it does not know."""
        url = f"{self.url.rstrip('/')}/users/me/organizations/"
        answer = await ask.get(url, bearer=self.token, heard=frozenset({400}))
        if answer.status == 400:
            raise Refused("Eventbrite does not accept the token (400)", _CURE)
        found = answer.json(Organizations).organizations
        meant = [one for one in found if self.organization in (None, one.id)]
        if len(meant) == 1:
            return meant[0]
        known = ", ".join(f"{one.id} ({cleaned(one.name or '?', 40)})" for one in found[:10]) or "none"
        raise Refused(
            "the token belongs to several organizations" if meant else "the token does not see the organization",
            f"write organization, one of: {known}",
        )

    async def _tickets(self, ask: Ask, event: Event) -> list[Attendee]:
        path, params = f"events/{event.id}/attendees/", {"status": "attending"}
        listed = [one async for page in self._pages(ask, Attendees, path, params) for one in page.attendees]
        return [one for one in listed if not (one.cancelled or one.refunded)]

    def _pages(self, ask: Ask, model: type[P], path: str, params: Params) -> AsyncIterator[P]:
        """Paths end in a slash, else Eventbrite redirects."""
        return ask.pages(model, f"{self.url.rstrip('/')}/{path}", _Following(), params=params, bearer=self.token)


class _Following:
    """The next page. `continuation` is there on the last one too, so what is said of there being more is checked."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, page: Page, _: Answer) -> Params | None:
        told = page.pagination
        self._seen += page.rows()
        if not told.has_more_items:
            return None
        if not told.continuation:
            raise Broken("is missing, though there is more", "pagination.continuation")
        if told.object_count is not None and self._seen >= told.object_count:
            raise Broken(f"all {told.object_count} came, and there is said to be more", "pagination.has_more_items")
        return {"continuation": told.continuation}

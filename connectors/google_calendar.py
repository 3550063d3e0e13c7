"""Google Calendar API v3: what happened and what is planned in a calendar that is not shared by a secret address."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Literal, Self
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from connectors.parts.event import EventSettings
from connectors.parts.google_account import GoogleAccount
from connectors.parts.ics import Event as Meant
from connectors.parts.origin import beneath
from connectors.parts.utc import utc
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Named,
    Params,
    Reading,
    Refused,
    Seen,
    Span,
    Yielded,
    days,
    minutes,
)
from ingest.connector.figure import FigureError

_HORIZON = days(400)
_ITEM = (
    "id,status,summary,description,location,eventType,start(date,dateTime),attendees(self,responseStatus),"
    "extendedProperties"
)
_FIELDS = f"kind,accessRole,nextPageToken,items({_ITEM})"
_SHARE = "share the calendar with it: Settings, Share with specific people, See all event details"
_CURE = "check calendar, and that {reader} sees it: Settings, Share with specific people, See all event details"


class Start(BaseModel):
    day: date | None = Field(None, alias="date")  # of an event of whole days
    at: AwareDatetime | None = Field(None, alias="dateTime")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.day is None) == (self.at is None):
            raise ValueError("either a day or a time")
        return self


class Attendee(BaseModel):
    itself: bool | None = Field(None, alias="self")
    response: str | None = Field(alias="responseStatus")


class Properties(BaseModel):
    private: dict[str, str] = {}
    shared: dict[str, str] = {}


class Event(BaseModel):
    id: str = Field(min_length=1)
    status: str
    start: Start | None = None  # what was cancelled may have none
    summary: str | None = None
    description: str | None = None
    location: str | None = None
    type: str | None = Field(None, alias="eventType")
    attendees: list[Attendee] | None = None
    own: Properties | None = Field(None, alias="extendedProperties")

    @property
    def counts(self) -> bool:
        """Not what was cancelled, and no invitation that the calendar's owner declined."""
        return self.status != "cancelled" and not any(
            one.itself and one.response == "declined" for one in self.attendees or ()
        )

    def meant(self) -> Meant:
        """As the signals look at it."""
        told = {**self.own.private, **self.own.shared} if self.own else {}
        own = {f"X-{name.upper()}": text for name, text in told.items()}
        return Meant(self.summary or "", self.description or "", self.location or "", (self.type or "default",), own)


class Events(BaseModel):
    """Google leaves `items` out where there are none; `kind` says that it is a listing all the same."""

    kind: Literal["calendar#events"] | None = None
    role: str | None = Field(None, alias="accessRole")
    items: list[Event] | None = None
    next: str | None = Field(None, alias="nextPageToken")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.kind is None and self.items is None:
            raise ValueError("is no listing of events: neither kind nor items is in it")
        return self


class Summary(BaseModel):
    summary: str


class GoogleCalendar(GoogleAccount, Named[EventSettings]):
    """What happened and what is planned, from Google Calendar by its API.

    Signals are written as for `calendar`, whose page explains them, and `calendar` with the calendar's secret address
    is the simpler way, if hours of delay do no harm: it needs no app. This one is for calendars without such an address
    and for what must be seen at once.

    Every event that a signal names counts once, when it begins. Repeating events count at each of their dates (up to
    400 days ahead), moved ones at their new date, cancelled ones not at all, nor do invitations that you declined.
    Whole days begin at midnight in the configured zone, other times are as Google tells them. Deleted events no longer
    count from the next pull on. `category` is Google's type of event (`default`, `fromGmail`, `outOfOffice`, …);
    `amount: X-NAME` is the extended property `name`.

    On console.cloud.google.com make a project and enable the *Google Calendar API*. Then either

    - **a service account**, which needs no consent and does not end: *IAM & Admin*, *Service Accounts*, *Create*; on
      its page *Keys*, *Add key*, *JSON*. Put the file beside the configuration, `chmod 600` it, and write its name as
      `credentials`. In the calendar's settings, *Share with specific people*, add the account's address
      (`client_email` in the file) with *See all event details*, and write the calendar's id as `calendar`.
    - **your own consent**: *Clients*, *Create client*, *Desktop app*; write `client_id` and `client_secret`, and run
      `okr auth` as somebody who sees the calendar's events. While the app is *External* and *Testing*, Google ends the
      grant after 7 days: publish it.

    All events of the wanted time are listed at each pull, 2,500 a request, so that no token of Google's for what
    changed is needed, which ends and cannot be limited to a time. Who is invited is not asked for, but for your own
    answer. Of an event a keyed hash of its id, its time and its amount are kept.
    """

    scope = "calendar.events.readonly"
    every = minutes(15)
    needs = "all details of the calendar's events: share it, or run `okr auth` as somebody who sees them"
    proven = "requests validated against Google's description of 2026-10, with recorded answers; to be checked live"
    calendar: str | None = Field(
        None,
        min_length=1,
        examples=["made-up@group.calendar.google.com"],
        description="its id (*Settings*, *Integrate calendar*); default: that of the account that consented",
    )
    url: str = Field("https://www.googleapis.com", description="another address of the API")

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.credentials is not None and self.calendar in {None, "primary"}:
            raise ValueError("calendar: a service account has none of its own; write the id of one that it may see")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        until = ask.now + _HORIZON
        params: Params = {
            "singleEvents": True,
            "timeMax": utc(until),
            "maxResults": 2500,
            "maxAttendees": 1,
            "fields": _FIELDS,
        }
        if ask.since is not None:
            params = {**params, "timeMin": utc(ask.since)}
        request = await self.asking(ask, _CURE)
        request["params"] = params
        async for page in ask.pages(Events, self._at, _next, **request):
            if page.role in {"freeBusyReader", "none"}:
                raise Refused("the account sees when the calendar is busy, and nothing else", _SHARE)
            for event in page.items or ():
                for reading in self._told(event, ask):
                    yield reading
        yield Span(start=ask.since, end=until, whole=True)

    async def seen(self, ask: Ask) -> Seen:
        request = await self.asking(ask, _CURE)
        request["params"] = {"maxResults": 1, "fields": "kind,summary"}
        return Seen((await ask.json(Summary, self._at, **request)).summary)

    def _told(self, event: Event, ask: Ask) -> list[Reading]:
        if not event.counts:
            return []
        if event.start is None:
            raise Broken("an event that was not cancelled has no time", "items.start")
        at = event.start.at or ask.midnight(event.start.day or date.min)
        if (ask.since is not None and at < ask.since) or at >= ask.now + _HORIZON:
            return []
        meant, key = event.meant(), ask.fingerprint(event.id)
        wanted = {name: settings for name, settings in self.named.items() if settings.wants(meant)}
        amounts = {
            name: _amount(name, settings, meant, at.astimezone(ask.zone).date()) for name, settings in wanted.items()
        }
        return [Reading(name, amount, at, key) for name, amount in amounts.items() if amount is not None]

    @property
    def _at(self) -> str:
        return f"{beneath(self.url, 'calendar', 'v3')}/calendars/{quote(self.calendar or 'primary', safe='')}/events"


def _next(page: Events, _: Answer) -> Params | None:
    return {"pageToken": page.next} if page.next else None


def _amount(name: str, settings: EventSettings, event: Meant, day: date) -> float | None:
    try:
        return settings.amount_of(event)
    except FigureError as error:
        raise Broken(f"the amount of its event on {day} is doubtful: {error}", f"signals.{name}") from None

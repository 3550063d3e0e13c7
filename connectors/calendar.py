"""What happened and what is planned, from a calendar."""

import html
import re
from collections.abc import AsyncIterator
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator

from connectors._ics import Event, Occurrence, occurrences
from connectors._words import found, regular, whole
from ingest.connector import Ask, Broken, Kind, Named, Reading, SignalSettings, Span, Yielded, days, hours
from ingest.connector.figure import FigureError, number

HORIZON = days(400)
"""How far ahead the dates of repeating events are listed."""
NUMBER = r"[-+]?\d+(?:[.,:]\d+)*%?"
TAG = re.compile(r"<[^<>]{0,1000}>")


class EventSettings(SignalSettings):
    """Which events of the calendar count, and for how much. Without any condition every event counts."""

    kind: Kind = Field(Kind.EVENTS, description="always `events`")
    summary: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None,
        examples=["talk"],
        description="what the title contains, in capitals or not (`talk`); between slashes a regular expression "
        "(`/talk|keynote/`)",
    )
    category: Annotated[re.Pattern[str], BeforeValidator(whole)] | None = Field(
        None, description="one of the event's categories, whole (`speaking`), or a `/…/` found in one"
    )
    location: Annotated[re.Pattern[str], BeforeValidator(found)] | None = Field(
        None, description="what the place contains, or a `/…/` found in it"
    )
    amount: str | None = Field(
        None,
        min_length=1,
        description="where an event says how much it counts for: the word beside the number in its description or "
        "title (`attendees` finds `Attendees: 45` and `45 attendees`), a `/…/` with the number in brackets "
        "(`/(\\d+) came/`), or one of its own properties (`X-ATTENDEES`). Without it every event counts 1",
    )

    @field_validator("kind")
    @classmethod
    def _events(cls, kind: Kind) -> Kind:
        if kind is not Kind.EVENTS:
            raise ValueError("a calendar tells events; write `kind: events` or leave it out")
        return kind

    @field_validator("amount")
    @classmethod
    def _one_number(cls, written: str | None) -> str | None:
        expression = regular(written)
        if expression and expression.groups != 1:
            raise ValueError(r"write the number in one pair of brackets: `/(\d+) came/`")
        return written

    def wants(self, event: Event) -> bool:
        return (
            (self.summary is None or self.summary.search(event.summary) is not None)
            and (self.location is None or self.location.search(event.location) is not None)
            and (self.category is None or any(map(self.category.search, event.categories)))
        )

    def amount_of(self, event: Event) -> float | None:
        """How much an event counts for; None while it does not say. `FigureError` where that could be two numbers."""
        if self.amount is None:
            return 1.0
        says = self._says(self.amount, event).strip()
        return number(says, unit=self.unit) if re.fullmatch(NUMBER, says, re.ASCII) else None

    def _says(self, amount: str, event: Event) -> str:
        if amount.upper().startswith("X-"):
            return event.own.get(amount.upper(), "")
        text = f"{plain(event.description)}\n{event.summary}"
        finds = (each.search(text) for each in beside(amount))
        return next((find[1] or "" for find in finds if find), "")


def beside(amount: str) -> list[re.Pattern[str]]:
    """What finds the number that belongs to a word, behind a colon first, then before it; or the user's own way."""
    if expression := regular(amount):
        return [expression]
    word = re.escape(amount)
    return [
        re.compile(rf"(?<!\w){word}\s*[:=]\s*({NUMBER})", re.IGNORECASE),
        re.compile(rf"(?<![\w.,])({NUMBER})\s*{word}(?!\w)", re.IGNORECASE),
    ]


def plain(text: str) -> str:
    """A description without the HTML that some calendars put in."""
    return html.unescape(TAG.sub(" ", text))


class Calendar(Named[EventSettings]):
    """What happened and what is planned, from a calendar.

    Every event that a signal names counts once, when it begins: talks given, meetups held, interviews. An event of next
    month is listed too and counts when its day has come. Repeating events count at each of their dates (up to 400 days
    ahead), moved ones at their new date, cancelled ones not at all. Delete or cancel an event in the calendar, and at
    the next pull it no longer counts.

    All-day events begin at midnight in the configured zone. So do times without a zone in it, unless the calendar names
    its own (`X-WR-TIMEZONE`).

    **Where the address is.** Google Calendar: Settings, the calendar's name, *Integrate calendar*, *Secret address in
    iCal format*. Who knows that address can read the calendar, so keep it in `.env` and write `url: ${CALENDAR_URL}`;
    Google brings it up to date some hours late. Outlook: Settings, *Shared calendars*, *Publish a calendar*, the ICS
    link. iCloud: share the calendar as a *public calendar*, the webcal link. Nextcloud: the calendar's menu, the
    subscription link. A file works as well: export the calendar and write `path: calendar.ics`.

    An event with an `amount` that does not say its number yet is not counted until it does.
    """

    every = hours(1)
    proven = "with files in the ways of Google, Outlook and Apple, each rule of dates in a table of tests"

    url: SecretStr | None = Field(
        None, examples=["https://…"], description="the address of the calendar, https:// or webcal://"
    )
    path: str | None = Field(None, min_length=1, description="or a file that was exported: `calendar.ics`")
    username: str | None = Field(None, description="where the address asks for a name and a password")
    password: SecretStr | None = Field(None, description="the password, better an app password")

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return url
        scheme, rest = urlsplit(url.get_secret_value()).scheme.lower(), url.get_secret_value().partition("://")[2]
        if scheme in {"caldav", "caldavs"}:
            raise ValueError(
                "CalDAV is not read; give the https address of the calendar's .ics (its subscription link)"
            )
        if scheme not in {"https", "http", "webcal", "webcals"} or not urlsplit(f"https://{rest}").hostname:
            raise ValueError("not the address of a calendar; it begins with https:// or webcal://")
        return SecretStr(f"{'http' if scheme == 'http' else 'https'}://{rest}")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.url is None) == (self.path is None):
            raise ValueError("give either `url` or `path`")
        if (self.username is None) != (self.password is None) or (self.username is not None and self.url is None):
            raise ValueError("`username` and `password` belong together, and to a `url`")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        until = ask.now + HORIZON
        body = await self._body(ask)
        happenings = await ask.thread(occurrences, body, self._wants, ask.since, until, ask.zone)
        for signal, settings in self.named.items():
            for each in happenings:
                if settings.wants(each.event) and (amount := self._amount(signal, each, ask.zone)) is not None:
                    yield Reading(signal, amount, each.at, ask.fingerprint(each.id))
        yield Span(start=ask.since, end=until, whole=True)

    async def _body(self, ask: Ask) -> bytes:
        if self.path is not None:
            return await ask.file(self.path)
        url = self.url.get_secret_value() if self.url else ""
        basic = (self.username, self.password) if self.username and self.password else None
        return (await ask.get(url, basic=basic, headers={"Accept": "text/calendar"})).body

    def _amount(self, signal: str, occurrence: Occurrence, zone: ZoneInfo) -> float | None:
        try:
            return self.named[signal].amount_of(occurrence.event)
        except FigureError as error:
            day = occurrence.at.astimezone(zone).date()
            raise Broken(f"the amount of its event on {day} is doubtful: {error}", f"signals.{signal}") from None

    def _wants(self, event: Event) -> bool:
        return any(settings.wants(event) for settings in self.named.values())

"""What happened and what is planned, from a calendar."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from connectors.parts.caldav import Collection
from connectors.parts.event import EventSettings
from connectors.parts.ics import Event, Occurrence, occurrences, title
from ingest.connector import Ask, Broken, Cursor, Named, Reading, Seen, Span, Yielded, days, hours
from ingest.connector.figure import FigureError

HORIZON = days(400)
"""How far ahead the dates of repeating events are listed."""
AGAIN = days(1)
"""How long a calendar that says it did not change is believed: the horizon moves on."""
SCHEMES = {
    "https": "https",
    "http": "http",
    "webcal": "https",
    "webcals": "https",
    "caldavs": "https",
    "caldav": "http",
}


class Kept(BaseModel):
    """What is kept of a CalDAV calendar, so that it is read again only when that could tell something new."""

    mark: str = ""
    """Of its state, and of how it is read; empty: it cannot be known again."""
    since: datetime | None = None
    """How far back it was read; None: all of it."""
    read: datetime = datetime.min.replace(tzinfo=UTC)

    @classmethod
    def of(cls, state: str, ask: Ask) -> Self:
        """As it is when it is read now. `state`: what the server calls it; empty: it does not tell."""
        mark = blake2b(f"{ask.zone.key} {state}".encode(), digest_size=16).hexdigest() if state else ""
        return cls(mark=mark, since=ask.since, read=ask.now)

    def serves(self, now: Self) -> bool:
        """Whether reading it again would tell what is known."""
        is_same = self.mark == now.mark != ""
        reaches = self.since is None or (now.since is not None and self.since <= now.since)
        return is_same and reaches and self.read <= now.read < self.read + AGAIN


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

    **CalDAV** reads a calendar of your own, with `username` and `password`, and without waiting for a published copy.
    Write its address with `caldavs://` in place of `https://` (`caldav://` is not encrypted: for your own network):

    - Nextcloud: `caldavs://cloud.example.org/remote.php/dav/calendars/ada/personal/`; make an app password in Settings,
      *Security*.
    - Radicale: `caldavs://radicale.example.org/ada/talks/`, as its web page shows it.
    - iCloud: begin with `caldavs://caldav.icloud.com/`, Fastmail with
      `caldavs://caldav.fastmail.com/dav/calendars/user/ada@fastmail.com/`; the pull then says what to write. Both want
      an app password.

    Where the address of an account is given, the pull stops and names its calendars. With a name and password an
    https:// address works too: one that does not end in `.ics` is asked whether it is CalDAV. A calendar that tells by
    its `getctag` or `sync-token` that it did not change is read again once a day only. The password goes to the host in
    `url` and to no other.

    An event with an `amount` that does not say its number yet is not counted until it does.
    """

    every = hours(1)
    proven = (
        "on a real Radicale 3.9 by CalDAV; with files in the ways of Google, Outlook and Apple, each rule of dates in "
        "a table of tests"
    )

    url: SecretStr | None = Field(
        None, examples=["https://…"], description="the address of the calendar: https://, webcal:// or caldavs://"
    )
    path: str | None = Field(None, min_length=1, description="or a file that was exported: `calendar.ics`")
    username: str | None = Field(None, description="where the address asks for a name and a password")
    password: SecretStr | None = Field(None, description="the password, better an app password")

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return url
        scheme, _, rest = url.get_secret_value().strip().partition("://")
        try:
            parts = urlsplit(f"{SCHEMES[scheme.lower()]}://{rest}")
            is_one = bool(parts.hostname) and parts.port != 0
        except (KeyError, ValueError):
            is_one = False
        if not is_one:
            raise ValueError("not the address of a calendar; it begins with https://, webcal:// or caldavs://")
        if scheme.lower().startswith("caldav") and parts.username is not None:
            raise ValueError("name and password do not belong here; write them as `username` and `password`")
        return SecretStr(f"{scheme.lower()}://{rest}")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.url is None) == (self.path is None):
            raise ValueError("give either `url` or `path`")
        if (self.username is None) != (self.password is None) or (self.username is not None and self.url is None):
            raise ValueError("`username` and `password` belong together, and to a `url`")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        until = ask.now + HORIZON
        collection = self._collection(ask)
        state = await collection.state(sure=self._scheme.startswith("caldav")) if collection else None
        if collection and state is not None:
            now = Kept.of(state, ask)
            if Kept.model_validate(ask.cursor or {}).serves(now):
                yield Span(start=ask.since, end=ask.now)
                return
            bodies = await collection.events()
            yield Cursor(now.model_dump(mode="json"))
        else:
            bodies = [await self._body(ask)]
        happenings = await ask.thread(occurrences, bodies, self._wants, ask.since, until, ask.zone)
        for signal, settings in self.named.items():
            for each in happenings:
                if settings.wants(each.event) and (amount := self._amount(signal, each, ask.zone)) is not None:
                    yield Reading(signal, amount, each.at, ask.fingerprint(each.id))
        yield Span(start=ask.since, end=until, whole=True)

    async def seen(self, ask: Ask) -> Seen:
        collection = self._collection(ask)
        told = await collection.title() if collection else None
        if told is None:
            told = await ask.thread(title, await self._body(ask))
        return Seen(told or Path(self.path or "").name)

    async def _body(self, ask: Ask) -> bytes:
        if self.path is not None:
            return await ask.file(self.path)
        return (await ask.get(self._url, basic=self._basic, headers={"Accept": "text/calendar"})).body

    def _collection(self, ask: Ask) -> Collection | None:
        """What is asked by CalDAV; an https address is, with a name and password, if it cannot be seen to be a file."""
        parts = urlsplit(self._url)
        is_file = parts.path.lower().endswith(".ics") or bool(parts.query)
        if self._scheme.startswith("caldav") or (self._scheme.startswith("http") and self.username and not is_file):
            return Collection(ask, self._url, self._basic)
        return None

    @property
    def _scheme(self) -> str:
        return self.url.get_secret_value().partition("://")[0] if self.url else ""

    @property
    def _url(self) -> str:
        """The address as it is asked."""
        scheme, _, rest = self.url.get_secret_value().partition("://") if self.url else ("", "", "")
        return f"{SCHEMES[scheme]}://{rest}" if scheme else ""

    @property
    def _basic(self) -> tuple[str, SecretStr] | None:
        return (self.username, self.password) if self.username and self.password else None

    def _amount(self, signal: str, occurrence: Occurrence, zone: ZoneInfo) -> float | None:
        try:
            return self.named[signal].amount_of(occurrence.event)
        except FigureError as error:
            day = occurrence.at.astimezone(zone).date()
            raise Broken(f"the amount of its event on {day} is doubtful: {error}", f"signals.{signal}") from None

    def _wants(self, event: Event) -> bool:
        return any(settings.wants(event) for settings in self.named.values())

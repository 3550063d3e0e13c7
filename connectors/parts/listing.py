"""Listings of rows with a time each, which a source tells whole or in part: told apart, bounded, remembered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from connectors.parts.scalar import LONGEST_KEY
from ingest.connector import Ask, Broken, Cursor, Kind, Reading, SignalSettings, Span, Yielded, days

AHEAD = days(36_525)
"""A whole listing shows what is planned too."""
MANY = 500_000
"""Rows of one signal: what a pull holds in memory has a bound."""


class Listed(SignalSettings):
    """A signal whose rows a source lists."""

    whole: bool | None = Field(
        None,
        description="for events: `true` where each listing shows all there ever were, so that one that is missing is "
        "gone; `false` where it shows recent ones only. Default: whole, until the oldest are missing, which has to be "
        "decided",
    )


class Kept(BaseModel):
    """What is kept from pull to pull."""

    asked: datetime | None = None
    oldest: dict[str, datetime] = {}
    """The time of the oldest event that was ever listed, by signal."""


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    value: float = 1.0
    key: str | None = None


class Listing:
    """The rows of one signal, as they come."""

    def __init__(self, signal: str, settings: Listed, ask: Ask, kept: Kept) -> None:
        self._signal, self._settings, self._ask, self._kept = signal, settings, ask, kept
        self._keyed: dict[str | datetime, Row] = {}
        self._loose: list[Row] = []

    def add(self, row: Row, where: str) -> None:
        """One more row; `where` it stands. What was listed already, as overlapping pages do, counts once."""
        if len(self._keyed) + len(self._loose) >= MANY:
            raise Broken(f"lists more than {MANY} rows", self._signal)
        identity = row.key if self.is_events else row.at
        if identity is None:
            self._loose.append(row)
            return
        same = self._keyed.setdefault(identity, row)
        if same != row:
            told = "key, and another time or amount" if self.is_events else "time, and another value"
            raise Broken(f"another row has the same {told}", where)

    @property
    def is_events(self) -> bool:
        return self._settings.kind is Kind.EVENTS

    def oldest(self) -> datetime | None:
        """The time of the oldest row there is or was."""
        return min((row.at for row in self._rows()), default=self._kept.oldest.get(self._signal))

    def yields(self) -> Iterator[Yielded]:
        """The readings, and for events what the listing covers."""
        self._refuse_lost_past()
        for row in self._rows():
            if self._ask.since is None or row.at >= self._ask.since:
                yield Reading(self._signal, row.value, row.at, self._name(row.key))
        if not self.is_events:
            return
        if self._settings.whole is False:
            yield Span(self._signal, self._start())
        else:
            yield Span(self._signal, self._ask.since, self._ask.now + AHEAD, whole=True)

    def _rows(self) -> Iterable[Row]:
        yield from self._keyed.values()
        yield from self._loose

    def _start(self) -> datetime:
        """From the oldest row on; a listing without any tells at least of the time since the last one."""
        times = [row.at for row in self._rows()] + ([self._kept.asked] if self._kept.asked else [])
        return min([self._ask.now, *times])

    def _refuse_lost_past(self) -> None:
        before, rows = self._kept.oldest.get(self._signal), list(self._rows())
        if self._settings.whole is not None or not self.is_events or before is None or not rows:
            return
        if min(row.at for row in rows) > before:
            day = before.astimezone(self._ask.zone).date()
            raise Broken(
                f"the event of {day} is no longer listed. Write `whole: false` for this signal if only recent ones are "
                "listed, or `whole: true` if it was deleted",
                f"signals.{self._signal}",
            )

    def _name(self, key: str | None) -> str | None:
        """The key as it is stored: one that may be an address of a person, or is no plain text, as a keyed hash."""
        if key is None or ("@" not in key and key.isprintable() and len(key) <= LONGEST_KEY):
            return key
        return self._ask.fingerprint(key)


class Listings:
    """The listings of all signals that have one, by signal."""

    def __init__(self, settings: Mapping[str, Listed], ask: Ask) -> None:
        self._ask = ask
        kept = Kept.model_validate(ask.cursor or {})
        self._by_signal = {name: Listing(name, one, ask, kept) for name, one in settings.items()}

    def __getitem__(self, signal: str) -> Listing:
        return self._by_signal[signal]

    def yields(self) -> Iterator[Yielded]:
        for listing in self._by_signal.values():
            yield from listing.yields()
        events = {name: one.oldest() for name, one in self._by_signal.items() if one.is_events}
        if events:
            oldest: dict[str, Any] = {name: at for name, at in events.items() if at is not None}
            yield Cursor(Kept(asked=self._ask.now, oldest=oldest).model_dump(mode="json"))

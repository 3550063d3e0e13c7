"""Measurements that somebody hands in: all of them are kept or, with each bad one named, none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.config.model import Config
from ingest.connector.connector import Signal
from ingest.connector.figure import FigureError, number
from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import BEGINNING, FOREVER, Instant, rfc3339
from ingest.okr.signal import Kind
from ingest.run.name import meant
from ingest.store.unit import By, Kept, Measured, Result, Unit

LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One measurement as somebody hands it in, not yet validated. `at` None: now."""

    signal: str
    value: Any
    at: Instant | None = None
    key: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one item. `key` is the event's key, or the RFC 3339 time of a level or counter."""

    key: str
    result: Result


class Refusal(ValueError):
    """A list of measurements was refused, all of it. `problems` are (index of the item, what is wrong with it)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"item {index}: {message}" for index, message in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The units of a list of items, and where in them each item went."""

    units: tuple[Unit, ...]
    places: tuple[tuple[int, int], ...]
    """Of each item: the number of its unit, and its place in it."""

    def taken(self, kept: Sequence[Kept]) -> tuple[Taken, ...]:
        found = []
        for unit, place in self.places:
            one = self.units[unit].measurements[place]
            key = rfc3339(one.observed_at) if one.key is None else one.key
            found.append(Taken(key, kept[unit].results[place]))
        return tuple(found)


class Catalogue:
    """The signals that can be measured, by full name."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.signals: dict[str, Signal] = {
            f"{source.id}.{name}": signal
            for source in config.sources.values()
            for name, signal in source.signals.items()
        }

    def measured(self, item: Item, now: Instant) -> Measured:
        """An item as it is kept; `ValueError` says what is wrong with it."""
        signal = self.signals.get(item.signal)
        if signal is None:
            raise ValueError(f"there is no signal {item.signal!r}{meant(item.signal, self.signals)}")
        at = now if item.at is None else item.at
        if not BEGINNING <= at < FOREVER:
            raise ValueError("the time is outside the calendar")
        return Measured(item.signal, at, value_of(item.value, signal.unit), key_of(item.key, signal.kind, at))


def value_of(value: Any, unit: str | None) -> float:
    """The finite number that is meant; text is read as in files: `45%`, `51:30`. Else `ValueError`."""
    if isinstance(value, str):
        try:
            return number(value, None, unit)
        except FigureError as error:
            raise ValueError(f"value: {error}") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"value: {'nothing' if value is None else str(value)[:40]} is no number")
    try:
        read = float(value)
    except OverflowError:
        read = math.inf
    if not math.isfinite(read):
        raise ValueError(f"value: {str(value)[:40]} is not finite")
    return read


def key_of(key: str | None, kind: Kind, at: Instant) -> str | None:
    """An event's key as it is; the key of a level or counter is its time and needs not be given."""
    if kind is Kind.EVENTS:
        if not key:
            raise ValueError("an event needs a key: what its source calls it, so that it is known again")
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise ValueError(f"key: must be printable and at most {LONGEST_KEY} characters")
        return key
    if key and key != rfc3339(at):
        raise ValueError(f"key: that of a {kind} is its time, {rfc3339(at)}; leave it out")
    return None


def parcel_of(catalogue: Catalogue, items: Sequence[Item], by: By, now: Instant) -> Parcel:
    """The units that keep these items, one for each source and note; `Refusal` where one cannot be kept."""
    measured: list[Measured] = []
    problems: list[tuple[int, str]] = []
    for index, item in enumerate(items):
        try:
            measured.append(catalogue.measured(item, now))
        except ValueError as error:
            problems.append((index, str(error)))
    if problems:
        raise Refusal(problems)
    together: dict[tuple[str, str | None], list[int]] = {}
    for index, item in enumerate(items):
        together.setdefault((item.signal.partition(".")[0], item.note), []).append(index)
    places = [(0, 0)] * len(items)
    units: list[Unit] = []
    for (source, note), indices in together.items():
        for place, index in enumerate(indices):
            places[index] = (len(units), place)
        units.append(unit_of(catalogue.config, source, [measured[index] for index in indices], by, now, note))
    return Parcel(tuple(units), tuple(places))


def unit_of(
    config: Config, source: str, measurements: Sequence[Measured], by: By, now: Instant, note: str | None = None
) -> Unit:
    """What was handed in for one source. What is sent to a source that is pulled says nothing of its health."""
    if by is By.PUSH and config.sources[source].schedule is not None:
        by = By.IMPORT
    return Unit(
        source=source,
        by=by,
        started_at=now,
        finished_at=now,
        ending=Ending(Outcome.OK, "ok"),
        measurements=measurements,
        pin=by is By.HAND,
        note=note,
        fingerprint=config.sources[source].fingerprint,
        limits=config.sources[source].limits,
    )

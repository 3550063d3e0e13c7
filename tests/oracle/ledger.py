"""The store, obviously: lists of everything that was ever written, searched from the front each time it is asked.

It says what a store must hold after any sequence of units and forgettings, as known at any time. Nothing is ever
removed or changed here: a revision, a retraction and a pin are further lines. Of two lines of one key the later counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import NamedTuple

from ingest.connector.outcome import Outcome
from ingest.okr.instant import FOREVER, Duration, Instant
from ingest.okr.signal import Kind, Series
from ingest.store.unit import By, Covered, Measured, Result, Unit

Key = Instant | str
"""Levels and counters are found again by their time; events by the source's own id."""


@dataclass(frozen=True)
class Recorded:
    """An operation: a unit that was committed at `recorded_at`."""

    unit: Unit
    recorded_at: Instant


@dataclass(frozen=True)
class Forgotten:
    """An operation: `okr forget SIGNAL KEY`."""

    signal: str
    key: Key
    recorded_at: Instant


Operation = Recorded | Forgotten


class Line(NamedTuple):
    """What was learned of one key at one time; `value` None: that it is gone."""

    signal: str
    key: Key
    observed_at: Instant
    value: float | None
    recorded_at: Instant
    pinned: bool = False


@dataclass(frozen=True)
class Told:
    """What `Ledger.apply` answers: one result for each measurement, and how many events were retracted."""

    results: tuple[Result, ...] = ()
    retracted: int = 0


@dataclass
class Ledger:
    """A list of lines and a list of spans, each with the time it was recorded."""

    kinds: Mapping[str, Kind]
    lines: list[Line] = field(default_factory=list)
    spans: list[tuple[Instant, Covered]] = field(default_factory=list)

    def apply(self, operation: Operation) -> Told:
        """Write one transaction. Operations come in the order of their `recorded_at`."""
        if isinstance(operation, Forgotten):
            return self._forget(operation)
        unit, at = operation.unit, operation.recorded_at
        if unit.ending.outcome is not Outcome.OK:
            return Told()  # a failed pull writes a run and nothing else; the last value stays
        if self.suddenly_empty(unit):
            raise ValueError("a listing that is suddenly empty is broken: it must not reach the store as ok")
        named = self._with_keys(unit.measurements)
        results = tuple(self._write(key, measured, unit, at) for key, measured in named)
        retracted = sum(self._retract(covered, named, at) for covered in unit.coverage)
        self.spans += [(at, covered) for covered in unit.coverage]
        return Told(results, retracted)

    def suddenly_empty(self, unit: Unit) -> list[str]:
        """The signals of which a whole listing shows nothing although events inside its span are kept."""
        listed = {measured.signal for measured in unit.measurements}
        return [
            covered.signal
            for covered in unit.coverage
            if covered.signal not in listed and self._missing(covered, listed=set())
        ]

    def current(self, signal: str, known_at: Instant = FOREVER) -> list[Line]:
        """The lines that count as known at a time, by observed_at: the newest of each key that is not gone."""
        known = [line for line in self.lines if line.signal == signal and line.recorded_at <= known_at]
        newest = {line.key: line for line in known}
        return sorted((line for line in newest.values() if line.value is not None), key=lambda line: line.observed_at)

    def revisions(self, signal: str, key: Key, known_at: Instant = FOREVER) -> list[Line]:
        """Everything that was ever written of a key, oldest first."""
        return [
            line for line in self.lines if line.signal == signal and line.key == key and line.recorded_at <= known_at
        ]

    def series(self, signal: str, known_at: Instant = FOREVER, stale_after: Duration | None = None) -> Series:
        """What a score is given, as known at a time."""
        lines = self.current(signal, known_at)
        spans = [
            (covered.start, covered.end)
            for recorded_at, covered in self.spans
            if covered.signal == signal and recorded_at <= known_at
        ]
        return Series(
            kind=self.kinds[signal],
            times=[line.observed_at for line in lines],
            values=[line.value for line in lines if line.value is not None],
            covered_from=min((start for start, _ in spans), default=None),
            covered_until=max((end for _, end in spans), default=None),
            holes=holes(spans),
            stale_after=stale_after,
        )

    def _with_keys(self, measurements: Sequence[Measured]) -> list[tuple[Key, Measured]]:
        """§1: the key is observed_at, or the event's own id, or its time and its number among those of that time."""
        keyed: list[tuple[Key, Measured]] = []
        for index, measured in enumerate(measurements):
            key: Key = measured.observed_at
            if self.kinds[measured.signal] is Kind.EVENTS:
                before = [
                    other
                    for other in measurements[:index]
                    if (other.signal, other.observed_at, other.key) == (measured.signal, measured.observed_at, None)
                ]
                key = f"{measured.observed_at}#{len(before)}" if measured.key is None else measured.key
            keyed.append((key, measured))
        return keyed

    def _write(self, key: Key, measured: Measured, unit: Unit, at: Instant) -> Result:
        """§1: same key, same content: duplicate. Other content: a revision. A pinned key yields to a hand only."""
        earlier = self.revisions(measured.signal, key)
        last = earlier[-1] if earlier else None
        if last is not None and last.pinned and unit.by is not By.HAND:
            return Result.DUPLICATE
        pinned = unit.pin or (last is not None and last.pinned)
        line = Line(measured.signal, key, measured.observed_at, measured.value, at, pinned)
        if last is None:
            self.lines.append(line)
            return Result.CREATED
        same = (last.observed_at, last.value) == (line.observed_at, line.value)
        if not same or last.pinned != line.pinned:  # a pin on what is already known is kept too
            self.lines.append(line)
        return Result.DUPLICATE if same else Result.REVISED

    def _missing(self, covered: Covered, listed: set[Key]) -> list[Line]:
        """The events inside a span listed whole that the listing does not show. What is pinned stays."""
        if not covered.whole or self.kinds[covered.signal] is not Kind.EVENTS:
            return []
        return [
            line
            for line in self.current(covered.signal)
            if covered.start <= line.observed_at < covered.end and line.key not in listed and not line.pinned
        ]

    def _retract(self, covered: Covered, named: list[tuple[Key, Measured]], at: Instant) -> int:
        """§1: an event that is missing inside the span which a pull listed whole is retracted (a revision too)."""
        gone = self._missing(covered, {key for key, measured in named if measured.signal == covered.signal})
        self.lines += [Line(line.signal, line.key, line.observed_at, None, at) for line in gone]
        return len(gone)

    def _forget(self, operation: Forgotten) -> Told:
        """§1: `okr forget` undoes a slip (a revision): what was recorded by hand gives way to what it had replaced, and
        anything else is gone."""
        earlier = self.revisions(operation.signal, operation.key)
        if not earlier or earlier[-1].value is None:
            return Told()
        replaced = earlier[-1]._replace(value=None)
        by_hand = [*takewhile(lambda line: line.pinned, reversed(earlier))]
        if by_hand and len(by_hand) < len(earlier):
            replaced = earlier[-len(by_hand) - 1]
        self.lines.append(replaced._replace(recorded_at=operation.recorded_at, pinned=False))
        return Told(retracted=1)


def holes(spans: Sequence[tuple[Instant, Instant]]) -> list[tuple[Instant, Instant]]:
    """What no span covers between the first start and the last end. Spans that touch leave no hole."""
    edges = sorted({edge for span in spans for edge in span})
    return [
        (left, right)
        for left, right in pairwise(edges)
        if not any(start <= left and right <= end for start, end in spans)
    ]

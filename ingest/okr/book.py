"""A key result with the measurements of its signals: what its value is in a window, or why that is unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import groupby
from math import isfinite
from typing import NamedTuple

from ingest.okr.algebra import Unknown, evaluate, written
from ingest.okr.day import local_text
from ingest.okr.expression import signals_of
from ingest.okr.instant import BEGINNING, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.signal import Kind, Series
from ingest.okr.tally import Tally


class Window(NamedTuple):
    """Where a value is taken: flows are totalled over it, levels are read at its end."""

    start: Instant
    end: Instant
    closed: bool
    """It ends here, so that an event at `end` is outside. A window that merely ends now includes it."""
    part: bool = False
    """A flow that is covered only from later in it counts from there."""


@dataclass(frozen=True)
class Book:
    """The measurements of a key result, open for reading."""

    key_result: KeyResult
    tallies: Mapping[str, Tally]

    def value(self, window: Window) -> float:
        """The value in a window; `Unknown` says why there is none."""
        number = float(evaluate(self.key_result.value, lambda name: self.part(name, window)))
        if not isfinite(number):
            raise Unknown(f"{written(self.key_result.value)} is too large to be computed: check the measurements")
        return number

    def part(self, name: str, window: Window) -> float:
        """What one signal gives to the value in a window."""
        tally = self.tallies[name]
        if self.key_result.kinds[name] is Kind.LEVEL:
            level = tally.level(window.end)
            if level is None:
                raise Unknown(self._no_reading(name, window))
            return level
        return tally.total(self.counted_from(name, window), window.end, window.closed)

    def counted_from(self, name: str, window: Window) -> Instant:
        """From when a flow is totalled in a window: its start, unless `part` lets a later coverage do."""
        covered_from = self.tallies[name].series.covered_from
        if covered_from is not None:
            if covered_from <= window.start:
                return window.start
            if window.part and covered_from <= window.end:
                return covered_from
        raise Unknown(self._not_covered(name, window.start))

    def level_value(self, at: Instant) -> float:
        """The value at an instant, for levels alone."""
        return self.value(Window(at, at, closed=True))

    def readings(self, after: Instant, until: Instant) -> Iterator[tuple[Instant, float]]:
        """The value, of levels alone, at each reading in (after, until], where it is known."""
        times = merge(*(tally.times_between(after, until) for tally in self.tallies.values()))
        for at, _ in groupby(times):
            try:
                yield at, self.level_value(at)
            except Unknown:
                continue

    def first_reading(self, after: Instant, until: Instant) -> tuple[Instant, float] | None:
        """The first known value, of levels alone, after an instant. None before every level has a reading."""
        firsts = [tally.series.times[0] if tally.series.times else None for tally in self.tallies.values()]
        begins = max((first for first in firsts if first is not None), default=after)
        if None in firsts or begins > until:
            return None
        return next(self.readings(max(after, begins - 1), until), None)

    def newest(self, at: Instant, closed: bool, flows_from: Instant | None = None) -> Instant | None:
        """When any of its signals was last measured up to `at`; flows only since `flows_from`."""
        times = []
        for tally in self.tallies.values():
            time = tally.newest(at, closed)
            if time is not None and (flows_from is None or time >= flows_from or not tally.series.kind.is_flow):
                times.append(time)
        return max(times, default=None)

    @cached_property
    def whole_values(self) -> dict[Window, float | str]:
        """Values of closed windows that were worked out before: they change with the measurements alone."""
        return {}

    def whole_value(self, start: Instant, end: Instant) -> float | str:
        """The value in a window that is over, or why it is unknown."""
        window = Window(start, end, closed=True)
        if window not in self.whole_values:
            self.whole_values[window] = self.value_or_reason(window)
        return self.whole_values[window]

    def value_or_reason(self, window: Window) -> float | str:
        try:
            return self.value(window)
        except Unknown as unknown:
            return str(unknown)

    def said(self, at: Instant) -> str:
        """An instant for people, in the zone of the period."""
        return local_text(at, self.key_result.period.zone)

    def covered(self, name: str) -> str:
        series = self.tallies[name].series
        covered_from = series.covered_from
        if covered_from is None:
            return "nothing was ever recorded" if series.by_hand else "its source was never asked successfully"
        return "covered from the beginning" if covered_from <= BEGINNING else f"covered from {self.said(covered_from)}"

    def _no_reading(self, name: str, window: Window) -> str:
        source = name.partition(".")[0]
        # Of a window that is still open its end is now, which is not said: the reason holds until a reading comes.
        when = f"by {self.said(window.end)}" if window.closed else "yet"
        record = f"`okr record {name} VALUE --at DAY`"
        cure = f"run {record}" if self.tallies[name].series.by_hand else f"run `okr pull {source}`, or {record}"
        return f"{name} has no reading {when} ({self.covered(name)}): {cure}"

    def _not_covered(self, name: str, start: Instant) -> str:
        source, since = name.partition(".")[0], self.said(start)[:10]
        series = self.tallies[name].series
        cure = (
            f"write `since: {since}` in its source {source}"
            if series.by_hand
            else f"run `okr pull {source} --since {since}`"
        )
        if series.covered_from is None:
            return f"{name} is unknown ({self.covered(name)}): {cure}"
        return f"{name} is unknown before its coverage ({self.covered(name)}, needed from {self.said(start)}): {cure}"


def open_book(key_result: KeyResult, series: Mapping[str, Series]) -> Book:
    """The book of a key result. A signal without a series was never measured."""
    nothing = {name: Series(key_result.kinds[name], (), ()) for name in signals_of(key_result.value)}
    return Book(key_result, {name: Tally(series.get(name, empty)) for name, empty in nothing.items()})

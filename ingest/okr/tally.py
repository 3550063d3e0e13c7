"""The measurements of one signal, asked for a level at a time or for a total over a window."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import fsum, inf

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind, Series


@dataclass(frozen=True)
class Tally:
    """One series, with what is worked out of it once."""

    series: Series

    def level(self, at: Instant) -> float | None:
        """The reading with the greatest observed_at ≤ at; None before the first."""
        place = bisect_right(self.series.times, at)
        return self.series.values[place - 1] if place else None

    def total(self, start: Instant, end: Instant, closed: bool) -> float:
        """The total of a flow over a window; ±inf where the sum is beyond a float.

        Counters: the steps read in (start, end]. Events: the amounts at start ≤ time < end, and those at `end` too
        unless `closed`: the window ends there, and does not merely end now.
        """
        times = self.series.times
        if self.series.kind is Kind.COUNTER:
            first, after = bisect_right(times, start), bisect_right(times, end)
        else:
            first, after = bisect_left(times, start), (bisect_left if closed else bisect_right)(times, end)
        try:
            return fsum(self._amounts[first:after])
        except OverflowError:
            return inf

    def newest(self, at: Instant, closed: bool) -> Instant | None:
        """When it was last measured: up to `at`; an event at a window's own end does not count."""
        before = closed and self.series.kind is Kind.EVENTS
        place = (bisect_left if before else bisect_right)(self.series.times, at)
        return self.series.times[place - 1] if place else None

    def next_after(self, at: Instant) -> Instant | None:
        """The first measurement after `at`."""
        place = bisect_right(self.series.times, at)
        return self.series.times[place] if place < len(self.series.times) else None

    def times_between(self, after: Instant, until: Instant) -> Sequence[Instant]:
        """The times in (after, until]."""
        times = self.series.times
        return times[bisect_right(times, after) : bisect_right(times, until)]

    @cached_property
    def _amounts(self) -> Sequence[float]:
        """What each measurement of a flow adds."""
        values = self.series.values
        if self.series.kind is Kind.EVENTS or not values:
            return values
        grown = pairwise(values)
        return [0.0, *(after - before if after >= before else step(before, after) for before, after in grown)]


def step(before: float, after: float) -> float:
    """What a counter counted between two readings.

    A step down to less than half is a restart and adds the new value; a smaller one is a correction, subtracted.
    """
    return after if after < before and after < before / 2 else after - before

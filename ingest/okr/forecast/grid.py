"""Steps of the past: equal stretches of time that end with what was known last."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import sub
from typing import NamedTuple

from ingest.okr.instant import DAY, HOUR, Duration, Instant, instant, moment
from ingest.okr.signal import Kind, Series
from ingest.okr.unit import add_months

STEPS = 115
"""At most so many steps: what bounds the time that a forecast takes."""
HORIZONS = 32
"""So many times as far as it looks ahead, a forecast looks back."""
RECENT: Duration = 120 * DAY
"""At least so far, where there is so much."""
SPACED = 40
"""The newest readings that tell how far apart they are."""
WEEK: Duration = 7 * DAY
WEEKLY = 6 * WEEK
"""From so much on flows are looked at in weeks, so that it does not matter on which day of the week they come."""
FINEST = 8
"""A step is a day or longer, unless fewer than so many days are left."""
MONTH: Duration = 365 * DAY // 12
MONTHLY = range(27 * DAY, 32 * DAY)
"""Readings or lumps that are so far apart come once a month."""


class Pace(NamedTuple):
    """How the readings of a signal, or its events where they come regularly, follow each other."""

    apart: Duration
    newest: Instant
    regular: bool


class Grid(NamedTuple):
    """Steps between edges. Where events come in regular lumps, a step holds equally many of them."""

    anchor: Instant
    """The last edge: up to here it is known."""
    length: Duration
    """Of a step; `MONTH` means calendar months."""
    back: int
    """How many."""
    newest: Instant = 0
    """Of regular lumps: when the last came."""
    apart: Duration = 0
    """Of regular lumps: how far apart they are; else 0."""

    @property
    def monthly(self) -> bool:
        return self.length == MONTH

    @property
    def year(self) -> float:
        """The steps of a year."""
        return 12.0 if self.monthly else 365.25 * DAY / self.length

    @property
    def edges(self) -> tuple[Instant, ...]:
        if self.monthly:
            return tuple(months_on(self.anchor, -back) for back in range(self.back, -1, -1))
        return tuple(self.anchor - self.length * back for back in range(self.back, -1, -1))

    def until(self, at: Instant) -> float:
        """How many steps lie between the anchor and a later time. Of lumps those that come before it."""
        if not self.apart:
            return max(at - self.anchor, 0) / self.length
        if self.monthly:
            count = max((at - self.newest) // MONTH + 1, 0)
            while count > 0 and months_on(self.newest, count) >= at:
                count -= 1
            return float(count)
        return max(-(-(at - self.newest) // self.apart) - 1, 0) * self.apart / self.length


def pace_of(series: Series, after: Instant, until: Instant) -> Pace | None:
    """None of events that come as they come, and of fewer than three readings."""
    last = bisect_right(series.times, until)
    first = max(bisect_left(series.times, after), last - SPACED)
    times: Sequence[Instant] = series.times[first:last]
    if series.kind is Kind.EVENTS:
        times = sorted(set(times))
    if len(times) < 3:
        return None
    gaps = sorted(map(sub, times[1:], times))
    apart, tenth = gaps[len(gaps) // 2], len(gaps) // 10
    if series.kind is not Kind.EVENTS:
        return Pace(apart, times[-1], regular=False)
    regular = len(gaps) >= 3 and gaps[tenth] >= 0.8 * apart and gaps[-1 - tenth] <= 1.25 * apart
    if not regular or until - times[-1] > 1.5 * apart or apart < 20 * HOUR:
        return None
    return Pace(apart, times[-1], regular=True)


def grid_of(paces: Sequence[Pace], begins: Instant, anchor: Instant, end: Instant, flows: bool) -> Grid:
    """Steps as far apart as the readings or lumps are, or more, in whole days and weeks where it can be."""
    slowest = max(paces, key=lambda pace: pace.apart, default=None)
    span = min(anchor - begins, max(HORIZONS * (end - anchor), RECENT))
    apart = slowest.apart if slowest else 0
    lumps = slowest is not None and slowest.regular
    if apart in MONTHLY:
        if lumps and slowest:
            anchor = slowest.newest + MONTH // 2
        count = max((anchor - begins) // MONTH + 1, 0)
        while count > 0 and months_on(anchor, -count) < begins:
            count -= 1
        return Grid(anchor, MONTH, count, slowest.newest if slowest else 0, apart if lumps else 0)
    if lumps and slowest:
        apart = -(-apart // HOUR) * HOUR if apart < DAY else round(apart / DAY) * DAY
        anchor = slowest.newest + apart // 2
    length = _length(span, max(apart, min(DAY, (end - anchor) // FINEST)), flows)
    if lumps:
        length = -(-length // apart) * apart
        span = min(anchor - begins, span)
    return Grid(anchor, length, max(span // length, 0), slowest.newest if slowest else 0, apart if lumps else 0)


def _length(span: Duration, apart: Duration, flows: bool) -> Duration:
    length = max(span // STEPS + 1, apart)
    if span >= WEEKLY and (flows or length > 3 * DAY):
        return -(-length // WEEK) * WEEK
    return -(-length // DAY) * DAY if length > DAY // 2 else length


def months_on(at: Instant, months: int) -> Instant:
    """The same day and time so many calendar months on, or the last day of a shorter month; in UTC."""
    local = moment(at)
    first = add_months(local.date(), months)
    last = (add_months(first, 1) - first).days
    return instant(local.replace(year=first.year, month=first.month, day=min(local.day, last)))

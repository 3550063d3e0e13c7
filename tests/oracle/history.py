"""Hypothesis strategies for times and series: on boundaries often, late, dated ahead, with holes, empty."""

from dataclasses import dataclass

from hypothesis import strategies as st

from ingest.okr.instant import BEGINNING, DAY, FOREVER, HOUR, MINUTE, SECOND, Instant
from ingest.okr.signal import Kind, Series

NUDGES = [0, 0, 0, 0, 1, -1, SECOND, -HOUR, DAY, -DAY]
AMOUNTS = [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0, 10.0, 0.25, 40.0, 0.0, -1.0]
CRUMBS = [12.000000000001, 9.999999999999, 10 * 1.1]
"""Equal to 12, 10 and 11 within the page's tolerance."""
LEVELS = [*CRUMBS, 8.0, 9.0, 10.0, 10.0, 10.5, 11.0, 11.25, 12.0, 6.0, 5.0, 3.0, 1.0, 20.0, 50.0, 1e12, 0.0, -4.0]
STEPS = [0.0, 1.0, 1.0, 2.0, 5.0, 12.0, 1e9, -1.0, -4.0]
STALE_AFTER = [None, None, 26 * HOUR, 2 * DAY, 35 * DAY]


@dataclass(frozen=True)
class Anchors:
    """Instants that matter for a key result; `before` is the start of the period before."""

    before: Instant
    start: Instant
    stop: Instant
    final: Instant
    others: tuple[Instant, ...] = ()
    beats: tuple[Instant, ...] = ()
    """One in each of some neighbouring sub-periods."""

    def times(self) -> st.SearchStrategy[Instant]:
        """Anchors and their neighbours, and anything from before the period before until after the end."""
        near = st.builds(
            lambda anchor, nudge: anchor + nudge,
            st.sampled_from([self.before, self.start, self.start, self.stop, *self.others]),
            st.sampled_from(NUDGES),
        )
        far = st.integers(0, 1000).map(lambda n: self.before + (self.stop + 9 * DAY - self.before) * n // 1000)
        return near | far

    def nows(self) -> st.SearchStrategy[Instant]:
        """Mostly inside the period; on its edges often."""
        length = self.stop - self.start
        inside = st.integers(1, 99).map(lambda n: self.start + length * n // 100)
        edges = st.sampled_from([self.start, self.stop, self.stop - 1, self.final, self.final - 1, self.start - 1])
        late = st.sampled_from([self.stop + 3 * DAY, self.final + 3 * DAY])
        others = [other for other in self.others if other >= self.start] or [self.start]
        return st.one_of(inside, inside, inside, edges, late, st.sampled_from(others))


@st.composite
def series_of(draw: st.DrawFn, kind: Kind, anchors: Anchors, now: Instant) -> Series:
    instants = anchors.times() | st.sampled_from([now, now + 1, now + DAY])
    t = min(now, anchors.stop)
    usual = [anchors.before + DAY, anchors.start - HOUR, anchors.start + (t - anchors.start) // 3, t - HOUR]
    told = draw(st.lists(st.sampled_from(usual), unique=True)) + draw(st.lists(instants, max_size=8))
    told += anchors.beats if draw(st.booleans()) else ()
    if kind is Kind.EVENTS:
        times = sorted(told)
        values = [draw(st.sampled_from(AMOUNTS)) for _ in times]
    else:
        times = sorted(set(told))
        values = [draw(st.sampled_from(LEVELS)) for _ in times]
        if kind is Kind.COUNTER:
            values = counted([draw(st.sampled_from(STEPS)) for _ in times])
    covered_from, covered_until, stale_after = draw(coverage(anchors, now))
    return Series(kind, times, values, covered_from, covered_until, (), stale_after)


def counted(steps: list[float]) -> list[float]:
    """A counter that starts at 10, makes these steps, and starts anew where it would go below zero."""
    standing, values = 10.0, []
    for step in steps:
        standing = standing + step if standing + step >= 0 else 0.0
        if step == -4.0:
            standing = 2.0
        values.append(standing)
    return values


@st.composite
def coverage(draw: st.DrawFn, anchors: Anchors, now: Instant) -> tuple[Instant | None, Instant | None, int | None]:
    """(covered_from, covered_until, stale_after). What was never asked has neither of the first two."""
    edges = [anchors.before, anchors.start, now, now + 1, anchors.start + 1, anchors.before + 1, None]
    sometimes = st.sampled_from(edges) | anchors.times()
    covered_from = draw(sometimes) if draw(st.integers(0, 9)) >= 6 else BEGINNING
    if covered_from is None:
        return None, None, None
    stale_after = draw(st.sampled_from(STALE_AFTER))
    t = min(now, anchors.stop)
    ago = draw(st.sampled_from([0, HOUR, 26 * HOUR, 26 * HOUR + SECOND, 2 * DAY, 40 * DAY, t - FOREVER, -HOUR]))
    covered_until = max(t - ago, covered_from)
    if stale_after is not None and abs(t - covered_until - stale_after) < SECOND:  # exactly at the bound, not beside it
        covered_until = t - stale_after
    return covered_from, max(covered_until, covered_from + MINUTE), stale_after

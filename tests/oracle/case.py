"""A key result at a time: what it is, its value and its baseline. Semantics §2 to §4."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.signal import Kind
from ingest.okr.target import Change, Growth, Hold, Learn, Reach
from tests.oracle.days import Window, end_of_day, period_before, window
from tests.oracle.value import AllSeries, Span, is_total, names_in, value_over


@dataclass(frozen=True)
class Case:
    key_result: KeyResult
    series: AllSeries
    now: Instant
    frozen: Frozen | None = None

    @property
    def period(self) -> Window:
        period = self.key_result.period
        return window((period.first, period.last), period.zone)

    @property
    def is_over(self) -> bool:
        return self.now >= self.period.stop

    @property
    def t(self) -> Instant:
        """§2: "t is now, but never later than the end"."""
        return min(self.now, self.period.stop)

    @property
    def is_total(self) -> bool:
        return is_total(self.key_result.value, self.key_result.kinds)

    @property
    def only_levels(self) -> bool:
        return all(self.key_result.kinds[name] is Kind.LEVEL for name in names_in(self.key_result.value))

    @property
    def goes_somewhere(self) -> bool:
        return isinstance(self.key_result.target, Reach | Change)

    @property
    def goes_down(self) -> bool:
        """§5: reach: "up, unless `<=` or a written number as `baseline` above it says down"; change: `-50%`, `-3`."""
        target, written = self.key_result.target, self.key_result.baseline
        if isinstance(target, Change):
            return target.amount < 0
        if isinstance(target, Reach) and target.at_most is None:
            return written is not None and not isinstance(written, date) and written > target.number
        return isinstance(target, Reach) and target.at_most is True

    @property
    def total_up(self) -> bool:
        return self.is_total and self.goes_somewhere and not self.goes_down

    @property
    def total_down(self) -> bool:
        return self.is_total and self.goes_somewhere and self.goes_down


@dataclass(frozen=True)
class Baseline:
    """§4: b. `late_at`: the time of a late one. `assumed`: 0, neither written nor measured, so never made known."""

    value: Fraction
    late_at: Instant | None = None
    assumed: bool = False


def value(case: Case, b: Baseline | None) -> Fraction | None:
    """§3: x at t. "One exception: in a total with an upward reach target a flow … counts from its covered_from"."""
    if case.key_result.take == "best":
        return best(case, b)
    partial = case.total_up and isinstance(case.key_result.target, Reach)
    span = Span(case.period.start, case.t, stop_counts=not case.is_over)
    return value_over(case.key_result.value, case.series, span, partial)


def best(case: Case, b: Baseline | None) -> Fraction | None:
    """§3: "the best x at the observed_at of each of its readings after the period start and up to t; before the first,
    b". The first is the first that x is known at."""
    at_readings = [x_of_levels(case, time) for time in reading_times(case, case.period.start)]
    known = [x for x in at_readings if x is not None]
    if not known:
        return None if b is None else b.value
    return min(known) if case.goes_down else max(known)


def reading_times(case: Case, after: Instant) -> list[Instant]:
    """When any level of the value was read, later than `after` and up to t."""
    names = names_in(case.key_result.value)
    return sorted({time for name in names for time in case.series[name].times if after < time <= case.t})


def x_of_levels(case: Case, time: Instant) -> Fraction | None:
    return value_over(case.key_result.value, case.series, Span(time, time))


def baseline(case: Case) -> Baseline | None:
    """§4, §7: the frozen baseline, "unless its measurement is later than T: then as if not yet frozen"."""
    if isinstance(case.key_result.target, Growth | Hold):
        return None
    frozen = case.frozen
    if frozen is not None and frozen.measured_at <= case.now:
        return Baseline(Fraction(frozen.value), frozen.measured_at if frozen.late else None)
    return found_baseline(case)


def found_baseline(case: Case) -> Baseline | None:
    """§4: written, or left out."""
    written = case.key_result.baseline
    if isinstance(written, date):
        return baseline_of_levels(case, end_of_day(written, case.key_result.period.zone))
    if written is not None:
        return Baseline(Fraction(written))
    if case.only_levels:
        return baseline_of_levels(case, case.period.start)
    if case.is_total and isinstance(case.key_result.target, Reach):
        return Baseline(Fraction(0), assumed=True)
    return baseline_before(case)


def baseline_of_levels(case: Case, at: Instant) -> Baseline | None:
    """§4: "x there (no reading by its end: the first x after it, marked `late`; a day not yet over: `no_data`)"."""
    if case.now < at:
        return None
    there = x_of_levels(case, at)
    if there is not None:
        return Baseline(there)
    for time in reading_times(case, at):
        x = x_of_levels(case, time)
        if x is not None:
            return Baseline(x, late_at=time)
    return None


def baseline_before(case: Case) -> Baseline | None:
    """§4: "the same `value` over the period before …, which a change target needs and for which a reach target takes 0
    … where it is unknown"."""
    before = window(period_before(case.key_result.period), case.key_result.period.zone)
    b = value_over(case.key_result.value, case.series, Span(before.start, case.period.start))
    if b is not None:
        return Baseline(b)
    return Baseline(Fraction(0), assumed=True) if isinstance(case.key_result.target, Reach) else None


def is_learning(case: Case) -> bool:
    return isinstance(case.key_result.target, Learn)

"""Growth and hold: the sub-periods of a period, each judged by itself. Semantics §5."""

from dataclasses import dataclass
from fractions import Fraction

from ingest.okr.target import Growth, Hold
from tests.oracle.bound import at_least, at_most, clamp
from tests.oracle.case import Case
from tests.oracle.days import Days, unit_before, units_inside, window
from tests.oracle.value import Span, value_over


@dataclass(frozen=True)
class Tally:
    """What the sub-periods say. `raw` and `expected` are None where N is 0."""

    n: int
    closed: int
    points: Fraction
    value: Fraction | None
    base: Fraction | None
    runs: bool
    """A sub-period is shown: the running one, after the end the last."""

    @property
    def raw(self) -> Fraction | None:
        return self.points / self.n if self.n else None

    @property
    def expected(self) -> Fraction | None:
        """§6: "growth, hold: closed ÷ N (of the N that count)"."""
        return Fraction(self.closed, self.n) if self.n else None

    @property
    def is_unknown(self) -> bool:
        """§5: "none left, or no closed one counts and the running one is unknown: `no_data`"."""
        return self.n == 0 or (self.closed == 0 and self.runs and self.value is None)


def tally(case: Case) -> Tally:
    target = case.key_result.target
    assert isinstance(target, Growth | Hold)
    units = units_inside(case.key_result.period, target.per)
    closed = [unit for unit in units if closes(case, unit) <= case.now]
    counted = [unit for unit in closed if counts(case, unit)]
    shown = shown_unit(case, units)
    return Tally(
        n=len(units) - (len(closed) - len(counted)),
        closed=len(counted),
        points=sum((points(case, unit) for unit in counted), Fraction(0)),
        value=None if shown is None else value_in(case, shown),
        base=base_of(case, shown) if shown is not None and isinstance(target, Growth) else None,
        runs=shown is not None,
    )


def closes(case: Case, unit: Days) -> int:
    return window(unit, case.key_result.period.zone).stop


def shown_unit(case: Case, units: tuple[Days, ...]) -> Days | None:
    """§5: "the running sub-period … (after the end: of the last; between whole sub-periods: null)"."""
    if case.is_over:
        return units[-1] if units else None
    zone = case.key_result.period.zone
    running = [unit for unit in units if window(unit, zone).start <= case.now < window(unit, zone).stop]
    return running[0] if running else None


def value_in(case: Case, unit: Days) -> Fraction | None:
    """§5: "v_i is the value with flows totalled in sub-period i and levels at its end"; of the running one, so far.
    §1: an event that happens now is in the window "unless now is that window's own end"."""
    inside = window(unit, case.key_result.period.zone)
    running = case.now < inside.stop
    span = Span(inside.start, min(case.now, inside.stop), stop_counts=running)
    return value_over(case.key_result.value, case.series, span)


def counts(case: Case, unit: Days) -> bool:
    """§5: "a sub-period whose v is unknown (in growth also the one before it) is, once closed, left out of N"."""
    target = case.key_result.target
    if isinstance(target, Growth) and value_in(case, unit_before(unit, target.per)) is None:
        return False
    return value_in(case, unit) is not None


def points(case: Case, unit: Days) -> Fraction:
    """What a closed sub-period adds: growth clamp(g_i / r, 0, 1); hold 1 inside the bound, else 0."""
    target, v = case.key_result.target, value_in(case, unit)
    assert v is not None
    if isinstance(target, Growth):
        base = base_of(case, unit)
        return Fraction(0) if base is None else clamp((v / base - 1) / Fraction(target.rate))
    assert isinstance(target, Hold)
    high_enough = target.low is None or at_least(v, Fraction(target.low))
    low_enough = target.high is None or at_most(v, Fraction(target.high))
    return Fraction(high_enough and low_enough)


def base_of(case: Case, unit: Days) -> Fraction | None:
    """§5: "the last earlier calendar sub-period with v > 0, at most three back (before the period too)"; "the search
    for a base passes over unknown ones"."""
    target = case.key_result.target
    assert isinstance(target, Growth)
    for _ in range(3):
        unit = unit_before(unit, target.per)
        v = value_in(case, unit)
        if v is not None and v > 0:
            return v
    return None

"""A key result's score, worked out slowly from the page. Semantics §5 and §6."""

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from ingest.okr.instant import DAY, Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.score import Score, Status
from ingest.okr.target import Change, Growth, Hold, Reach
from tests.oracle.bound import above, at_least, at_most, below, clamp
from tests.oracle.case import Baseline, Case, baseline, is_learning, value
from tests.oracle.days import midnight
from tests.oracle.line import Line, elapsed_share, line_of
from tests.oracle.rounds import Tally, tally
from tests.oracle.value import AllSeries, names_in

PACE_STATUSES = {Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK}
ONE = Fraction(1)


@dataclass(frozen=True)
class Reckoned:
    """The score's numbers before they are rounded to floats."""

    x: Fraction | None
    b: Fraction | None
    t_star: Fraction | None
    raw: Fraction | None
    expected: Fraction | None
    line: Line | None = None

    @property
    def progress(self) -> Fraction | None:
        return None if self.raw is None else clamp(self.raw)

    @property
    def pace(self) -> Fraction | None:
        """§6: "progress/e, null at e = 0"."""
        if self.progress is None or not self.expected:
            return None
        return self.progress / self.expected


def score(key_result: KeyResult, series: AllSeries, now: Instant, frozen: Frozen | None = None) -> Score:
    """§6, the first status that fits. `reason` is not worded here: it is "" where the status wants one."""
    case = Case(key_result, series, now, frozen)
    if now < case.period.start:
        expected = Fraction(1 if case.total_down else 0)
        return _score(case, Reckoned(None, None, target_without_b(case), None, expected), Status.SCHEDULED)
    if isinstance(key_result.target, Growth | Hold):
        counted = tally(case)
        reckoned, known = of_rounds(case, counted), not counted.is_unknown
    else:
        reckoned = of_way(case)
        known = reckoned.raw is not None
    if is_learning(case):
        return _score(case, reckoned, Status.LEARNING)
    if not known:
        return _score(case, reckoned, Status.NO_DATA)
    status = status_of_known(case, reckoned)
    if is_stale(case) and not (case.total_up and is_attained(case, reckoned)):
        return _score(case, reckoned, Status.STALE, last_known=status)
    return _score(case, reckoned, status)


def target_without_b(case: Case) -> Fraction | None:
    """§6.1: "target shown where it does not need b"."""
    target = case.key_result.target
    if isinstance(target, Reach):
        return Fraction(target.number)
    return bound_of(target) if isinstance(target, Hold) else None


def bound_of(target: Hold) -> Fraction | None:
    """§5: "the bound (a band: null)"."""
    if target.low is not None and target.high is not None:
        return None
    bound = target.high if target.low is None else target.low
    assert bound is not None
    return Fraction(bound)


def of_rounds(case: Case, counted: Tally) -> Reckoned:
    """§5: "their `value` is v of the running sub-period so far …, `baseline` the base of that one (growth; hold: null),
    `target` what v must reach: base × (1 + r), or the bound"."""
    target = case.key_result.target
    if isinstance(target, Hold):
        must_reach = bound_of(target)
    else:
        assert isinstance(target, Growth)
        must_reach = None if counted.base is None else counted.base * (1 + Fraction(target.rate))
    raw = None if counted.is_unknown else counted.raw
    return Reckoned(counted.value, counted.base, must_reach, raw, counted.expected)


def of_way(case: Case) -> Reckoned:
    """Reach, change and learn: from b to t*."""
    b = baseline(case)
    x = value(case, b)
    t_star = target_of(case, b)
    raw = None if x is None or b is None or t_star is None else raw_progress(case, x, b, t_star)
    known = Reckoned(x, None if b is None else b.value, t_star, raw, elapsed_share(case, b))
    if raw is None or t_star is None:
        return known  # §6.2 and §6.3: "e is f"
    if case.total_down:
        return replace(known, expected=ONE)
    line = line_of(case, b, t_star)
    return replace(known, expected=line.at(case.t), line=line)


def target_of(case: Case, b: Baseline | None) -> Fraction | None:
    """§5: t*: the number; or b(1 ± r), b ± n; "% of b ≤ 0: `no_data`"."""
    target = case.key_result.target
    if isinstance(target, Reach):
        return Fraction(target.number)
    if not isinstance(target, Change) or b is None:
        return None
    if not target.relative:
        return b.value + Fraction(target.amount)
    return b.value * (1 + Fraction(target.amount)) if b.value > 0 else None


def raw_progress(case: Case, x: Fraction, b: Baseline, t_star: Fraction) -> Fraction:
    """§5: "total with t* > 0: x/t*; else (x − b)/(t* − b)"; "b at t* or already beyond it: raw is 1 if attained,
    else 0"."""
    if case.total_down:
        return raw_of_total_down(case, x, b, t_star)
    if is_beyond(case, b.value, t_star):
        return Fraction(is_beyond(case, x, t_star))
    if case.is_total and t_star > 0:
        return x / t_star
    return (x - b.value) / (t_star - b.value)


def raw_of_total_down(case: Case, x: Fraction, b: Baseline, t_star: Fraction) -> Fraction:
    """§5: "p = x/f (x at f = 0); with a written or period-before b above t* raw = (b − p)/(b − t*), else 1 if p ≤ t*,
    else t*/p (0 where t* ≤ 0)"."""
    f = elapsed_share(case, b)
    p = x / f if f else x
    stands_for_something = case.key_result.baseline is not None or isinstance(case.key_result.target, Change)
    if stands_for_something and above(b.value, t_star):
        return (b.value - p) / (b.value - t_star)
    if at_most(p, t_star):
        return ONE
    return t_star / p if t_star > 0 else Fraction(0)


def is_beyond(case: Case, number: Fraction, t_star: Fraction) -> bool:
    """At t* or beyond it, in the direction of the target."""
    return at_most(number, t_star) if case.goes_down else at_least(number, t_star)


def is_attained(case: Case, reckoned: Reckoned) -> bool:
    """§6: "reach, change: x ≥ t* (down: ≤). growth, hold: raw = 1 and the period is over". §5: a total that must go
    down is "attained only at the end"."""
    if not case.goes_somewhere:
        return case.is_over and reckoned.raw is not None and at_least(reckoned.raw, ONE)
    assert reckoned.x is not None
    assert reckoned.t_star is not None
    return is_beyond(case, reckoned.x, reckoned.t_star) and (case.is_over or not case.total_down)


def is_within(reckoned: Reckoned) -> bool:
    """§5, of a total that must go down: "x beyond t* is `off_track`"."""
    assert reckoned.x is not None
    assert reckoned.t_star is not None
    return at_most(reckoned.x, reckoned.t_star)


def is_stale(case: Case) -> bool:
    """§6.4: "at min(t, end) a signal's covered_until is more than its `stale_after` ago"."""
    used = [case.series[name] for name in names_in(case.key_result.value)]
    return any(
        case.t - series.covered_until > series.stale_after
        for series in used
        if series.stale_after is not None and series.covered_until is not None
    )


def status_of_known(case: Case, reckoned: Reckoned) -> Status:
    """§6.5 to §6.7."""
    if is_attained(case, reckoned):
        return Status.ACHIEVED
    if case.is_over:
        return Status.MISSED
    if case.total_down and not is_within(reckoned):
        return Status.OFF_TRACK
    f, pace = elapsed_share(case, baseline(case)), reckoned.pace
    if pace is None or at_least(pace, Fraction(9, 10)) or below(f, Fraction(5, 100)):
        return Status.ON_TRACK
    if at_least(pace, Fraction(7, 10)) or below(f, Fraction(1, 10)):
        return Status.AT_RISK
    return Status.OFF_TRACK


def days_ahead(case: Case, reckoned: Reckoned) -> Fraction | None:
    """§6: "the first time at which e exceeds today's progress (the end, if it never does) minus now"."""
    if reckoned.line is None or reckoned.progress is None:
        return None
    return (reckoned.line.first_above(reckoned.progress) - case.now) / DAY


def due(case: Case, reckoned: Reckoned) -> Fraction | None:
    """§6: "what x lacks to progress = e, in units: b at t* or beyond: |t* − x|; a total going up with t* > 0:
    max(0, e·t* − x); else |t* − b| · max(0, e − raw)"."""
    x, b, t_star, raw, e = reckoned.x, reckoned.b, reckoned.t_star, reckoned.raw, reckoned.expected
    if not case.goes_somewhere or case.total_down or x is None or b is None or t_star is None or raw is None:
        return None
    assert e is not None
    if is_beyond(case, b, t_star):
        return abs(t_star - x)
    if case.total_up and t_star > 0:
        return max(Fraction(0), e * t_star - x)
    return abs(t_star - b) * max(Fraction(0), e - raw)


def is_final(case: Case) -> bool:
    """§6: "from the local midnight 7 days after the end"."""
    period = case.key_result.period
    return case.now >= midnight(period.last + timedelta(days=1 + 7), period.zone)


def _score(case: Case, reckoned: Reckoned, status: Status, last_known: Status | None = None) -> Score:
    in_pace = status in PACE_STATUSES
    return Score(
        value=_float(reckoned.x),
        baseline=_float(reckoned.b),
        target=_float(reckoned.t_star),
        raw_progress=_float(reckoned.raw),
        progress=_float(reckoned.progress),
        expected=_float(reckoned.expected),
        pace=_float(reckoned.pace),
        status=status,
        reason="" if status in {Status.NO_DATA, Status.STALE} else None,
        last_known_status=last_known,
        measured_at=None,
        days_ahead=_float(days_ahead(case, reckoned)) if in_pace else None,
        due=_float(due(case, reckoned)) if in_pace else None,
        final=is_final(case),
    )


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)

"""Hypothesis strategies: definitions that the page allows, with histories and times that lie on its boundaries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName
from ingest.okr.instant import DAY, HOUR, SECOND, Instant
from ingest.okr.objective import Frozen, KeyResult, Objective
from ingest.okr.period import Period
from ingest.okr.score import Score, Status
from ingest.okr.signal import Kind, Series
from ingest.okr.target import Change, Growth, Hold, Learn, Reach, Target
from ingest.okr.unit import Per
from tests.oracle.case import Case, x_of_levels
from tests.oracle.days import end_of_day, midnight, period_before, unit_before, units_inside, window
from tests.oracle.freezing import freeze
from tests.oracle.history import CRUMBS, Anchors, series_of
from tests.oracle.value import is_total, names_in

ONE_DAY = timedelta(days=1)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",  # summer time began at midnight until 2018
    "America/Havana",  # begins at midnight; in autumn midnight comes twice
    "America/Santiago",  # begins at midnight
    "Asia/Beirut",  # begins at midnight
    "Africa/Cairo",  # begins at midnight, again since 2023
    "Asia/Kolkata",  # half an hour off
    "America/St_Johns",  # half an hour off, with summer time
    "Australia/Lord_Howe",  # summer time is half an hour
    "Asia/Kathmandu",  # a quarter of an hour off
    "Pacific/Auckland",
    "Pacific/Honolulu",
]
KINDS = {
    "s.level": Kind.LEVEL,
    "s.other_level": Kind.LEVEL,
    "s.counter": Kind.COUNTER,
    "s.events": Kind.EVENTS,
    "s.other_events": Kind.EVENTS,
}
L, M, C, E, F = (SignalName(name) for name in KINDS)
ONLY_LEVELS: list[Expression] = [
    L,
    Operation("+", L, M),
    Operation("-", L, M),
    Operation("/", L, M),
    Operation("*", Number(100.0), Operation("/", L, Operation("+", L, M))),
    Operation("*", L, Number(0.5)),
    Negation(L),
]
TOTALS: list[Expression] = [
    E,
    C,
    Operation("+", E, C),
    Operation("-", E, F),
    Operation("*", Number(2.0), E),
    Operation("/", C, Number(4.0)),
    Operation("/", E, L),
    Operation("*", Operation("+", E, F), M),
    Negation(E),
]
FLOWING_READINGS: list[Expression] = [
    Operation("/", E, F),
    Operation("/", E, C),
    Operation("/", C, Operation("+", E, F)),
    Operation("+", L, E),
    Operation("+", E, Number(3.0)),
    Operation("*", E, F),
    Operation("/", Number(6.0), E),
    Operation("-", Operation("/", E, F), L),
]
EVERY_SHAPE = ONLY_LEVELS + TOTALS + FLOWING_READINGS


@dataclass(frozen=True)
class Asked:
    """One question to a score."""

    key_result: KeyResult
    series: Mapping[str, Series]
    now: Instant
    frozen: Frozen | None = None


@cache
def odd_days(zone: ZoneInfo) -> tuple[date, ...]:
    """The days of some years on which clocks change; the first of January where none does."""
    days = [date(2016, 1, 1) + n * ONE_DAY for n in range(365 * 12)]
    offsets = [datetime.combine(day, time(12), tzinfo=UTC).astimezone(zone).utcoffset() for day in days]
    changed = [day for day, old, new in zip(days[1:], offsets, offsets[1:], strict=False) if old != new]
    return tuple(changed) or (date(2026, 1, 1),)


@st.composite
def periods(draw: st.DrawFn, longest: int = 400) -> Period:
    """Every form of period; ranges begin and end on days of clock changes often."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(2016, 2027))
    form = draw(st.sampled_from(["range", "month", "quarter", "half", "year"]))
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(form)
    if months is None or months * 31 > longest + 3:
        near = draw(st.sampled_from(odd_days(zone)))
        first = near + draw(st.integers(-3, 3)) * ONE_DAY
        last = first + draw(st.integers(0, longest - 1)) * ONE_DAY
        if draw(st.booleans()):
            first, last = min(first, near), near
        return Period(f"{first}..{last}", first, last, zone)
    number = draw(st.integers(1, 12 // months))
    first = date(year, (number - 1) * months + 1, 1)
    last = (first + timedelta(days=31 * months)).replace(day=1) - ONE_DAY
    text = {"month": f"{year}-{number:02}", "quarter": f"{year}-Q{number}", "half": f"{year}-H{number}"}.get(form)
    return Period(text or str(year), first, last, zone)


numbers = st.sampled_from(
    [5.0, 8.0, 10.0, 11.0, 12.0, 20.0, 49.0, 50.0, 100.0, 3.0, 2.0, 1.0, 0.3, 1.5, 9.5, 0.0, -2.0, *CRUMBS]
)
reaches = st.builds(Reach, numbers, st.sampled_from([None, None, True, False]))
changes = st.one_of(
    st.builds(Change, st.sampled_from([0.05, 0.1, 0.2, 0.5, 1.0, 2.0, -0.5, -0.1, -1.0]), st.just(True)),
    st.builds(Change, st.sampled_from([1.0, 3.0, 5.0, 0.5, 200.0, -1.0, -3.0, -0.25]), st.just(False)),
)
pers = st.sampled_from([Per.DAY, Per.WEEK, Per.WEEK, Per.MONTH, Per.MONTH, Per.QUARTER])
growths = st.builds(Growth, st.sampled_from([0.1, 0.05, 0.5, 1.0]), pers.filter(lambda per: per is not Per.DAY))
holds = st.one_of(
    st.builds(Hold, st.sampled_from([0.0, 1.0, 3.0, 10.0, 0.5]), st.none(), pers),
    st.builds(Hold, st.none(), st.sampled_from([0.0, 1.0, 3.0, 10.0, 0.5]), pers),
    st.builds(Hold, st.sampled_from([0.0, 1.0, 2.0]), st.sampled_from([2.0, 5.0, 10.0]), pers),
)


@st.composite
def ways(draw: st.DrawFn, targets: st.SearchStrategy[Target], shapes: list[Expression]) -> KeyResult:
    """Key results with a reach, change or learn target."""
    period, target, value = draw(periods()), draw(targets), draw(st.sampled_from(shapes))
    only_levels = all(not KINDS[name].is_flow for name in names_in(value))
    days = st.integers(-40, (period.last - period.first).days).map(lambda n: period.first + n * ONE_DAY)
    baselines = [st.none(), st.none(), numbers, days] if only_levels else [st.none(), st.none(), numbers]
    baseline = draw(st.one_of(baselines))
    take = draw(st.sampled_from(["last", "best"])) if only_levels and not isinstance(target, Learn) else "last"
    key_result = key_result_of(value, target, period, baseline=baseline, take=take)
    if Case(key_result, {}, 0).total_down or isinstance(target, Learn) or draw(st.booleans()):
        return key_result
    inside = (period.last - period.first).days
    on = sorted(draw(st.lists(st.integers(0, inside - 1), max_size=3, unique=True))) if inside else []
    shares = sorted(draw(st.sampled_from([0.0, 0.1, 0.25, 0.4, 0.5, 0.8, 1.0])) for _ in on)
    milestones = tuple((period.first + n * ONE_DAY, share) for n, share in zip(on, shares, strict=True))
    return key_result_of(value, target, period, baseline=baseline, take=take, milestones=milestones)


@st.composite
def rounds(draw: st.DrawFn, targets: st.SearchStrategy[Target]) -> KeyResult:
    """Key results with a growth or hold target: at least one sub-period lies whole inside the period."""
    target = draw(targets)
    assert isinstance(target, Growth | Hold)
    period = draw(periods(longest=40 if target.per is Per.DAY else 400).filter(lambda p: units_inside(p, target.per)))
    return key_result_of(draw(st.sampled_from(EVERY_SHAPE)), target, period)


def key_result_of(value: Expression, target: Target, period: Period, **more: object) -> KeyResult:
    kinds = {name: KINDS[name] for name in sorted(names_in(value))}
    return KeyResult("o.k", "K", value, "", target, "", period, kinds, **more)  # type: ignore[arg-type]


def anchors_of(key_result: KeyResult) -> Anchors:
    """The instants at which something changes in the meaning of a key result."""
    period, target = key_result.period, key_result.target
    inside = window((period.first, period.last), period.zone)
    before = window(period_before(period), period.zone)
    others, beats = [end_of_day(day, period.zone) for day, _ in key_result.milestones], list[Instant]()
    if isinstance(key_result.baseline, date):
        others.append(end_of_day(key_result.baseline, period.zone))
    if isinstance(target, Growth | Hold):
        units = units_inside(period, target.per)
        edges = [midnight(unit[0], period.zone) for unit in units] + [end_of_day(units[-1][1], period.zone)]
        others += edges[:6] + edges[-6:]
        unit = units[0]
        for _ in range(4):
            unit = unit_before(unit, target.per)
            others.append(midnight(unit[0], period.zone))
        beats = [time + HOUR for time in others[-4:] + edges[:8]]
    for share in (20, 10, 2):
        others.append(inside.start + (inside.stop - inside.start) // share)
    final = midnight(period.last + timedelta(days=8), period.zone)
    return Anchors(before.start, inside.start, inside.stop, final, tuple(others), tuple(beats))


@st.composite
def asked(draw: st.DrawFn, key_results: st.SearchStrategy[KeyResult]) -> Asked:
    """A key result with the history of its signals, a time, and sometimes a frozen baseline."""
    key_result = draw(key_results)
    anchors = anchors_of(key_result)
    now = draw(anchors.nows())
    series = {name: draw(series_of(kind, anchors, now)) for name, kind in key_result.kinds.items()}
    return Asked(key_result, series, now, draw(frozen_baselines(Case(key_result, series, now))))


@st.composite
def frozen_baselines(draw: st.DrawFn, case: Case) -> Frozen | None:
    """None, what freezing made of it earlier, or what `okr rebaseline` set."""
    how = draw(st.sampled_from(["none", "none", "earlier", "set", "late"]))
    if how == "none" or not (case.goes_somewhere or isinstance(case.key_result.target, Learn)):
        return None
    start = case.period.start
    if how == "earlier":
        span = max(case.now - start, 0)
        return freeze(case.key_result, case.series, start + span // draw(st.sampled_from([1, 2, 3])))
    if how == "late":
        after = draw(st.integers(1, 90)) * DAY
        fits = case.only_levels and case.key_result.baseline is None and start + after < case.t
        if not fits or x_of_levels(case, start) is not None:
            return None
        return Frozen(draw(numbers), True, start + after, "the first reading after the start")
    moves = not is_total(case.key_result.value, case.key_result.kinds) or isinstance(case.key_result.target, Change)
    if not moves:  # a total that is to reach a number starts at 0 or at the number written
        return None
    measured_at = draw(st.sampled_from([start, start - DAY, case.now, case.now + SECOND, start + HOUR]))
    return Frozen(draw(numbers), False, min(measured_at, case.period.stop), "set by hand")  # no b is later than the end


@st.composite
def objectives(draw: st.DrawFn) -> Objective:
    """One to five key results with weights; not all weights are 0, which is refused, unless one of them learns."""
    period, key_results = draw(periods()), []
    for number in range(draw(st.integers(1, 5))):
        targets: list[Target] = [Reach(5.0), Reach(5.0), Change(0.2, relative=True), Learn()]
        target = draw(st.sampled_from(targets))
        weight = draw(st.sampled_from([0.0, 1.0, 1.0, 2.0, 0.5]))
        key_results.append(replace(key_result_of(E, target, period), name=f"o.k{number}", weight=weight))
    if all(key_result.weight == 0 for key_result in key_results):
        key_results[0] = replace(key_results[0], weight=1.0)
    return Objective("o", "O", period, tuple(key_results))


@st.composite
def scores(draw: st.DrawFn, key_result: KeyResult) -> Score:
    """Any score that a key result could have."""
    unknown = [Status.SCHEDULED, Status.NO_DATA]
    known = [status for status in Status if status not in {*unknown, Status.LEARNING}]
    status = Status.LEARNING if isinstance(key_result.target, Learn) else draw(st.sampled_from(unknown + known))
    progress = draw(st.sampled_from([0.0, 0.25, 0.4, 1.0])) if status in known else None
    return Score(None, None, None, progress, progress, 0.5, None, status, None, None, None, None, None, final=False)

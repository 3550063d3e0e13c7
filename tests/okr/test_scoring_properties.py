"""What the two stages of scoring promise: the needed part is enough, and facts hold until they say."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import isfinite
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.okr.check import faults
from ingest.okr.expression import parse_expression, signals_of
from ingest.okr.instant import DAY, FOREVER, HOUR, Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import parse_period
from ingest.okr.score import Score
from ingest.okr.scoring import final_at, freeze, history, judge, measure, needs, score, take_pulse
from ingest.okr.signal import Kind, Need, Series
from ingest.okr.target import parse_target

KINDS = {"l.a": Kind.LEVEL, "l.b": Kind.LEVEL, "e.a": Kind.EVENTS, "e.b": Kind.EVENTS, "c.a": Kind.COUNTER}
VALUES = (
    "l.a",
    "l.a + l.b",
    "l.a / l.b",
    "e.a",
    "e.a + c.a",
    "e.a / e.b",
    "e.a * l.a",
    "e.a / l.a",
    "e.a + l.a",
    "c.a",
)
TARGETS = (
    *("5", "30%", ">= 12", "<= 3", "at most 30", "+20%", "-50%", "+7", "-3", "learn", "0", "<= -2"),
    *("+10% per month", "+5% per week", "stay >= 2 per week", "stay 1..4 per day", "stay <= 3"),
)
PERIODS = ("2026-03", "2026-Q2", "2026-03-10..2026-04-20", "2026-10-20..2026-11-05")
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo")


@st.composite
def key_results(draw: st.DrawFn) -> KeyResult:
    value = draw(st.sampled_from(VALUES))
    target = draw(st.sampled_from(TARGETS))
    period = parse_period(draw(st.sampled_from(PERIODS)), ZoneInfo(draw(st.sampled_from(ZONES))))
    expression = parse_expression(value)
    days = st.integers(-20, 20).map(lambda days: date.fromordinal(period.first.toordinal() + days))
    one = KeyResult(
        name="o.k",
        title="",
        value=expression,
        value_text=value,
        target=parse_target(target),
        target_text=target,
        period=period,
        kinds={name: KINDS[name] for name in signals_of(expression)},
        baseline=draw(st.none() | st.sampled_from([0.0, 4.0, 40.0]) | days),
        take=draw(st.sampled_from(["last", "last", "best"])),
        milestones=((date.fromordinal(period.first.toordinal() + 9), 0.4),) if draw(st.booleans()) else (),
    )
    assume(not faults(one))
    return one


def moments(period_start: Instant, period_end: Instant) -> st.SearchStrategy[Instant]:
    """Times around a period, often exactly on its bounds and on days."""
    exact = st.sampled_from([period_start, period_end, period_start + DAY, period_start + 5 * DAY, period_end - DAY])
    loose = st.integers(period_start - 100 * DAY, period_end + 12 * DAY).map(lambda at: at - at % HOUR)
    return exact | loose


@st.composite
def series_of(draw: st.DrawFn, kind: Kind, start: Instant, end: Instant) -> Series:
    at = moments(start, end)
    times = sorted(draw(st.lists(at, max_size=12, unique=kind is not Kind.EVENTS)))
    values = [float(draw(st.integers(-2, 12))) for _ in times]
    covered_from = draw(st.sampled_from([start - 400 * DAY, start, start + 3 * DAY, None]) | at)
    covered_until = draw(st.sampled_from([FOREVER, None]) | at)
    hole = sorted((draw(at), draw(at)))
    holes = ((hole[0], hole[1]),) if draw(st.booleans()) else ()
    return Series(kind, times, values, covered_from, covered_until, holes, draw(st.sampled_from([None, DAY, 9 * DAY])))


@st.composite
def cases(draw: st.DrawFn) -> tuple[KeyResult, Mapping[str, Series], Instant]:
    one = draw(key_results())
    start, end = one.period.start, one.period.end
    data = {name: draw(series_of(kind, start, end)) for name, kind in one.kinds.items()}
    return one, data, draw(moments(start, end))


def trimmed(series: Series, need: Need) -> Series:
    """What a careful loader would load."""
    keep: set[int] = set()
    for point in need.points:
        place = bisect_right(series.times, point)
        keep |= {place - 1, place}
    for start, end in need.spans:
        first = bisect_left(series.times, start)
        keep |= {first - 1, *range(first, bisect_right(series.times, end))}
    places = sorted(place for place in keep if 0 <= place < len(series.times))
    return replace(
        series, times=[series.times[place] for place in places], values=[series.values[place] for place in places]
    )


def part(one: KeyResult, data: Mapping[str, Series], now: Instant, frozen: Frozen | None) -> Mapping[str, Series]:
    wanted = needs(one, now, frozen)
    assert list(wanted) == list(one.kinds)
    return {name: trimmed(series, wanted[name]) for name, series in data.items()}


@settings(max_examples=300)
@given(cases(), st.booleans())
def test_what_a_score_needs_is_enough_for_it(case: tuple[KeyResult, Mapping[str, Series], Instant], kept: bool) -> None:
    one, data, now = case
    frozen = freeze(one, data, now) if kept else None
    assert score(one, part(one, data, now, frozen), now, frozen) == score(one, data, now, frozen)
    assert freeze(one, part(one, data, now, None), now) == freeze(one, data, now)


@settings(max_examples=300)
@given(cases(), st.data())
def test_facts_hold_until_they_say(case: tuple[KeyResult, Mapping[str, Series], Instant], more: st.DataObject) -> None:
    one, data, now = case
    frozen = more.draw(st.sampled_from([None, freeze(one, data, one.period.end)]))
    facts = measure(one, part(one, data, now, frozen), now, frozen)
    assert facts.until > now
    last = min(facts.until, one.period.end + 30 * DAY)
    later = [now, facts.until - 1, final_at(one.period), more.draw(st.integers(now, max(now, last)))]
    for then in later:
        if now <= then < facts.until:
            assert judge(facts, then) == score(one, data, then, frozen)


@settings(max_examples=150)
@given(cases())
def test_a_frozen_baseline_is_the_one_that_would_be_found(
    case: tuple[KeyResult, Mapping[str, Series], Instant],
) -> None:
    one, data, now = case
    frozen = freeze(one, data, now)
    seen = score(one, data, now, frozen)
    found = score(one, data, now)
    if frozen is not None:
        assert frozen.value == found.baseline
    assert seen._replace(notices=()) == found._replace(notices=())


@settings(max_examples=150)
@given(cases())
def test_numbers_are_finite_and_the_parts_agree(case: tuple[KeyResult, Mapping[str, Series], Instant]) -> None:
    one, data, now = case
    facts = measure(one, data, now)
    seen, pulse = judge(facts, now), take_pulse(facts, now)
    assert (pulse.raw, pulse.progress, pulse.expected, pulse.pace) == _moving(seen)
    assert (pulse.status, pulse.last_known) == (seen.status, seen.last_known_status)
    for number in (*_moving(seen), seen.value, seen.baseline, seen.target, seen.due, seen.days_ahead):
        assert number is None or isfinite(number)
    assert seen.progress is None or 0 <= seen.progress <= 1
    assert (seen.status in ("no_data", "stale")) == (seen.reason is not None)
    (point,) = history(one, data, [now])
    assert point == (now, seen.value, seen.progress, seen.expected, seen.status)


def _moving(seen: Score) -> tuple[float | None, ...]:
    return seen.raw_progress, seen.progress, seen.expected, seen.pace

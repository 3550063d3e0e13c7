"""What is said of a tactic: worked examples by week, and what holds of every one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.okr.instant import DAY, HOUR, Instant
from ingest.okr.objective import KeyResult, Tactic
from ingest.okr.signal import Kind, Series
from ingest.okr.tactic.effect import Effect, effect, looked_at
from ingest.okr.tactic.verdict import Verdict
from tests.okr.tables import at, events, key_result, levels
from tests.okr.test_scoring_properties import cases, trimmed

STARTED = date(2026, 4, 6)
"""A Monday."""
TRIED = Tactic("t", "Tried", STARTED, None, ("o.k",))
BEFORE, DURING = (1, 3) * 6, (6, 8) * 4
"""Events in the weeks before and during: 2 and 7 a week in the mean."""


def weekly(before: Sequence[int] = BEFORE, during: Sequence[int] = DURING, **more: object) -> Series:
    """Single events, spread over the weeks around the start; covered from the first of these weeks."""
    first = STARTED - timedelta(weeks=len(before))
    more = {"covered_from": at(str(first)), **more}
    times = [
        f"{first + timedelta(weeks=week, days=number % 7)} {8 + number // 7:02}:00"
        for week, count in enumerate((*before, *during))
        for number in range(count)
    ]
    return events(*times, **more)


def after(weeks: int, days: int = 0) -> Instant:
    return at(str(STARTED + timedelta(weeks=weeks, days=days)))


def tried(
    series: Series, target: str = "100", now: Instant | None = None, tactic: Tactic = TRIED, **more: object
) -> Effect:
    one = key_result("s.a", target, series.kind, **more)
    return effect(tactic, one, {"s.a": series}, after(8) if now is None else now)


def test_more_events_each_week_are_told_with_their_rates() -> None:
    found = tried(weekly())
    assert (found.verdict, found.per, found.needed) == (Verdict.WORKING, "week", None)
    assert (found.before, found.during, found.weeks_before, found.weeks_during) == (2.0, 7.0, 12, 8)
    assert found.change is not None
    assert found.change.difference == pytest.approx(5)
    assert 3 < found.change.low < 5 < found.change.high < 7


def test_only_what_is_covered_before_it_counts() -> None:
    found = tried(weekly(covered_from=at("2026-02-10")))
    assert (found.before, found.weeks_before) == (pytest.approx(15 / 7), 7)
    assert found.verdict is Verdict.WORKING


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        ("100", Verdict.WORKING),
        ("+50%", Verdict.WORKING),
        ("+10% per month", Verdict.WORKING),
        ("learn", Verdict.WORKING),
        ("<= 100", Verdict.WORSE),
        ("-50%", Verdict.WORSE),
        ("stay >= 20 per month", Verdict.WORKING),
        ("stay <= 20 per month", Verdict.WORSE),
        ("stay 20..40 per month", Verdict.WORKING),
        ("stay 3..20 per month", Verdict.WORSE),
        ("stay 1..99 per month", Verdict.NO_CHANGE),
        ("stay 2..9 per week", Verdict.NO_CHANGE),
        ("stay 3..9 per week", Verdict.WORKING),
    ],
)
def test_which_way_is_better_is_said_by_the_target(target: str, verdict: Verdict) -> None:
    assert tried(weekly(), target).verdict is verdict


def test_as_many_as_before_is_no_change() -> None:
    found = tried(weekly((9, 11) * 12, (11, 9) * 4))
    assert (found.verdict, found.before, found.during, found.needed) == (Verdict.NO_CHANGE, 10, 10, None)
    assert "within chance" in found.sentence


def test_what_rose_before_and_goes_on_rising_is_no_change() -> None:
    found = tried(weekly([4 + week + week % 2 for week in range(24)], [28 + week + week % 2 for week in range(8)]))
    assert found.change is not None
    assert found.change.low > 0
    assert found.verdict is Verdict.NO_CHANGE
    assert "trend" in found.sentence


@pytest.mark.parametrize(
    ("now", "sentence", "needed"),
    [
        (after(-1), "it has not started", "it starts on 2026-04-06"),
        (after(0), "it has not started", "it starts on 2026-04-06"),
        (after(0, 3), "0 of 4 weeks are measured", "4 weeks more, until 2026-05-04"),
        (after(3, 6), "3 of 4 weeks are measured", "1 week more, until 2026-05-04"),
    ],
)
def test_before_four_weeks_it_is_too_early_and_said_until_when(now: Instant, sentence: str, needed: str) -> None:
    found = tried(weekly(), now=now)
    assert (found.verdict, found.sentence, found.needed) == (Verdict.TOO_EARLY, sentence, needed)


def test_while_a_change_by_half_would_not_show_it_is_too_early() -> None:
    found = tried(weekly((0, 4, 8) * 8, (1, 4, 7, 6, 5, 2)), now=after(6))
    assert found.verdict is Verdict.TOO_EARLY
    assert found.needed is not None
    assert found.needed.startswith("about ")
    assert "weeks more, until 2026-" in found.needed


@pytest.mark.parametrize("days", [13, 25])
def test_a_tactic_that_was_too_short_can_never_be_judged(days: int) -> None:
    short = replace(TRIED, ended=STARTED + timedelta(days=days))
    found = tried(weekly(), tactic=short)
    assert (found.verdict, found.needed) == (Verdict.NO_CHANGE, None)
    assert found.sentence == "it is too short to see one: that takes 4 weeks at least"


def test_a_tactic_that_ended_is_judged_by_its_own_time() -> None:
    ended = replace(TRIED, ended=STARTED + timedelta(days=41))
    series = weekly(BEFORE, (7,) * 6 + (0,) * 6)
    first, later = tried(series, now=after(6), tactic=ended), tried(series, now=after(12), tactic=ended)
    assert (first.verdict, first.during, first.weeks_during) == (Verdict.WORKING, 7, 6)
    assert later == first


def test_measurements_that_lag_behind_end_what_is_looked_at() -> None:
    found = tried(weekly(covered_until=after(5, 2)), now=after(8))
    assert found.weeks_during == 5
    assert tried(weekly(covered_until=None), now=after(8)).weeks_during == 0


def test_a_hole_in_the_coverage_is_left_out() -> None:
    found = tried(weekly(holes=[(after(2, 1), after(3, 1))]))
    assert (found.weeks_during, found.during, found.verdict) == (6, 7.0, Verdict.WORKING)


def test_without_measurements_before_it_says_how_to_get_them() -> None:
    found = tried(weekly(covered_from=after(-2)))
    assert (found.verdict, found.weeks_before) == (Verdict.TOO_EARLY, 2)
    assert "`okr pull s --since 2026-02-09`" in (found.needed or "")


def test_after_the_period_nothing_is_looked_at() -> None:
    found = tried(weekly(), now=after(8), period="2026-01-01..2026-05-10")
    assert found.weeks_during == 5
    late = tried(weekly(), now=after(8), period="2026-Q1")
    assert (late.verdict, late.sentence) == (Verdict.NO_CHANGE, "it starts after the end of the period")


def test_a_level_is_told_by_how_much_it_rises_a_week() -> None:
    days = [
        (str(STARTED + timedelta(days=day)), 500.0 + day + (day > 0) * 2 * day + day % 2) for day in range(-182, 57)
    ]
    found = tried(levels(*days))
    assert (found.verdict, found.per) == (Verdict.WORKING, "week")
    assert (found.before, found.during) == (pytest.approx(7, abs=0.1), pytest.approx(21, abs=0.2))


def test_a_share_is_told_as_the_share_of_each_side() -> None:
    cases, yes = weekly((4, 6) * 12, (6, 4) * 4), weekly((1, 1) * 12, (4, 3) * 4)
    one = key_result("s.a / s.b", "30%", Kind.EVENTS)
    found = effect(TRIED, one, {"s.a": yes, "s.b": cases}, after(8))
    assert (found.before, found.during) == (pytest.approx(24 / 120), pytest.approx(28 / 40))
    assert (found.verdict, found.per) == (Verdict.WORKING, None)
    assert found.change is not None
    assert found.change.difference == pytest.approx(0.5)


def test_what_is_measured_once_a_month_is_looked_at_in_blocks_of_four_weeks() -> None:
    months = [(f"{2025 + month // 12}-{month % 12 + 1:02}-14", 30.0 + month % 2) for month in range(4, 24)]
    found = tried(Series(Kind.EVENTS, [at(day) for day, _ in months], [n for _, n in months], 0, at("2027-01-01")))
    assert (found.weeks_during, found.verdict) == (8, Verdict.TOO_EARLY)
    assert found.needed == "8 weeks more, until 2026-07-27"


def test_days_begin_where_the_key_result_lives() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    one = key_result("s.a", "100", Kind.EVENTS, zone=zone)
    start = at(str(STARTED), zone)
    edge = Series(Kind.EVENTS, [start - 200 * DAY, start - HOUR, start, start + HOUR], [1.0] * 4, 0, start + 99 * DAY)
    found = effect(TRIED, one, {"s.a": edge}, start + 4 * 28 * DAY)
    assert found.during == pytest.approx(2 / found.weeks_during)
    assert looked_at(TRIED, one, start)[1] == start


@pytest.mark.parametrize(
    ("started", "ended", "beside"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 1), date(2026, 4, 6), True),
        (date(2026, 1, 1), date(2026, 4, 5), False),
        (date(2026, 5, 31), None, True),
        (date(2026, 6, 1), None, False),
    ],
)
def test_other_tactics_at_the_same_time_are_named(started: date, ended: date | None, beside: bool) -> None:
    other = Tactic("u", "Something else", started, ended, ("o.k",))
    found = effect(TRIED, key_result("s.a", "9"), {"s.a": weekly()}, after(8), (TRIED, other))
    assert found.notices == (("at the same time as: Something else",) if beside else ())


@st.composite
def tactics(draw: st.DrawFn, one: KeyResult) -> Tactic:
    started = one.period.first + timedelta(days=draw(st.integers(-40, 40)))
    length = draw(st.none() | st.integers(0, 90))
    return Tactic("t", "T", started, None if length is None else started + timedelta(days=length), ("o.k",))


@settings(max_examples=150)
@given(cases(), st.data())
def test_nothing_outside_of_what_is_looked_at_counts(
    case: tuple[KeyResult, Mapping[str, Series], Instant], more: st.DataObject
) -> None:
    """Neither what comes later nor what was long ago: the part that is loaded is enough, and there is no look-ahead."""
    one, data, now = case
    tactic = more.draw(tactics(one))
    found = effect(tactic, one, data, now)
    span = looked_at(tactic, one, now)
    part = {name: _within(series, span) for name, series in data.items()}
    assert effect(tactic, one, part, now) == found
    assert all(
        number is None or isfinite(number)
        for interval in (found.change, found.beyond_trend)
        for number in (found.before, found.during, *((interval.low, interval.high) if interval else ()))
    )
    assert (found.needed is not None) == (found.verdict is Verdict.TOO_EARLY)


def _within(series: Series, span: tuple[Instant, Instant]) -> Series:
    """What is loaded of a series, without the one after, which a loader brings along."""
    from ingest.okr.signal import Need

    kept = trimmed(series, Need(spans=(span,)))
    count = sum(time <= span[1] for time in kept.times)
    return replace(kept, times=kept.times[:count], values=kept.values[:count])


@settings(max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=34, max_size=34), st.integers(4, 8))
def test_a_better_and_a_worse_are_mirror_images(counts: list[int], weeks: int) -> None:
    series = weekly(counts[:26], counts[26:])
    up, down = (tried(series, target, now=after(weeks)) for target in (">= 9", "<= 9"))
    opposite = {Verdict.WORKING: Verdict.WORSE, Verdict.WORSE: Verdict.WORKING}
    assert down.verdict is opposite.get(up.verdict, up.verdict)
    assert (up.before, up.during, up.change) == (down.before, down.during, down.change)

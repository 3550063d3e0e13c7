"""Scores, a sentence of the semantics at a time. Period 2026 in UTC unless said."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.okr.instant import BEGINNING, DAY, HOUR
from ingest.okr.objective import Frozen
from ingest.okr.score import Score, Status
from ingest.okr.scoring import final_at, freeze, measure, needs, score
from ingest.okr.signal import Kind
from tests.okr.tables import at, counts, day, events, key_result, levels, series

MID = at("2026-07-02 12:00")  # f = 0.5
END = at("2027-01-01")


def seen(target: str, data: Any, now: int = MID, value: str = "a.b", **more: Any) -> Score:
    """The score of a value of one signal."""
    return score(key_result(value, target, data.kind, **more), {"a.b": data}, now)


# Status, the first that fits


@pytest.mark.parametrize(
    ("target", "expected", "shown"),
    [("5", 0, 5), ("<= 5", 1, 5), ("+20%", 0, None), ("-50%", 1, None), ("learn", 0, None), ("stay >= 3", 0, 3)],
)
def test_before_the_period_it_is_scheduled(target: str, expected: float, shown: float | None) -> None:
    told = seen(target, events("2025-05-05"), at("2025-12-31 23:59"))
    assert told.status is Status.SCHEDULED
    assert (told.expected, told.target) == (expected, shown)
    assert (told.value, told.baseline, told.raw_progress, told.pace, told.measured_at, told.due) == (None,) * 6


def test_a_band_has_no_target_that_is_one_number() -> None:
    assert seen("stay 2..5", events("2026-02-02")).target is None


def test_learning_shows_value_and_baseline_and_no_progress() -> None:
    told = seen("learn", levels(("2025-12-31", 5), ("2026-03-01", 8)))
    assert (told.status, told.value, told.baseline, told.target) == (Status.LEARNING, 8, 5, None)
    assert (told.expected, told.raw_progress, told.pace, told.reason) == (0.5, None, None, None)


def test_learning_without_data_is_learning_and_says_what_is_missing() -> None:
    told = seen("learn", levels())
    assert (told.status, told.value, told.reason) == (Status.LEARNING, None, None)
    assert any("a.b has no reading" in notice for notice in told.notices)


def test_no_data_shows_what_is_known() -> None:
    told = seen("+20%", events("2026-02-02", covered_from=at("2026-01-01")))
    assert (told.status, told.value, told.baseline, told.target) == (Status.NO_DATA, 1, None, None)
    assert (told.expected, told.progress, told.pace) == (0.5, None, None)


@pytest.mark.parametrize("now", [MID, END, END + 30 * DAY])
def test_no_data_comes_before_the_end_of_the_period(now: int) -> None:
    assert seen("5", levels(), now).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("target", "data", "parts"),
    [
        ("5", levels(covered_from=None), ["a.b has no reading", "never asked", "okr pull a", "okr record a.b"]),
        ("5", levels(), ["a.b has no reading", "covered from the beginning"]),
        ("5", events(covered_from=None), ["a.b is unknown", "never asked", "okr pull a --since 2026-01-01"]),
        ("stay >= 1 per quarter", events(covered_from=None), ["a.b is unknown", "okr pull a --since"]),
        (
            "+20%",
            events(covered_from=at("2026-03-05")),
            ["a.b", "covered from 2026-03-05", "okr pull a --since 2026-01-01"],
        ),
        ("+20%", events(covered_from=at("2025-06-01")), ["2025", "covered from 2025-06-01", "--since 2025-01-01"]),
        ("+20%", events(), ["baseline is not positive, give a number"]),
        ("-50%", levels(("2025-12-01", -4)), ["baseline is not positive, give a number"]),
    ],
)
def test_the_reason_names_the_signal_its_coverage_and_the_cure(target: str, data: Any, parts: list[str]) -> None:
    told = seen(target, data)
    assert told.status is Status.NO_DATA
    assert told.reason is not None
    for part in parts:
        assert part in told.reason


@pytest.mark.parametrize(
    ("target", "data", "cure"),
    [
        ("5", levels(), "run `okr record a.b VALUE --at DAY`"),
        ("+20%", events(covered_from=at("2026-03-05")), "write `since: 2026-01-01` in its source a"),
        ("5", events(covered_from=None), "(nothing was ever recorded): write `since: 2026-01-01` in its source a"),
        ("50", levels(("2026-01-01", 5), covered_until=MID - 2 * DAY, stale_after=DAY), "run `okr record a.b VALUE`"),
    ],
)
def test_nobody_is_told_to_pull_what_is_recorded_by_hand(target: str, data: Any, cure: str) -> None:
    told = seen(target, replace(data, by_hand=True))
    assert told.status in {Status.NO_DATA, Status.STALE}
    assert told.reason is not None
    assert told.reason.endswith(cure)
    assert "okr pull" not in told.reason


def test_a_divisor_of_zero_is_no_data() -> None:
    share = key_result("a.b / c.d", ">= 30%")
    told = score(share, {"a.b": events("2026-02-02"), "c.d": events()}, MID)
    assert told.status is Status.NO_DATA
    assert told.reason is not None
    assert "c.d is 0" in told.reason


def test_what_is_too_large_to_be_computed_is_no_data() -> None:
    for data, target in [
        (series(Kind.EVENTS, ("2026-01-02", 1e308), ("2026-01-03", 1e308)), "5"),
        (levels(("2025-12-01", -1e308), ("2026-02-01", 1e308)), ">= 1e308"),
        (levels(("2025-12-01", 1e308)), "+900%"),
    ]:
        told = seen(target, data)
        assert told.status is Status.NO_DATA
        assert told.reason is not None
        assert "too large" in told.reason


@pytest.mark.parametrize(
    ("covered_until", "now", "status"),
    [
        (MID - DAY, MID, Status.OFF_TRACK),  # exactly a day ago
        (MID - DAY - 1, MID, Status.STALE),
        (None, MID, Status.OFF_TRACK),
        (END - DAY, END + 9 * DAY, Status.MISSED),  # at the end it was fresh
        (END - DAY - 1, END + 9 * DAY, Status.STALE),
    ],
)
def test_it_is_stale_when_a_signal_was_last_asked_too_long_ago(
    covered_until: int | None, now: int, status: Status
) -> None:
    data = levels(("2026-01-01", 5), covered_until=covered_until, stale_after=DAY)
    told = seen("50", data, now)
    assert told.status is status
    if status is Status.STALE:
        assert told.last_known_status is (Status.OFF_TRACK if now == MID else Status.MISSED)
        assert told.reason is not None
        assert "a.b was last asked successfully" in told.reason
        assert (told.progress, told.due, told.days_ahead) == (0, None, None)
    else:
        assert (told.last_known_status, told.reason) == (None, None)


def test_a_count_that_is_attained_stays_achieved_and_a_level_goes_stale() -> None:
    old = {"covered_until": at("2026-02-01"), "stale_after": DAY}
    assert seen("1", events("2026-01-05", **old)).status is Status.ACHIEVED
    told = seen("1", levels(("2025-12-05", 0), ("2026-01-05", 2), **old))
    assert (told.status, told.last_known_status) == (Status.STALE, Status.ACHIEVED)


@pytest.mark.parametrize(
    ("progress", "f", "status"),
    [
        (45, 0.5, Status.ON_TRACK),
        (44.9, 0.5, Status.AT_RISK),
        (35, 0.5, Status.AT_RISK),
        (34.9, 0.5, Status.OFF_TRACK),
        (0, 0.0, Status.ON_TRACK),  # e = 0
        (0, 0.049, Status.ON_TRACK),
        (0, 0.05, Status.AT_RISK),
        (0, 0.099, Status.AT_RISK),
        (0, 0.1, Status.OFF_TRACK),
        (100, 0.5, Status.ACHIEVED),
        (100 * (1 - 1e-10), 0.5, Status.ACHIEVED),
        (99, 1.0, Status.MISSED),
        (100, 1.0, Status.ACHIEVED),
    ],
)
def test_the_pace_decides_while_the_period_runs(progress: float, f: float, status: Status) -> None:
    now = at("2026-01-01") + round(f * (END - at("2026-01-01")))
    data = levels(("2026-01-01", 0)) if not progress else levels(("2026-01-01", 0), ("2026-01-01 00:01", progress))
    assert seen(">= 100", data, now).status is status


# Value and windows


def test_an_event_now_counts_and_one_at_the_end_of_the_period_does_not() -> None:
    assert seen("5", events("2026-01-01", "2026-07-02 12:00")).value == 2
    assert seen("5", events("2026-12-31 23:59", "2027-01-01"), END).value == 1
    assert seen("5", levels(("2026-01-01", 1), ("2027-01-01", 7)), END + DAY).value == 7
    assert seen("5", counts(("2025-12-31", 1), ("2027-01-01", 7)), END + DAY).value == 6


def test_what_is_dated_in_the_future_counts_when_its_time_comes() -> None:
    data = events("2026-02-02", "2026-08-01")
    facts = measure(key_result("a.b", "5"), {"a.b": data}, MID)
    assert facts.until == at("2026-08-01")
    assert (seen("5", data).value, seen("5", data, facts.until - 1).value, seen("5", data, facts.until).value) == (
        1,
        1,
        2,
    )


def test_a_count_that_is_covered_in_part_counts_from_there_when_it_is_to_reach_something() -> None:
    part = events("2026-01-05", "2026-03-05", "2026-03-06", covered_from=at("2026-03-05"))
    told = seen("5", part)
    assert told.value == 2
    assert [notice for notice in told.notices if notice.startswith("partial: since 2026-03-05")]
    assert seen("<= 5", part).status is Status.NO_DATA
    assert seen("+5", part).status is Status.NO_DATA
    assert seen("5", part, at("2026-03-04")).status is Status.NO_DATA
    assert seen("5", part, value="a.b + 0").status is Status.NO_DATA  # a reading, not a total


def test_a_hole_is_a_notice_and_the_flow_counts_as_known() -> None:
    hole = (at("2026-02-01"), at("2026-02-03"))
    told = seen("5", events("2026-01-05", holes=[hole]))
    assert told.value == 1
    assert [
        notice for notice in told.notices if notice.startswith("hole: a.b was not asked from 2026-02-01 to 2026-02-03")
    ]
    assert seen("5", events("2026-01-05", holes=[hole]), at("2026-01-31")).notices == ()
    assert seen("5", levels(("2026-01-01", 1), holes=[hole])).notices == ()


def test_the_best_is_the_baseline_before_the_first_reading() -> None:
    told = seen("45", levels(("2025-12-01", 60)), take="best", baseline=52.0)
    assert (told.value, told.raw_progress) == (52, 0)
    later = seen(">= 70", levels(("2025-12-01", 60), ("2026-02-01", 66), ("2026-03-01", 61)), take="best")
    assert (later.baseline, later.value, later.raw_progress) == (60, 66, 0.6)


# Baseline


def test_a_late_baseline_starts_the_line_at_its_time() -> None:
    data = levels(("2026-07-02 12:00", 10), ("2026-10-01 18:00", 15))
    told = seen("20", data, at("2026-10-01 18:00"))
    assert (told.baseline, told.value, told.raw_progress, told.expected) == (10, 15, 0.5, 0.5)
    assert any(notice.startswith("late baseline") for notice in told.notices)


def test_a_day_as_baseline_means_its_end() -> None:
    data = levels(("2026-02-01", 10), ("2026-03-01 23:59", 12), ("2026-03-02", 13), ("2026-03-02 00:01", 20))
    assert seen("20", data, baseline=day("2026-03-01")).baseline == 13
    waiting = seen("20", data, at("2026-03-01 23:59"), baseline=day("2026-03-01"))
    assert (waiting.status, waiting.value) == (Status.NO_DATA, 12)
    assert waiting.reason is not None
    assert "not over yet" in waiting.reason


def test_a_reach_target_takes_an_unknown_period_before_as_zero_with_a_notice() -> None:
    share = key_result("a.b / c.d", ">= 50%")
    since = at("2026-01-01")
    data = {"a.b": events("2026-02-02", covered_from=since), "c.d": events(*["2026-02-02"] * 4, covered_from=since)}
    told = score(share, data, MID)
    assert (told.baseline, told.raw_progress) == (0, 0.5)
    assert any("2025 is unknown, taken as 0" in notice for notice in told.notices)
    assert freeze(share, data, MID) is None


def test_what_is_frozen_says_where_it_came_from() -> None:
    one = key_result("a.b", "20", Kind.LEVEL)
    early = levels(("2025-12-24", 10), ("2026-02-01", 15))
    assert freeze(one, {"a.b": early}, MID) == Frozen(
        10, False, at("2025-12-24"), "the reading at the start of the period"
    )
    late = levels(("2026-02-01", 15))
    assert freeze(one, {"a.b": late}, MID) == Frozen(15, True, at("2026-02-01"), "the first reading after 2026-01-01")
    assert freeze(one, {"a.b": late}, at("2026-01-31")) is None
    assert freeze(one, {"a.b": early}, at("2025-12-31")) is None
    gigs = freeze(key_result("a.b", "+100%"), {"a.b": events("2025-05-05")}, MID)
    assert gigs == Frozen(1, False, at("2025-05-05"), "the value of 2025")


@pytest.mark.parametrize(
    ("target", "more"), [("5", {}), ("+10% per month", {}), ("stay >= 1", {}), ("+3", {"baseline": 2.0})]
)
def test_what_is_not_measured_is_not_frozen(target: str, more: dict[str, Any]) -> None:
    assert freeze(key_result("a.b", target, **more), {"a.b": events("2025-05-05", "2026-02-02")}, MID) is None


def test_a_frozen_baseline_stays_unless_its_measurement_is_later_than_the_time_asked_for() -> None:
    one, data = key_result("a.b", "20", Kind.LEVEL), {"a.b": levels(("2026-01-01", 4), ("2026-03-01", 10))}
    kept = Frozen(8, False, at("2026-02-01"), "by hand")
    assert score(one, data, MID, kept).baseline == 8
    assert score(one, data, at("2026-01-31"), kept).baseline == 4


# Targets


@pytest.mark.parametrize(
    ("target", "baseline", "now_at", "raw"),
    [
        ("45", 52.0, 48.5, 0.5),  # a written number above it says down
        ("<= 45", None, 47.5, 0.5),
        ("60", None, 55, 0.5),
        ("+10", None, 55, 0.5),
        ("-10", None, 45, 0.5),
        ("-10%", None, 47.5, 0.5),
        ("+10%", None, 60, 2.0),
        (">= 40", None, 50, 1.0),  # the baseline is beyond it, and it is attained
        (">= 40", None, 39, 0.0),
        ("<= 60", None, 61, 0.0),
        (">= 40", 50.0, 39, 0.0),  # >= stays upward
        ("60", None, 40, -1.0),
    ],
)
def test_progress_of_a_level_is_the_way_gone_from_its_baseline(
    target: str, baseline: float | None, now_at: float, raw: float
) -> None:
    told = seen(target, levels(("2026-01-01", 50), ("2026-06-01", now_at)), baseline=baseline)
    assert told.raw_progress == pytest.approx(raw)
    assert told.progress == min(max(told.raw_progress or 0, 0), 1)


@pytest.mark.parametrize(
    ("target", "more", "x", "raw", "status"),
    [
        ("<= 100", {}, 40, 1.0, Status.ON_TRACK),  # p = 80
        ("<= 100", {}, 80, 0.625, Status.OFF_TRACK),  # p = 160
        ("<= 100", {}, 105, 100 / 210, Status.OFF_TRACK),
        ("<= 0", {}, 1, 0.0, Status.OFF_TRACK),
        ("<= 0", {}, 0, 1.0, Status.ON_TRACK),
        ("100", {"baseline": 200.0}, 60, 0.8, Status.AT_RISK),  # p = 120
        ("<= 100", {"baseline": 50.0}, 80, 0.625, Status.OFF_TRACK),
    ],
)
def test_a_total_that_must_go_down_is_judged_by_where_its_rate_leads(
    target: str, more: dict[str, Any], x: float, raw: float, status: Status
) -> None:
    told = seen(target, series(Kind.EVENTS, ("2026-01-01", x)), **more)
    assert (told.raw_progress, told.status) == (pytest.approx(raw), status)
    assert (told.expected, told.pace, told.days_ahead, told.due) == (1, told.progress, None, None)


def test_a_total_that_must_go_down_is_attained_only_at_the_end() -> None:
    halved = series(Kind.EVENTS, ("2025-03-01", 10), ("2026-01-01", 4))
    assert seen("-50%", halved, END - 1).status is Status.ON_TRACK
    assert seen("-50%", halved, END).status is Status.ACHIEVED
    at_first = seen("-50%", halved, at("2026-01-01"))
    assert (at_first.raw_progress, at_first.status) == (pytest.approx(6 / 5), Status.ON_TRACK)  # p = x at f = 0


def test_small_whole_counts_are_expected_in_whole_steps() -> None:
    told = seen("3", events("2026-02-02"), MID)  # the line is at 1.5
    assert (told.expected, told.due, told.status) == (pytest.approx(1 / 3), 0, Status.ON_TRACK)
    assert told.days_ahead == pytest.approx((at("2026-01-01") + (END - at("2026-01-01")) * 2 / 3 - MID) / DAY)
    assert seen("60", events("2026-02-02"), MID).expected == 0.5
    assert seen("2.5", events("2026-02-02"), MID).expected == 0.5


def test_milestones_bend_the_line() -> None:
    milestones = ((day("2026-04-01"), 0.1), (day("2026-10-01"), 0.7))
    data = levels(("2026-01-01", 0), ("2026-06-01", 40))
    told = seen("100", data, at("2026-04-02"), milestones=milestones)
    assert told.expected == pytest.approx(0.1)
    middle = seen("100", data, at("2026-07-02"), milestones=milestones)
    assert middle.expected == pytest.approx(0.1 + 0.6 * 91 / 183)
    assert middle.days_ahead == pytest.approx((at("2026-04-02") + 0.5 * 183 * DAY - at("2026-07-02")) / DAY)
    late = seen("100", levels(("2026-05-01", 0)), at("2026-07-17"), milestones=milestones)
    assert late.expected == pytest.approx(0.7 * 77 / 154)


# Growth and hold


def test_growth_passes_over_empty_and_unknown_months_at_most_three_back() -> None:
    growth = {"target": "+10% per month", "period": "2026-04-01..2026-06-30"}
    told = seen(data=series(Kind.EVENTS, ("2026-01-10", 10), ("2026-04-10", 20)), now=at("2026-05-10"), **growth)
    assert told.raw_progress == pytest.approx(1 / 3)  # January is three back from April
    assert (told.value, told.baseline, told.target) == (0, 20, pytest.approx(22))
    older = seen(data=series(Kind.EVENTS, ("2025-12-10", 10), ("2026-04-10", 20)), now=at("2026-05-10"), **growth)
    assert older.raw_progress == 0


def test_what_is_unknown_is_left_out_and_named() -> None:
    data = events("2026-02-10", "2026-03-10", "2026-03-11", covered_from=at("2026-02-01"))
    told = seen("+10% per month", data, at("2026-04-10"), period="2026-H1")
    assert told.raw_progress == pytest.approx(1 / 4)  # January is unknown, and February's base is
    assert told.expected == pytest.approx(1 / 4)
    assert [notice for notice in told.notices if notice.startswith("left out: 2026-01 to 2026-02 (a.b is unknown")]
    held = seen("stay >= 1", data, at("2026-04-10"), period="2026-H1")
    assert (held.raw_progress, held.expected) == (2 / 5, 2 / 5)


def test_nothing_that_counts_is_no_data() -> None:
    late = events("2026-04-03", covered_from=at("2026-04-02"))
    running = seen("stay >= 1", late, at("2026-03-10"), period="2026-Q1")
    assert (running.status, running.expected) == (Status.NO_DATA, 0)
    over = seen("stay >= 1", late, at("2026-04-10"), period="2026-Q1")
    assert (over.status, over.expected, over.raw_progress) == (Status.NO_DATA, None, None)


def test_hold_counts_the_closed_months_inside_the_bound() -> None:
    data = events("2026-01-31 23:59", "2026-02-01", "2026-03-01")
    told = seen("stay >= 1", data, at("2026-03-01"), period="2026-Q1")
    assert (told.raw_progress, told.expected, told.status) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        Status.ON_TRACK,
    )
    assert (told.value, told.baseline, told.target, told.due, told.days_ahead) == (1, None, 1, None, None)
    over = seen("stay >= 1", data, at("2026-04-01"), period="2026-Q1")
    assert (over.raw_progress, over.status, over.value) == (1, Status.ACHIEVED, 1)


def test_between_whole_sub_periods_there_is_no_value() -> None:
    data = events("2026-02-10")
    before = seen("stay >= 1", data, at("2026-01-20"), period="2026-01-15..2026-03-10")
    assert (before.value, before.raw_progress, before.status) == (None, 0, Status.ON_TRACK)
    after = seen("stay >= 1", data, at("2026-03-05"), period="2026-01-15..2026-03-10")
    assert (after.value, after.raw_progress, after.status) == (None, 1, Status.ON_TRACK)
    assert seen("stay >= 1", data, at("2026-03-11"), period="2026-01-15..2026-03-10").value == 1


def test_days_are_counted_as_the_zone_has_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calls = events("2026-03-28 23:30", "2026-03-29 23:30", zone=berlin)
    period = {"period": "2026-03-28..2026-03-29", "zone": berlin}
    told = seen("stay 1..1 per day", calls, at("2026-03-30", berlin), **period)
    assert (told.raw_progress, told.status) == (1, Status.ACHIEVED)
    assert seen("5", calls, at("2026-03-29", berlin) + 22 * HOUR, **period).expected == pytest.approx(0.8)


# The end


def test_a_score_is_final_seven_days_after_the_end() -> None:
    one, data = key_result("a.b", "5"), {"a.b": events("2026-02-02")}
    final = final_at(one.period)
    assert final == at("2027-01-08")
    assert (score(one, data, final - 1).final, score(one, data, final).final) == (False, True)
    late = score(one, data, final + 9 * DAY, configured_at=final + DAY)
    assert late.final
    assert any("everything recorded counts" in notice for notice in late.notices)
    assert not score(one, data, final + 9 * DAY, configured_at=at("2026-01-01")).notices


def test_levels_with_a_frozen_baseline_need_points_alone() -> None:
    one = key_result("a.b", "20", Kind.LEVEL)
    need = needs(one, MID, Frozen(10, False, at("2025-12-31"), "kept"))["a.b"]
    assert (need.points, need.spans) == (frozenset({MID}), ())
    written = needs(key_result("a.b", "20", Kind.LEVEL, baseline=3.0), END + DAY)["a.b"]
    assert (written.points, written.spans) == (frozenset({END}), ())
    assert needs(key_result("a.b", "20"), MID)["a.b"].spans == ((at("2026-01-01"), END),)
    assert needs(one, BEGINNING)["a.b"].points == frozenset()

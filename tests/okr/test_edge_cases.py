"""The cases in which trackers of goals go wrong, one test each. Where more than one answer is possible, the page's."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.face.words import share
from ingest.okr.instant import DAY, HOUR, Instant
from ingest.okr.score import Score, Status
from ingest.okr.scoring import score
from ingest.okr.signal import Kind
from tests.okr.tables import at, counts, events, key_result, levels, series

MID = at("2026-07-02 12:00")  # f = 0.5
END = at("2027-01-01")


def seen(target: str, data: Any, now: Instant = MID, **more: Any) -> Score:
    """The score of a value of one signal."""
    return score(key_result("a.b", target, data.kind, **more), {"a.b": data}, now)


def test_a_percentage_of_a_baseline_of_zero_is_no_data_with_the_cure() -> None:
    told = seen("+20%", levels(("2025-12-31", 0), ("2026-06-01", 40)))
    assert (told.status, told.value, told.baseline, told.target) == (Status.NO_DATA, 40, 0, None)
    assert told.reason == "baseline is not positive, give a number (it is 0: write +5, not +20%)"
    assert seen("+80", levels(("2025-12-31", 0), ("2026-06-01", 40))).progress == 0.5


def test_growth_from_a_month_of_nothing_goes_from_the_last_month_with_something() -> None:
    data = series(Kind.EVENTS, ("2025-11-10", 40), ("2026-01-10", 44), ("2026-03-10", 1))
    told = seen("+10% per month", data, at("2026-02-01"), period="2026-Q1")
    assert (told.raw_progress, told.baseline) == (1 / 3, 44), "December had none: January is judged by November"
    nothing = seen("+10% per month", series(Kind.EVENTS, ("2026-03-10", 1)), at("2026-03-01"), period="2026-Q1")
    assert (nothing.raw_progress, nothing.status) == (0, Status.OFF_TRACK), "without any base a month counts 0"


@pytest.mark.parametrize(("value", "raw"), [(9, 0.0), (10, 1.0), (12, 1.0)])
def test_a_target_that_is_the_baseline_is_reached_or_not_and_nothing_between(value: float, raw: float) -> None:
    told = seen("at least 10", levels(("2025-12-31", 10), ("2026-06-01", value)))
    assert (told.target, told.baseline, told.raw_progress) == (10, 10, raw)


def test_without_data_there_is_no_number_and_no_zero() -> None:
    told = seen("+20%", levels())
    assert told.status is Status.NO_DATA
    assert (told.value, told.baseline, told.target, told.raw_progress, told.progress, told.pace) == (None,) * 6


def test_a_divisor_of_zero_is_unknown_and_named() -> None:
    told = score(key_result("a.b / c.d", ">= 30%"), {"a.b": events("2026-02-02"), "c.d": events()}, MID)
    assert (told.status, told.value) == (Status.NO_DATA, None)
    assert "c.d is 0" in (told.reason or "")


def test_a_missing_part_of_a_sum_is_never_zero() -> None:
    both = key_result("a.b + c.d", "100", Kind.LEVEL)
    told = score(both, {"a.b": levels(("2025-12-31", 60)), "c.d": levels()}, MID)
    assert (told.status, told.value) == (Status.NO_DATA, None)
    assert "c.d has no reading" in (told.reason or "")


def test_an_old_part_of_a_sum_is_carried_forward_and_makes_the_whole_stale() -> None:
    both = key_result("a.b + c.d", "100", Kind.LEVEL)
    old = levels(("2025-12-31", 20), covered_until=MID - 3 * DAY, stale_after=2 * DAY)
    told = score(both, {"a.b": levels(("2025-12-31", 60), ("2026-06-01", 70)), "c.d": old}, MID)
    assert (told.status, told.value, told.progress) == (Status.STALE, 90, 0.5)
    assert told.last_known_status is Status.ON_TRACK
    fresh = levels(("2025-12-31", 20), covered_until=MID - DAY, stale_after=2 * DAY)
    assert score(both, {"a.b": levels(("2025-12-31", 60)), "c.d": fresh}, MID).value == 80


def test_a_counter_that_restarts_goes_on_and_a_level_that_falls_has_fallen() -> None:
    readings = (("2025-12-31", 1_000), ("2026-02-01", 1_060), ("2026-03-01", 15))
    assert seen("100", counts(*readings)).value == 75
    assert seen("2000", levels(*readings)).value == 15


def test_a_key_result_that_is_written_after_its_period_is_final_at_once_and_counts_everything() -> None:
    final = at("2027-01-08")
    one = key_result("a.b", "2")
    told = score(one, {"a.b": events("2026-02-02", "2026-12-31 23:59")}, final, None, final + 30 * DAY)
    assert (told.value, told.status, told.final) == (2, Status.ACHIEVED, True)
    told = score(one, {"a.b": events("2026-02-02")}, final + 40 * DAY, None, final + 30 * DAY)
    assert (told.status, told.days_ahead, told.due) == (Status.MISSED, None, None)
    assert "first configured 2027-02-07" in told.notices[0]


def test_what_is_dated_after_the_end_does_not_count_and_what_is_read_at_the_end_does() -> None:
    told = seen("2", events("2026-02-02", "2027-01-01", "2027-01-02"), END + 2 * DAY)
    assert (told.value, told.status, told.final) == (1, Status.MISSED, False)
    assert seen("20", levels(("2025-12-31", 10), ("2027-01-01", 20)), END).status is Status.ACHIEVED
    assert seen("20", levels(("2025-12-31", 10), ("2027-01-01 00:01", 20)), END + DAY).value == 10


def test_what_was_achieved_and_fell_back_is_what_it_is_now_unless_the_best_counts() -> None:
    data = levels(("2025-12-31", 10), ("2026-03-01", 21), ("2026-06-01", 12))
    assert seen("20", data, at("2026-04-01")).status is Status.ACHIEVED
    fallen = seen("20", data)
    assert (fallen.status, fallen.progress) == (Status.OFF_TRACK, 0.2)
    assert seen("20", data, take="best").status is Status.ACHIEVED


def test_progress_below_the_baseline_is_negative_and_counts_as_none() -> None:
    told = seen("20", levels(("2025-12-31", 10), ("2026-06-01", 5)))
    assert (told.raw_progress, told.progress, told.status) == (-0.5, 0, Status.OFF_TRACK)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_months_begin_at_local_midnight_on_both_sides_of_a_clock_change(zone: str) -> None:
    here = ZoneInfo(zone)
    one = key_result("a.b", "stay >= 1 per month", period="2026", zone=here)
    last, first = at("2026-03-31 23:59", here), at("2026-04-01", here)
    data = events("2026-03-31 23:59", "2026-04-01", zone=here)
    assert score(one, {"a.b": data}, first).raw_progress == 1 / 12, "March is closed with its event"
    assert score(one, {"a.b": data}, last).raw_progress == 0, "March still runs"
    assert score(one, {"a.b": data}, first + HOUR).value == 1, "April has the other"


def test_a_running_month_of_growth_is_shown_and_not_scored_until_it_is_over() -> None:
    data = series(Kind.EVENTS, ("2026-03-10", 45), ("2026-04-10", 21))
    told = seen("+10% per month", data, at("2026-04-12 12:00"), period="2026-Q2")
    assert (told.value, told.baseline, told.raw_progress, told.expected) == (21, 45, 0, 0)
    assert told.target == pytest.approx(49.5)
    assert told.status is Status.ON_TRACK, "nothing is expected before a month is over"


def test_the_first_month_of_growth_needs_the_one_before() -> None:
    since = at("2026-01-01")
    data = series(Kind.EVENTS, ("2026-01-10", 40), ("2026-02-10", 44), covered_from=since)
    january = seen("+10% per month", data, at("2026-02-01"), period="2026-Q1")
    assert (january.raw_progress, january.expected) == (0, 0)
    assert any("2026-01" in notice for notice in january.notices), "it is left out of what counts, and named"
    february = seen("+10% per month", data, at("2026-03-01"), period="2026-Q1")
    assert february.raw_progress == pytest.approx(1 / 2)


def test_months_of_unequal_length_are_compared_by_their_totals() -> None:
    times = [f"2026-{month:02}-{day:02}" for month, days in ((1, 31), (2, 28)) for day in range(1, days + 1)]
    told = seen("+10% per month", events(*times), at("2026-03-01"), period="2026-02")
    assert told.raw_progress == 0, "one a day is fewer in February"


def test_numbers_are_compared_in_full_and_shown_against_the_reader() -> None:
    told = seen("at least 30", levels(("2025-12-31", 10), ("2026-06-01", 29.96)))
    assert told.status is not Status.ACHIEVED
    assert share(told.progress) == "99 %"
    assert seen("+10%", levels(("2025-12-31", 110), ("2026-06-01", 121))).status is Status.ACHIEVED

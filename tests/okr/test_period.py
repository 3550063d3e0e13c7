"""Periods, their sub-periods, and the days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.day import end_of_day, local_day, local_text, midnight, parse_day
from ingest.okr.instant import BEGINNING, DAY, HOUR, instant, rfc3339
from ingest.okr.period import final_at, parse_period, period_before, units
from ingest.okr.unit import Per, unit_text, units_before

BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
APIA = ZoneInfo("Pacific/Apia")
HAVANA = ZoneInfo("America/Havana")
TORONTO = ZoneInfo("America/Toronto")
UTC_ZONE = ZoneInfo("UTC")
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "America/Havana", "Africa/Cairo")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-10-01..2026-12-31", "2026-10-01", "2026-12-31"),
        ("2026-10-01 .. 2026-10-01", "2026-10-01", "2026-10-01"),
        (" 2026 ", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_includes_its_first_and_its_last_day(text: str, first: str, last: str) -> None:
    period = parse_period(text, BERLIN)
    assert (str(period.first), str(period.last)) == (first, last)
    assert period.start == midnight(date.fromisoformat(first), BERLIN)
    assert period.end == midnight(date.fromisoformat(last) + timedelta(days=1), BERLIN)
    assert period.text == text.strip()


def test_a_year_in_berlin_begins_an_hour_before_that_of_utc() -> None:
    period = parse_period("2026", BERLIN)
    assert (rfc3339(period.start), rfc3339(period.end)) == ("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z")


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "2026-H1"),
        ("26", "2026-H1"),
        ("2026-Q5", "1 to 4"),
        ("2026-Q0", "1 to 4"),
        ("2026-H3", "1 to 2"),
        ("2026-13", "1 to 12"),
        ("2026-00", "1 to 12"),
        ("2026-q1", "2026-Q4"),
        ("2026-1", "2026-11"),
        ("1026", "between 1900 and 2999"),
        ("9999", "between 1900 and 2999"),
        ("2026-12-31..2026-10-01", "write 2026-10-01..2026-12-31"),
        ("2026-10-01", "write 2026-10-01..2026-10-01"),
        ("2026-02-30..2026-03-01", "write it as 2026-12-31"),
        ("2026-10-01...2026-12-31", "2026-10-01..2026-12-31"),
        ("next year", "2026-H1"),
        ("٢٠٢٦", "2026-H1"),
    ],
)
def test_what_is_no_period_is_refused_with_what_would_be_one(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure.replace(".", r"\.")):
        parse_period(text, UTC_ZONE)


def test_a_day_that_a_zone_left_out_is_no_period() -> None:
    with pytest.raises(ValueError, match="does not exist in Pacific/Apia"):
        parse_period("2011-12-30..2011-12-30", APIA)


@pytest.mark.parametrize("text", ["2026-1-1", "20260101", "2026-02-29", "tomorrow", "", "0001-01-01", "2026-W01-1"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"2026-12-31|between 1900 and 2999"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "before", "first", "last"),
    [
        ("2026", "2025", "2025-01-01", "2025-12-31"),
        ("2026-H1", "2025-H2", "2025-07-01", "2025-12-31"),
        ("2026-H2", "2026-H1", "2026-01-01", "2026-06-30"),
        ("2026-Q1", "2025-Q4", "2025-10-01", "2025-12-31"),
        ("2026-Q3", "2026-Q2", "2026-04-01", "2026-06-30"),
        ("2024-03", "2024-02", "2024-02-01", "2024-02-29"),
        ("2026-01", "2025-12", "2025-12-01", "2025-12-31"),
        ("2026-03-01..2026-03-31", "2026-01-29..2026-02-28", "2026-01-29", "2026-02-28"),
        ("2026-05-05..2026-05-05", "2026-05-04..2026-05-04", "2026-05-04", "2026-05-04"),
    ],
)
def test_the_period_before_is_of_the_same_calendar_kind(text: str, before: str, first: str, last: str) -> None:
    period = parse_period(text, BERLIN)
    earlier = period_before(period)
    assert (earlier.text, str(earlier.first), str(earlier.last)) == (before, first, last)
    assert earlier.end == period.start
    assert parse_period(before, BERLIN) == earlier


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        (date(2026, 3, 29), BERLIN, "2026-03-28T23:00:00Z"),
        (date(2026, 3, 30), BERLIN, "2026-03-29T22:00:00Z"),
        (date(2026, 10, 26), BERLIN, "2026-10-25T23:00:00Z"),
        (date(2018, 11, 4), SAO_PAULO, "2018-11-04T03:00:00Z"),  # 00:00 was 01:00
        (date(2018, 2, 18), SAO_PAULO, "2018-02-18T03:00:00Z"),  # 23:00 came twice the evening before
        (date(2023, 11, 5), HAVANA, "2023-11-05T04:00:00Z"),  # 00:00 came twice: the first
        (date(1919, 3, 31), TORONTO, "1919-03-31T04:30:00Z"),  # 23:30 was 00:30
        (date(2011, 12, 29), APIA, "2011-12-29T10:00:00Z"),
        (date(2011, 12, 30), APIA, "2011-12-30T10:00:00Z"),  # there was none: where the next day begins
        (date(2011, 12, 31), APIA, "2011-12-30T10:00:00Z"),
    ],
)
def test_a_day_begins_at_its_first_instant(day: date, zone: ZoneInfo, begins: str) -> None:
    assert rfc3339(midnight(day, zone)) == begins


@given(day=st.dates(date(1915, 1, 1), date(2090, 1, 1)), zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_the_instant_before_midnight_belongs_to_an_earlier_day(day: date, zone: ZoneInfo) -> None:
    begins = midnight(day, zone)
    assert local_day(begins, zone) >= day
    assert local_day(begins - 1, zone) < day
    assert end_of_day(day, zone) == midnight(day + timedelta(days=1), zone)


def test_final_is_the_local_midnight_seven_days_after_the_end() -> None:
    period = parse_period("2026-10-01..2026-10-20", BERLIN)
    assert rfc3339(final_at(period)) == "2026-10-27T23:00:00Z"
    assert final_at(period) - period.end == 7 * DAY + HOUR  # clocks were put back in between


@pytest.mark.parametrize(
    ("text", "per", "first_days"),
    [
        ("2026-Q1", Per.MONTH, ["2026-01-01", "2026-02-01", "2026-03-01"]),
        ("2026", Per.QUARTER, ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2026-01-15..2026-04-14", Per.MONTH, ["2026-02-01", "2026-03-01"]),
        ("2026-02-01..2026-02-14", Per.WEEK, ["2026-02-02"]),
        ("2026-02-02..2026-02-15", Per.WEEK, ["2026-02-02", "2026-02-09"]),
        ("2026-02-03..2026-02-08", Per.WEEK, []),
        ("2026-02-03..2026-02-05", Per.DAY, ["2026-02-03", "2026-02-04", "2026-02-05"]),
        ("2026-02", Per.QUARTER, []),
    ],
)
def test_sub_periods_lie_whole_inside(text: str, per: Per, first_days: list[str]) -> None:
    period = parse_period(text, BERLIN)
    assert [str(unit.first) for unit in units(period, per)] == first_days
    assert [unit.start for unit in units(period, per)] == [
        midnight(date.fromisoformat(day), BERLIN) for day in first_days
    ]
    assert all(period.start <= unit.start < unit.end <= period.end for unit in units(period, per))


def test_a_day_that_a_zone_left_out_is_no_sub_period() -> None:
    period = parse_period("2011-12-28..2011-12-31", APIA)
    assert [str(unit.first) for unit in units(period, Per.DAY)] == ["2011-12-28", "2011-12-29", "2011-12-31"]
    assert [str(unit.first) for unit in units_before(date(2011, 12, 31), Per.DAY, 2, APIA)] == [
        "2011-12-28",
        "2011-12-29",
    ]


@given(
    first=st.dates(date(2005, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 500),
    per=st.sampled_from(Per),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_sub_periods_follow_each_other_without_a_gap(first: date, days: int, per: Per, zone: ZoneInfo) -> None:
    period = parse_period(f"{first}..{first + timedelta(days=days)}", zone)
    inside = units(period, per)
    assert all(before.end == after.start for before, after in pairwise(inside))
    assert all(period.start <= unit.start < unit.end <= period.end for unit in inside)


@pytest.mark.parametrize(
    ("first", "per", "text", "before"),
    [
        (date(2026, 1, 1), Per.MONTH, "2026-01", ["2025-10", "2025-11", "2025-12"]),
        (date(2026, 1, 1), Per.QUARTER, "2026-Q1", ["2025-Q2", "2025-Q3", "2025-Q4"]),
        (date(2026, 1, 5), Per.WEEK, "week of 2026-01-05", ["week of 2025-12-22", "week of 2025-12-29"]),
        (date(2026, 3, 1), Per.DAY, "2026-03-01", ["2026-02-27", "2026-02-28"]),
    ],
)
def test_the_units_before_one_come_in_order(first: date, per: Per, text: str, before: list[str]) -> None:
    assert unit_text(first, per) == text
    assert [unit_text(unit.first, per) for unit in units_before(first, per, len(before), BERLIN)] == before


def test_an_instant_is_told_as_a_day_or_to_the_minute() -> None:
    assert local_text(midnight(date(2026, 3, 1), BERLIN), BERLIN) == "2026-03-01"
    assert local_text(instant(datetime(2026, 3, 1, 17, 5, tzinfo=UTC)), BERLIN) == "2026-03-01 18:05"
    assert local_text(BEGINNING, ZoneInfo("America/New_York")) == "0001-01-01"

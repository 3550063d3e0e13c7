"""Crontab lines: what is read, what is refused, and when they fire around the nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.cron import gaps, next_after, parse_cron
from ingest.okr.instant import DAY, FOREVER, HOUR, MINUTE, Instant, instant, moment

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
APIA = ZoneInfo("Pacific/Apia")


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text))


def firings(line: str, start: str, zone: ZoneInfo, count: int) -> list[str]:
    """The next firings in UTC, short."""
    found, after = [], at(start)
    for _ in range(count):
        after = next_after(line, after, zone)
        found.append(f"{moment(after):%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("0 7 * * mon-fri", "0 7 * * 1-5"),
        ("  0  7 * *  Mon,WED ", "0 7 * * 1,3"),
        ("*/15 8-18/2 1,15 jan-mar,12 *", "*/15 8-18/2 1,15 1-3,12 *"),
        ("0 0 * * 7", "0 0 * * 7"),
        ("0 0 * * fri-sun", "0 0 * * 5-7"),
        ("0 0 * * sun-tue", "0 0 * * 0-2"),
        ("05 09 * * *", "5 9 * * *"),
        ("@daily", "0 0 * * *"),
        ("@Hourly", "0 * * * *"),
        ("0 0 31 2 1", "0 0 31 2 1"),
    ],
)
def test_a_line_is_read_as_five_fields_in_numbers(line: str, fields: str) -> None:
    assert parse_cron(line) == fields


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0 0 7 * * *", "six fields"),
        ("0 7 * *", "five fields"),
        ("", "five fields"),
        ("60 7 * * *", "minute: must be 0 to 59"),
        ("0 24 * * *", "hour: must be 0 to 23"),
        ("0 0 0 * *", "day: must be 1 to 31"),
        ("0 0 1 13 *", "month: must be 1 to 12 or jan"),
        ("0 0 1 mon *", "month: must be 1 to 12 or jan"),
        ("0 0 * * 8", "weekday: must be 0 to 7 or sun"),
        ("0 0 * * fri-mon", "runs backwards"),
        ("30-10 0 * * *", "runs backwards"),
        ("*/0 * * * *", "a step is at least 1"),
        ("0 0 L * *", "day: must be 1 to 31"),
        ("0 0 * * 5#2", "weekday: write"),
        ("0 0 ? * *", "day: write"),
        (", * * * *", "minute: write"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
        ("@reboot", "no such nickname"),
        ("² * * * *", "minute: write"),
    ],
)
def test_what_is_no_crontab_line_is_refused_in_words(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_cron(line)


def test_monday_to_friday_is_monday_to_friday() -> None:
    # 2026-06-26 is a Friday
    assert firings("0 7 * * 1-5", "2026-06-26T00:00:00Z", BERLIN, 3) == ["06-26 05:00", "06-29 05:00", "06-30 05:00"]


@pytest.mark.parametrize("sunday", ["0", "7", "sun"])
def test_zero_and_seven_are_sunday(sunday: str) -> None:
    assert firings(f"0 7 * * {sunday}", "2026-06-26T00:00:00Z", BERLIN, 2) == ["06-28 05:00", "07-05 05:00"]


def test_day_and_weekday_both_given_fire_on_either() -> None:
    assert firings("0 0 13 * fri", "2026-01-01T00:00:00Z", ZoneInfo("UTC"), 4) == [
        "01-02 00:00",
        "01-09 00:00",
        "01-13 00:00",
        "01-16 00:00",
    ]


def test_a_firing_is_later_than_the_given_instant_by_any_fraction() -> None:
    seven = at("2026-06-26T05:00:00Z")
    assert next_after("0 7 * * *", seven - 1, BERLIN) == seven
    assert next_after("0 7 * * *", seven, BERLIN) == seven + DAY


@pytest.mark.parametrize(
    ("line", "start", "zone", "expected"),
    [
        # Berlin, 29 March 2026: 02:00 becomes 03:00 (01:00 UTC)
        ("30 2 * * *", "2026-03-28T12:00:00Z", BERLIN, ["03-29 01:00", "03-30 00:30"]),
        ("*/15 2 * * *", "2026-03-28T12:00:00Z", BERLIN, ["03-29 01:00", "03-30 00:00"]),
        ("*/30 * * * *", "2026-03-29T00:00:00Z", BERLIN, ["03-29 00:30", "03-29 01:00", "03-29 01:30"]),
        # Berlin, 25 October 2026: 03:00 becomes 02:00 (01:00 UTC)
        ("30 2 * * *", "2026-10-24T12:00:00Z", BERLIN, ["10-25 00:30", "10-26 01:30"]),
        ("30 2 * * *", "2026-10-25T01:00:00Z", BERLIN, ["10-26 01:30"]),
        ("*/30 * * * *", "2026-10-24T23:45:00Z", BERLIN, ["10-25 00:00", "10-25 00:30", "10-25 02:00"]),
        # Lord Howe, 4 October 2026: 02:00 becomes 02:30 (3 October 15:30 UTC); 5 April 2026: 02:00 becomes 01:30
        ("10 2 * * *", "2026-10-03T00:00:00Z", LORD_HOWE, ["10-03 15:30", "10-04 15:10"]),
        ("45 1 * * *", "2026-04-04T00:00:00Z", LORD_HOWE, ["04-04 14:45", "04-05 15:15"]),
        # São Paulo, 4 November 2018: midnight becomes 01:00 (03:00 UTC); 18 February 2018: midnight becomes 23:00
        ("0 0 * * *", "2018-11-03T12:00:00Z", SAO_PAULO, ["11-04 03:00", "11-05 02:00"]),
        ("30 23 * * *", "2018-02-17T12:00:00Z", SAO_PAULO, ["02-18 01:30", "02-19 02:30"]),
        # Apia had no 30 December 2011
        ("0 12 * * *", "2011-12-29T23:00:00Z", APIA, ["12-30 10:00", "12-30 22:00"]),
    ],
)
def test_a_missing_time_fires_at_the_next_there_is_and_a_doubled_one_once(
    line: str, start: str, zone: ZoneInfo, expected: list[str]
) -> None:
    assert firings(line, start, zone, len(expected)) == expected


def test_at_the_end_of_the_calendar_a_line_fires_never() -> None:
    assert next_after("0 0 1 1 *", FOREVER - HOUR, ZoneInfo("UTC")) == FOREVER


@pytest.mark.parametrize(
    ("line", "shortest", "longest"),
    [
        ("* * * * *", MINUTE, MINUTE),
        ("*/10 9-17 * * mon-fri", 10 * MINUTE, 2 * DAY + 15 * HOUR + 10 * MINUTE),
        ("0 7 * * mon-fri", DAY, 3 * DAY),
        ("0 7 * * *", DAY, DAY),
        ("0 0,23 * * *", HOUR, 23 * HOUR),
        ("0 0,23 1 * *", 23 * HOUR, 31 * DAY - 23 * HOUR),
        ("@monthly", 28 * DAY, 31 * DAY),
        ("0 0 29 2 *", 1461 * DAY, 1461 * DAY),
    ],
)
def test_gaps_are_the_shortest_and_the_longest_wait(line: str, shortest: int, longest: int) -> None:
    assert gaps(line) == (shortest, longest)


@given(st.text(max_size=30) | st.from_regex(r"([0-9*/,\-a-z]{1,6} ){4}[0-9*/,\-a-z]{1,6}", fullmatch=True))
def test_any_text_is_a_line_or_refused(text: str) -> None:
    try:
        line = parse_cron(text)
    except ValueError:
        return
    assert parse_cron(line) == line


@given(
    st.sampled_from(["30 2 * * *", "*/20 * * * *", "15 1,2,3 * * *", "0 0 * * sun"]),
    st.sampled_from([BERLIN, LORD_HOWE, SAO_PAULO]),
    st.datetimes(datetime(2016, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
)
def test_firings_ascend_and_no_wall_time_fires_twice(line: str, zone: ZoneInfo, start: datetime) -> None:
    after = instant(start.replace(tzinfo=UTC))
    fired = [after := next_after(line, after, zone) for _ in range(6)]
    assert all(later > earlier for earlier, later in pairwise(fired))
    walls = [moment(one).astimezone(zone).replace(tzinfo=None) for one in fired]
    assert all(later - earlier > timedelta(0) for earlier, later in pairwise(walls))

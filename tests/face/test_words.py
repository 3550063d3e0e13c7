"""Numbers and times in words."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ingest.connector.outcome import Outcome
from ingest.face.cli.status import AGE
from ingest.face.words import (
    ago,
    days_left,
    ending_credential,
    ending_version,
    figure,
    isolated,
    measured,
    share,
    span,
    tick,
    to_do,
)
from ingest.okr.instant import DAY, HOUR, MINUTE, SECOND
from tests.face.test_metrics import SOURCE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (-0.4, "-0.4"),
        (1630.0, "1,630"),
        (1234567.8, "1,234,568"),
        (49.5, "49.5"),
        (0.005, "0.005"),
        (0.0286, "0.0286"),
        (0.0996, "0.1"),
        (0.02, "0.02"),
        (-0.000038, "-0.000038"),
        (1e-6, "0.000001"),
        (1.5e-12, "1.5e-12"),
        (-5e-324, "-4.941e-324"),
        (123.456, "123.5"),
        (1e300, "1e+300"),
    ],
)
def test_a_figure_has_no_more_digits_than_people_read(value: float | None, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("outcome", "cure", "expected"),
    [
        (Outcome.OK, None, None),
        (None, None, None),
        (Outcome.REFUSED, "get a new key", "get a new key"),
        (Outcome.UNAVAILABLE, None, "it is asked again by itself; if that lasts, check its address and the network"),
        (
            Outcome.BROKEN,
            None,
            "compare its settings with what it answers; where they are right, update okr-ingest",
        ),
        (Outcome.BROKEN, "correct the connector", "correct the connector"),
    ],
)
def test_what_is_wrong_with_a_source_says_what_to_do(
    outcome: Outcome | None, cure: str | None, expected: str | None
) -> None:
    assert to_do(replace(SOURCE, outcome=outcome, cure=cure)) == expected


@pytest.mark.parametrize("plain", ["More readers", "Größe 20 % ↑", ""])
def test_what_is_written_from_the_left_stays_as_it_is(plain: str) -> None:
    assert isolated(plain) == plain


@pytest.mark.parametrize("foreign", ["زيادة بنسبة ٢٠٪", "עלייה של 10%", "20% זה"])
def test_what_is_written_from_the_right_leaves_the_numbers_after_it_in_their_order(foreign: str) -> None:
    assert isolated(foreign) == f"\u2068{foreign}\u2069"


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (35e12, False, "35T"),
        (-1.0004e6, False, "-1.0004M"),
        (2.5e9, False, "2.5B"),
        (500_000.0, False, "500,000"),
        (1000.25, False, "1,000.25"),
        (0.0000115, False, "1.15e-05"),
        (0.0, False, "0"),
        (50_000.0, True, "5M %"),
        (1e300, False, "1e+300"),
        (0.25, True, "25 %"),
    ],
)
def test_a_value_at_an_axis_is_short(value: float, percent: bool, text: str) -> None:
    assert tick(value, percent=percent) == text


def test_a_share_of_a_value_is_shown_in_percent() -> None:
    assert figure(0.25, percent=True) == "25 %"


@pytest.mark.parametrize(
    ("ratio", "text"), [(None, "–"), (0.0, "0 %"), (0.9996, "99 %"), (1.0, "100 %"), (0.29, "29 %"), (0.57, "57 %")]
)
def test_a_share_is_rounded_against_the_reader(ratio: float | None, text: str) -> None:
    assert share(ratio) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (30 * SECOND, "less than a minute"),
        (5 * MINUTE, "5 min"),
        (119 * MINUTE, "119 min"),
        (2 * HOUR, "2 h"),
        (47 * HOUR, "47 h"),
        (2 * DAY, "2 d"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length: int, text: str) -> None:
    assert span(length) == text


def test_ago_tells_past_present_and_future() -> None:
    now = 100 * DAY
    assert ago(None, now) == "never"
    assert ago(now - 3 * HOUR, now) == "3 h ago"
    assert ago(now - SECOND, now) == "just now"
    assert ago(now + 3 * HOUR, now) == "in 3 h"


@pytest.mark.parametrize("age", [59 * MINUTE, 23 * HOUR, 999 * DAY])
def test_how_long_ago_it_was_measured_fits_its_column_of_the_status(age: int) -> None:
    assert len(ago(0, age)) <= AGE


def test_days_left_counts_the_running_day() -> None:
    assert days_left(10 * DAY, 9 * DAY) == "1 day left"
    assert days_left(10 * DAY, 8 * DAY - 1) == "3 days left"
    assert days_left(10 * DAY, 10 * DAY) == "over"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (None, None),
        (14 * DAY + 1, None),
        (14 * DAY, "its credential ends in 14 d (1970-01-15 01:00)"),
        (3 * HOUR, "its credential ends in 3 h (1970-01-01 04:00)"),
        (0, "its credential has ended just now (1970-01-01 01:00)"),
        (-3 * DAY, "its credential has ended 3 d ago (1969-12-29 01:00)"),
    ],
)
def test_the_end_of_a_credential_is_told_two_weeks_ahead(left: int | None, text: str | None) -> None:
    assert ending_credential(left, 0, ZoneInfo("Europe/Berlin")) == text


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (None, None),
        (date(2026, 12, 23), None),
        (date(2026, 12, 22), "ends"),
        (date(2026, 11, 23), "ends"),
        (date(2026, 11, 22), "ended"),
    ],
)
def test_the_end_of_an_api_is_told_30_days_ahead(ends: date | None, expected: str | None) -> None:
    told = ending_version(ends, date(2026, 11, 22))
    assert told == (
        expected and f"the vendor {expected} the version of its API that is asked on {ends} → update okr-ingest"
    )


@pytest.mark.parametrize(("count", "text"), [(0, "0 measurements"), (1, "1 measurement"), (2, "2 measurements")])
def test_one_measurement_is_one(count: int, text: str) -> None:
    assert measured(count) == text

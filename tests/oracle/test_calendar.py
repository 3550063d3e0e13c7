"""Periods and days as the product reads them, against the oracle's walk through the calendar."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.day import midnight
from ingest.okr.period import Period, parse_period
from tests.oracle import days
from tests.oracle.effort import cases
from tests.oracle.generate import ZONES, odd_days, periods

LIKELY = cases(300)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@LIKELY
@given(periods(), st.booleans())
def test_a_period_is_read_and_bounded_as_the_page_says(period: Period, padded: bool) -> None:
    text = f" {period.text} " if padded else period.text
    read = parse_period(text, period.zone)
    inside = days.window((period.first, period.last), period.zone)
    assert (read.first, read.last) == (period.first, period.last)
    assert (read.start, read.end) == (inside.start, inside.stop)


@LIKELY
@given(zones, st.data())
def test_days_begin_as_the_page_says(zone: ZoneInfo, data: st.DataObject) -> None:
    near = data.draw(st.sampled_from(odd_days(zone)) | st.dates(date(2016, 1, 1), date(2027, 12, 31)))
    day = near + timedelta(days=data.draw(st.integers(-1, 1)))
    assert midnight(day, zone) == days.midnight(day, zone)

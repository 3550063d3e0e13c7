"""Repeating events against a slow and obvious reading of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.parts.ics import occurrences
from tests.connectors.calendars import calendar, event

ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
STARTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 30)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
FATES = st.sampled_from(["kept", "left out", "moved", "cancelled"])


def written(at: datetime, zone: str) -> str:
    return f"TZID={zone}:{at:%Y%m%dT%H%M%S}"


@settings(max_examples=300, deadline=None)
@given(
    start=STARTS,
    zone=ZONES,
    weeks=st.booleans(),
    interval=st.integers(1, 5),
    fates=st.lists(FATES, min_size=1, max_size=12),
    shift=st.integers(-50, 50),
    since=st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_series_happens_on_its_dates_but_for_those_that_are_left_out_moved_or_cancelled(
    start: datetime, zone: str, weeks: bool, interval: int, fates: list[str], shift: int, since: datetime | None
) -> None:
    step = timedelta(weeks=interval) if weeks else timedelta(days=interval)
    rule = f"RRULE:FREQ={'WEEKLY' if weeks else 'DAILY'};INTERVAL={interval};COUNT={len(fates)}"
    dates = [start + step * number for number in range(len(fates))]
    left_out, changed, expected = [], [], []
    for date, fate in zip(dates, fates, strict=True):
        now = date + timedelta(hours=shift) if fate == "moved" else date
        if fate == "left out":
            left_out.append(f"EXDATE;{written(date, zone)}")
        elif fate == "cancelled":
            changed.append(
                event(f"RECURRENCE-ID;{written(date, zone)}", f"DTSTART;{written(date, zone)}", "STATUS:CANCELLED")
            )
        else:
            expected.append(now.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
        if fate == "moved":
            changed.append(event(f"RECURRENCE-ID;{written(date, zone)}", f"DTSTART;{written(now, zone)}"))
    body = calendar(event(f"DTSTART;{written(start, zone)}", rule, *left_out), *changed)

    found = occurrences([body], lambda _: True, since, datetime(2028, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))

    assert sorted(each.at for each in found) == sorted(at for at in expected if since is None or since <= at)
    assert len({each.id for each in found}) == len(found)

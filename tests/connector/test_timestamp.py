from contextlib import suppress
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.figure import FigureError
from ingest.connector.timestamp import when

BERLIN, ZULU = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("written", "locale"),
    [
        ("2024-03-05", None),
        ("2024/3/5", None),
        ("2024.03.05", None),
        ("2024. 3. 5.", "hu"),
        ("20240305", None),
        ("05.03.2024", None),
        ("5.3.24", None),
        ("5.3.2024", "en_US"),
        ("05/03/2024", "en_GB"),
        ("03/05/2024", "en_US"),
        ("03-05-2024", "en_US"),
        ("3/5/24", "en_US"),
        ("5/3/24", "fr"),
        ("5 Mar 2024", None),
        ("05-Mar-24", None),
        ("5th March 2024", None),
        ("March 5, 2024", None),
        ("Mar 5th, 2024", None),
        ("Tuesday, March 5, 2024", None),
        ("mar. 5 mars 2024", None),
        ("5. März 2024", None),
        ("5 de marzo de 2024", None),
        ("5 mrt 2024", None),
        ("5 marca 2024", None),
        ("2024 Mar 5", None),
        ("2024年3月5日", None),
        ("2024년 3월 5일", None),
        (" 2024-03-05 ", None),
        ("2024-03-05 00:00:00", None),
        ("2024-03-04T23:00:00Z", None),
        (date(2024, 3, 5), None),
        (datetime(2024, 3, 5), None),  # noqa: DTZ001  as a workbook gives it
        (45356.0, None),
        (45356, None),
    ],
)
def test_a_day_is_read_in_every_form_and_means_its_beginning(written: str | date | float, locale: str | None) -> None:
    assert when(written, BERLIN, locale) == datetime(2024, 3, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "locale"),
    [
        ("2024-03-05 14:30", None),
        ("2024-03-05T14:30:00", None),
        ("2024-03-05T14:30:00.000", None),
        ("2024-03-05T13:30:00Z", None),
        ("2024-03-05 13:30:00 UTC", None),
        ("2024-03-05T14:30:00+01:00", None),
        ("2024-03-05T08:30:00-0500", None),
        ("03/05/2024 2:30 PM", "en_US"),
        ("3/5/24, 2:30 p.m.", "en_US"),
        ("5.3.2024, 14:30", None),
        ("Tue, 5 Mar 2024 14:30:00 +0100", None),
        (datetime(2024, 3, 5, 14, 30), None),  # noqa: DTZ001
        (datetime(2024, 3, 5, 13, 30, tzinfo=UTC), None),
        (45356 + 14.5 / 24, None),
    ],
)
def test_a_time_is_read_in_the_configured_zone_or_its_own(written: str | date | float, locale: str | None) -> None:
    assert when(written, BERLIN, locale) == datetime(2024, 3, 5, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "locale", "why"),
    [
        ("03/04/2026", None, r"2026-04-03 \(day first\) or 2026-03-04 \(month first\)"),
        ("03-04-2026", "en", "day first"),
        ("31/12/2026", "en_US", "no day of the calendar in en_US"),
        ("12/31/2026", "de", "no day of the calendar in de"),
        ("31/12/26", None, "which is the year"),
        ("2026-02-30", None, "no day of the calendar"),
        ("2026-11", None, "no date"),
        ("2026", None, "no date"),
        (2026.0, None, "no date"),
        (True, None, "no date"),
        (None, None, "nothing"),
        (time(12), None, "no date"),
        (float("nan"), None, "no date"),
        ("12:30", None, "no date"),
        ("2026-01-01 25:00", None, "no time"),
        ("2026-01-01 0:30 PM", None, "no time"),
        ("5 Ju 2026", None, "no date"),
        ("5 Jui 2026", None, "no date"),
        ("Total", None, "no date"),
        ("", None, "no date"),
        ("0206-01-01", None, "year 206"),
        ("x" * 100, None, "no date"),
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(written: str | float | None, locale: str | None, why: str) -> None:
    with pytest.raises(FigureError, match=why):
        when(written, BERLIN, locale)


def test_a_day_whose_midnight_does_not_exist_begins_at_its_first_instant() -> None:
    assert when("2018-11-04", ZoneInfo("America/Sao_Paulo")) == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_time_that_exists_twice_is_the_first_and_one_that_is_skipped_moves_on() -> None:
    assert when("2026-10-25 02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert when("2026-03-29 02:30", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d", "%A, %d %B %Y", "%Y%m%d"]


@given(st.dates(date(1900, 1, 1), date(9000, 1, 1)), st.sampled_from(FORMS), st.sampled_from([None, "de", "en_US"]))
def test_a_day_written_in_any_form_is_read_back(day: date, form: str, locale: str | None) -> None:
    assert when(day.strftime(form), ZULU, locale).date() == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-"]))
def test_without_a_locale_a_day_is_never_misread(day: date, mark: str) -> None:
    for form in (f"%d{mark}%m{mark}%Y", f"%m{mark}%d{mark}%Y"):
        with suppress(FigureError):
            assert when(day.strftime(form), ZULU).date() == day


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(FigureError):
        assert when(text, BERLIN).tzinfo is UTC


@given(st.datetimes(datetime(1950, 1, 2), datetime(2199, 1, 1)))  # noqa: DTZ001
def test_a_spreadsheets_count_of_days_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    serial = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
    assert when(serial, ZULU) == moment.replace(tzinfo=UTC)

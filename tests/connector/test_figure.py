import math
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.figure import FigureError, excerpt, number
from ingest.connector.locale import custom


@pytest.mark.parametrize(
    ("written", "locale", "meant"),
    [
        ("1234", None, 1234),
        ("1234.5", None, 1234.5),
        ("1,5", None, 1.5),
        ("0,500", None, 0.5),
        ("1,234.5", None, 1234.5),
        ("1.234,5", None, 1234.5),
        ("1.234.567", None, 1234567),
        ("1 234", None, 1234),
        ("012345", None, 12345),
        (".5", None, 0.5),
        ("+3", None, 3),
        ("-3", None, -3),
        ("0", None, 0),
        ("1.5E+05", None, 150000),
        ("1.234,50", "de", 1234.5),
        ("1.234,50", "de_DE.UTF-8", 1234.5),
        ("5.000", "de", 5000),
        ("5,000", "de", 5),
        ("5,000", "en_US", 5000),
        ("5.000", "en_US", 5),
        ("1\u202f234,5", "fr_FR", 1234.5),
        ("1\u00a0234\u00a0567", "pl", 1234567),
        ("1'234.50", "de_CH", 1234.5),
        ("1’234.50", "de-CH", 1234.5),
        ("12,34,567", "en_IN", 1234567),
        ("\u22125", None, -5),
        ("(5)", None, -5),
        ("(1,234.50)", "en", -1234.5),
        ("45%", None, 0.45),
        ("45,5 %", "de", 0.455),
        ("%45", "tr", 0.45),
        ("-7%", None, -0.07),
        ("5 ‰", None, 0.005),
        ("€5", None, 5),
        ("5 €", None, 5),
        ("-$1,234.50", "en_US", -1234.5),
        ("($5)", None, -5),
        ("R$ 5,5", "pt_BR", 5.5),
        ("CHF 1’234.50", "de_CH", 1234.5),
        ("1.234,50 EUR", "de", 1234.5),
        ("99 zł", "pl", 99),
        ("\ufeff 7 ", None, 7),
        (7, None, 7),
        (-0.25, "de", -0.25),
    ],
)
def test_a_number_is_read_as_it_is_meant(written: str | float, locale: str | None, meant: float) -> None:
    assert number(written, locale) == meant


@pytest.mark.parametrize(
    ("written", "unit", "meant"),
    [
        ("51:30", None, 3090),
        ("51:30", "min", 51.5),
        ("51:30", "minutes", 51.5),
        ("1:02:03", None, 3723),
        ("1:02:03", "h", 3723 / 3600),
        ("5:15", "min/km", 5.25),
        ("75:10", "s", 4510),
        ("-0:30", "s", -30),
        ("51:30.5", None, 3090.5),
        ("51:30,25", None, 3090.25),
        ("45 min", "min", 45),
        ("1234 People", "people", 1234),
        ("12 people", "people", 12),
        ("45%", "%", 0.45),
        (timedelta(hours=51, minutes=30), "h", 51.5),
        (time(0, 51, 30), "min", 51.5),
        (datetime(1900, 1, 2, 3, 30), "h", 51.5),  # noqa: DTZ001  how a cell of 51:30 hours comes from an old workbook
    ],
)
def test_durations_are_counted_in_the_unit(written: str | timedelta | time, unit: str | None, meant: float) -> None:
    assert number(written, None, unit) == meant


@pytest.mark.parametrize(
    ("written", "locale", "why"),
    [
        ("5,000", None, "5000 in English and 5.000 in German"),
        ("-12.345 €", None, "12.345 in English and 12345 in German"),
        ("1,5", "en", "no number in en, where a comma groups thousands"),
        ("2.15", "de", "no number in de, where a point groups thousands"),
        ("1.234", "fr", "no number in fr, where spaces group thousands"),
        ("1,234.50", "de_CH", "no number"),
        ("1 234'567", None, "no number"),
        ("1,23,456", "en_US", "no number"),
        ("", None, "nothing"),
        (None, None, "nothing"),
        (True, None, "no number"),
        (math.nan, None, "no number"),
        (math.inf, None, "no number"),
        ("NaN", None, "no number"),
        ("inf", None, "no number"),
        ("1e400", None, "no number"),
        ("9" * 400, None, "no number"),
        ("true", None, "no number"),
        ("#DIV/0!", None, "no number"),
        ("n/a", None, "no number"),
        ("1_000", None, "no number"),
        ("１２", None, "no number"),
        ("--5", None, "no number"),
        ("-(5)", None, "no number"),
        ("5-", None, "no number"),
        ("5 km", None, "no number"),
        ("5%%", None, "no number"),
        ("51:30%", None, "no number"),
        ("1:2", None, "no number"),
        ("1:2:03", None, "no duration"),
        ("1:62:03", None, "no duration"),
        (".", None, "no number"),
        ("e5", None, "no number"),
        ("€", None, "no number"),
        (date(2026, 1, 1), None, "a date"),
        (datetime(2026, 1, 1, 10), None, "a date"),  # noqa: DTZ001
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(
    written: str | float | None, locale: str | None, why: str
) -> None:
    with pytest.raises(FigureError, match=why):
        number(written, locale)


def test_a_duration_is_refused_where_the_unit_is_no_time() -> None:
    with pytest.raises(FigureError, match="cannot be counted in 'km'"):
        number("51:30", None, "km")


LOCALES = ["de_DE", "en_US", "en_GB", "fr_FR", "de_CH", "pt_BR", "sv", "pl", "en_IN", "ja"]


@given(
    st.decimals(-(10**12), 10**12, places=2),
    st.sampled_from(LOCALES),
    st.booleans(),
    st.sampled_from("' ’\u00a0\u202f"),
)
def test_a_number_written_in_a_locale_is_read_back(value: Decimal, locale: str, mark: bool, space: str) -> None:
    habit = custom(locale)
    group = habit.group if mark and habit.group else space
    text = f"{value:,.2f}".translate({ord(","): group, ord("."): habit.decimal})
    assert number(text, locale) == float(value)


@given(st.text(max_size=12, alphabet="0123456789.,' -−+%€()eE:"), st.sampled_from([None, *LOCALES]))
def test_any_text_is_a_finite_number_or_refused(text: str, locale: str | None) -> None:
    with suppress(FigureError):
        assert math.isfinite(number(text, locale))


@given(st.decimals(0, 10**9, places=3))
def test_without_a_locale_a_number_is_never_misread(value: Decimal) -> None:
    """Whatever is accepted is right whether an Englishman or a German wrote it."""
    for text in (f"{value:,}", f"{value:,}".translate(str.maketrans(",.", ".,"))):
        with suppress(FigureError):
            assert number(text) == float(value)


@given(st.integers(0, 10**6 - 1), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_read_back(hours: int, minutes: int, seconds: int) -> None:
    assert number(f"{hours}:{minutes:02}:{seconds:02}") == hours * 3600 + minutes * 60 + seconds


def test_a_locale_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"unknown locale 'xx_YY'.*de_DE"):
        custom("xx_YY")


def test_an_excerpt_is_short_and_printable() -> None:
    assert excerpt("a\x1b[31m\n\tb") == "'a [31m b'"
    assert len(excerpt("x" * 1000)) == 42

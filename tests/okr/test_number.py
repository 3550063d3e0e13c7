"""Numbers as written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.number import amount, plain_number, shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0),
        ("5000", 5000.0),
        ("-3", -3.0),
        ("+200", 200.0),
        ("−3", -3.0),
        ("5.5", 5.5),
        ("1.25", 1.25),
        ("5.0", 5.0),
        ("5.", 5.0),
        (".5", 0.5),
        ("0.125", 0.125),
        ("0.000", 0.0),
        ("-0.125", -0.125),
        ("1234.567", 1234.567),
        ("5.0000", 5.0),
        ("012345", 12345.0),
        ("1e6", 1e6),
        ("1.5E-3", 0.0015),
        (" 7 ", 7.0),
        ("1" + "0" * 300, 1e300),
    ],
)
def test_a_number_is_read_as_written(text: str, number: float) -> None:
    assert plain_number(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5,000", "5,000 may mean 5000 or 5: write 5000 or 5"),
        ("5.000", "5.000 may mean 5000 or 5: write 5000 or 5"),
        ("-5.250", "-5.250 may mean -5250 or -5.25: write -5250 or -5.25"),
        ("1.125", "1.125 may mean 1125 or 1.125: write 1125 or 1.1250"),
        ("123,456", "123,456 may mean 123456 or 123.456: write 123456 or 123.4560"),
        ("1,234,567", "1,234,567 groups its digits: write 1234567"),
        ("1.234.567", "1.234.567 groups its digits: write 1234567"),
        ("1,234.5", "1,234.5 groups its digits: write 1234.5"),
        ("1.234,56", "1.234,56 groups its digits: write 1234.56"),
        ("5 000", "5 000 groups its digits: write 5000"),
        ("5'000", "5'000 groups its digits: write 5000"),
        ("5_000", "5_000 groups its digits: write 5000"),
        ("5,5", "5,5 has a decimal comma: write 5.5"),
        ("0,125", "0,125 has a decimal comma: write 0.125"),
        ("1234,567", "1234,567 has a decimal comma: write 1234.567"),
        ("", "a number is missing"),
        ("nan", "'nan' is not a number: write one such as 5000 or 1.25"),
        ("inf", "'inf' is not a number: write one such as 5000 or 1.25"),
        ("-Infinity", "'-Infinity' is not a number: write one such as 5000 or 1.25"),
        ("true", "'true' is not a number: write one such as 5000 or 1.25"),
        ("no", "'no' is not a number: write one such as 5000 or 1.25"),
        ("five", "'five' is not a number: write one such as 5000 or 1.25"),
        ("45%", "'45%' is not a number: write one such as 5000 or 1.25"),
        ("1:30", "'1:30' is not a number: write one such as 5000 or 1.25"),
        ("0x10", "'0x10' is not a number: write one such as 5000 or 1.25"),
        ("٥", "'٥' is not a number: write one such as 5000 or 1.25"),
        ("+-5", "'+-5' is not a number: write one such as 5000 or 1.25"),
        ("1e400", "1e400 is too large: a number may have up to 308 digits"),
        ("-1e999999999999", "-1e999999999999 is too large: a number may have up to 308 digits"),
        ("9" * 401, "a number of 401 characters is too long"),
    ],
)
def test_what_is_no_plain_number_is_refused_with_the_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        plain_number(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "number"), [("45%", 0.45), ("1.1 %", 0.011), ("-7%", -0.07), ("1e2%", 1.0), ("0.3", 0.3), ("150%", 1.5)]
)
def test_a_share_may_be_written_as_a_percentage(text: str, number: float) -> None:
    assert amount(text) == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("99.999%", "99.999% may mean 99999% or 99.999%: write 99999% or 99.9990%"),
        ("2,5%", "2,5% has a decimal comma: write 2.5%"),
        ("%", "a number is missing"),
        ("x%", "'x%' is not a number: write one such as 5000 or 1.25"),
    ],
)
def test_a_percentage_is_refused_as_a_number_is(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        amount(text)
    assert str(refused.value) == message


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        number = plain_number(text)
    except ValueError:
        return
    assert math.isfinite(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_shown_number_is_the_same_number(number: float) -> None:
    assert float(shown(number)) == number

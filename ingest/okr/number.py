"""Numbers as people write them in the configuration and on the command line."""

import math
import re

LONGEST = 400
"""Characters of a number. A float ends at 309 digits."""

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII)
_AMBIGUOUS = re.compile(r"(?P<sign>[+-]?)(?P<left>[1-9]\d{0,2})[.,](?P<right>\d{3})", re.ASCII)
_GROUPED = re.compile(
    r"(?P<sign>[+-]?)(?P<left>[1-9]\d{0,2}(?:(?P<group>[., '_\u00a0\u202f])\d{3})+)(?:(?P<point>[.,])(?P<right>\d+))?"
)
_DECIMAL_COMMA = re.compile(r"(?P<sign>[+-]?)(?P<left>\d*),(?P<right>\d+)", re.ASCII)


def plain_number(text: str) -> float:
    """The number of a text such as `5000`, `-3`, `1.25`, `1e6`.

    `ValueError` for what may mean two numbers (`5,000`, `5.000`: both readings are named), for groups of thousands and
    decimal commas, and for what is no finite number; each says what to write.
    """
    return float(_number(text))


def amount(text: str) -> float:
    """The number of a text that may be a percentage: `45%` is 0.45. Otherwise as `plain_number`."""
    stripped = text.strip()
    if not stripped.endswith("%"):
        return plain_number(stripped)
    number = _number(stripped.removesuffix("%"), "%")
    mantissa, _, exponent = number.lower().partition("e")
    # Moving the exponent keeps the nearest float: 1.1 % is 0.011, where 1.1 / 100 is 0.011000000000000001.
    return float(f"{mantissa}e{int(exponent or '0') - 2}")


def shown(number: float) -> str:
    """A number for people: `1800`, `0.3`, without a needless `.0`."""
    return str(int(number)) if abs(number) < 1e15 and number == int(number) else repr(number)


def _number(text: str, suffix: str = "") -> str:
    """The text of a number that `float` may read; `suffix` is what follows it in what is said of it."""
    text = text.strip().replace("\u2212", "-")
    if len(text) > LONGEST:
        raise ValueError(f"a number of {len(text)} characters is too long")
    if match := _AMBIGUOUS.fullmatch(text):
        raise ValueError(_both_readings(text, match, suffix))
    if not (match := _NUMBER.fullmatch(text)):
        raise ValueError(_cure(text, suffix))
    exponent = match["exponent"] or ""
    if len(exponent) > 5 or not math.isfinite(float(text)):
        raise ValueError(f"{_short(text)}{suffix} is too large: a number may have up to 308 digits")
    return text


def _both_readings(text: str, match: re.Match[str], suffix: str) -> str:
    sign, left, right = match["sign"], match["left"], match["right"]
    whole = f"{sign}{left}{right}{suffix}"
    decimals = right.rstrip("0")
    if not decimals:
        fraction = written = f"{sign}{left}{suffix}"
    else:
        fraction = f"{sign}{left}.{decimals}{suffix}"
        # Three decimals would be as ambiguous as before: a fourth says that the point is one.
        written = f"{sign}{left}.{decimals}0{suffix}" if len(decimals) == 3 else fraction
    return f"{text}{suffix} may mean {whole} or {fraction}: write {whole} or {written}"


def _cure(text: str, suffix: str) -> str:
    shown_text = f"{_short(text)}{suffix}"
    if not text:
        return "a number is missing"
    if (match := _GROUPED.fullmatch(text)) and match["point"] != match["group"]:
        digits = re.sub(r"\D", "", match["left"])
        fraction = f".{match['right']}" if match["right"] else ""
        return f"{shown_text} groups its digits: write {match['sign']}{digits}{fraction}{suffix}"
    if match := _DECIMAL_COMMA.fullmatch(text):
        written = f"{match['sign']}{match['left'] or '0'}.{match['right']}"
        written += "0" if _AMBIGUOUS.fullmatch(written) else ""
        return f"{shown_text} has a decimal comma: write {written}{suffix}"
    return f"{shown_text!r} is not a number: write one such as 5000 or 1.25"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}…"

"""Numbers and durations as people write them in files: `1.234,50 €`, `45%`, `(5)`, `51:30`.

Strict: what could mean two numbers is refused with both, unless the source's locale decides.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from ingest.connector.locale import Custom, custom
from ingest.connector.shape import cleaned


class FigureError(ValueError):
    """A text is no number, or no date, or could be two. The message says what to write instead."""


Written = str | float | date | time | timedelta | None
"""What a cell holds; `float` stands for `int` and `bool` too, `date` for `datetime`."""

_LONGEST = 64
_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'\u2019"
_WORDS = {
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], timedelta(milliseconds=1)),
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], timedelta(seconds=1)),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], timedelta(minutes=1)),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], timedelta(hours=1)),
    **dict.fromkeys(["d", "day", "days"], timedelta(days=1)),
}
_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN PHP "
    "PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
_CURRENCY = rf"(?:[A-Z]{{0,2}}[$¢£¤¥฿₠-₿]|{'|'.join(_CODES.split())}|kr\.?|zł|Kč|Ft|lei|Fr\.|SFr\.)"
_BEFORE, _AFTER = re.compile(rf"{_CURRENCY}[{_SPACES}]*"), re.compile(rf"[{_SPACES}]*{_CURRENCY}$")
_PLAIN = re.compile(r"-?\d{1,15}(?:\.(?:\d\d?|\d{4,15}))?", re.ASCII)
"""What nobody reads in two ways, and most numbers are: read fast."""
_CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{1,6}):([0-5]\d)(?:[.,](\d{1,9}))?", re.ASCII)
_MIDNIGHT = datetime(1899, 12, 31)  # noqa: DTZ001  where a spreadsheet starts to count; it knows no zone


def number(written: Written, locale: str | None = None, unit: str | None = None) -> float:
    """The number that is meant. `45%` is 0.45; a duration is counted in `unit` (default: seconds).

    Refused with `FigureError`: nothing, booleans, dates, text, NaN and infinities, and what is doubtful: `5,000`
    without a `locale`, `1,5` where a comma groups thousands.
    """
    if isinstance(written, timedelta):
        return _counted(written, unit)
    if isinstance(written, time):
        return _counted(datetime.combine(_MIDNIGHT, written) - _MIDNIGHT, unit)
    if isinstance(written, date):
        return _counted(_elapsed(written), unit)
    if isinstance(written, str):
        return _finite(_of_text(written, locale, unit), written)
    if written is None or isinstance(written, bool):
        raise FigureError("nothing is no number" if written is None else f"{written} is no number")
    return _finite(float(written), str(written))


def excerpt(text: str) -> str:
    """A short, printable piece of what a file says, for a message."""
    return repr(cleaned(text, 40))


def _finite(value: float, written: str) -> float:
    if not math.isfinite(value):
        raise FigureError(f"{excerpt(written)} is no number")
    return value


def _elapsed(written: date) -> timedelta:
    """A cell of more than 24 hours, formatted as a time, comes as a day of January or February 1900."""
    if isinstance(written, datetime) and written.tzinfo is None and written.year < 1901:
        return written - _MIDNIGHT
    raise FigureError(f"{written.isoformat()} is a date, not a number")


def _counted(span: timedelta, unit: str | None) -> float:
    if unit is None:
        return span / timedelta(seconds=1)
    word = re.split(r"/| per ", unit.casefold())[0].strip(" .")
    if word not in _WORDS:
        raise FigureError(f"a duration cannot be counted in {excerpt(unit)}; set unit to s, min, h or d")
    return span / _WORDS[word]


def _of_text(written: str, locale: str | None, unit: str | None) -> float:
    text = written.strip().strip("\ufeff").strip()
    if _PLAIN.fullmatch(text) and (locale is None or "." not in text or custom(locale).decimal == "."):
        return float(text)
    if not text or len(text) > _LONGEST:
        raise FigureError(f"{excerpt(text)} is no number" if text else "nothing is no number")
    if unit and unit[-1].isalpha() and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    sign, body, divisor = _bare(text)
    if clock := _CLOCK.fullmatch(body):
        if divisor > 1:
            raise FigureError(f"{excerpt(written)} is no number")
        return sign * _counted(_span(clock), unit)
    return float(sign * _decimal(body, written, locale) / divisor)


def _span(clock: re.Match[str]) -> timedelta:
    hours, minutes, seconds, fraction = clock.groups()
    if hours is not None and (int(minutes) > 59 or len(minutes) != 2):
        raise FigureError(f"{excerpt(clock[0])} is no duration; write 1:02:03")
    micros = round(float(f"0.{fraction}") * 1_000_000) if fraction else 0
    return timedelta(hours=int(hours or 0), minutes=int(minutes), seconds=int(seconds), microseconds=micros)


def _bare(text: str) -> tuple[int, str, int]:
    """Sign, digits with their marks, and what to divide by, freed from currency, percent and brackets."""
    negative = text[:1] == "(" and text[-1:] == ")"
    text = text[1:-1].strip() if negative else text
    negative, text = _signed(negative, text)
    text = _AFTER.sub("", _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text)
    negative, text = _signed(negative, text)
    divisor = 1
    for mark, by in (("%", 100), ("‰", 1000)):
        if text.endswith(mark) or text.startswith(mark):
            text, divisor = (text[:-1] if text.endswith(mark) else text[1:]).strip(), by
    return -1 if negative else 1, text, divisor


def _signed(negative: bool, text: str) -> tuple[bool, str]:
    """A minus is read once: `-(5)` and `--5` are no numbers, and stay so by keeping their second sign."""
    if not negative and text[:1] in ("-", "\u2212"):
        return True, text[1:].lstrip()
    return negative, text[1:].lstrip() if text[:1] == "+" and not negative else text


def _decimal(body: str, written: str, locale: str | None) -> Decimal:
    if locale is not None:
        habit = custom(locale)
        read = _strictly(body, habit)
        if read is None:
            raise FigureError(_why(body, written, locale, habit))
        return read
    english, german = _strictly(body, Custom(".", ",", "")), _strictly(body, Custom(",", ".", ""))
    if english is not None and german is not None and english != german:
        raise FigureError(
            f"{excerpt(written)} is {english:f} in English and {german:f} in German: set locale (en_US, de_DE, …)"
        )
    read = english if english is not None else german
    if read is None:
        raise FigureError(f"{excerpt(written)} is no number")
    return read


def _strictly(body: str, habit: Custom) -> Decimal | None:
    parts = _shape(habit).fullmatch(body)
    if parts is None or (parts["whole"] is None and parts["part"] is None):
        return None
    whole = re.sub(r"\D", "", parts["whole"] or "0", flags=re.ASCII)
    return Decimal(f"{whole}{'.' if parts['part'] else ''}{parts['part'] or ''}E{parts['power'] or 0}")


@lru_cache(maxsize=64)
def _shape(habit: Custom) -> re.Pattern[str]:
    """Digits, grouped in threes by one and the same mark or not at all, decimals, a power of ten."""
    groups = [*([re.escape(habit.group)] if habit.group else []), f"[{_SPACES}]", f"[{_APOSTROPHES}]"]
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+" for group in groups)
    lakhs = rf"|[1-9]\d?(?:{re.escape(habit.group)}\d\d)+{re.escape(habit.group)}\d{{3}}" if habit.lakhs else ""
    mark = re.escape(habit.decimal)
    return re.compile(
        rf"(?P<whole>{grouped}{lakhs}|\d+)?(?:{mark}(?P<part>\d+))?(?:[eE](?P<power>[+-]?\d{{1,3}}))?", re.ASCII
    )


def _why(body: str, written: str, locale: str, habit: Custom) -> str:
    if re.fullmatch(rf"[\d.,{_SPACES}{_APOSTROPHES}]+", body, re.ASCII):
        group = {".": "a point groups thousands", ",": "a comma groups thousands", "": "spaces group thousands"}
        mark = {".": "a point", ",": "a comma"}[habit.decimal]
        return f"{excerpt(written)} is no number in {locale}, where {group[habit.group]} and {mark} begins the decimals"
    return f"{excerpt(written)} is no number"

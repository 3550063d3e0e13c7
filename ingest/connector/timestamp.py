"""Days and times as people write them in files: `31.12.2026`, `12/31/2026 2:30 PM`, `5. März 2024`, `2026-12-31`.

A day means its beginning, and a time without a zone is one of the configured zone.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.connector.figure import FigureError, Written, excerpt
from ingest.connector.locale import custom
from ingest.okr.day import midnight
from ingest.okr.instant import moment

_MONTHS: tuple[str, ...] = (
    "january januar janvier enero gennaio janeiro januari janner stycznia styczen ocak ianuarie jaanuar",
    "february februar fevrier febrero febbraio fevereiro februari feber lutego luty subat februarie",
    "march marz mars marzo marco maart mrt mart marca marzec martie",
    "april avril abril aprile kwietnia kwiecien nisan aprilie",
    "may mai mayo maggio maio mei maj maja mayis",
    "june juni juin junio giugno junho czerwca czerwiec haziran iunie",
    "july juli juillet julio luglio julho lipca lipiec temmuz iulie",
    "august aout agosto augustus augusti sierpnia sierpien agustos",
    "september septembre septiembre settembre setembro wrzesnia wrzesien eylul septembrie",
    "october oktober octobre octubre ottobre outubro pazdziernika pazdziernik ekim octombrie",
    "november novembre noviembre novembro listopada listopad kasim noiembrie",
    "december dezember decembre diciembre dicembre dezembro desember grudnia grudzien aralik decembrie",
)
"""Without accents. A word of three letters or more is a month if it begins the names of one month only."""
_FILLERS = {"de", "del", "of", "the", "at", "um", "a"}
_YEARS = range(1900, 9999)
_SERIALS = range(18_264, 109_576)
"""What a spreadsheet counts for a day between 1950 and 2199: a number there may be a date."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet counts its days from here and knows no zone

_CLOCK = re.compile(
    r"(?:^|[\sT,]+)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s*([AaPp])\.?[Mm]\.?)?"
    r"(?:\s*(Z|UTC|GMT|[+-]\d\d:?\d\d))?$",
    re.ASCII,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?", re.ASCII)
"""How programs write times: read fast."""
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})\.?", re.ASCII)


def when(written: Written, zone: ZoneInfo, locale: str | None = None) -> datetime:
    """The aware time that is meant. `3/4/2026` is read by `locale`, else refused with both readings (`FigureError`).

    A number is taken as a spreadsheet's count of days. A local time that exists twice means the first; one that the
    clocks skip is moved on by what they skip.
    """
    if isinstance(written, str):
        return _of_text(written, zone, locale)
    if isinstance(written, datetime):
        return _placed(written, zone)
    if isinstance(written, date):
        return _placed(datetime.combine(written, time()), zone)
    if isinstance(written, int | float) and not isinstance(written, bool):
        if not written >= _SERIALS.start or not written < _SERIALS.stop:
            raise FigureError(f"{written:.15g} is no date")
        return _placed(of_serial(written), zone)
    raise FigureError("nothing is no date" if written is None else f"{written} is no date")


def of_serial(number: float) -> datetime:
    """The local time, to the millisecond, that a spreadsheet means by a count of days."""
    return _EPOCH + timedelta(milliseconds=round(number * 86_400_000))


@lru_cache(maxsize=4096)
def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return moment(midnight(day, zone))


def _placed(local: datetime, zone: ZoneInfo) -> datetime:
    if local.year not in _YEARS:
        raise FigureError(f"the year {local.year} is not meant, is it?")
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    if local.time() == time():
        return _beginning(local.date(), zone)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _of_text(written: str, zone: ZoneInfo, locale: str | None) -> datetime:
    if _ISO.fullmatch(written):
        with suppress(ValueError):
            return _placed(datetime.fromisoformat(written), zone)
    text = " ".join(written.strip("\ufeff \t\r\n").split()) if len(written) <= 80 else ""
    clock = _CLOCK.search(text)
    days = text[: clock.start()] if clock else text
    day = _day(days.strip(" ,") or text, locale)
    if clock is None:
        return _placed(datetime.combine(day, time()), zone)
    return _placed(datetime.combine(day, _time(clock, written)), zone)


def _time(clock: re.Match[str], written: str) -> time:
    hour, minute, second, fraction, half, offset = clock.groups()
    hours = int(hour)
    if half is not None:
        hours = hours % 12 + (12 if half in "pP" else 0) if 1 <= hours <= 12 else 99
    micros = int((fraction or "0").ljust(6, "0")[:6])
    try:
        return time(hours, int(minute), int(second or 0), micros, tzinfo=_offset(offset))
    except ValueError:
        raise FigureError(f"{excerpt(written)} is no time") from None


def _offset(text: str | None) -> timezone | None:
    if text is None or text in ("Z", "UTC", "GMT"):
        return None if text is None else UTC
    span = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-span if text[0] == "-" else span)


@lru_cache(maxsize=4096)
def _day(text: str, locale: str | None) -> date:
    if (digits := _DIGITS.fullmatch(text)) is not None:
        year, month, day = map(int, digits.groups())
    elif (numeric := _NUMERIC.fullmatch(text)) is not None:
        year, month, day = _numeric(numeric, locale)
    else:
        year, month, day = _worded(text)
    try:
        return date(year, month, day)
    except ValueError:
        order = f" in {locale}" if locale is not None and month > 12 >= day else ""
        raise FigureError(f"{excerpt(text)} is no day of the calendar{order}") from None


def _numeric(parts: re.Match[str], locale: str | None) -> tuple[int, int, int]:
    """Year, month, day. A day comes first where points stand between; else the numbers or the locale decide."""
    first, mark, second, third = parts.groups()
    if len(first) == 4 and len(third) <= 2:
        return int(first), int(second), int(third)
    if len(first) > 2 or len(third) not in (2, 4):
        raise _no_date(parts[0])
    if len(third) == 2 and mark != "." and locale is None:
        raise FigureError(f"{excerpt(parts[0])}: which is the year? Set locale (en_US, de_DE, …), or write 2026-12-31")
    a, b, year = int(first), int(second), _year(third)
    habit = custom(locale).first if locale is not None else ""
    if mark == "." or habit == "day" or (not habit and a > 12):
        return year, b, a
    if habit == "month" or b > 12 or a == b:
        return year, a, b
    raise FigureError(
        f"{excerpt(parts[0])} is {year}-{b:02}-{a:02} (day first) or {year}-{a:02}-{b:02} (month first): "
        f"set locale (en_GB, en_US, …)"
    )


def _worded(text: str) -> tuple[int, int, int]:
    """`5 Mar 2024`, `March 5th, 2024`, `Thu, 5. März 2024`, `2026年12月31日`."""
    words = _words(text)
    numbers = [word for word in words if word.isdecimal()]
    if words and len(words) == len(numbers) == 3 and len(words[0]) == 4:
        return int(words[0]), int(words[1]), int(words[2])
    months = [month for word in words if not word.isdecimal() and (month := _month(word)) is not None]
    if len(words) != 3 or len(numbers) != 2 or len(months) != 1:
        raise _no_date(text)
    year, day = numbers if len(numbers[0]) == 4 else reversed(numbers)
    if len(year) not in (2, 4) or len(day) > 2:
        raise _no_date(text)
    return _year(year), months[0], int(day)


def _words(text: str) -> list[str]:
    """Numbers and names, without accents, ordinals, fillers, and the day of the week where one goes ahead."""
    plain = re.sub(r"[年月日년월일]", " ", text).replace("ı", "i").casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th|er|o)\b", r"\1", plain, flags=re.ASCII)
    words = [word for word in re.split(r"[\s,./-]+", plain) if word and word not in _FILLERS]
    return words[1:] if len(words) == 4 and not words[0].isdecimal() else words


def _month(word: str) -> int | None:
    found = {i for i, names in enumerate(_MONTHS, 1) for name in names.split() if name.startswith(word)}
    return found.pop() if len(found) == 1 and len(word) >= 3 else None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _no_date(text: str) -> FigureError:
    return FigureError(f"{excerpt(text)} is no date; write 2026-12-31")

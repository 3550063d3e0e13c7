"""Exports: files that somebody downloaded, and that carry the day they were made in their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ingest.connector.file import matching
from ingest.connector.locale import custom
from ingest.connector.outcome import Refused

_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?=\d{4}(?:\d\d)?(?!\d)|\D|$)", re.ASCII)
_CURE = "check the path in the source's settings; a relative one starts beside the configuration"
_YEAR_LAST = re.compile(r"(?<!\d)(\d\d?)([-_.])(\d\d?)\2((?:19|20)\d\d)(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """A file among those that a pattern names."""

    path: Path
    day: date | None
    """The day in its name."""
    changed: datetime
    """When it was last written; aware."""


def newest(home: Path, patterns: Sequence[str], locale: str | None = None, cure: str = _CURE) -> Found:
    """The newest of all files that match: by the day in its name, else by when it was written. None: `Refused`."""
    paths = {path for pattern in patterns for path in matching(home, pattern)}
    found = [Found(path, day_in(path.name, locale), _changed(path)) for path in paths if path.exists()]
    if not found:
        one = Path(patterns[0])
        holds = f"the folder {one.parent.name} holds no such file"
        raise Refused(holds if len(patterns) > 1 else f"no file is there that {one.name} means", cure)
    return max(found, key=lambda file: (file.day or file.changed.date(), file.changed, file.path.name))


def day_in(name: str, locale: str | None = None) -> date | None:
    """The last day that a file's name tells: `subscribers-2026-06-28.csv`, `export_20260628T1015.zip`.

    `06-07-2026` is read by `locale`; without one it is `Refused`, since the name could tell two days.
    """
    days = [_calendar(int(year), int(month), int(day)) for year, _, month, day in _YEAR_FIRST.findall(name)]
    days += [_by_locale(name, parts, locale) for parts in _YEAR_LAST.findall(name)]
    return max((day for day in days if day is not None), default=None)


def _by_locale(name: str, parts: tuple[str, str, str, str], locale: str | None) -> date | None:
    a, b, year = int(parts[0]), int(parts[2]), int(parts[3])
    day_first, month_first = _calendar(year, b, a), _calendar(year, a, b)
    habit = "day" if parts[1] == "." else custom(locale).first if locale is not None else ""
    if habit or day_first is None or month_first is None or day_first == month_first:
        return (month_first or day_first) if habit == "month" else (day_first or month_first)
    raise Refused(
        f"the name {name!r} tells {day_first} or {month_first}", "set locale (en_US, en_GB, …) or rename the file"
    )


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)

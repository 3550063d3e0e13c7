"""Standard crontab lines: `0 7 * * mon-fri`. Read, checked, and when they fire next.

The fields are matched on local wall time and then mapped to instants: a local time that does not exist fires at the
next instant that does, one that exists twice fires at the first of the two.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from ingest.okr.instant import DAY, FOREVER, MINUTE, Duration, Instant, instant, moment

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {
    "month": {name: number for number, name in enumerate(_MONTHS, 1)},
    "weekday": {name: number for number, name in enumerate(_WEEKDAYS)},
}
_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d{1,3}))?", re.ASCII)
_ANCHOR = datetime(2024, 1, 1)  # noqa: DTZ001 - wall time; the first day of a leap year


def parse_cron(line: str) -> str:
    """The five fields of a line, in numbers. `ValueError` says what is wrong and what to write.

    `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are read as the lines that they stand for.
    """
    written = line.strip().lower()
    if written.startswith("@"):
        if written not in _NICKNAMES:
            raise ValueError(f"no such nickname; there are {', '.join(_NICKNAMES)}")
        return _NICKNAMES[written]
    fields = written.split()
    if len(fields) == 6:
        raise ValueError("six fields; a crontab line has five (minute hour day month weekday): leave out the seconds")
    if len(fields) != 5:
        raise ValueError('a crontab line has five fields, minute hour day month weekday: "0 7 * * mon-fri"')
    numbers = " ".join(_numbers(text, *field) for text, field in zip(fields, _FIELDS, strict=True))
    try:
        next(CronSim(numbers, _ANCHOR))
    except (CronSimError, StopIteration):
        raise ValueError("never comes: no such month has that day") from None
    return numbers


def _numbers(text: str, field: str, low: int, high: int) -> str:
    """One field with its names as numbers, each part inside its bounds."""
    return ",".join(_part(part, field, low, high) for part in text.split(","))


def _part(text: str, field: str, low: int, high: int) -> str:
    found = _PART.fullmatch(text)
    if found is None:
        raise ValueError(f"{field}: write *, a number, a range 1-5, a step */15 or a list of these")
    star, first, last, step = found.groups()
    if step is not None and not int(step):
        raise ValueError(f"{field}: a step is at least 1")
    span = "*" if star else _span(first, last, field, low, high)
    return span if step is None else f"{span}/{int(step)}"


def _span(first: str, last: str | None, field: str, low: int, high: int) -> str:
    start = _number(first, field, low, high)
    if last is None:
        return str(start)
    end = _number(last, field, low, high)
    if field == "weekday" and last == "sun" and start:
        end = 7  # `fri-sun`: Sunday is the 7 as well as the 0
    if end < start:
        raise ValueError(f"{field}: the range {first}-{last} runs backwards; write it as a list")
    return f"{start}-{end}"


def _number(text: str, field: str, low: int, high: int) -> int:
    named = _NAMES.get(field, {})
    if text in named:
        return named[text]
    if not text.isdigit() or len(text) > 2 or not low <= int(text) <= high:
        names = f" or {next(iter(named))}, …" if named else ""
        raise ValueError(f"{field}: must be {low} to {high}{names}")
    return int(text)


def next_after(line: str, after: Instant, zone: ZoneInfo) -> Instant:
    """The first instant later than `after` at which a line fires in `zone`; `FOREVER` at the end of the calendar."""
    local = moment(after).astimezone(zone).replace(tzinfo=None)
    try:
        for wall in CronSim(_parsed(line), local):
            at = _first_instant(wall, zone)
            if at > after:
                return at
    except OverflowError:
        pass
    return FOREVER


@lru_cache(maxsize=1024)
def _parsed(line: str) -> str:
    return parse_cron(line)


def _first_instant(wall: datetime, zone: ZoneInfo) -> Instant:
    """The first instant at which clocks show `wall`, or the first after the gap that leaves it out."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if late >= early:
        return instant(early)
    # In a gap, fold 1 counts with the offset after it and so lands before it: the change is between the two.
    before, behind = instant(late), instant(early)
    offset = early.astimezone(zone).utcoffset()
    while behind - before > 1:
        middle = (before + behind) // 2
        if moment(middle).astimezone(zone).utcoffset() == offset:
            behind = middle
        else:
            before = middle
    return behind


def gaps(line: str) -> tuple[Duration, Duration]:
    """The shortest and the longest time between two firings of a line, in wall time."""
    minute, hour, *days = parse_cron(line).split()
    times = sorted({(fired - _ANCHOR) // timedelta(minutes=1) for fired in _firings_of_a_day(f"{minute} {hour} * * *")})
    steps = [MINUTE * (later - earlier) for earlier, later in pairwise(times)]
    night = DAY - MINUTE * (times[-1] - times[0])
    nights = [DAY * ((later - earlier).days - 1) + night for earlier, later in pairwise(_days(" ".join(days)))]
    return min(steps + nights), max(steps + nights)


def _firings_of_a_day(line: str) -> Iterator[datetime]:
    for fired in CronSim(line, _ANCHOR - timedelta(seconds=1)):
        if fired.date() != _ANCHOR.date():
            return
        yield fired


def _days(fields: str) -> list[date]:
    """The days on which a line fires: those of some two years, and at least two of them."""
    found: list[date] = []
    for fired in CronSim(f"0 0 {fields}", _ANCHOR - timedelta(seconds=1)):
        found.append(fired.date())
        if len(found) > 1 and fired - _ANCHOR > timedelta(days=800):
            break
    return found

"""Calendar days in a time zone: when they begin and end."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.okr.instant import DAY, Instant, instant, moment

YEARS = range(1900, 3000)
"""Wide enough for everybody, and far from where calendar arithmetic ends."""

_DAY = timedelta(days=1)


def parse_day(text: str) -> date:
    """The calendar day of `2026-12-31`; `ValueError` says what would be one."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
            raise ValueError
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no day: write it as 2026-12-31") from None
    if day.year not in YEARS:
        raise ValueError(f"{text!r}: the year must lie between {YEARS[0]} and {YEARS[-1]}")
    return day


@lru_cache(maxsize=8192)  # the same days are asked for by every key result of a zone
def midnight(day: date, zone: ZoneInfo) -> Instant:
    """When a day begins: local 00:00, or the first instant of the day where that does not exist.

    Where local 00:00 exists twice the day begins at the first. A day that a zone left out begins where the next does.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    try:
        utc = local.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{day} lies at the edge of the calendar") from None
    if utc.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant(utc)
    return _first_instant(day, instant(utc), zone)


def end_of_day(day: date, zone: ZoneInfo) -> Instant:
    """When a day is over: the beginning of the next. What a day means where an instant is read."""
    return midnight(day + _DAY, zone)


def local_day(at: Instant, zone: ZoneInfo) -> date:
    """The calendar day in `zone` on which an instant falls."""
    return moment(at).astimezone(zone).date()


def local_text(at: Instant, zone: ZoneInfo) -> str:
    """An instant for people: its day in `zone`, with the minute unless that day begins then."""
    try:
        local = moment(at).astimezone(zone)
    except OverflowError:  # the edge of the calendar: coverage of "all history"
        return moment(at).date().isoformat()
    if midnight(local.date(), zone) == at:
        return local.date().isoformat()
    return f"{local:%Y-%m-%d %H:%M}"


def _first_instant(day: date, near: Instant, zone: ZoneInfo) -> Instant:
    """The first instant whose local day is `day` or later, looked for around the time where midnight would be."""
    before, after = near - 2 * DAY, near + 2 * DAY
    while after - before > 1:
        middle = (before + after) // 2
        if local_day(middle, zone) >= day:
            after = middle
        else:
            before = middle
    return after

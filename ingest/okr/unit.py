"""Calendar units: days, weeks from Monday, months and quarters, each named by its first day."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ingest.okr.day import midnight
from ingest.okr.instant import Instant

_DAY = timedelta(days=1)


class Per(StrEnum):
    """A calendar unit of `per month`. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Unit(NamedTuple):
    """One calendar unit: its first day, and [start, end)."""

    first: date
    start: Instant
    end: Instant

    def holds(self, at: Instant) -> bool:
        return self.start <= at < self.end


def unit_of(day: date, per: Per) -> date:
    """The first day of the calendar unit that a day lies in."""
    match per:
        case Per.DAY:
            return day
        case Per.WEEK:
            return day - day.weekday() * _DAY
        case Per.MONTH:
            return day.replace(day=1)
        case Per.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def unit_after(first: date, per: Per) -> date:
    """The first day of the calendar unit after the one that begins on `first`."""
    match per:
        case Per.DAY:
            return first + _DAY
        case Per.WEEK:
            return first + 7 * _DAY
        case Per.MONTH:
            return add_months(first, 1)
        case Per.QUARTER:
            return add_months(first, 3)


def unit_on(first: date, per: Per, zone: ZoneInfo) -> Unit:
    """The calendar unit that begins on a day. One that a zone left out (a day in Pacific/Apia) is empty."""
    return Unit(first, midnight(first, zone), midnight(unit_after(first, per), zone))


def units_before(first: date, per: Per, count: int, zone: ZoneInfo) -> list[Unit]:
    """The `count` calendar units before the one that begins on `first`, in order."""
    before: list[Unit] = []
    while len(before) < count:
        first = unit_of(first - _DAY, per)
        unit = unit_on(first, per, zone)
        if unit.start < unit.end:
            before.insert(0, unit)
    return before


def unit_text(first: date, per: Per) -> str:
    """The name of a calendar unit: `2026-03-01`, `week of 2026-03-02`, `2026-03`, `2026-Q1`."""
    match per:
        case Per.DAY:
            return str(first)
        case Per.WEEK:
            return f"week of {first}"
        case Per.MONTH:
            return f"{first:%Y-%m}"
        case Per.QUARTER:
            return quarter_text(first)


def add_months(day: date, months: int) -> date:
    """The first day of the month that is so many months after that of a day, or before it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def quarter_text(first: date) -> str:
    return f"{first.year:04}-Q{(first.month - 1) // 3 + 1}"

"""Days, periods and sub-periods, worked out by walking the calendar. Semantics §2."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from ingest.okr.instant import Instant, instant
from ingest.okr.period import Period
from ingest.okr.unit import Per

ONE_DAY = timedelta(days=1)
Days = tuple[date, date]
"""A first and a last day, both included."""


@dataclass(frozen=True)
class Window:
    """[start, stop) of a run of whole days."""

    start: Instant
    stop: Instant


@cache
def midnight(day: date, zone: ZoneInfo) -> Instant:
    """§2: local 00:00; "a midnight that does not exist is the first instant of that day"."""
    wall = datetime.combine(day, time(), tzinfo=zone)
    if wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant(wall)
    here = datetime.combine(day, time(), tzinfo=UTC) - ONE_DAY
    while here.astimezone(zone).date() < day:
        here += timedelta(minutes=1)
    return instant(here)


def window(days: Days, zone: ZoneInfo) -> Window:
    """§2: "[first day 00:00, day after the last 00:00)"."""
    return Window(midnight(days[0], zone), end_of_day(days[1], zone))


def end_of_day(day: date, zone: ZoneInfo) -> Instant:
    """§2: "a day given where an instant is read means its end"."""
    return midnight(day + ONE_DAY, zone)


def unit_of(day: date, per: Per) -> Days:
    """The calendar day, week (from Monday), month or quarter that a day lies in."""
    first = day
    while not _begins(first, per):
        first -= ONE_DAY
    last = day
    while not _begins(last + ONE_DAY, per):
        last += ONE_DAY
    return first, last


def _begins(day: date, per: Per) -> bool:
    if per is Per.WEEK:
        return day.isoweekday() == 1
    if per is Per.MONTH:
        return day.day == 1
    if per is Per.QUARTER:
        return day.day == 1 and day.month in (1, 4, 7, 10)
    return True


def unit_before(days: Days, per: Per) -> Days:
    return unit_of(days[0] - ONE_DAY, per)


@cache
def units_inside(period: Period, per: Per) -> tuple[Days, ...]:
    """§2: "Sub-periods are the calendar days, weeks, months or quarters that lie whole inside the period"."""
    found = []
    unit = unit_of(period.first, per)
    while unit[1] <= period.last:
        if unit[0] >= period.first:
            found.append(unit)
        unit = unit_of(unit[1] + ONE_DAY, per)
    return tuple(found)


def period_before(period: Period) -> Days:
    """§4: "the year, half, quarter, month before; for a range as many days before"."""
    last = period.first - ONE_DAY
    if ".." in period.text:
        return period.first - (period.last - period.first + ONE_DAY), last
    if re.fullmatch(r"\d{4}", period.text):
        return last.replace(month=1, day=1), last
    if "-H" in period.text:
        return last.replace(month=last.month - 5, day=1), last
    if "-Q" in period.text:
        return last.replace(month=last.month - 2, day=1), last
    return last.replace(day=1), last

"""Periods of calendar days in a time zone, and the calendar sub-periods inside them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from ingest.okr.instant import Instant


class Per(StrEnum):
    """A calendar unit of `per month`. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Period:
    """[first day 00:00, day after the last 00:00) in `zone`."""

    text: str
    """As written: `2026`, `2026-H1`, `2026-Q4`, `2026-11`, `2026-10-01..2026-12-31`."""
    first: date
    last: date
    """Included."""
    zone: ZoneInfo

    @cached_property
    def start(self) -> Instant:
        raise NotImplementedError

    @cached_property
    def end(self) -> Instant:
        """The first instant after the period."""
        raise NotImplementedError


def parse_period(text: str, zone: ZoneInfo) -> Period:
    """The period of a text; `ValueError` says what would be one."""
    raise NotImplementedError


def midnight(day: date, zone: ZoneInfo) -> Instant:
    """When a day begins: local 00:00, or the first instant of the day where that does not exist."""
    raise NotImplementedError


def local_day(at: Instant, zone: ZoneInfo) -> date:
    """The calendar day in `zone` on which an instant falls."""
    raise NotImplementedError

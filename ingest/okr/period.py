"""Periods of calendar days in a time zone, and the calendar sub-periods inside them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from ingest.okr.day import YEARS, end_of_day, midnight, parse_day
from ingest.okr.instant import Instant
from ingest.okr.unit import Per, Unit, add_months, quarter_text, unit_after, unit_of, unit_on

FORMS = "2026, 2026-H1, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31"
FINAL_AFTER = 7
"""Days after a period's end until its scores are final."""

_UNIT = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>\d)|Q(?P<quarter>\d)|(?P<month>\d{2})))?", re.ASCII)
_RANGE = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2})\s*\.\.\s*(?P<last>\d{4}-\d{2}-\d{2})", re.ASCII)
_DAY = timedelta(days=1)


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
        return midnight(self.first, self.zone)

    @cached_property
    def end(self) -> Instant:
        """The first instant after the period."""
        return end_of_day(self.last, self.zone)


def parse_period(text: str, zone: ZoneInfo) -> Period:
    """The period of a text; `ValueError` says what would be one."""
    text = text.strip()
    if unit := _UNIT.fullmatch(text):
        first, months = _unit(text, unit)
        return _whole(text, first, add_months(first, months) - _DAY, zone)
    if span := _RANGE.fullmatch(text):
        first, last = parse_day(span["first"]), parse_day(span["last"])
        if last < first:
            raise ValueError(f"{text!r} ends before it begins: write {last}..{first}")
        return _whole(text, first, last, zone)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"{text!r} is a day, not a period: write {text}..{text} for that day alone")
    raise ValueError(f"{text!r} is no period: write {FORMS}")


def period_before(period: Period) -> Period:
    """The year, half, quarter or month before; for a range as many days before."""
    last = period.first - _DAY
    unit = _UNIT.fullmatch(period.text)
    if unit is None:
        first = period.first - (period.last - period.first) - _DAY
        return Period(f"{first}..{last}", first, last, period.zone)
    if unit["month"]:
        first = add_months(period.first, -1)
        return Period(f"{first:%Y-%m}", first, last, period.zone)
    if unit["quarter"]:
        first = add_months(period.first, -3)
        return Period(quarter_text(first), first, last, period.zone)
    if unit["half"]:
        first = add_months(period.first, -6)
        return Period(f"{first.year:04}-H{first.month // 6 + 1}", first, last, period.zone)
    first = add_months(period.first, -12)
    return Period(f"{first.year:04}", first, last, period.zone)


def final_at(period: Period) -> Instant:
    """The local midnight 7 days after the period's end: from then on its scores are final."""
    return midnight(period.last + (FINAL_AFTER + 1) * _DAY, period.zone)


def units(period: Period, per: Per) -> list[Unit]:
    """Each calendar day, week, month or quarter that lies whole inside the period, in order.

    A day that a zone left out (Pacific/Apia had no 30 December 2011) is none.
    """
    first = unit_of(period.first, per)
    if first < period.first:
        first = unit_after(first, per)
    inside = []
    while (after := unit_after(first, per)) - _DAY <= period.last:
        unit = unit_on(first, per, period.zone)
        if unit.start < unit.end:
            inside.append(unit)
        first = after
    return inside


def _unit(text: str, unit: re.Match[str]) -> tuple[date, int]:
    """The first day and the length in months of `2026`, `2026-H1`, `2026-Q4`, `2026-11`."""
    year = int(unit["year"])
    if year not in YEARS:
        raise ValueError(f"{text!r}: the year must lie between {YEARS[0]} and {YEARS[-1]}")
    for name, months, count in (("half", 6, 2), ("quarter", 3, 4), ("month", 1, 12)):
        if unit[name] is not None:
            number = int(unit[name])
            if not 1 <= number <= count:
                raise ValueError(f"{text!r}: a year has the {name}s 1 to {count}; write {FORMS}")
            return date(year, (number - 1) * months + 1, 1), months
    return date(year, 1, 1), 12


def _whole(text: str, first: date, last: date, zone: ZoneInfo) -> Period:
    period = Period(text, first, last, zone)
    if period.end <= period.start:
        raise ValueError(f"{text!r}: that day does not exist in {zone.key}; write a longer period")
    return period

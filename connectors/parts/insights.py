"""Insights of Meta's Graph APIs: numbers of now, and of days that end at midnight in California."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field

from connectors.parts.told import remembered
from ingest.connector import Ask, Reading, Span, Yielded, days

Count = Annotated[int, Field(ge=0)]
ZONE = ZoneInfo("America/Los_Angeles")
"""Where a day ends: at 07:00 or 08:00 UTC."""


class Value(BaseModel):
    value: Count
    end_time: AwareDatetime

    def day(self) -> date:
        """That which ends then."""
        return (self.end_time.astimezone(ZONE) - timedelta(hours=1)).date()


class Total(BaseModel):
    value: Count


class Metric(BaseModel):
    name: str
    total_value: Total | None = None
    values: list[Value] = []


class Insights(BaseModel):
    data: list[Metric]

    def named(self, name: str) -> Metric | None:
        return next((one for one in self.data if one.name == name), None)

    def values(self, name: str) -> list[Value]:
        """No values where the metric is left out: that is unknown, and not zero."""
        metric = self.named(name)
        return metric.values if metric else []


def beginning(day: date) -> int:
    """When a day begins, in seconds since 1970."""
    return int(datetime.combine(day, time(), ZONE).timestamp())


def days_of(signal: str, values: Sequence[Value], since: date, ask: Ask) -> Iterator[Yielded]:
    """The days that came, taken in the configured zone; each stretch of them, which is what is covered, since a day
    that is left out is unknown; and how far one got."""
    if not values:
        return
    for one in values:
        yield Reading(signal, one.value, ask.midnight(one.day()), one.day().isoformat())
    came = sorted({one.day() for one in values})
    for first, last in _stretches(came):
        yield Span(signal, ask.midnight(first), ask.midnight(last + days(1)), whole=True)
    yield remembered(ask, since, came[-1])


def _stretches(came: Sequence[date]) -> Iterator[tuple[date, date]]:
    """The first and last of days that follow each other; they come in order."""
    first = came[0]
    for day, after in pairwise(came):
        if after - day > days(1):
            yield first, day
            first = after
    yield first, came[-1]

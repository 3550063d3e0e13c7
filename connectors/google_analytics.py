"""Visitors, visits and views of a site or an app, day by day, from Google Analytics 4."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from connectors.parts.daily import DAY, Known, first_day, told, within
from connectors.parts.google_account import GoogleAccount
from connectors.parts.origin import beneath
from ingest.connector import (
    Ask,
    Broken,
    Numeric,
    Reading,
    Seen,
    Span,
    Yielded,
    events,
    hours,
    minutes,
)
from ingest.connector.shape import cleaned
from ingest.connector.timestamp import when

M = TypeVar("M", bound=BaseModel)
_METRICS = {"visitors": "activeUsers", "visits": "sessions", "views": "screenPageViews"}
_MOST = 250_000
"""Rows of one answer, as many as Google gives."""
_FIRST = date(2015, 8, 14)
"""Google takes no earlier day."""


class Header(BaseModel):
    name: str


class Value(BaseModel):
    value: str


class Number(BaseModel):
    value: Numeric = Field(ge=0)


class Row(BaseModel):
    dimensions: list[Value] = Field(alias="dimensionValues", min_length=1, max_length=1)
    metrics: list[Number] = Field(alias="metricValues", min_length=len(_METRICS), max_length=len(_METRICS))


class About(BaseModel):
    zone: str = Field(alias="timeZone")
    samples: list[dict[str, object]] = Field([], alias="samplingMetadatas")
    withheld: bool = Field(False, alias="subjectToThresholding")
    empty: str | None = Field(None, alias="emptyReason")


class Report(BaseModel):
    """What is empty or zero is left out."""

    kind: Literal["analyticsData#runReport"]
    dimensions: list[Header] = Field(alias="dimensionHeaders")
    metrics: list[Header] = Field(alias="metricHeaders")
    rows: list[Row] = []
    count: int = Field(0, alias="rowCount")
    about: About | None = Field(None, alias="metadata")

    def checked(self) -> Self:
        """The same, if it is what was asked for and is not estimated."""
        if [one.name for one in (*self.dimensions, *self.metrics)] != ["date", *_METRICS.values()]:
            raise Broken("are not those that were asked for", "metricHeaders")
        if self.count != len(self.rows):
            raise Broken(f"says {self.count}, and there are {len(self.rows)}", "rowCount")
        if self.about is not None and self.about.samples:
            raise Broken(
                "Google counted a sample of the events only, and told an estimate", "metadata.samplingMetadatas"
            )
        return self

    @property
    def is_whole(self) -> bool:
        """Whether a day without a row is one without visitors."""
        return self.about is None or not (self.about.withheld or (self.about.empty is not None and not self.rows))

    def zone(self, ours: ZoneInfo) -> ZoneInfo:
        """That of the property; `ours` in an answer that says nothing of itself."""
        if self.about is None:
            return ours
        try:
            return ZoneInfo(self.about.zone)
        except (KeyError, ValueError, OSError):
            raise Broken(f"nobody knows the time zone {cleaned(self.about.zone, 40)!r}", "metadata.timeZone") from None

    def days(self) -> Mapping[date, Sequence[float]]:
        """The numbers of each day, in the order of the metrics."""
        found: dict[date, Sequence[float]] = {}
        for place, row in enumerate(self.rows):
            day = _day(row.dimensions[0].value, place)
            if day in found:
                raise Broken("the day is there twice", f"rows[{place}].dimensionValues[0].value")
            found[day] = [number.value for number in row.metrics]
        return found


class Stream(BaseModel):
    dimensions: list[Value] = Field(alias="dimensionValues", min_length=1, max_length=1)


class Streams(BaseModel):
    kind: Literal["analyticsData#runReport"]
    rows: list[Stream] = []


class GoogleAnalytics(GoogleAccount):
    """Visitors, visits and views of a site or an app, day by day, from Google Analytics 4.

    `visitors` are Google's *active users* of a day, `visits` its *sessions*, `views` its *views* of pages and screens.
    **Visitors of days do not add up**: who comes on two days is two. A target such as `+20%` compares such sums, which
    is fair; a number of different people in a quarter cannot be had this way. Who declines to be measured is missing,
    and where consent mode is on Google may add what it models.

    Days begin in the property's own time zone (Admin, Property details), which Google's answers say. Numbers of the
    last two days still grow, so the last four are asked for again with each pull. The past comes along: 90 days with
    the first pull, or as far back as key results or `history` want. From the first day with visitors on, a day without
    a row is one without them; but where Google says that it withholds small numbers (*thresholding*, which Google
    signals bring), such a day stays unknown. A report that Google made of a sample is no count and is refused.

    On console.cloud.google.com make a project and enable the *Google Analytics Data API*. Then either

    - **a service account**, which needs no consent and does not end: *IAM & Admin*, *Service Accounts*, *Create*; on
      its page *Keys*, *Add key*, *JSON*. Put the file beside the configuration, `chmod 600` it, and write its name as
      `credentials`. In Analytics add the account's address (`client_email` in the file) under Admin, *Property access
      management*, as a *Viewer*.
    - **your own consent**: *Clients*, *Create client*, *Desktop app*; write `client_id` and `client_secret`, and run
      `okr auth`. While the app is *External* and *Testing*, Google ends the grant after 7 days: publish it.

    `property` is the number under Admin, *Property details*; the `G-…` of the tag is another. A pull is one question,
    of 200,000 tokens that a property has a day it takes some ten.
    """

    scope = "analytics.readonly"
    every = hours(3)
    fastest = minutes(15)
    needs = "a viewer of the property (Analytics: Admin, Property access management)"
    proven = "requests validated against Google's description of 2026-10, with recorded answers; to be checked live"
    signals = {
        "visitors": events("people", "active users, a day"),
        "visits": events("visits", "sessions, a day"),
        "views": events("views", "pages and screens seen, a day"),
    }

    property: str = Field(pattern=r"^\d+$", description="the number of the property", examples=["123456789"])
    url: str = Field("https://analyticsdata.googleapis.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        known = Known.of(ask)
        start = max(_FIRST, first_day(ask, known))
        report = await self._report(ask, start)
        zone, days = report.zone(ask.zone), within(report.days(), start, "rows")
        for day, numbers in days.items():
            for signal, number in zip(_METRICS, numbers, strict=True):
                yield Reading(signal, number, when(day, zone), day.isoformat())
        covered, now_known = told(start, ask.now.astimezone(zone).date(), days, known)
        if report.is_whole:
            yield Span(start=when(covered, zone))
        else:
            for first, last in stretches(days):
                end = when(last + DAY, zone)
                yield Span(start=when(first, zone), end=end if end < ask.now else None)
        yield now_known.cursor()

    async def seen(self, ask: Ask) -> Seen:
        """The streams that brought visitors of late: what the property itself is called is told by another API, which
        would have to be enabled too."""
        body = {
            "dateRanges": [{"startDate": "90daysAgo", "endDate": "today"}],
            "dimensions": [{"name": "streamName"}],
            "metrics": [{"name": _METRICS["visitors"]}],
            "limit": "3",
        }
        streams = await self._asked(ask, Streams, body)
        return Seen(", ".join(row.dimensions[0].value for row in streams.rows))

    async def _report(self, ask: Ask, start: date) -> Report:
        body = {
            "dateRanges": [{"startDate": start.isoformat(), "endDate": "today"}],
            "dimensions": [{"name": "date"}],
            "metrics": [{"name": name} for name in _METRICS.values()],
            "limit": str(_MOST),
        }
        return (await self._asked(ask, Report, body)).checked()

    async def _asked(self, ask: Ask, model: type[M], body: Mapping[str, Any]) -> M:
        cure = "check property, and add {reader} as a viewer: Admin, Property access management"
        request = await self.asking(ask, cure)
        address = f"{beneath(self.url, 'v1beta')}/properties/{self.property}:runReport"
        request["method"], request["body"] = "POST", body
        return await ask.json(model, address, **request)


def stretches(days: Mapping[date, object]) -> list[tuple[date, date]]:
    """The days as few spans, each with its first and its last."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] + DAY == day:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


def _day(written: str, place: int) -> date:
    try:
        return date.fromisoformat(written if len(written) == 8 else "")
    except ValueError:
        raise Broken("is no day", f"rows[{place}].dimensionValues[0].value") from None

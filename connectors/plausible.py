"""Visitors, visits and views of a site, day by day, from Plausible Analytics."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, SecretStr, field_validator

from connectors.parts.daily import Known, first_day, told, within
from connectors.parts.origin import beneath
from ingest.connector import Ask, Broken, Connector, Reading, Span, Yielded, events, hours, minutes
from ingest.connector.timestamp import when

_METRICS = {"visitors": "visitors", "visits": "visits", "views": "pageviews"}
Count = Annotated[int, Field(ge=0)]


class Row(BaseModel):
    metrics: list[Count] = Field(min_length=len(_METRICS), max_length=len(_METRICS))
    dimensions: list[str] = Field(min_length=1, max_length=1)


class Query(BaseModel):
    """The question as it was understood."""

    metrics: list[str]
    date_range: list[AwareDatetime] = Field(min_length=2, max_length=2)


class Answered(BaseModel):
    results: list[Row]
    query: Query

    def days(self, start: date, zone: ZoneInfo) -> Mapping[date, Sequence[int]]:
        """The numbers of each day from `start` on; `Broken` where they are others than were asked for."""
        if self.query.metrics != list(_METRICS.values()):
            raise Broken("are not those that were asked for", "query.metrics")
        if self.query.date_range[0] != when(start, zone):
            began = self.query.date_range[0].isoformat()
            raise Broken(
                f"the days of the site begin at {began}: write its time zone as `timezone`", "query.date_range[0]"
            )
        found: dict[date, Sequence[int]] = {}
        for place, row in enumerate(self.results):
            day = _day(row.dimensions[0], f"results[{place}].dimensions[0]")
            if day in found:
                raise Broken("the day is there twice", f"results[{place}].dimensions[0]")
            found[day] = row.metrics
        return within(found, start, "results")


class Plausible(Connector):
    """Visitors, visits and views of a site, day by day, from Plausible Analytics, its cloud or a server of your own.

    `visitors` are Plausible's *unique visitors* of a day, `visits` its *total visits*, `views` its *total pageviews*.
    **Visitors of days do not add up**: Plausible tells people apart within a day only, so who comes on two days is two.
    A target such as `+20%` compares such sums, which is fair.

    Days begin in the site's own time zone (site settings, General); write it as `timezone` where it is not that of your
    okr.yaml. Plausible says in each answer when its days begin, and the pull stops where that does not fit. The last
    four days are asked for again with each pull. The past comes along: 90 days with the first pull, or as far back as
    key results or `history` want. Plausible leaves days without visitors out: from the first day with any on, they are
    zero. What was imported from elsewhere is not counted.

    Make the key under *Account settings*, *API keys*, as one for the *Stats API*. In the cloud that is part of the
    Business plan. Plausible allows 600 questions an hour; a pull is one.
    """

    every = hours(1)
    fastest = minutes(5)
    needs = "an API key for the Stats API of somebody who may see the site (Account settings, API keys)"
    proven = "from documentation, with recorded answers; to be checked live"
    signals = {
        "visitors": events("people", "unique visitors, a day"),
        "visits": events("visits", "visits, a day"),
        "views": events("views", "pages seen, a day"),
    }

    api_key: SecretStr = Field(description="a key for the Stats API")
    site: str = Field(min_length=1, description="the site as it is called in Plausible", examples=["example.com"])
    timezone: str | None = Field(
        None, description="the site's time zone, `America/New_York`; default: that of okr.yaml"
    )
    url: str = Field("https://plausible.io", description="the address of the server")

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        try:
            return name and ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            raise ValueError("no time zone that is known; write it as `Europe/Berlin`") from None

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        zone = ask.zone if self.timezone is None else ZoneInfo(self.timezone)
        known, today = Known.of(ask), ask.now.astimezone(zone).date()
        start = first_day(ask, known)
        body = {
            "site_id": self.site,
            "metrics": list(_METRICS.values()),
            "date_range": [start.isoformat(), today.isoformat()],
            "dimensions": ["time:day"],
        }
        url = f"{beneath(self.url, 'api', 'v2')}/query"
        answered = await ask.json(Answered, url, method="POST", body=body, bearer=self.api_key)
        days = answered.days(start, zone)
        for day, numbers in days.items():
            for signal, number in zip(_METRICS, numbers, strict=True):
                yield Reading(signal, number, when(day, zone), day.isoformat())
        covered, now_known = told(start, today, days, known)
        yield Span(start=when(covered, zone))
        yield now_known.cursor()


def _day(written: str, where: str) -> date:
    try:
        return date.fromisoformat(written if len(written) == 10 else "")
    except ValueError:
        raise Broken("is no day", where) from None

"""Threads API: followers, and how often one was seen a day."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.meta_refusal import meant
from connectors.parts.token_end import TokenEnd, expiry
from connectors.parts.told import first_day, remembered
from ingest.connector import Ask, Broken, Connector, Params, Reading, Seen, Span, Yielded, days, events, hours, level

Count = Annotated[int, Field(ge=0)]
_ZONE = ZoneInfo("America/Los_Angeles")  # a day ends there: at 07:00 or 08:00 UTC
_EARLIEST = date(2024, 4, 14)  # nothing is told of before 1712991600
_AT_ONCE = days(30)
_AGAIN = days(3)


class Value(BaseModel):
    value: Count
    end_time: AwareDatetime

    def day(self) -> date:
        """That which ends then."""
        return (self.end_time.astimezone(_ZONE) - timedelta(hours=1)).date()


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


class Profile(BaseModel):
    username: str


class Threads(Connector):
    """Followers of your account on Threads, and views of your profile by day.

    Threads tells these numbers to the account itself alone. On developers.facebook.com make an app with the use case
    *Access the Threads API*, add yourself as a tester of it, and let its *User Token Generator* make a token with
    `threads_basic` and `threads_manage_insights`. The token ends after 60 days. Write that day as `token_ends`, and you
    are told two weeks before; a new one is made in the same place.

    `views` come for each day since 14 April 2024, as far back as the key results or `history` ask for, else for a year.
    As far as is known the days are those of California; here they are taken in the configured zone. The numbers of the
    last days still grow. What Threads leaves out is unknown, and never 0. Of `followers` there is no history.
    """

    needs = "a token with threads_basic and threads_manage_insights"
    proven = "requests validated against Meta's Postman collection of 2026-01, which has no times to ask from"
    every = hours(6)
    stale_after = days(4)
    signals: ClassVar = {
        "followers": level("people", "who follows the account"),
        "views": events("views", "views of the profile, a day"),
    }

    token: SecretStr = Field(min_length=1, description="a user token of the Threads API")
    token_ends: TokenEnd = None
    url: str = Field("https://graph.threads.net/v1.0", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        since = max(first_day(ask, days(365), _AGAIN) or _EARLIEST, _EARLIEST)
        today = ask.now.astimezone(_ZONE).date()
        told: list[Value] = []
        for first in _starts(since, today):
            until = min(first + _AT_ONCE, today + days(1))
            insights = await self._insights(ask, first, until)
            if first == since:
                yield Reading("followers", _followers(insights))
            views = insights.named("views")
            told += views.values if views else []
        for one in told:
            yield Reading("views", one.value, ask.midnight(one.day()), one.day().isoformat())
        if told:
            last = max(one.day() for one in told)
            first = min(since, *(one.day() for one in told))
            yield Span("views", ask.midnight(first), ask.midnight(last + days(1)), whole=True)
            yield remembered(ask, since, last)
        for ending in expiry(self.token_ends, ask):
            yield ending

    async def seen(self, ask: Ask) -> Seen:
        url = f"{self.url.rstrip('/')}/me"
        profile = await ask.json(Profile, url, params={"fields": "username"}, bearer=self.token, means=meant)
        return Seen(profile.username)

    async def _insights(self, ask: Ask, since: date, until: date) -> Insights:
        params: Params = {"metric": "followers_count,views", "since": _seconds(since), "until": _seconds(until)}
        url = f"{self.url.rstrip('/')}/me/threads_insights"
        return await ask.json(Insights, url, params=params, bearer=self.token, means=meant)


def _starts(since: date, today: date) -> Iterator[date]:
    """Where each question begins; there is at least one."""
    yield since
    while (since := since + _AT_ONCE) <= today:
        yield since


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), _ZONE).timestamp())


def _followers(insights: Insights) -> int:
    """However long the time that is asked for, it is the number of now."""
    metric = insights.named("followers_count")
    if metric is None or metric.total_value is None:
        raise Broken("is missing", "data[followers_count].total_value")
    return metric.total_value.value

"""Threads API: followers, and how often one was seen a day."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.insights import ZONE, Insights, Value, beginning, days_of
from connectors.parts.meta_refusal import meant
from connectors.parts.meta_token import renewal
from connectors.parts.token_end import TokenEnd, expiry
from connectors.parts.told import first_day
from ingest.connector import Ask, Broken, Connector, Params, Reading, Renewal, Seen, Yielded, days, events, hours, level

_EARLIEST = date(2024, 4, 14)  # nothing is told of before 1712991600
_AT_ONCE = days(30)
_AGAIN = days(3)
_NEW = "make a new token with the app's User Token Generator (developers.facebook.com), and write it as `token`"


class Profile(BaseModel):
    username: str


class Threads(Connector):
    """Followers of your account on Threads, and views of your profile by day.

    Threads tells these numbers to the account itself alone. On developers.facebook.com make an app with the use case
    *Access the Threads API*, add yourself as a tester of it, and let its *User Token Generator* make a token with
    `threads_basic` and `threads_manage_insights`, and write it as `token`.

    A token ends after 60 days. It is renewed each week, which Threads does from 24 hours after it was made: for the
    first time a day after the first pull. What follows on it is kept in `.okr/tokens/` or where `token_file` says, and
    from then on its end is known. As long as one pull in some seven weeks goes well it never ends. Where it could not
    be renewed, that is told at once, and its end two weeks before; then make a new one in the same place and write it
    as `token`: it counts from then on. Of a private profile, Meta says, the consent itself ends after 90 days. Whether
    the token before still counts, it does not say: let nobody else use the one that you write here. `token_ends` tells
    the end of a token that was not renewed yet.

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

    def authorization(self) -> Renewal:
        return renewal(self.token, self.url, "th_refresh_token", _NEW)

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        today = ask.now.astimezone(ZONE).date()
        wanted = first_day(ask, days(365), _AGAIN, _EARLIEST) or _EARLIEST
        since = min(wanted, today)  # in another zone it may be tomorrow, and an empty time is refused
        told: list[Value] = []
        for first in _starts(since, today):
            until = min(first + _AT_ONCE, today + days(1))
            insights = await self._insights(ask, first, until)
            if first == since:
                yield Reading("followers", _followers(insights))
            told += insights.values("views")
        for one in days_of("views", told, since, ask):
            yield one
        for ending in expiry(self.token_ends, ask):
            yield ending

    async def seen(self, ask: Ask) -> Seen:
        url = f"{self.url.rstrip('/')}/me"
        token = await ask.token()
        profile = await ask.json(Profile, url, params={"fields": "username"}, bearer=token, means=meant)
        return Seen(profile.username)

    async def _insights(self, ask: Ask, since: date, until: date) -> Insights:
        params: Params = {"metric": "followers_count,views", "since": beginning(since), "until": beginning(until)}
        url = f"{self.url.rstrip('/')}/me/threads_insights"
        return await ask.json(Insights, url, params=params, bearer=await ask.token(), means=meant)


def _starts(since: date, today: date) -> Iterator[date]:
    """Where each question begins; there is at least one."""
    yield since
    while (since := since + _AT_ONCE) <= today:
        yield since


def _followers(insights: Insights) -> int:
    """However long the time that is asked for, it is the number of now."""
    metric = insights.named("followers_count")
    if metric is None or metric.total_value is None:
        raise Broken("is missing", "data[followers_count].total_value")
    return metric.total_value.value

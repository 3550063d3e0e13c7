"""YouTube: what a channel shows to everybody, and to its owner its days."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.parts.google_refusal import PACIFIC, meant
from connectors.parts.told import first_day, remembered
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Kind,
    Numeric,
    OAuth,
    Reading,
    Refused,
    Seen,
    Signal,
    Span,
    Yielded,
    counter,
    days,
    events,
    hours,
    level,
)

Count = Annotated[Numeric, Field(ge=0)]  # "1230": numbers come as text
Number = Annotated[float, Field(ge=0)]
_BACK = days(730)
"""How far back the days are asked for where nobody says."""
_REVISED = days(10)
"""The newest days are late and are corrected: they are asked for again."""
_COLUMNS = ["day", "views", "subscribersGained", "subscribersLost"]
_DAILY = ("views", "new_followers", "lost_followers")
_HIDDEN = "the channel hides how many subscribe: YouTube Studio, Settings, Channel, Advanced settings"


class Statistics(BaseModel):
    hidden: bool = Field(alias="hiddenSubscriberCount")
    subscribers: Count | None = Field(None, alias="subscriberCount")
    views: Count = Field(alias="viewCount")
    videos: Count = Field(alias="videoCount")

    def followers(self) -> float | None:
        """None where the channel hides it; what stands there then is no number of subscribers."""
        if not self.hidden and self.subscribers is None:
            raise Broken("is missing", "items[0].statistics.subscriberCount")
        return None if self.hidden else self.subscribers


class Snippet(BaseModel):
    title: str


class Channel(BaseModel):
    id: str
    statistics: Statistics
    snippet: Snippet | None = None


class Channels(BaseModel):
    kind: Literal["youtube#channelListResponse"]
    items: list[Channel] = []  # it is left out where there is none


class Column(BaseModel):
    name: str


class Days(BaseModel):
    kind: Literal["youtubeAnalytics#resultTable"]
    columns: list[Column] = Field(alias="columnHeaders")
    rows: list[tuple[date, Number, Number, Number]] = []  # it is left out where there are none
    errors: None = None


class Youtube(Connector):
    """Subscribers, videos and views of a YouTube channel, and to its owner who came and went by day.

    An API key is enough for what everybody sees. `followers` are the subscribers, rounded down by YouTube to three
    digits: 1,234 is told as 1,230, and 123,456 as 123,000, so that small changes do not show. A channel may hide the
    number; then there is none, and never 0. `total_views` counts the views of the channel's videos since it began;
    YouTube corrects it now and then, also downwards.

    The days need the owner: with `client_id` and `client_secret` of an OAuth client (console.cloud.google.com, *APIs &
    Services*, *Library*: YouTube Analytics API; *Clients*, *Create client*, *Desktop app*), then `okr auth`. While the
    app is *External* and *Testing*, Google ends the grant after 7 days: publish it. The days are exact: `views`,
    `new_followers` and `lost_followers` as far back as the key results or `history` ask for, else for two years.
    YouTube brings a day some two or three days late and corrects it for a while; it is covered until the last one that
    came. As far as is known its days are those of California; here they are taken in the configured zone.

    A pull costs one of the 10,000 units that a project has a day for the YouTube Data API, which begin anew at midnight
    in California.
    """

    needs = (
        "an API key (console.cloud.google.com, APIs & Services: YouTube Data API v3); for the days its owner's consent"
    )
    proven = "requests validated against Google's descriptions of 2026-11 (Data API v3) and 2026-10 (Analytics API v2)"
    every = hours(6)
    stale_after = days(5)  # a day comes some three days late
    signals: ClassVar[Mapping[str, Signal]] = {
        "followers": level("people", "who subscribes, rounded down to three digits by YouTube"),
        "posts": level("posts", "public videos"),
        "total_views": counter("views", "views of all its videos since the channel began"),
        "new_followers": events("people", "who subscribed, a day; for its owner"),
        "lost_followers": events("people", "who unsubscribed, a day; for its owner"),
        "views": events("views", "views of its videos, a day; for its owner"),
    }

    api_key: SecretStr = Field(description="an API key of a Google Cloud project")
    channel: str = Field(
        pattern=r"^(UC[A-Za-z0-9_-]{22}|@[^\s/?#&]{3,30})$",
        description="the channel's handle, or its id",
        examples=["@my_channel"],
    )
    client_id: str | None = Field(None, min_length=1, description="of an OAuth client, for the channel's days")
    client_secret: SecretStr | None = Field(None, description="its secret")
    url: str = Field("https://youtube.googleapis.com", description="another address of the Data API")
    analytics_url: str = Field("https://youtubeanalytics.googleapis.com", description="that of the Analytics API")

    @model_validator(mode="after")
    def _whole_client(self) -> Self:
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("client_id and client_secret belong together")
        return self

    def offered(self) -> Mapping[str, Signal]:
        return {name: one for name, one in self.signals.items() if self.client_id or one.kind is not Kind.EVENTS}

    def authorization(self) -> OAuth | None:
        if self.client_id is None:
            return None
        return OAuth(
            authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
            token_url="https://oauth2.googleapis.com/token",  # noqa: S106  an address
            client_id=self.client_id,
            client_secret=self.client_secret,
            client_auth="body",
            scope="https://www.googleapis.com/auth/yt-analytics.readonly",
            parameters={"access_type": "offline", "prompt": "consent"},
        )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        channel = await self._channel(ask, "id,statistics")
        followers = channel.statistics.followers()
        if followers is not None:
            yield Reading("followers", followers)
        yield Reading("posts", channel.statistics.videos)
        yield Reading("total_views", channel.statistics.views)
        if self.client_id is not None:
            today = ask.now.astimezone(PACIFIC).date()
            since = first_day(ask, _BACK, _REVISED) or today
            if since <= today:  # in the zone of who asks the first day may begin before it does there
                for one in days_of(await self._days(ask, channel.id, since, today), since, ask):
                    yield one

    async def seen(self, ask: Ask) -> Seen:
        channel = await self._channel(ask, "id,snippet,statistics")
        name = channel.snippet.title if channel.snippet else channel.id
        return Seen(name, (_HIDDEN,) if channel.statistics.hidden else ())

    async def _channel(self, ask: Ask, part: str) -> Channel:
        params = {"part": part, "forHandle" if self.channel.startswith("@") else "id": self.channel}
        found = await ask.json(
            Channels,
            f"{self.url.rstrip('/')}/youtube/v3/channels",
            params=params,
            headers={"x-goog-api-key": self.api_key},
            means=partial(meant, now=ask.now),
        )
        if not found.items:
            raise Refused(f"YouTube knows no channel {self.channel}", "copy the handle from the channel's page: @name")
        return found.items[0]

    async def _days(self, ask: Ask, channel: str, since: date, until: date) -> Days:
        params = {
            "ids": f"channel=={channel}",
            "dimensions": "day",
            "metrics": ",".join(_COLUMNS[1:]),
            "startDate": since.isoformat(),
            "endDate": until.isoformat(),
            "sort": "day",
        }
        url = f"{self.analytics_url.rstrip('/')}/v2/reports"
        return await ask.json(Days, url, params=params, bearer=await ask.token(), means=partial(meant, now=ask.now))


def days_of(report: Days, since: date, ask: Ask) -> list[Yielded]:
    """The days that came, the span that they cover, and how far one got."""
    if [one.name for one in report.columns] != _COLUMNS:
        raise Broken("are not the ones that were asked for", "columnHeaders")
    if not report.rows:  # not yet told, which is not zero
        return []
    told: list[Yielded] = []
    for day, *amounts in report.rows:
        told += [
            Reading(signal, amount, ask.midnight(day), day.isoformat())
            for signal, amount in zip(_DAILY, amounts, strict=True)
        ]
    first, last = (pick(row[0] for row in report.rows) for pick in (min, max))
    start, end = ask.midnight(min(first, since)), ask.midnight(last + timedelta(days=1))
    told += [Span(signal, start, end, whole=True) for signal in _DAILY]
    return [*told, remembered(ask, since, last)]

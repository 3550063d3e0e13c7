"""Strava API v3: one's own activities, how far they went, and the best time over 10 km in each run."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, Field, RootModel

from connectors.parts.consent import Consented
from connectors.parts.held import turn
from connectors.parts.numbered import numbered
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Params,
    Reading,
    Seen,
    SourceError,
    Span,
    Unavailable,
    Yielded,
    events,
    hours,
    level,
    minutes,
)
from ingest.connector.question import Request
from ingest.connector.shape import Number

_TEN = 10_000  # metres


class Activity(BaseModel):
    id: int
    sport: str = Field(alias="sport_type")
    metres: Annotated[Number, Field(ge=0)] = Field(alias="distance")
    at: AwareDatetime = Field(alias="start_date")


class Activities(RootModel[list[Activity]]):
    """One page; the last is an empty one."""


class Effort(BaseModel):
    name: str
    seconds: Annotated[int, Field(gt=0)] = Field(alias="elapsed_time")


class Detail(BaseModel):
    id: int
    efforts: list[Effort] | None = Field(None, alias="best_efforts")  # only runs have them


class Athlete(BaseModel):
    first: str = Field(alias="firstname")
    last: str = Field(alias="lastname")


def meant(answer: Answer, error: SourceError, now: datetime) -> SourceError:
    """A limit that is used up begins anew with the next quarter of an hour of the clock, or with the day in UTC."""
    if answer.status != 429:
        return error
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day, quarter = timedelta(days=1), timedelta(minutes=15)
    next_quarter = today + ((now - today) // quarter + 1) * quarter
    is_of_day = any(_is_used_up(answer, limit) for limit in ("x-ratelimit", "x-readratelimit"))
    return Unavailable(str(error), answer.retry_at(now) or (today + day if is_of_day else next_quarter))


def _is_used_up(answer: Answer, limit: str) -> bool:
    """Whether the second number is, that of the day: `200,2000` of `12,340`."""
    most, used = (answer.headers.get(f"{limit}-{name}", "").rpartition(",")[2].strip() for name in ("limit", "usage"))
    return most.isdigit() and used.isdigit() and int(used) >= int(most)


class Strava(Consented):
    """Your Strava activities, how far they went, and your best time over 10 km in each run.

    `activities` and `distance` (in km; Strava counts metres) are dated by the start of each. `time_10k` is the fastest
    10 km in a run of that length or more, in seconds, with pauses in it: write a target that goes down, `<= 2700`, and
    `take: best`. What you delete no longer counts. `sports` says which sports count, by Strava's names (`Run`,
    `TrailRun`, `Ride`, `Hike`).

    All activities of the wanted time are listed at each pull, 200 a request; the times of 60 runs come with the first
    pull, of 60 earlier ones with each pull after it, a request each. Those of the last 14 days are asked for again.
    Strava allows 100 reads in each quarter of an hour of the clock and 1,000 a day (UTC); where they are used up, the
    next pull waits for the next quarter, or the next day.

    **Access.** Since June 2026 the API needs a paid Strava subscription. On strava.com/settings/api make an app with
    the callback domain `127.0.0.1`, write `client_id` and `client_secret`, and run `okr auth`; it asks for
    `activity:read_all`, so that activities that only you see count too. Tokens last six hours and are renewed. What
    Strava tells of you may be shown to you; its terms restrict showing it to others.
    """

    every = hours(3)
    fastest = minutes(30)
    needs = "activity:read_all, and since June 2026 a paid Strava subscription"
    proven = "from Strava's documentation of 2026, with recorded answers, to be checked live"
    signals = {
        "activities": events("activities", "what was recorded, when it began"),
        "distance": events("km", "how far each of them went"),
        "time_10k": level("s", "the fastest 10 km in a run; less is better"),
    }
    consent: ClassVar[Mapping[str, str]] = {
        "authorize_url": "https://www.strava.com/oauth/authorize",
        "token_url": "https://www.strava.com/oauth/token",
        "scope": "activity:read_all",
    }

    sports: tuple[str, ...] = Field(("Run", "TrailRun"), min_length=1, description="the sports that count")
    url: str = Field("https://www.strava.com/api/v3", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        done = [one for one in await self._listed(ask) if one.sport in self.sports]
        for one in done:
            key = ask.fingerprint(str(one.id))
            yield Reading("activities", 1, one.at, key)
            yield Reading("distance", one.metres / 1000, one.at, key)
        yield Span("activities", ask.since, whole=True)
        yield Span("distance", ask.since, whole=True)

        asked = turn(ask, [one for one in done if one.metres >= _TEN], lambda one: one.at)
        for stretch in asked.stretches:
            for one in stretch.events:
                address = f"{self.url.rstrip('/')}/activities/{one.id}"
                detail = await ask.json(Detail, address, **await self._asking(ask))
                if detail.id != one.id:
                    raise Broken("is not the activity that was asked for", "id")
                times = [effort.seconds for effort in detail.efforts or () if effort.name.lower() == "10k"]
                if times:
                    yield Reading("time_10k", min(times), one.at)
        yield asked.cursor

    async def seen(self, ask: Ask) -> Seen:
        athlete = await ask.json(Athlete, f"{self.url.rstrip('/')}/athlete", **await self._asking(ask))
        return Seen(f"{athlete.first} {athlete.last}".strip())

    async def _asking(self, ask: Ask) -> Request:
        return Request(bearer=await self.bearer(ask), means=partial(meant, now=ask.now))

    async def _listed(self, ask: Ask) -> list[Activity]:
        params: Params = {"page": 1, "per_page": 200}
        if ask.since is not None:
            params = {**params, "after": int(ask.since.timestamp()) - 1}
        request = await self._asking(ask)
        request["params"] = params
        address = f"{self.url.rstrip('/')}/athlete/activities"
        # a page may hold fewer than were asked for: an empty one is the last
        following = numbered(Activities, lambda page: page.root)
        pages = ask.pages(Activities, address, following, **request)
        found = [one async for page in pages for one in page.root]
        return [one for one in found if (ask.since is None or one.at >= ask.since) and one.at <= ask.now]

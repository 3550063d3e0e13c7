"""Visitors and views of a site, day by day, from Umami."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.parts.daily import DAY, Known, first_day, told, within
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Connector,
    Numeric,
    Params,
    Reading,
    Refused,
    Seen,
    SourceError,
    Span,
    Yielded,
    events,
    hours,
    minutes,
)

_CLOUD = "https://api.umami.is/v1"
_AT_ONCE = 150
"""Days of one question. Of more than half a year Umami tells months, whatever it was asked for."""
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00:00(?:\.0+)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII)


class Point(BaseModel):
    x: str
    y: Numeric = Field(ge=0)


class Series(BaseModel):
    pageviews: list[Point]
    sessions: list[Point]


class Token(BaseModel):
    token: SecretStr


class Website(BaseModel):
    name: str


class Umami(Connector):
    """Visitors and views of a site, day by day, from Umami, on a server of your own or in its cloud.

    `visitors` are Umami's sessions of a day, which its pages call visitors; `views` its page views. **Visitors of days
    do not add up**: who comes on two days is two. A target such as `+20%` compares such sums, which is fair.

    Days begin in the time zone of okr.yaml. The last four are asked for again with each pull. The past comes along: 90
    days with the first pull, or as far back as key results or `history` want, five months with each question. From the
    first day with visitors on, a day that is not told is one without them.

    On a server of your own write its address as `url`, with `username` and `password`: a user with the role *View only*
    in a team that has the site is enough. In the cloud make an API key (Settings, API keys); it needs a paid plan, and
    50 questions in 15 seconds are allowed. `website` is the id in the address of the site's page, or under *Settings*,
    *Websites*, *Edit*.
    """

    every = hours(1)
    fastest = minutes(5)
    needs = "a user who may view the website, or in the cloud an API key"
    proven = "from documentation (Umami 3), with recorded answers; to be checked live"
    signals = {
        "visitors": events("people", "sessions, a day"),
        "views": events("views", "pages seen, a day"),
    }

    website: str = Field(
        pattern=r"^[0-9a-fA-F-]{36}$",
        description="the id of the website",
        examples=["b59e9c65-ae32-47f1-8400-119fcf4861c4"],
    )
    api_key: SecretStr | None = Field(None, description="in the cloud: an API key", examples=["…"])
    username: str | None = Field(None, min_length=1, description="on a server of your own: a user")
    password: SecretStr | None = Field(None, description="and the password")
    url: str = Field(_CLOUD, description="the address of the server")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("`username` and `password` belong together")
        if (self.api_key is None) == (self.username is None):
            raise ValueError(
                "give `api_key` (in the cloud), or `url`, `username` and `password` (a server of your own)"
            )
        if self.username is not None and self.url == _CLOUD:
            raise ValueError("give the address of your server as `url`; the cloud takes an `api_key`")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        headers = await self._key(ask)
        known, today = Known.of(ask), ask.now.astimezone(ask.zone).date()
        start = first_day(ask, known)
        some: list[date] = []
        for first, last in stretches(start, today):
            params: Params = {
                "startAt": _milliseconds(ask, first),
                "endAt": _milliseconds(ask, last + DAY) - 1,
                "unit": "day",
                "timezone": ask.zone.key,
            }
            series = await ask.json(Series, self._at("/pageviews"), params=params, headers=headers)
            for signal, points in (("visitors", series.sessions), ("views", series.pageviews)):
                name = "sessions" if signal == "visitors" else "pageviews"
                for day, number in _days(points, name, first, last).items():
                    yield Reading(signal, number, ask.midnight(day), day.isoformat())
                    some += [day] if number else []
        covered, now_known = told(start, today, some, known)
        yield Span(start=ask.midnight(covered))
        yield now_known.cursor()

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Website, self._at(""), headers=await self._key(ask))).name)

    async def _key(self, ask: Ask) -> dict[str, SecretStr]:
        if self.api_key is not None:
            return {"x-umami-api-key": self.api_key}
        body = {"username": self.username, "password": self.password}
        address = f"{self.url.rstrip('/')}/api/auth/login"
        told = await ask.json(Token, address, method="POST", body=body, means=_no_login)
        return {"authorization": SecretStr(f"Bearer {told.token.get_secret_value()}")}

    def _at(self, path: str) -> str:
        api = "" if self.api_key is not None else "/api"
        return f"{self.url.rstrip('/')}{api}/websites/{self.website}{path}"


def _no_login(_: Answer, error: SourceError) -> SourceError:
    """To a wrong password Umami says 401, or 400 where it is not written as it could be."""
    if isinstance(error, Refused) and error.status in {400, 401}:
        return Refused(error.message, "check username and password, and that url is your own server's", error.status)
    return error


def stretches(start: date, end: date) -> list[tuple[date, date]]:
    """The days from `start` to `end`, so many at once as are told by the day."""
    number = (end - start).days // _AT_ONCE + 1
    firsts = [start + timedelta(days=_AT_ONCE * place) for place in range(number)]
    return [(first, min(end, first + (_AT_ONCE - 1) * DAY)) for first in firsts]


def _days(points: list[Point], name: str, first: date, last: date) -> Mapping[date, float]:
    found: dict[date, float] = {}
    for place, point in enumerate(points):
        where = f"{name}[{place}].x"
        written = _DAY.fullmatch(point.x)
        if written is None:
            raise Broken("is no day", where)
        try:
            day = date.fromisoformat(written[1])
        except ValueError:
            raise Broken("is no day", where) from None
        if day in found or day > last or day == first - DAY:  # the day before is one of another zone
            raise Broken("is no day that was asked for, or there twice", where)
        found[day] = point.y
    return within(found, first, name)


def _milliseconds(ask: Ask, day: date) -> int:
    return round(ask.midnight(day).timestamp() * 1000)

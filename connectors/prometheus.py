"""A number from a Prometheus, Mimir, Thanos or VictoriaMetrics, with its past."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, Field, field_validator

from connectors.parts.auth import Auth
from connectors.parts.promql import Answered
from ingest.connector import (
    Ask,
    Broken,
    Cursor,
    Duration,
    Kind,
    Named,
    Params,
    Reading,
    Refused,
    SignalSettings,
    Yielded,
    days,
    hours,
)
from ingest.connector.question import Request

POINTS = 10_000
"""In one answer; Prometheus itself gives at most 11,000."""
MANY = 500_000
"""In the history of one signal."""
BACK = days(15)
"""How far back is asked where nothing else is wanted: as long as Prometheus keeps things if nobody says otherwise."""
LONG = 2_000
"""A longer query is posted: addresses have a length."""
_QUERY = {400, 422}
"""It is not PromQL, or cannot be computed."""


def _whole_seconds(step: timedelta) -> timedelta:
    if step % timedelta(seconds=1):
        raise ValueError("is no whole number of seconds")
    return step


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("is no address; it begins with https:// or http://") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no address; it begins with https:// or http://")
    if parts.username is not None:
        raise ValueError("name and password do not belong here; write them in `auth: {basic: …}`")
    if parts.query or parts.fragment:
        raise ValueError("is the server's address without ? and #; keys are written in `auth`")
    return url.rstrip("/").removesuffix("/api/v1")


class QuerySettings(SignalSettings):
    """A number in PromQL."""

    query: str = Field(
        min_length=1, pattern=r"\S", examples=["sum(app_users)"], description="PromQL that gives one series"
    )
    step: Annotated[Duration, AfterValidator(_whole_seconds)] = Field(
        hours(1), description="how far apart the numbers of the past are"
    )

    @field_validator("kind")
    @classmethod
    def _no_events(cls, kind: Kind) -> Kind:
        if kind is Kind.EVENTS:
            raise ValueError("PromQL tells no events; write `kind: level`, or `counter` for a number that only grows")
        return kind


class Kept(BaseModel):
    """What is kept from pull to pull."""

    until: dict[str, int] = {}
    """The last step that was asked for, by signal; seconds since 1970."""


class Prometheus(Named[QuerySettings]):
    """A number from a Prometheus, Mimir, Thanos or VictoriaMetrics, with its past.

    A signal's `query` is PromQL that gives one series, such as `sum(app_users)` or
    `sum(increase(orders_total[30d]))`. Several series stop the pull: write `sum(…)`, `max(…)` or `avg(…)` around them.

    Each pull asks for the number as it is now. The past comes along, a number every `step`: at first as far back as the
    key results need it or `history` says, else 15 days; later what was added since the last pull. What Prometheus no
    longer keeps is not there.

    NaN, infinities and a query without any series are unknown: nothing is stored, never 0. Where no series means none,
    say so in the query: `sum(app_errors) or vector(0)`. If no query of the source has a series, the pull stops: a name
    is wrong, or what was measured is gone. It stops too where the server warns that its answer may not be complete.

    `url` is the server's address, as `https://prometheus.example.com` or `https://mimir.example.com/prometheus`. The
    credential is `auth: {bearer: "${TOKEN}"}` or `auth: {basic: {username: me, password: "${PASSWORD}"}}`; the tenant
    of Mimir is `auth: {header: {X-Scope-OrgID: my-team}}`.
    """

    proven = "on a real Prometheus 2.42, and against the vendor's description of version 3.14 with recorded answers"

    url: Annotated[str, AfterValidator(_address)] = Field(
        examples=["https://prometheus.example.com"], description="the server's address"
    )
    auth: Auth | None = Field(None, description="the credential and where it goes")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        kept = Kept.model_validate(ask.cursor or {})
        until: dict[str, int] = {}
        is_known = False
        for signal, settings in self.named.items():
            instant = await self._ask(ask, signal, "query", {"time": f"{ask.now.timestamp():.3f}"})
            now, is_known = instant.now(settings.query), is_known or not instant.is_empty
            last = kept.until.get(signal)
            steps = steps_of(settings, ask, last)
            async for at, value in self._history(ask, signal, steps):
                is_known = True
                yield Reading(signal, value, at)
            if now is not None:
                yield Reading(signal, now)
            if steps or last is not None:
                until[signal] = steps[-1] if steps else last or 0
        if not is_known:
            which = "its query has no" if len(self.named) == 1 else "none of its queries has a"
            raise Broken(f"{which} series; are the names right? Where none means 0, write `or vector(0)` behind it")
        yield Cursor(Kept(until=until).model_dump())

    async def _history(self, ask: Ask, signal: str, steps: range) -> AsyncIterator[tuple[datetime, float]]:
        for first in range(0, len(steps), POINTS):
            part = steps[first : first + POINTS]
            asked = {"start": part[0], "end": part[-1], "step": steps.step}
            answer = await self._ask(ask, signal, "query_range", asked)
            for point in answer.history(self.named[signal].query):
                yield point

    async def _ask(self, ask: Ask, signal: str, path: str, more: Params) -> Answered:
        query = self.named[signal].query
        request, params = self.auth.request() if self.auth else Request(), {"query": query, **more}
        if len(query) <= LONG:
            request["params"] = {**(request.get("params") or {}), **params}
        else:
            form = {"content-type": "application/x-www-form-urlencoded"}
            request["headers"] = {**(request.get("headers") or {}), **form}
            request["method"], request["body"] = "POST", urlencode(params).encode()
        with _advised(signal):
            return (await ask.json(Answered, f"{self.url}/api/v1/{path}", **request)).checked()


@contextmanager
def _advised(signal: str) -> Iterator[None]:
    """Where the server does not understand a query, it is said whose it is."""
    try:
        yield
    except Refused as error:
        if error.status not in _QUERY:
            raise
        raise Refused(f"{error.message} (signals.{signal}.query)", "correct the query", error.status) from None


def steps_of(settings: QuerySettings, ask: Ask, last: int | None) -> range:
    """The steps that are over and were not asked for yet: seconds since 1970, all multiples of the step."""
    step = int(settings.step.total_seconds())
    since = ask.since or ask.now - BACK
    first = _ceiling(max(int(since.timestamp()), 0), step) if last is None else last + step
    steps = range(first, _ceiling(int(ask.now.timestamp()), step), step)  # what is now is asked for by itself
    if len(steps) > MANY:
        raise Refused(
            f"{len(steps)} numbers of the past, one every {step} s, are more than {MANY}",
            "set a longer `step` for the signal, or a shorter `history` for the source",
        )
    return steps


def _ceiling(seconds: int, step: int) -> int:
    return -(-seconds // step) * step

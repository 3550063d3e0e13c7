"""GitHub's REST API: who follows a user, and who marks a repository."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, Field, RootModel, SecretStr, model_validator

from connectors.parts.token_end import github_expiry
from connectors.parts.told import first_day, remembered
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Connector,
    Reading,
    Refused,
    Seen,
    Signal,
    SourceError,
    Span,
    Unavailable,
    Yielded,
    days,
    events,
    hours,
    level,
    minutes,
)
from ingest.connector.question import Request

Count = Annotated[int, Field(ge=0)]
_VERSION = "2022-11-28"
_WEEKS = 30  # a page; more are not given
_AGAIN = days(14)
"""The newest days change: a star that is taken back leaves its day. A page has more of them than these."""
_TRAFFIC = 13  # days before today
_MUCH = "the token can do more than read what is public: for that one without scopes is enough"
_NOT_FOUND = "check how it is written; what is private is only there for a token that may read it"
_NO_HISTORY = "write `daily_stars: false`: this server does not tell stars by day, as an older Enterprise Server"


class User(BaseModel):
    login: str = ""
    followers: Count


class Repository(BaseModel):
    full_name: str = ""
    stargazers_count: Count
    forks_count: Count


class Week(BaseModel):
    week: int = Field(ge=0, le=10**11, description="when it begins, in seconds since 1970")
    days: list[Count] = Field(min_length=7, max_length=7)

    def begins(self) -> date:
        return datetime.fromtimestamp(self.week, UTC).date()


class Weeks(RootModel[list[Week]]):
    pass


class Viewed(BaseModel):
    timestamp: datetime
    count: Count
    uniques: Count


class Traffic(BaseModel):
    views: list[Viewed]


class Message(BaseModel):
    message: str


class Github(Connector):
    """Followers of a GitHub user or organisation, and stars, forks and views of a repository.

    Say `user`, `repository` or both. Without a `token` GitHub answers 60 questions an hour, counted together for all
    that come from one address; with any token 5,000. A pull asks one to four times. A fine-grained token without any
    permission is enough for what is public (Settings, Developer settings, *Personal access tokens*); for a private
    repository it needs *Metadata: read*, and `traffic: true` needs the right to push (a fine-grained token, as far as
    is known, *Administration: read*). Where a token has an end, GitHub tells it, and you are told two weeks before; it
    is not renewed, so make a new one then.

    `new_stars` are told by day since the repository began, by an interface that GitHub opened on 2026-09-04 and that
    names nobody; the list of stargazers itself is shown to a repository's own people alone since July 2026. Only stars
    that are still there are in it: one that is taken back disappears from its day, which is noticed for half a year. In
    which zone its days begin GitHub does not promise; they are taken in the configured one. Where a server does not
    have that interface, write `daily_stars: false`.
    `views` and `visitors` are the last 14 days; a person who comes on two days is counted on both.

    Version 2022-11-28 of the API is asked, which GitHub keeps until March 2028 at least.
    """

    needs = "a token only for what is private (metadata: read), and for `traffic` one with the right to push"
    proven = "requests validated against GitHub's description of 2026-11; the star history, not yet in it, is not"
    every = hours(6)
    fastest = minutes(15)
    signals: ClassVar[Mapping[str, Signal]] = {
        "followers": level("people", "who follows the user or organisation"),
        "stars": level("people", "who marked the repository with a star"),
        "forks": level("forks", "copies of the repository in other accounts"),
        "new_stars": events("people", "who marked it, by day; of those who still do"),
        "views": events("views", "views of the repository's pages, a day; with `traffic`"),
        "visitors": events("people", "who viewed them, a day; with `traffic`"),
    }

    user: str | None = Field(
        None, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$", description="a user or organisation", examples=["example"]
    )
    repository: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$",
        description="a repository with its owner",
        examples=["example/talks"],
    )
    daily_stars: bool = Field(True, description="whether new stars by day are asked for; false where a server has none")
    traffic: bool = Field(False, description="whether views are asked for too: that needs a token that may push")
    token: SecretStr | None = Field(None, min_length=1, description="a personal access token")
    url: str = Field("https://api.github.com", description="of an Enterprise Server `https://HOST/api/v3`")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.user is None and self.repository is None:
            raise ValueError("say `user` or `repository`")
        if self.traffic and (self.repository is None or self.token is None):
            raise ValueError("`traffic` is that of a `repository`, and needs a `token`")
        return self

    def offered(self) -> Mapping[str, Signal]:
        asked = {"followers": self.user, **dict.fromkeys(("stars", "forks"), self.repository)}
        asked["new_stars"] = self.repository if self.daily_stars else None
        asked |= dict.fromkeys(("views", "visitors"), self.traffic)
        return {name: one for name, one in self.signals.items() if asked[name]}

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        if self.user is not None:
            answer = await ask.get(self._address("users", self.user), **self._request(ask))
            yield Reading("followers", answer.json(User).followers)
            for ending in github_expiry(answer):
                yield ending
        if self.repository is not None:
            answer = await ask.get(self._address("repos", self.repository), **self._request(ask))
            for ending in github_expiry(answer):
                yield ending
            repository = answer.json(Repository)
            yield Reading("stars", repository.stargazers_count)
            yield Reading("forks", repository.forks_count)
            if self.daily_stars:
                async for one in self._stars(ask, repository.stargazers_count):
                    yield one
        if self.traffic:
            url = f"{self._address('repos', self.repository)}/traffic/views"
            for one in views_of(await ask.json(Traffic, url, **self._request(ask)), ask):
                yield one

    async def seen(self, ask: Ask) -> Seen:
        kind, name = ("users", self.user) if self.user is not None else ("repos", self.repository)
        answer = await ask.get(self._address(kind, name), **self._request(ask))
        found = answer.json(User).login if kind == "users" else answer.json(Repository).full_name
        scopes = answer.headers.get("x-oauth-scopes")  # of a classic token
        return Seen(found, (_MUCH,) if scopes and not self.traffic else ())

    async def _stars(self, ask: Ask, held: int) -> AsyncIterator[Yielded]:
        following = _Following(first_day(ask, None, _AGAIN))
        weeks: list[Week] = []
        url = f"{self._address('repos', self.repository)}/stargazers/history"
        request = self._request(ask)
        request |= Request(params={"per_page": _WEEKS, "page": 1}, means=partial(meant, ask.now, missing=_NO_HISTORY))
        async for page in ask.pages(Weeks, url, following, **request):
            weeks += page.root
        if held and not weeks:
            raise Broken(f"is empty, though {held} people marked the repository", "stargazers/history")
        since = following.stop and min(following.stop, *(week.begins() for week in weeks))
        for one in stars_of(weeks, since, ask):
            yield one

    def _address(self, kind: str, name: str | None) -> str:
        return f"{self.url.rstrip('/')}/{kind}/{name}"

    def _request(self, ask: Ask) -> Request:
        version = {"x-github-api-version": _VERSION}
        return Request(headers=version, bearer=self.token, means=partial(meant, ask.now))


class _Following:
    """The next page, which is of older weeks, until the day is reached from which on they are wanted.

    `stop`: that day; None once there is no older page, since then all is told.
    """

    def __init__(self, stop: date | None) -> None:
        self.stop = stop

    def __call__(self, page: Weeks, answer: Answer) -> str | None:
        if self.stop is not None and any(week.begins() <= self.stop for week in page.root):
            return None
        older = answer.link("next")
        if older is None:
            self.stop = None
        return older


def stars_of(weeks: Sequence[Week], since: date | None, ask: Ask) -> Iterator[Yielded]:
    """All days that came, the span that they cover (from `since` on; None: since ever), and how far one got."""
    for week in weeks:
        for number, amount in enumerate(week.days):
            day = week.begins() + timedelta(days=number)
            at = ask.midnight(day)
            if amount or at <= ask.now:  # a week has days to come
                yield Reading("new_stars", amount, at, day.isoformat())
    yield Span("new_stars", None if since is None else ask.midnight(since), whole=True)
    yield remembered(ask, since, ask.now.astimezone(ask.zone).date())


def views_of(traffic: Traffic, ask: Ask) -> Iterator[Yielded]:
    """The last 14 days; those on which nobody came are left out by GitHub."""
    first = ask.now.astimezone(ask.zone).date() - timedelta(days=_TRAFFIC)
    for one in traffic.views:
        day = one.timestamp.date()
        first = min(first, day)
        yield Reading("views", one.count, ask.midnight(day), day.isoformat())
        yield Reading("visitors", one.uniques, ask.midnight(day), day.isoformat())
    for signal in ("views", "visitors"):
        yield Span(signal, ask.midnight(first))


def meant(now: datetime, answer: Answer, error: SourceError, missing: str = _NOT_FOUND) -> SourceError:
    """A limit that is reached is told with 403 or 429; 404 is also said of what one may not see."""
    again = answer.retry_at(now)
    said = answer.fitting(Message)
    if answer.status == 403 and (again is not None or (said is not None and "rate limit" in said.message.lower())):
        return Unavailable(str(error), again)
    return Refused(str(error), missing) if answer.status == 404 else error

"""LinkedIn's API for approved apps: a member's connections and followers."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, Field, model_validator

from connectors.parts.linkedin import CONSENT, LinkedIn, Listing
from ingest.connector import Ask, Cursor, OAuth, Reading, Seen, Signal, Span, Yielded, events, hours, level

Count = Annotated[int, Field(ge=0)]
_DAY = timedelta(days=1)
_SCOPES = {"connections": "r_1st_connections_size r_basicprofile", "followers": "r_member_profileAnalytics"}
_AGAIN, _BEFORE, _MOST = 3 * _DAY, 90 * _DAY, 365 * _DAY


class Me(BaseModel):
    id: str = Field(pattern=r"^[\w-]+$")


class Name(BaseModel):
    first: str = Field(alias="localizedFirstName")
    last: str = Field(alias="localizedLastName")


class Size(BaseModel):
    size: Count = Field(alias="firstDegreeSize")


class Total(BaseModel):
    count: Count = Field(alias="memberFollowersCount")


class Totals(BaseModel):
    elements: list[Total] = Field(min_length=1, max_length=1)


class Day(BaseModel):
    year: int
    month: int
    day: int

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        self.date()
        return self

    def date(self) -> date:
        return date(self.year, self.month, self.day)


class Range(BaseModel):
    start: Day


class Gain(BaseModel):
    range: Range = Field(alias="dateRange")
    count: Count = Field(alias="memberFollowersCount")


class Gains(Listing):
    elements: list[Gain]

    def rows(self) -> int:
        return len(self.elements)


class LinkedInMember(LinkedIn):
    """How many connections and followers you have on LinkedIn, for apps that LinkedIn approved.

    Most people cannot get this: take `linkedin_export`, which needs no approval, or `linkedin_portability` in the EU.
    Say in `tells` what your app may ask for:

    - `connections` needs `r_1st_connections_size`, which comes with an approved *Advertising API* product, and the
      member's id (`person`; without it it is asked for, which needs `r_basicprofile`).
    - `followers` needs `r_member_profileAnalytics`, which comes with an approved *Community Management API*.

    `connections` and `followers` are those of now: LinkedIn tells no past of them. `new_followers` come by day, for 90
    days before the first pull or as far back as is wanted, a year at most; the days that are over are asked for. In
    which zone LinkedIn's days begin it does not say; they are taken in the configured one. Its one field
    `memberFollowersCount` is a total or a gain, as one asks.

    **Access.** Make an access token with the app (linkedin.com/developers/apps, *OAuth 2.0 tools*) and write it as
    `token`; it ends after 60 days, and with `client_id` and `client_secret` too its end is told 14 days ahead. Or write
    those two alone, register `http://127.0.0.1:8765/callback` as a redirect address, and run `okr auth`: partners are
    given a refresh token, which ends a year after the consent, others consent again every 60 days.

    Each month has a version of the API of its own, which lives for a year at least. LinkedIn answers 426 after that,
    and the pull says which `version` to write. Limits of requests are counted by day (UTC) and are not published.
    """

    every = hours(12)
    fastest = hours(1)
    ends = date(2027, 7, 15)  # a year after 202607 began; the day itself is not told yet
    needs = (
        "r_1st_connections_size for connections, r_member_profileAnalytics for followers, of an app LinkedIn approved"
    )
    proven = "from LinkedIn's documentation of 2026, with recorded answers, to be checked live"
    signals = {
        "connections": level("people", "connections"),
        "followers": level("people", "who follows you"),
        "new_followers": events("people", "who began to follow you, a day"),
    }
    consent: ClassVar[Mapping[str, str]] = CONSENT

    tells: tuple[Literal["connections", "followers"], ...] = Field(
        ("connections", "followers"), min_length=1, description="what the app may ask for"
    )
    person: str | None = Field(None, pattern=r"^[\w-]+$", description="your id, as the API has it: `yrZCpj2Z12`")
    version: str = Field("202607", pattern=r"^20\d{4}$", description="of the API, a year and a month")

    def offered(self) -> Mapping[str, Signal]:
        wanted = {"connections": {"connections"}, "followers": {"followers", "new_followers"}}
        names = set().union(*(wanted[one] for one in self.tells))
        return {name: signal for name, signal in self.signals.items() if name in names}

    def authorization(self) -> OAuth | None:
        oauth = super().authorization()
        scope = " ".join(scope for part, scope in _SCOPES.items() if part in self.tells)
        return oauth and oauth.model_copy(update={"scope": scope})

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        expiry = await self.expiry(ask)
        if expiry is not None:
            yield expiry
        if "connections" in self.tells:
            person = self.person or (await self.asked(ask, Me, "/v2/me?projection=(id)")).id
            size = await self.asked(ask, Size, f"/v2/connections/urn:li:person:{person}")
            yield Reading("connections", size.size)
        if "followers" in self.tells:
            total = await self.asked(ask, Totals, "/rest/memberFollowersCount?q=me")
            yield Reading("followers", total.elements[0].count)
            async for one in self._gained(ask):
                yield one

    async def seen(self, ask: Ask) -> Seen:
        """The name, where the app may ask for the profile, as it must for the connections of an unnamed person."""
        much = await self.too_much(ask, "the permissions to read")
        if self.person is not None or "connections" not in self.tells:
            return Seen(remarks=much)
        name = await self.asked(ask, Name, "/v2/me?projection=(localizedFirstName,localizedLastName)")
        return Seen(f"{name.first} {name.last}", much)

    async def _gained(self, ask: Ask) -> AsyncIterator[Yielded]:
        today = ask.now.astimezone(ask.zone).date()
        wanted = today - _BEFORE if ask.since is None else ask.since.astimezone(ask.zone).date()
        first = max(wanted, today - _MOST)
        if ask.cursor is not None:
            first = max(first, date.fromisoformat(ask.cursor) - _AGAIN)
        if first < today:
            path = f"/rest/memberFollowersCount?q=dateRange&dateRange=(start:{written(first)},end:{written(today)})"
            async for page in self.listed(ask, Gains, path):
                for one in page.elements:
                    day = one.range.start.date()
                    yield Reading("new_followers", one.count, ask.midnight(day), day.isoformat())
            yield Span("new_followers", ask.midnight(first), ask.midnight(today))
        yield Cursor(today.isoformat())


def written(day: date) -> str:
    """As Rest.li writes a day."""
    return f"(year:{day.year},month:{day.month},day:{day.day})"

"""LinkedIn's Community Management API: the followers of a page."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from connectors.parts.linkedin import CONSENT, LinkedIn, Listing
from ingest.connector import Ask, Cursor, Reading, Seen, Span, Yielded, events, hours, level

Count = Annotated[int, Field(ge=0)]
_DAY = timedelta(days=1)
_AGAIN, _BEFORE, _MOST = 3 * _DAY, 90 * _DAY, 365 * _DAY


class Page(BaseModel):
    name: str = Field(alias="localizedName")


class Size(BaseModel):
    size: Count = Field(alias="firstDegreeSize")


class Range(BaseModel):
    start: Annotated[int, Field(ge=0, le=2**42)]  # milliseconds since 1970


class Gained(BaseModel):
    organic: int = Field(alias="organicFollowerGain")
    paid: int = Field(alias="paidFollowerGain")


class Gain(BaseModel):
    """Without a time it is one of the facets, which are never summed: of each the first 100 are told."""

    range: Range = Field(alias="timeRange")
    gained: Gained = Field(alias="followerGains")


class Gains(Listing):
    elements: list[Gain]

    def rows(self) -> int:
        return len(self.elements)


class LinkedInPage(LinkedIn):
    """Followers of a LinkedIn page, with those who came by day.

    It needs an app with the *Community Management API*, which LinkedIn gives after a review to companies with a
    verified page; the *Development* tier must become *Standard* within a year. The permission is
    `r_organization_admin` (or `rw_organization_admin`, which can also write), and the member who consents must be an
    administrator of the page. Who cannot get that exports the page's analytics by hand and takes `spreadsheet`.

    `followers` are those of now. `new_followers` come by day, of UTC, organic and paid together, for 90 days before the
    first pull or as far back as is wanted, a year at most; the days that are over are asked for. LinkedIn does not say
    whether those who left are subtracted. What it says of countries, industries and the like is never summed: that is
    no total.

    `organization` is the number in the page's address when its administrator opens it: `linkedin.com/company/2414183/`.

    **Access.** Make an access token with the app (linkedin.com/developers/apps, *OAuth 2.0 tools*) and write it as
    `token`; it ends after 60 days, and with `client_id` and `client_secret` too its end is told 14 days ahead. Or write
    those two alone, register `http://127.0.0.1:8765/callback` as a redirect address, and run `okr auth`: partners are
    given a refresh token, which ends a year after the consent, others consent again every 60 days.

    Each month has a version of the API of its own, which lives for a year at least. LinkedIn answers 426 after that,
    and the pull says which `version` to write. Limits of requests are counted by day (UTC) and are not published.
    Whether what LinkedIn tells of a page may be kept for longer than a year, its terms have to be asked.
    """

    every = hours(12)
    fastest = hours(1)
    ends = date(2027, 7, 15)  # a year after 202607 began; the day itself is not told yet
    needs = "r_organization_admin of an app with the Community Management API, and an administrator of the page"
    proven = "from LinkedIn's documentation of 2026, with recorded answers, to be checked live"
    signals = {
        "followers": level("people", "who follows the page"),
        "new_followers": events("people", "who began to follow it, a day"),
    }
    consent: ClassVar[Mapping[str, str]] = {**CONSENT, "scope": "r_organization_admin"}

    organization: str = Field(pattern=r"^\d+$", description="the page's number", examples=["2414183"])
    version: str = Field("202607", pattern=r"^20\d{4}$", description="of the API, a year and a month")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        expiry = await self.expiry(ask)
        if expiry is not None:
            yield expiry
        urn = f"urn%3Ali%3Aorganization%3A{self.organization}"
        size = await self.asked(ask, Size, f"/rest/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER")
        yield Reading("followers", size.size)

        today = _midnight(ask.now)
        first = max(_midnight(ask.since or today - _BEFORE), today - _MOST)
        if ask.cursor is not None:
            first = max(first, datetime.fromisoformat(ask.cursor) - _AGAIN)
        if first < today:
            days = f"(timeRange:(start:{_written(first)},end:{_written(today)}),timeGranularityType:DAY)"
            path = "/rest/organizationalEntityFollowerStatistics?q=organizationalEntity"
            async for page in self.listed(ask, Gains, f"{path}&organizationalEntity={urn}&timeIntervals={days}"):
                for one in page.elements:
                    at = datetime.fromtimestamp(one.range.start / 1000, UTC)
                    yield Reading("new_followers", one.gained.organic + one.gained.paid, at, f"{at:%Y-%m-%d}")
            yield Span("new_followers", first, today)
        yield Cursor(today.isoformat())

    async def seen(self, ask: Ask) -> Seen:
        page = await self.asked(ask, Page, f"/rest/organizations/{self.organization}")
        return Seen(page.name, await self.too_much(ask, "r_organization_admin"))


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _written(at: datetime) -> int:
    return int(at.timestamp() * 1000)

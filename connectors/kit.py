"""Kit (ConvertKit) API v4: subscribers as they are, day by day, and how mails are read."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Annotated, NamedTuple, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.origin import beneath
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Cursor,
    Params,
    Reading,
    Seen,
    Span,
    Yielded,
    events,
    level,
    minutes,
)

M = TypeVar("M", bound=BaseModel)
Count = Annotated[int, Field(ge=0)]
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_AT_ONCE = 45  # days in one pull; each is a request
_REQUESTS = 56  # for days and ends of months in the first: a key may make 120 a minute, and people pull twice
_AGAIN = 3  # days that are asked for again, as they may have changed
_MONTHS = 24  # months whose ends come with the first pull


class Pagination(BaseModel):
    total_count: Count  # there only where `include_total_count` asks for it


class Subscribers(BaseModel):
    pagination: Pagination


class Days(BaseModel):
    new_subscribers: Count
    cancellations: Count
    subscribers: Count
    starting: AwareDatetime  # in the account's own zone
    ending: AwareDatetime


class Growth(BaseModel):
    stats: Days


class Mails(BaseModel):
    sent: Count
    opened: Count
    clicked: Count
    open_tracking_enabled: bool | None = None
    click_tracking_enabled: bool | None = None

    def shares(self) -> list[Reading]:
        """A zero of which nobody says that it was counted is unknown."""
        told = {
            "open_rate": (self.opened, self.open_tracking_enabled),
            "click_rate": (self.clicked, self.click_tracking_enabled),
        }
        counted = {name: count for name, (count, on) in told.items() if on or (on is None and count)}
        return [Reading(name, count / self.sent) for name, count in counted.items() if self.sent]


class Emails(BaseModel):
    stats: Mails


class Named(BaseModel):
    name: str


class Account(BaseModel):
    account: Named


class Known(NamedTuple):
    """The days of earlier pulls."""

    first: date
    last: date


class Kit(Connector):
    """Subscribers of a Kit (ConvertKit) account, with those who came and left by day.

    `subscribers` are those who confirmed and neither left nor bounced; `lost_subscribers` those who unsubscribed. Days
    are those of the zone in the account's settings, with their true times; today's numbers grow until it is over.

    The past comes along: up to 45 days and the levels at the ends of 24 months with the first pull, 45 days more with
    each pull after it, as far back as is wanted. `open_rate` and `click_rate` are of all mails of the last 90 days; Kit
    does not say whether somebody who opens twice counts twice.

    A pull asks some 60 times at most; a key may ask 120 times a minute, and what asks too often is made to wait.
    """

    needs = "a key for version 4 of the API (account settings, Developer)"
    fastest = minutes(15)
    proven = (
        "requests validated against the vendor's description of 2025-04, with recorded answers; not on a live account"
    )
    signals = {
        "subscribers": level("people", "who may be written to now"),
        "new_subscribers": events("people", "who came, a day"),
        "lost_subscribers": events("people", "who unsubscribed, a day"),
        "open_rate": level(None, "the share of mails that were opened: 0.4 is 40%"),
        "click_rate": level(None, "the share of mails in which somebody clicked: 0.05 is 5%"),
    }

    api_key: SecretStr = Field(description="a key for version 4 of the API; one of version 3 is refused")
    url: str = Field("https://api.kit.com", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        active: Params = {"status": "active", "include_total_count": "true", "per_page": 1}
        found = await self._asked(ask, Subscribers, "subscribers", active)
        yield Reading("subscribers", found.pagination.total_count)
        for share in (await self._asked(ask, Emails, "account/email_stats")).stats.shares():
            yield share

        latest = (await self._asked(ask, Growth, "account/growth_stats")).stats.ending  # its own today, in its own zone
        today = latest.date()
        oldest = (
            today - _AT_ONCE * _DAY if ask.since is None else min(today, ask.since.astimezone(latest.tzinfo).date())
        )
        known = Known(*map(date.fromisoformat, ask.cursor)) if ask.cursor else None
        if known is not None and known.last < today - _AT_ONCE * _DAY:
            known = None  # too long ago to go on from
        asked = stretches(today, oldest, known)
        for stretch in asked:
            told = [await self._day(ask, day) for day in stretch]
            for one in told:
                key = one.starting.date().isoformat()
                yield Reading("new_subscribers", one.new_subscribers, one.starting, key)
                yield Reading("lost_subscribers", one.cancellations, one.starting, key)
                if one.ending < ask.now:
                    yield Reading("subscribers", one.subscribers, one.ending + _SECOND)
            end = None if stretch[0] == today else told[0].ending + _SECOND
            yield Span("new_subscribers", told[-1].starting, end)
            yield Span("lost_subscribers", told[-1].starting, end)
        for day in month_ends(asked[0][-1], oldest) if known is None else []:
            one = await self._day(ask, day)
            yield Reading("subscribers", one.subscribers, one.ending + _SECOND)
        first = min(asked[-1][-1], known.first) if known else asked[-1][-1]
        yield Cursor([first.isoformat(), today.isoformat()])

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._asked(ask, Account, "account")).account.name)

    async def _day(self, ask: Ask, day: date) -> Days:
        bounds = {"starting": day.isoformat(), "ending": day.isoformat()}
        found = (await self._asked(ask, Growth, "account/growth_stats", bounds)).stats
        if not found.starting.date() == day == found.ending.date():
            raise Broken("is not of the day that was asked for", "stats.starting")
        return found

    async def _asked(self, ask: Ask, model: type[M], path: str, params: Params | None = None) -> M:
        url = f"{beneath(self.url, 'v4')}/{path}"
        return await ask.json(model, url, params=params, headers={"X-Kit-Api-Key": self.api_key})


def stretches(today: date, oldest: date, known: Known | None) -> list[list[date]]:
    """Which days to ask for, newest first: those since the last pull, and some before the first that is known."""
    if known is None:
        newest = _back(today, oldest)[:_AT_ONCE]
        while len(newest) > 1 and len(newest) + len(month_ends(newest[-1], oldest)) > _REQUESTS:
            newest.pop()
        return [newest]
    older = _back(known.first - _DAY, oldest)[:_AT_ONCE]
    return [_back(today, known.last - _AGAIN * _DAY), *([older] if older else [])]


def month_ends(before: date, oldest: date) -> list[date]:
    """The last two days of each month, back to the oldest: one of them is over at a midnight of any other zone."""
    days = (day for day in _back(before - _DAY, oldest) if (day + 2 * _DAY).day <= 2)
    return list(days)[: 2 * _MONTHS]


def _back(newest: date, oldest: date) -> list[date]:
    return [newest - number * _DAY for number in range((newest - oldest).days + 1)]

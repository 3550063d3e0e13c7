"""Bookings with Cal.com, hosted or one's own."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.onward import onward
from connectors.parts.origin import beneath
from connectors.parts.token_end import TokenEnd, expiry
from ingest.connector import (
    Answer,
    Ask,
    Broken,
    Connector,
    Params,
    Reading,
    Seen,
    Span,
    Yielded,
    days,
    events,
    minutes,
)

_PAGE = 100
_AGAIN = days(1)
_VERSION = "2024-08-13"
"""Of the part of the API that is about bookings; without it an older one answers."""
_ALL = "upcoming,past,cancelled,unconfirmed,recurring"

Count = Annotated[int, Field(ge=0)]


class Booking(BaseModel):
    uid: str = Field(min_length=1)
    status: str
    """`cancelled` is one that matters; of others there may be more than are described."""
    created_at: AwareDatetime = Field(alias="createdAt")
    updated_at: AwareDatetime | None = Field(None, alias="updatedAt")
    moved_from: str | None = Field(None, alias="rescheduledFromUid")
    moved_to: str | None = Field(None, alias="rescheduledToUid")


class Pagination(BaseModel):
    total: Count = Field(alias="totalItems")
    more: bool = Field(alias="hasNextPage")


class Bookings(BaseModel):
    status: Literal["success"]
    data: list[Booking]
    pagination: Pagination


class User(BaseModel):
    username: str


class Me(BaseModel):
    status: Literal["success"]
    data: User


class CalCom(Connector):
    """Bookings with Cal.com, of the account that the key is of.

    `bookings` counts a booking when it was made, not when it takes place: those that wait to be confirmed, or were
    rejected, too. `cancellations` counts those that were given up, by either side. One that was moved stays one
    booking: Cal.com cancels it and makes another, and neither counts again. Each date of a series is a booking; one
    with several seats is one. When it was given up is not told: the time at which it last changed is taken.

    The past comes along as far as the key results or `history` ask for, else all of it; after that what was made or
    changed since the last pull. All states are asked for by name, since it is not said which ones come without.

    An API key (`cal_…`) is made under *Settings*, *Developer*, *API keys*; it can do all that you can. Give it an end
    and write that day as `key_ends`, since Cal.com does not tell it later; you are told two weeks before. It is not
    renewed: what Cal.com has for that is described for keys of managed organizations, and ends the old one at once.

    Cal.com answers 120 requests a minute for each key; a pull takes two, and one more for each 100 bookings. For an
    installation of your own write the address of its API as `url`.

    **At once.** The vendor's webhook does not tell when a booking was made that had to be confirmed. Where you want it
    all the same, give it a source of its own: `push` with `signature: calcom`, `when: triggerEvent ==
    'BOOKING_CREATED'`, `key: payload.uid` and `time: createdAt`.
    """

    every = minutes(30)
    needs = "an API key (Settings, Developer, API keys)"
    proven = "requests validated against the vendor's description of 2026-08, with recorded answers; to be checked live"
    signals = {
        "bookings": events("bookings", "somebody booked a time, when they did"),
        "cancellations": events("bookings", "a booking was given up, by whomever"),
    }

    api_key: SecretStr = Field(description="it begins with cal_")
    key_ends: TokenEnd = None
    url: str = Field("https://api.cal.com", description="another address of the API, where you host it yourself")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listed = onward(ask, _AGAIN)
        made: Params = {"status": _ALL, "sortCreated": "asc"}
        changed: Params = {"status": "cancelled", "sortUpdatedAt": "asc"}
        if listed.start is not None:
            before = listed.start.astimezone(UTC) - timedelta(seconds=1)  # whether the bound itself counts is not said
            start = f"{before:%Y-%m-%dT%H:%M:%S.000Z}"
            made, changed = {**made, "afterCreatedAt": start}, {**changed, "afterUpdatedAt": start}
        async for one in self._bookings(ask, made):
            if one.moved_from is None and (listed.since is None or one.created_at >= listed.since):
                yield Reading("bookings", at=one.created_at, key=one.uid)
        async for one in self._bookings(ask, changed):
            if one.status != "cancelled" or one.moved_to is not None:
                continue
            if one.updated_at is None:
                raise Broken("is missing in a booking that was cancelled", "data.updatedAt")
            if listed.since is None or one.updated_at >= listed.since:
                yield Reading("cancellations", at=one.updated_at, key=one.uid)
        for signal in self.signals:
            yield Span(signal, listed.start)
        yield listed.cursor
        for ending in expiry(self.key_ends, ask):
            yield ending

    async def seen(self, ask: Ask) -> Seen:
        me = await ask.json(Me, f"{beneath(self.url, 'v2')}/me", bearer=self.api_key)
        return Seen(me.data.username, ("the key can do all that its user can: Cal.com has no others",))

    async def _bookings(self, ask: Ask, params: Params) -> AsyncIterator[Booking]:
        """Each once: one that changes its state while pages are read could come again."""
        known: set[str] = set()
        async for page in ask.pages(
            Bookings,
            f"{beneath(self.url, 'v2')}/bookings",
            _Following(),
            params={**params, "take": _PAGE, "skip": 0},
            bearer=self.api_key,
            headers={"cal-api-version": _VERSION},
        ):
            for one in page.data:
                if one.uid not in known:
                    known.add(one.uid)
                    yield one


class _Following:
    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, page: Bookings, _: Answer) -> Params | None:
        self._seen += len(page.data)
        missing = self._seen < page.pagination.total
        if missing and not page.data:
            raise Broken(f"only {self._seen} of {page.pagination.total} came", "pagination.totalItems")
        if missing is not page.pagination.more:
            raise Broken(f"does not fit: {self._seen} of {page.pagination.total} came", "pagination.hasNextPage")
        return {"skip": self._seen} if missing else None

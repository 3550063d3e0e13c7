"""A search of a Gmail mailbox, read from where the last pull ended: each thread counts once, by its first mail."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.parts.google_listing import GoogleListing
from connectors.parts.google_refusal import meant
from connectors.parts.thread import remembered
from ingest.connector import Answer, Ask, Numeric, Params, Refused, days, minutes

_PAGE = 500
_AGAIN = days(1)
"""What came lately is listed once more: the search may lag behind."""
_BEGINNING = datetime(2004, 4, 1, tzinfo=UTC)
"""Of Gmail: a period without a beginning is halved from here on."""
_OWN = {"SENT", "DRAFT"}

Bearer = Callable[[Ask], Awaitable[SecretStr]]
"""A token, asked for before each request: it may have changed."""
Milliseconds = Annotated[Numeric, Field(ge=0, le=4e12)]


class Mail(BaseModel):
    id: str = Field(min_length=1)
    thread: str = Field(alias="threadId", min_length=1)


class Mails(GoogleListing):
    messages: list[Mail] | None = None
    next: str | None = Field(None, alias="nextPageToken")
    estimate: object = Field(None, alias="resultSizeEstimate")
    """Not asked for, and no count: 201 may stand for anything."""


class Arrival(BaseModel):
    date: Milliseconds = Field(alias="internalDate")  # "1791900000000": as text
    labels: list[str] = Field([], alias="labelIds")

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.date / 1000, UTC)


class Place(BaseModel):
    """How far a search was read. Kept from pull to pull; nothing in it tells who wrote."""

    model_config = ConfigDict(frozen=True)

    query: str
    """A fingerprint of what is searched."""
    since: datetime | None = None
    """Older mails are left out."""
    until: datetime | None = None
    """All that came before this was read; None: nothing yet."""
    seen: list[str] = []
    """Hashes of the threads that counted."""

    def resumed(self, before: "Place | None") -> "Place":
        """Where to go on: from `before`, unless something else is searched now, or older mails are wanted."""
        if before is None or before.query != self.query:
            return self
        older = before.since is not None and (self.since is None or self.since < before.since)
        return self if older else before

    def start(self) -> datetime | None:
        """From when on to list; None: from the first mail on."""
        if self.until is None:
            return self.since
        return self.until - _AGAIN if self.since is None else max(self.until - _AGAIN, self.since)


class Reader:
    """One search, read from where the last pull ended."""

    def __init__(self, mailbox: str, ask: Ask, query: str, place: Place, bearer: Bearer) -> None:
        self._mailbox, self._ask, self._query, self._bearer = mailbox, ask, query, bearer
        self.place = place
        self.found: list[tuple[datetime, str]] = []
        """When each request came, and its key."""
        self.end: datetime | None = None
        """Until when all is known; None: nothing was read."""

    async def read(self, budget: int) -> int:
        """Fills `found`; how many mails may still be read in this pull."""
        start, seen = self.place.start(), dict.fromkeys(self.place.seen)
        while budget > 0 and self.end != self._ask.now:
            mails, self.end = await self._window(start, budget, seen)
            arrived, missing = await self._arrived(mails, start, self.end)
            if missing:
                await self._refuse_unless_deleted(missing, start, self.end, seen)
            self._count(sorted(arrived), seen)
            budget -= max(len(mails), 1)
            start = self.end
        if self.end is not None:
            self.place = self.place.model_copy(update={"until": self.end, "seen": remembered(seen)})
        return budget

    async def _window(self, start: datetime | None, most: int, seen: dict[str, None]) -> tuple[list[Mail], datetime]:
        """The mails of threads that did not count yet, and until when these are all: halved until they are few."""
        first, end = start or _BEGINNING, self._ask.now
        mails = await self._listed(start, None, seen)
        while len(mails) > most and end - first > minutes(1):
            end = first + (end - first) / 2
            mails = await self._listed(start, end, seen)
        return mails, end

    async def _listed(self, start: datetime | None, end: datetime | None, seen: dict[str, None]) -> list[Mail]:
        words = [f"({self._query})"]
        if start is not None:
            words.append(f"after:{int(start.timestamp()) - 1}")  # whether the bounds count is not said
        if end is not None:
            words.append(f"before:{int(end.timestamp()) + 2}")
        params: Params = {"q": " ".join(words), "maxResults": _PAGE, "fields": "messages(id,threadId),nextPageToken"}
        mails: list[Mail] = []
        async for page in self._ask.pages(
            Mails,
            f"{self._mailbox}/messages",
            following,
            params=params,
            bearer=await self._bearer(self._ask),
            means=partial(meant, now=self._ask.now),
        ):
            mails += [mail for mail in page.messages or () if self._mark(mail.thread) not in seen]
        return mails

    async def _arrived(
        self, mails: Sequence[Mail], start: datetime | None, end: datetime
    ) -> tuple[list[tuple[datetime, str]], set[str]]:
        """When each of them came, with its thread; without one's own, and those beyond the window. And which of them
        are no longer there."""
        told, missing = [], set()
        for mail in mails:
            answer = await self._ask.get(
                f"{self._mailbox}/messages/{quote(mail.id, safe='')}",
                params={"format": "minimal", "fields": "internalDate,labelIds"},
                bearer=await self._bearer(self._ask),
                means=partial(meant, now=self._ask.now),
                heard=frozenset({404}),
            )
            if answer.status == 404:
                missing.add(mail.id)
                continue
            arrival = answer.json(Arrival)
            inside = (start is None or arrival.at >= start) and (arrival.at < end or end == self._ask.now)
            if inside and not _OWN.intersection(arrival.labels):
                told.append((arrival.at, mail.thread))
        return told, missing

    async def _refuse_unless_deleted(
        self, missing: set[str], start: datetime | None, end: datetime, seen: dict[str, None]
    ) -> None:
        """Somebody deletes mails while they are read. What is listed all the same, and not given, is another matter."""
        listed = await self._listed(start, None if end == self._ask.now else end, seen)
        if missing & {mail.id for mail in listed}:
            raise Refused("Gmail lists a mail that it then does not have (404)", "check url; else try it later", 404)

    def _count(self, arrived: Sequence[tuple[datetime, str]], seen: dict[str, None]) -> None:
        """The first of each thread; `seen` grows by those that count."""
        for at, thread in arrived:
            mark = self._mark(thread)
            if mark not in seen:
                self.found.append((at, self._ask.fingerprint(thread)))
            seen[mark] = seen.pop(mark, None)  # the newest last

    def _mark(self, thread: str) -> str:
        return self._ask.fingerprint(thread)[:12]


def following(page: Mails, _: Answer) -> Params | None:
    return {"pageToken": page.next} if page.next else None

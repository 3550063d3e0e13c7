"""Those who joined a list, where a vendor tells of each: how far back to ask, and what is kept of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pydantic import AwareDatetime, BaseModel

from ingest.connector import Ask, Broken, Cursor, Reading, Span

AGAIN = timedelta(days=30)
"""Who joined and confirms late is listed with the day of joining, so these days are asked for again."""

MOST = 10_000
"""People in one pull, where they come newest first: vendors count requests."""


class _Told(BaseModel):
    """The cursor: the time that earlier pulls told of."""

    since: AwareDatetime | None
    until: AwareDatetime


class Newcomers:
    """What one pull asks for, and what it makes of who is listed: an event each, under a hash of the vendor's id.

    The first pull asks for all who are wanted and still there; later ones for those of the last 30 days, and again for
    all when an earlier day is wanted. Who has left in the meantime stays counted.
    """

    def __init__(self, ask: Ask, signal: str = "new_subscribers") -> None:
        self._ask, self._signal = ask, signal
        told = _Told.model_validate(ask.cursor) if ask.cursor else None
        self._told = None if told is None or _is_earlier(ask.since, told.since) else told
        self._first = self._told.since if self._told else ask.since
        start = _later(self._first, self._told.until - AGAIN) if self._told else self._first
        self.start = start and start.astimezone(UTC)
        """From when on to ask; None: all."""
        self._listed = 0

    def is_new(self, at: datetime) -> bool:
        """Whether no earlier pull told of this time. What a vendor says of the past later may be less true: who has
        left may be missing in it."""
        return self._told is None or at > self._told.until

    def reading(self, person: str, at: datetime) -> Iterator[Reading]:
        """One reading, or none where it was before the time that is asked for."""
        if self.start is None or at >= self.start:
            yield Reading(self._signal, at=at, key=self._ask.fingerprint(f"{self._signal} {person}"))

    def over(self, page: Sequence[datetime], where: str) -> bool:
        """Whether a listing that is to come newest first goes on after this page for nothing: it reaches back before
        the time that is asked for, or far enough for one pull. What was before is not covered then."""
        if any(later > earlier for earlier, later in pairwise(page)):
            raise Broken("does not come newest first, as was asked", where)
        self._listed += len(page)
        if self._listed >= MOST:
            self.start = page[-1]
            return True
        return self.start is not None and bool(page) and page[-1] < self.start

    def told(self) -> Iterator[Span | Cursor]:
        """After the last of them."""
        yield Span(self._signal, self.start)
        yield Cursor(_Told(since=self._first, until=self._ask.now).model_dump(mode="json"))


def _is_earlier(wanted: datetime | None, since: datetime | None) -> bool:
    return wanted is not None and since is not None and wanted < since


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)

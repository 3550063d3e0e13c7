"""Those who joined a list, where a vendor tells of each: how far back to ask, and what is kept of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from connectors.parts.onward import onward
from ingest.connector import Ask, Broken, Cursor, Reading, Span

AGAIN = timedelta(days=30)
"""Who joined and confirms late is listed with the day of joining, so these days are asked for again."""

MOST = 10_000
"""People in one pull, where they come newest first: vendors count requests."""


class Newcomers:
    """What one pull asks for, and what it makes of who is listed: an event each, under a hash of the vendor's id.

    The first pull asks for all who are wanted and still there; later ones for those of the last 30 days, and again for
    all when an earlier day is wanted than before. Who has left in the meantime stays counted.
    """

    def __init__(self, ask: Ask, signal: str = "new_subscribers") -> None:
        self._ask, self._signal = ask, signal
        self._onward = onward(ask, AGAIN)
        self.start = self._onward.start and self._onward.start.astimezone(UTC)
        """From when on to ask; None: all."""
        self._listed = 0
        self._last: datetime | None = None
        self._is_ordered = True

    def is_new(self, at: datetime) -> bool:
        """Whether no earlier pull told of this time. What a vendor says of the past later may be less true: who has
        left may be missing in it."""
        return self._onward.told_until is None or at > self._onward.told_until

    def reading(self, person: str, at: datetime) -> Iterator[Reading]:
        """One reading, or none where it was before the time that is asked for."""
        if self.start is None or at >= self.start:
            yield Reading(self._signal, at=at, key=self._ask.fingerprint(f"{self._signal} {person}"))

    def over(self, page: Sequence[datetime], where: str) -> bool:
        """Whether a listing that is to come newest first goes on after this page for nothing: it reaches back before
        the time that is asked for, or far enough for one pull. What was before is not covered then.

        A listing that comes in another order, whatever was asked, is read to its end."""
        came = [*([self._last] if self._last else []), *page]
        self._is_ordered &= not any(later > earlier for earlier, later in pairwise(came))
        self._last = came[-1] if came else None
        self._listed += len(page)
        if not self._is_ordered:
            if self._listed >= MOST:
                raise Broken("does not come newest first, as was asked, and is too long to be read to its end", where)
            return False
        if self._listed >= MOST:
            self.start = page[-1]
            return True
        return self.start is not None and bool(page) and page[-1] < self.start

    def told(self) -> Iterator[Span | Cursor]:
        """After the last of them."""
        yield Span(self._signal, self.start)
        yield self._onward.cursor

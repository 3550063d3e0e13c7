"""Numbers of days, of which the last still grow: which are asked for, and which are known. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from ingest.connector import Ask, Cursor

DAY = timedelta(days=1)
_AGAIN = 4
"""Days that are asked for again: who counts visitors counts on for a day or two."""
_BEFORE = 90
"""Days that come with the first pull, where nobody wants more."""


class Known(NamedTuple):
    """The days of earlier pulls."""

    first: date
    last: date

    @classmethod
    def of(cls, ask: Ask) -> "Known | None":
        return cls(*map(date.fromisoformat, ask.cursor)) if ask.cursor else None

    def cursor(self) -> Cursor:
        return Cursor([self.first.isoformat(), self.last.isoformat()])


def first_day(ask: Ask, known: Known | None) -> date:
    """From which day on is asked: some before the last pull; all that is wanted where that is more than is known.

    A day earlier than wanted, and not later than yesterday, since the days may be those of any zone.
    """
    today = ask.now.date()
    wanted = today - _BEFORE * DAY if ask.since is None else ask.since.date() - DAY
    if known is not None and (known.first <= wanted or ask.since is None):
        wanted = max(wanted, known.last - _AGAIN * DAY)
    return min(wanted, today - DAY)


def then_known(start: date, last: date, known: Known | None) -> Known:
    """What is known when the days from `start` to `last` have come."""
    return Known(min(start, known.first) if known else start, last)

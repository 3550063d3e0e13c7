"""Numbers of days, of which the last still grow: which are asked for, and which are known. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from ingest.connector import Ask, Broken, Cursor

N = TypeVar("N")
DAY = timedelta(days=1)
_AGAIN = 4
"""Days that are asked for again: who counts visitors counts on for a day or two."""
_BEFORE = 90
"""Days that come with the first pull, where nobody wants more."""
_MARGIN = 31
"""Days before those that are wanted: somebody came on one of them, if anybody was counted then."""


class Known(NamedTuple):
    """The days of earlier pulls."""

    first: date
    """The first that was asked for."""
    last: date
    covered: date
    """The first with a number: before it, nobody may have counted yet."""

    @classmethod
    def of(cls, ask: Ask) -> "Known | None":
        return cls(*map(date.fromisoformat, ask.cursor)) if ask.cursor else None

    def cursor(self) -> Cursor:
        return Cursor([day.isoformat() for day in self])


def first_day(ask: Ask, known: Known | None) -> date:
    """From which day on is asked: some before the last pull; all that is wanted where that is more than is known.

    Not later than yesterday, since the days may be those of any zone.
    """
    today = ask.now.date()
    wanted = today - _BEFORE * DAY if ask.since is None else ask.since.date() - _MARGIN * DAY
    if known is not None and (ask.since is None or known.first < ask.since.date()):
        wanted = max(min(known.last, today) - _AGAIN * DAY, known.first)
    return min(wanted, today - DAY)


def within(days: Mapping[date, N], start: date, where: str) -> Mapping[date, N]:
    """Those of the days that were asked for. An answer may hold more of the past; one that holds nothing else is that
    to another question, and would make zeros of the days that are missing in it."""
    found = {day: numbers for day, numbers in days.items() if day >= start}
    if days and not found:
        raise Broken(f"is of {max(days)} and before, and the first day that was asked for is {start}", where)
    return found


def told(start: date, today: date, days: Iterable[date], known: Known | None) -> tuple[date, Known]:
    """From which of the days since `start` on one without a number is one on which nobody came; and what is known now.

    Before the first that has a number nobody may have counted yet, so that is not told.
    """
    found = min([today, *days])
    if known is None:
        return found, Known(start, today, found)
    goes_on = known.first <= start
    covered = min(known.covered, found)
    return max(start, covered) if goes_on else found, Known(min(start, known.first), today, covered)

"""LinkedIn's list of connections, in the archive and by API: the days in it, and what they tell of the past. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.connector.figure import FigureError
from ingest.connector.timestamp import when


def day_of(written: str, order: str) -> date | None:
    """The day that is meant; None where it is none. `order`: the locale that says whether the month comes first."""
    try:
        return when(written, ZoneInfo("UTC"), order).date()
    except FigureError:
        return None


def history(made_on: Sequence[date], zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """How many there were at the end of each day on which one was made."""
    count = 0
    for day, more in sorted(Counter(made_on).items()):
        count += more
        yield when(day + timedelta(days=1), zone), count

"""Instants: points in time as whole microseconds since 1970-01-01T00:00:00Z.

Integers compare exactly, sort fast and store small. Only the edges speak of `datetime` and of text.
"""

from datetime import UTC, datetime, timedelta

Instant = int
"""Microseconds since the epoch, UTC."""
Duration = int
"""Microseconds."""

SECOND: Duration = 1_000_000
MINUTE: Duration = 60 * SECOND
HOUR: Duration = 60 * MINUTE
DAY: Duration = 24 * HOUR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def instant(moment: datetime) -> Instant:
    """The instant of an aware `datetime`. A naive one is refused: it names no point in time."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return (moment - EPOCH) // _TICK


def moment(at: Instant) -> datetime:
    """The aware UTC `datetime` of an instant."""
    return EPOCH + at * _TICK


BEGINNING: Instant = instant(datetime(1, 1, 1, tzinfo=UTC))
"""Before everything: where the coverage of a source that lists all of its history starts."""
FOREVER: Instant = instant(datetime(9999, 12, 31, tzinfo=UTC))
"""After everything: how long a source that is kept by hand is covered."""


def duration(span: timedelta) -> Duration:
    """The microseconds of a `timedelta`."""
    return span // _TICK


def rfc3339(at: Instant) -> str:
    """RFC 3339 in UTC, with a fraction of a second only where there is one: `2026-06-30T06:00:00Z`."""
    return moment(at).replace(tzinfo=None).isoformat() + "Z"


def from_rfc3339(text: str) -> Instant:
    """The instant of an RFC 3339 text. Without an offset, or if it is no time at all: `ValueError`."""
    return instant(datetime.fromisoformat(text))

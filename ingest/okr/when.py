"""Times as people and programs write them: a day, a local time, or an instant with its offset."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ingest.okr.day import end_of_day, midnight
from ingest.okr.instant import Instant, instant, moment


def instant_of(text: str, zone: ZoneInfo, day: Literal["begins", "ends"]) -> Instant:
    """The instant of `2026-03-01`, `2026-03-01 18:00` (in `zone`) or `2026-03-01T18:00:00Z`.

    A day means its end where an instant is read (`--at`) and its beginning where one is written (`record --at`).
    A local time that exists twice means the first; one that does not exist is refused with `ValueError`.
    """
    stripped = text.strip()
    try:
        whole = date.fromisoformat(stripped)
    except ValueError:
        return _of_time(stripped, zone)
    if day == "begins":
        return midnight(whole, zone)
    if whole == date.max:
        raise ValueError(f"{whole} is the last day there is")
    return end_of_day(whole, zone)


def _of_time(text: str, zone: ZoneInfo) -> Instant:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:60]!r} is no time; write a day (2026-03-01), a time (2026-03-01 18:00) or 2026-03-01T17:00:00Z"
        ) from None
    if written.tzinfo is not None:
        return instant(written)
    at = instant(written.replace(tzinfo=zone))
    if moment(at).astimezone(zone).replace(tzinfo=None) != written:
        raise ValueError(f"{written.isoformat(' ')} does not exist in {zone.key}: clocks were put forward then")
    return at

"""From when on a listing is asked for: at first from what is wanted, after that from where the last pull ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from ingest.connector import Ask, Cursor


class Listed(BaseModel):
    """What was listed so far; the cursor."""

    model_config = ConfigDict(frozen=True)

    since: datetime | None = None
    """What is older was left out."""
    until: datetime
    """When it was listed."""


@dataclass(frozen=True, slots=True)
class Onward:
    """What a pull lists."""

    since: datetime | None
    """What is older does not count."""
    start: datetime | None
    """From when on it lists; None: from the beginning."""
    told_until: datetime | None
    """Up to when earlier pulls listed it; None: it is listed for the first time, or anew."""
    cursor: Cursor


def onward(ask: Ask, again: timedelta, back: timedelta | None = None) -> Onward:
    """Where a pull goes on; from the start where older things are wanted than before.

    `again`: how much of what was listed is listed once more, since a vendor's listing may lag behind. `back`: how far
    back it goes where nobody wants more or less; None: to the beginning.
    """
    before = None if ask.cursor is None else Listed.model_validate(ask.cursor)
    since = ask.now - back if ask.since is None and back is not None else ask.since
    if before is None or (before.since is not None and (since is None or since < before.since)):
        return Onward(since, since, None, _cursor(since, ask.now))
    start = before.until - again if before.since is None else max(before.until - again, before.since)
    return Onward(before.since, start, before.until, _cursor(before.since, ask.now))


def _cursor(since: datetime | None, until: datetime) -> Cursor:
    return Cursor(Listed(since=since, until=until).model_dump(mode="json"))

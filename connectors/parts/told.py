"""Which days a source told before, and so which to ask for: all that are wanted, later the newest ones again."""

from datetime import date, timedelta

from pydantic import BaseModel

from ingest.connector import Ask, Cursor


class Told(BaseModel):
    """What is kept from pull to pull."""

    since: date | None
    """None: from the very first day."""
    until: date


def first_day(ask: Ask, back: timedelta | None, again: timedelta, earliest: date | None = None) -> date | None:
    """The first day to ask for; None: all that there are.

    `back`: how far before now where nobody wants more or less; None: all. `again`: how much before the last day that
    was told may have changed since. `earliest`: before that the source tells nothing, whoever wants it.
    """
    today = ask.now.astimezone(ask.zone).date()
    wanted = None if back is None else today - back
    if ask.since is not None:
        wanted = min(ask.since.astimezone(ask.zone).date(), today)
    if earliest is not None:
        wanted = max(wanted or earliest, earliest)
    if ask.cursor is None:
        return wanted
    before = Told.model_validate(ask.cursor)
    served = ask.since is None or wanted is None or before.since is None or before.since <= wanted
    if not served:
        return wanted
    newest = before.until - again
    return newest if earliest is None else max(newest, earliest)


def remembered(ask: Ask, since: date | None, until: date) -> Cursor:
    """The cursor after the days from `since` to `until` came, those told before included."""
    if ask.cursor is not None:
        before = Told.model_validate(ask.cursor)
        since = None if since is None or before.since is None else min(since, before.since)
        until = max(until, before.until)
    return Cursor(Told(since=since, until=until).model_dump(mode="json"))

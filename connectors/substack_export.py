"""Subscribers of a Substack, from the list that Substack gives to its publisher."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from connectors.parts.email_list import CURE, Subscriber, subscribers
from ingest.connector import Ask, Connector, Cursor, Reading, Seen, Signal, Span, Yielded, days, events, hours, level
from ingest.connector.export import Found, newest
from ingest.connector.sheet import patiently
from ingest.connector.timestamp import when


class SubstackExport(Connector):
    """Subscribers of your Substack, without an API and without scraping: Substack offers none for these numbers.

    1. In Substack open your dashboard, Settings, Exports, create a new export and download it; or open Subscribers and
       export the list, with all columns.
    2. Put the file, the zip archive or the CSV in it, where `path` points.

    Do so again every month: after 35 days the numbers count as stale. `path` may be a folder for these files alone, a
    pattern or a file; the newest counts, by the date in its name (`email_list-2026-10-02.csv`), else by when it was
    written. The file must hold all subscribers, with the columns `email`, `email_disabled` and `created_at`; the list
    of paying ones alone is refused.

    `subscribers` are those who get mails. The first file also tells the past, by the day each of them came, so that a
    baseline before today is known; it is a lower bound, since those who have left are missing in it. A later file adds
    the days since and leaves what was told. `active_subscriptions` are paid, given and complimentary ones together:
    the list does not tell them apart.

    A file was made on the day in its name, else when its newest subscriber came. Times without a zone are of the
    configured one. Addresses never leave the reader; a hash of each is kept to know a person again.
    """

    every: ClassVar[timedelta | None] = hours(6)
    stale_after: ClassVar[timedelta | None] = days(35)
    proven = "with made-up files in the forms of 2020 to 2024 that others read; the newest form is to be checked live"
    signals: ClassVar[Mapping[str, Signal]] = {
        "subscribers": level("people", "who get mails; a lower bound for the days before the first file"),
        "new_subscribers": events("people", "by the time they came, of those who were there in some file"),
        "active_subscriptions": level("people", "subscribers whose subscription is paid, given or complimentary"),
    }

    path: str = Field(
        min_length=1, description="the export, the CSV in it, a folder or a pattern of them", examples=["substack"]
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        file = await ask.thread(_newest, ask.home, self.path)
        body = await ask.file(file.path)
        steps = patiently(subscribers(body, file.path.name, ask.zone), file.changed, ask.now)
        everybody: list[Subscriber] = await ask.thread(next, steps)
        made = _made(file, everybody, ask.zone)
        told = datetime.fromisoformat(ask.cursor) if ask.cursor else None
        for one in everybody:
            yield Reading("new_subscribers", at=one.at, key=ask.fingerprint(f"new_subscribers {one.address}"))
        reached = [one for one in everybody if one.is_reached]
        for at, count in _history(reached, ask.zone):
            if at < made and (told is None or at > told):
                yield Reading("subscribers", count, at)
        yield Reading("subscribers", len(reached), made)
        if any(one.is_subscribed is not None for one in everybody):
            yield Reading("active_subscriptions", sum(bool(one.is_subscribed) for one in everybody), made)
        yield Span(end=made)
        yield Cursor(max(made, told or made).isoformat())

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.thread(_newest, ask.home, self.path)).path.name)


def _newest(home: Path, path: str) -> Found:
    is_folder = (home / Path(path).expanduser()).is_dir()
    return newest(home, [f"{path}/*.csv", f"{path}/*.zip"] if is_folder else [path], None, CURE)


def _made(file: Found, everybody: list[Subscriber], zone: ZoneInfo) -> datetime:
    if file.day is not None:
        return when(file.day, zone)
    return max((one.at for one in everybody), default=file.changed)


def _history(reached: list[Subscriber], zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """How many there were at the end of each day on which one came."""
    count = 0
    for day, more in sorted(Counter(one.at.astimezone(zone).date() for one in reached).items()):
        count += more
        yield when(day + timedelta(days=1), zone), count

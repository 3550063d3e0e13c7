"""LinkedIn connections, from the data archive that LinkedIn gives to each member."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from connectors.parts.connections import day_of, history
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Cursor,
    Reading,
    Refused,
    Seen,
    Signal,
    Span,
    Yielded,
    days,
    events,
    hours,
    level,
)
from ingest.connector.archive import MAGIC, Archive, Damaged
from ingest.connector.export import Found, day_in, newest
from ingest.connector.sheet import Cells, Row, Text, patiently
from ingest.connector.timestamp import when

_IN_FOLDER = ("*[Ll]inked[Ii]n*.zip", "[Cc]onnections*.csv", "*/[Cc]onnections.csv")
_MEMBER = "connections.csv"
_LARGEST = 64 * 2**20
_ENGLISH = "connected on"
_YEAR = re.compile(r"\d{4}", re.ASCII)
_HEADERS = {_ENGLISH, "verbunden am"}
_CURE = (
    "in LinkedIn open Settings & Privacy, Data privacy, Get a copy of your data, tick Connections, request the "
    "archive, and put it where path points"
)


class LinkedInExport(Connector):
    """Your LinkedIn connections, without an API and without scraping.

    1. On a computer open LinkedIn, then Me, Settings & Privacy, Data privacy, Get a copy of your data.
    2. Choose "Want something in particular?", tick Connections and press Request archive.
    3. LinkedIn sends a mail within minutes (for the whole archive: within a day); its link is valid for 72 hours.
    4. Put the file (`Basic_LinkedInDataExport_06-28-2026.zip`, or the `Connections.csv` in it) where `path` points.

    Do so again every month: after 35 days the numbers count as stale.

    `path` may be a folder, a pattern, an archive or the CSV; the newest file counts, by the date in its name. Archives
    of any age and language are read.

    The total is exact for the day of the archive (the date in its name, else its newest connection). The first archive
    also tells the history, by "Connected On", so that a baseline before today is known. That history is a lower bound:
    it holds only those who are still connected. A later archive adds the days since the one before it and leaves the
    exact totals as they are; connections that have ended disappear from `new_connections`.

    Only days and counts are kept. Names, mail addresses, companies and profile addresses never leave the reader.
    """

    every: ClassVar[timedelta | None] = hours(6)
    stale_after: ClassVar[timedelta | None] = days(35)
    signals: ClassVar[Mapping[str, Signal]] = {
        "connections": level(
            "people", "connections; exact on the day of an archive, a lower bound for the days before the first one"
        ),
        "new_connections": events("people", "connections made, by their day, of those who are still connected"),
    }

    proven = "with made-up archives in the forms of 2018 to 2026, in four languages"

    path: str = Field(
        min_length=1,
        description="the archive, its Connections.csv, a folder or a pattern of them",
        examples=["linkedin"],
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        file = await ask.thread(_newest, ask.home, self.path)
        body = await ask.file(file.path)
        made_on: list[date] = await ask.thread(next, patiently(_days(body, file.path.name), file.changed, ask.now))
        day = file.day or max(made_on, default=None)
        made = file.changed if day is None else when(day, ask.zone)
        for on in made_on:
            yield Reading("new_connections", at=when(on, ask.zone))
        told = datetime.fromisoformat(ask.cursor) if ask.cursor else None
        for at, count in history(made_on, ask.zone):
            if at < made and (told is None or at > told):
                yield Reading("connections", count, at)
        yield Reading("connections", len(made_on), made)
        yield Span("connections", end=made)
        yield Span("new_connections", end=made, whole=True)
        yield Cursor(max(made, told or made).isoformat())

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.thread(_newest, ask.home, self.path)).path.name)


def _newest(home: Path, path: str) -> Found:
    """The newest archive. A folder is one to choose from, or an archive that is unpacked."""
    start = home / Path(path).expanduser()
    patterns = [f"{path}/{pattern}" for pattern in _IN_FOLDER] if start.is_dir() else [path]
    found = newest(home, patterns, "en_US", _CURE)
    folder = day_in(found.path.parent.name, "en_US") if found.day is None else found.day
    return Found(found.path, folder, found.changed)


def _days(body: bytes, name: str) -> Iterator[list[date]]:
    """The day of each connection in an archive or a Connections.csv, in order. Once; a generator for `patiently`."""
    if body.startswith(MAGIC):
        archive = Archive(body, name)
        members = [m for m in archive.members() if m.replace("\\", "/").rpartition("/")[2].lower() == _MEMBER]
        if not members:
            raise Refused(f"{name} holds no Connections.csv", _CURE)
        body = archive.read(min(members, key=lambda member: member.count("/")), _LARGEST)
        name = f"Connections.csv in {name}"
    if not body.strip():
        raise Damaged(f"{name} is empty")
    yield connected_on(Text(body, name), name)


def connected_on(text: Text, name: str) -> list[date]:
    """The days in the column "Connected On", oldest first. Nothing else of a row is looked at or told."""
    header, column, whole = _column(text.rows())
    if not header:
        raise Broken(f"{name} has no column of days: it is no list of connections")
    if not text.ended and (not whole or (column and _YEAR.search(column[0][1]) and not _YEAR.search(column[-1][1]))):
        raise Damaged(f"{name} is cut off in its last line")
    orders = ("en_US", "en_GB") if header == _ENGLISH else ("en_GB", "en_US")
    read = [[day_of(cell, order) for _, cell in column] for order in orders]
    made = read[0] if None not in read[0] else read[1]
    if None in made:
        line = column[read[0].index(None)][0]
        if line == column[-1][0] and not text.ended:
            raise Damaged(f"{name} is cut off in line {line}")
        raise Broken(f"{name} holds something that is no day in {header!r}", f"line {line}")
    return sorted(day for day in made if day is not None)


def _column(rows: Iterator[Row]) -> tuple[str, list[tuple[int, str]], bool]:
    """The column's header, its cells with their lines, and whether the last row reaches that far."""
    place, header = -1, ""
    above: Row = 0, {}
    column: list[tuple[int, str]] = []
    for row in rows:
        line, cells = row
        if place < 0:
            place, header = _place(above[1], cells)
        cell = str(cells.get(place, "")).strip()
        if cell and cell.casefold() != header:
            column.append((line, cell))
        above = row
    return header, column, not above[1] or place in above[1]


def _place(above: Cells, cells: Cells) -> tuple[int, str]:
    """Where the days are, and what the column is called: by a name we know, else the last column once it holds days."""
    names = {place: str(cell).strip().casefold() for place, cell in cells.items()}
    for place, name in names.items():
        if name in _HEADERS:
            return place, name
    last = max(names, default=0)
    if last >= 2 and last == max(above, default=0) and (day_of(names[last], "en_GB") or day_of(names[last], "en_US")):
        return last, str(above[last]).strip().casefold()
    return -1, ""

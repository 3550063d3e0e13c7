"""Numbers in a spreadsheet: a file on this machine, or a sheet that is published to the web."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from ingest.connector import Ask, Cursor, Kind, Named, Reading, Seen, Span, Yielded
from ingest.connector.export import Found, newest
from ingest.connector.locale import Locale
from ingest.connector.sheet import Manner, Tables, TableSettings, is_ended, opened, patiently
from ingest.connector.timestamp import when

_DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t"}


class Kept(BaseModel):
    """What is kept of a file, so that it is read again only when that could tell something new."""

    mark: str = ""
    """Of the file, and of how it is read."""
    current: dict[str, float] = {}
    """The numbers without a day of their own."""
    ended: bool = False
    """Its last line had its end, if it is text."""
    latest: datetime | None = None
    """The latest event that this source ever told."""
    settled: bool = False
    """No event was still to come when it was last read. One that is struck out before its day is retracted after it."""


class Spreadsheet(Named[TableSettings]):
    """Cells, columns and dated rows of .xlsx, .xls, .ods, .csv and .tsv.

    `path` is a file (`meetup.xlsx`), a pattern (`exports/subscribers-*.csv`: the newest file is read) or an https
    address. A Google sheet needs no account here: in Google Sheets choose File, Share, Publish to web, then the
    worksheet and "Comma-separated values (.csv)" or "Microsoft Excel (.xlsx)", press Publish, and use the address
    that is shown. Whoever knows it can read the sheet.

    Each signal says where its number is:

    - `cell: B2`: one cell, as it is now.
    - `column: Subscribers`: the last value of a column, as it is now.
    - `date: Date` with `value: Attendees`: rows with a day each. `kind: level` reads them as a history (of rows with
      the same time the lowest counts), `kind: events` as things that happened, `kind: counter` as readings of a meter.
      Events without `value` count 1 each; with `key` a row is found again by its own id, and its day may change.

    Headers may stand anywhere in the first rows; spaces and case do not matter. A row without a day or without a
    number does not count, and neither does one with a word (`Total`) in place of the day. `where` chooses rows. Merged
    days count for all their rows. What cannot be read (text for a number, a cell with an error, a formula that was
    never computed, a header or worksheet that is gone) stops the pull and is named with its cell; nothing is guessed.

    Numbers are read as written: `45%` is 0.45, `(5)` is -5, `51:30` and `1:02:03` are durations in the signal's
    `unit` (default: seconds). `1.234` and `3/4/2026` need `locale`. Times without a zone are in the configured one.

    A file with a day in its name (`subscribers-2026-06-28.csv`) is an export: its cells and columns count for that
    day and it tells nothing of later ones. Set `stale_after: 35d` if it is downloaded once a month. Any other file is
    taken to be up to date. A key with an `@` is stored as a keyed hash.
    """

    proven = "with workbooks of Gnumeric, openpyxl and XlsxWriter, and CSV of every encoding; a million rows in 300 MiB"

    path: str = Field(
        min_length=1,
        description="a file, a pattern whose newest file is meant, or an https address",
        examples=["meetup.xlsx"],
    )
    locale: Locale | None = Field(None, description="how numbers and days are written: `de_DE`, `en_US`")
    delimiter: Literal[",", ";", "|", "tab"] | None = Field(
        None, description="what separates the cells of a CSV; default: what fits best"
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        file = None if self._is_address else await ask.thread(newest, ask.home, [self.path], self.locale)
        body = (await ask.get(self.path)).body if file is None else await ask.file(file.path)
        made = _made(file, ask)
        kept = Kept.model_validate(ask.cursor or {})
        mark = await ask.thread(self._mark, body, ask.zone.key)
        known = kept.mark == mark and kept.settled
        if known:
            for signal, value in kept.current.items():
                yield Reading(signal, value, made)
        else:
            tables, ended = await self._read(body, file, ask, kept.ended), is_ended(body)
            del body  # the readings of a million rows need the room
            current, latest = {}, kept.latest
            for reading in tables.readings(made):
                yield reading
                settings = self.named[reading.signal]
                if settings.date is None:
                    current[reading.signal] = reading.value
                elif settings.kind is Kind.EVENTS and reading.at is not None:
                    latest = max(reading.at, latest or reading.at)
            settled = latest is None or latest < ask.now
            told = Kept(mark=mark, current=current, ended=ended, latest=latest, settled=settled)
            yield Cursor(told.model_dump(mode="json"))
        for signal, settings in self.named.items():
            yield Span(signal, end=made, whole=settings.kind is Kind.EVENTS and not known)

    async def seen(self, ask: Ask) -> Seen:
        """The file that was the newest; of an address its host, since all of it may be a secret."""
        if self._is_address:
            return Seen(urlsplit(self.path).hostname or "")
        return Seen((await ask.thread(newest, ask.home, [self.path], self.locale)).path.name)

    async def _read(self, body: bytes, file: Found | None, ask: Ask, ended: bool) -> Tables:
        tables = Tables(self.named, Manner(ask.zone, ask.fingerprint, self.locale))
        name = file.path.name if file else "the sheet"
        steps = tables.steps(partial(opened, body, name, _DELIMITERS.get(self.delimiter or ""), ended=ended))
        steps = patiently(steps, file.changed if file else None, ask.now)
        await ask.walk(steps)
        return tables

    @property
    def _is_address(self) -> bool:
        return self.path.lower().startswith(("https://", "http://"))

    def _mark(self, body: bytes, zone: str) -> str:
        """Changes when the file or how it is read does: the same is not read twice."""
        read = f"{self.model_dump_json()} {zone}"
        return blake2b(body, key=blake2b(read.encode()).digest(), digest_size=16).hexdigest()


def _made(file: Found | None, ask: Ask) -> datetime | None:
    """When an export was made; None for a file that is up to date. A day that is still to come is a plan's."""
    if file is None or file.day is None:
        return None
    made = when(file.day, ask.zone)
    return made if made <= ask.now else None

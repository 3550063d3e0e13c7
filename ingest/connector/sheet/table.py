"""Signals that a user finds in worksheets, by their settings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from ingest.connector.reading import Reading, Span, Yielded
from ingest.connector.settings import SignalSettings
from ingest.connector.sheet.cell import Book
from ingest.connector.sheet.finder import Cell, Column, Dated, Events, Finder, Keyed
from ingest.connector.sheet.header import Spot
from ingest.okr.signal import Kind

_PACE = 5_000
"""Rows between two pauses: a thread that is given up ends at the next one."""


class TableSettings(SignalSettings):
    """Where a signal's numbers are in a worksheet: `cell`, or `column`, or `date` with `value`."""

    worksheet: str | None = Field(None, description="the worksheet's name; default: the first")
    cell: str | None = Field(None, pattern=r"^[A-Za-z]{1,3}[1-9]\d{0,6}$", description="the number is here: `B2`")
    column: str | None = Field(None, description="the header of a column; its last value is the number")
    date: str | None = Field(
        None, examples=["Date"], description="the header of the column with the day or time of each row"
    )
    value: str | None = Field(
        None,
        examples=["Attendees"],
        description="the header of the column with the numbers of dated rows; events without count 1 each",
    )
    key: str | None = Field(None, description="events: the header of a column that tells rows apart, such as an id")
    where: dict[str, str | list[str]] = Field(
        {}, description="only rows with this text in that column, `Status: confirmed`; or with one of a list"
    )

    @model_validator(mode="after")
    def _fits(self) -> "TableSettings":
        if wrong := self.misfit():
            raise ValueError(wrong)
        return self

    def misfit(self) -> str | None:
        """What of it does not go together, in words; None where all does."""
        if sum(place is not None for place in (self.cell, self.column, self.date)) != 1:
            return "say where the number is: cell (`B2`), column (its last value), or date with value (dated rows)"
        if self.date is None and (self.value is not None or self.key is not None):
            return "value and key are for dated rows; say with date which column holds their days"
        if self.cell is not None and self.where:
            return "where chooses among rows; with cell there is nothing to choose"
        if self.kind is Kind.EVENTS:
            return None if self.date else "events need date: the column that says when they happened"
        if self.date is not None and self.value is None:
            return f"a {self.kind} needs value: the column with the numbers (or kind: events, to count the rows)"
        return f"key is for events; a {self.kind} is told apart by its time" if self.key is not None else None


@dataclass(frozen=True, slots=True)
class Manner:
    """How what is written in a book is read."""

    zone: ZoneInfo
    fingerprint: Callable[[str], str]
    """Stands for a key that is somebody's address."""
    locale: str | None = None


class Tables:
    """The signals of a book: `steps` reads it to the end, then `readings` says what was found."""

    def __init__(self, signals: Mapping[str, TableSettings], manner: Manner) -> None:
        self._signals, self.manner = signals, manner
        self._finders: dict[str | None, list[Finder]] = {}

    def steps(self, opened: Callable[[], Book]) -> Iterator[int]:
        """Opens the book, reads each worksheet once for all of its signals, and pauses now and then."""
        book = opened()
        for name, settings in self._signals.items():
            spot = self._spot(book, settings)
            self._finders.setdefault(settings.worksheet, []).append(_finder(name, settings, spot))
        for worksheet, finders in self._finders.items():
            for count, (row, cells) in enumerate(book.rows(worksheet), 1):
                for finder in finders:
                    finder.take(row, cells)
                if count % _PACE == 0:
                    yield count

    def _spot(self, book: Book, settings: TableSettings) -> Spot:
        return Spot(settings.worksheet, book.delimited, self.manner.zone, self.manner.locale, settings.unit)

    def readings(self, at: datetime | None = None) -> Iterator[Reading]:
        """`at`: when a number without a day of its own was true; None: now."""
        for finders in self._finders.values():
            for finder in finders:
                for reading in finder.readings(at):
                    yield reading if reading.key is None else replace(reading, key=self._hidden(reading.key))

    def yields(self) -> Iterator[Yielded]:
        """The readings of a book that is up to date, and what they cover: all events that there are."""
        yield from self.readings()
        for name, settings in self._signals.items():
            yield Span(name, whole=settings.kind is Kind.EVENTS)

    def _hidden(self, key: str) -> str:
        """A key that holds somebody's address, or what cannot be printed, is never given away."""
        return key if "@" not in key and key.isprintable() else self.manner.fingerprint(key)


def _finder(name: str, settings: TableSettings, spot: Spot) -> Finder:
    if settings.cell is not None:
        return Cell(name, settings.cell, spot)
    if settings.column is not None:
        return Column(name, settings.column, settings.where, spot)
    date = settings.date or ""
    if settings.kind is not Kind.EVENTS:
        return Dated(name, date, settings.value, settings.where, spot)
    if settings.key is not None:
        return Keyed(name, date, settings.value, settings.key, settings.where, spot)
    return Events(name, date, settings.value, settings.where, spot)

"""What looks for the numbers of one signal while the rows of its worksheet go by."""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ingest.connector.outcome import Broken
from ingest.connector.reading import Reading
from ingest.connector.sheet.cell import Cells, Covered, Value, column_of
from ingest.connector.sheet.header import Filter, Header, Spot
from ingest.okr.instant import Instant, instant, moment


class Finder(Protocol):
    """Takes the rows of one worksheet, one after the other, and then says what it found."""

    def take(self, row: int, cells: Cells) -> None: ...

    def readings(self, at: datetime | None) -> Iterator[Reading]:
        """`at`: when a number without a day of its own was true; None: now."""


class Cell:
    """One cell, such as `B2`."""

    def __init__(self, name: str, cell: str, spot: Spot) -> None:
        self._name, self._spot = name, spot
        column, digits = re.findall(r"[A-Za-z]+|\d+", cell)
        self._row, self._column = int(digits), column_of(column)
        self._value: Value | None = None

    def take(self, row: int, cells: Cells) -> None:
        if row == self._row:
            self._value = cells.get(self._column)

    def readings(self, at: datetime | None) -> Iterator[Reading]:
        if self._value is None:
            raise Broken("the cell is empty", self._spot.place(self._row, self._column))
        yield Reading(self._name, self._spot.number(self._value, self._row, self._column), at)


class Column:
    """The last value of a column."""

    def __init__(self, name: str, column: str, where: Mapping[str, str | Sequence[str]], spot: Spot) -> None:
        self._name, self._column, self._spot = name, column, spot
        self._header, self._filter = Header([column, *where], spot), Filter(where, spot)
        self._last: tuple[Value, int] | None = None

    def take(self, row: int, cells: Cells) -> None:
        if self._header.above(row, cells):
            value = cells.get(self._header.columns[self._column])
            if value is not None and not isinstance(value, Covered):
                self._last = (value, row) if self._filter.lets(row, cells, self._header.columns) else self._last

    def readings(self, at: datetime | None) -> Iterator[Reading]:
        if not self._header.columns:
            raise self._header.missing()
        if self._last is None:
            raise Broken(f"there is no value in the column {self._column!r}", self._spot.worksheet)
        value, row = self._last
        yield Reading(self._name, self._spot.number(value, row, self._header.columns[self._column]), at)


class Dated:
    """Rows with a day. They are kept as plain arrays: a million of them take 16 MB."""

    def __init__(
        self, name: str, date: str, value: str | None, where: Mapping[str, str | Sequence[str]], spot: Spot
    ) -> None:
        self._name, self._date, self._value, self._spot = name, date, value, spot
        self._header, self._filter = Header(self._headers(where), spot), Filter(where, spot)
        self._times, self._values = array("q"), array("d")
        self._undated: tuple[int, int] | None = None

    def _headers(self, where: Mapping[str, object]) -> list[str]:
        return [self._date, *([self._value] if self._value is not None else []), *where]

    def take(self, row: int, cells: Cells) -> None:
        if not self._header.above(row, cells):
            return
        columns = self._header.columns
        written, at = cells.get(columns[self._date]), columns[self._date]
        if written is None or self._is_label(written, row, at) or not self._filter.lets(row, cells, columns):
            return
        amount = self._amount(row, cells)
        if amount is not None:
            self._keep(row, cells, instant(self._spot.when(written, row, at)), amount)

    def readings(self, at: datetime | None) -> Iterator[Reading]:
        if not self._header.columns:
            raise self._header.missing()
        if self._undated is not None and not self._times:
            raise Broken(f"no row has a date in the column {self._date!r}", self._spot.place(*self._undated))
        for place in self._places():
            yield Reading(self._name, self._values[place], moment(self._times[place]), self._key(place))

    def _is_label(self, written: Value, row: int, column: int) -> bool:
        """`Total`, `to be announced`: what has no digit is no attempt at a date."""
        label = isinstance(written, str) and not written.startswith("#") and not any(map(str.isdigit, written))
        if label:
            self._undated = row, column
        return label

    def _amount(self, row: int, cells: Cells) -> float | None:
        if self._value is None:
            return 1.0
        column = self._header.columns[self._value]
        value = cells.get(column)
        return None if value is None or isinstance(value, Covered) else self._spot.number(value, row, column)

    def _keep(self, row: int, cells: Cells, at: Instant, amount: float) -> None:
        self._times.append(at)
        self._values.append(amount)

    def _places(self) -> Sequence[int]:
        """One time has one reading: that of the lowest row."""
        times = self._times
        if all(times[place] < times[place + 1] for place in range(len(times) - 1)):
            return range(len(times))
        return sorted({at: place for place, at in enumerate(times)}.values())

    def _key(self, place: int) -> str | None:
        return None


class Events(Dated):
    """Rows that each tell of something that happened; those of the same time are all kept."""

    def _places(self) -> Sequence[int]:
        return range(len(self._times))


class Keyed(Dated):
    """Events that a column of their own tells apart."""

    def __init__(
        self, name: str, date: str, value: str | None, key: str, where: Mapping[str, str | Sequence[str]], spot: Spot
    ) -> None:
        self._column = key
        super().__init__(name, date, value, where, spot)
        self._rows: dict[str, int] = {}

    def _headers(self, where: Mapping[str, object]) -> list[str]:
        return [*super()._headers(where), self._column]

    def _keep(self, row: int, cells: Cells, at: Instant, amount: float) -> None:
        column = self._header.columns[self._column]
        key = self._spot.text(cells.get(column), row, column)
        if not key:
            raise Broken(f"{self._column!r} is empty, which tells the rows apart", self._spot.place(row, column))
        if key not in self._rows:
            self._rows[key] = len(self._times)
            super()._keep(row, cells, at, amount)
        elif (self._times[self._rows[key]], self._values[self._rows[key]]) != (at, amount):
            where = self._spot.place(row, column)
            raise Broken(f"another row has the same {self._column!r} and another time or value", where)

    def readings(self, at: datetime | None) -> Iterator[Reading]:
        self._names = list(self._rows)
        return super().readings(at)

    def _places(self) -> Sequence[int]:
        return range(len(self._times))

    def _key(self, place: int) -> str | None:
        return self._names[place]

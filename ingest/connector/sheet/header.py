"""Headers: the row of names above a table, wherever it stands, and the rows below it that are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from ingest.connector.figure import FigureError, number
from ingest.connector.outcome import Broken
from ingest.connector.sheet.cell import Cells, Covered, Flaw, Plain, Value, letters, named
from ingest.connector.timestamp import when

_SEARCHED = 200
"""How many rows may stand above a header."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Reads single cells of one worksheet, and says where they are when they cannot be read."""

    worksheet: str | None
    delimited: bool
    zone: ZoneInfo
    locale: str | None
    unit: str | None

    def number(self, value: Value, row: int, column: int) -> float:
        try:
            return number(self.sound(value, row, column), self.locale, self.unit)
        except FigureError as error:
            raise Broken(str(error), self.place(row, column)) from None

    def when(self, value: Value, row: int, column: int) -> datetime:
        try:
            return when(self.sound(value, row, column), self.zone, self.locale)
        except FigureError as error:
            raise Broken(str(error), self.place(row, column)) from None

    def text(self, value: Value | None, row: int, column: int) -> str:
        return "" if value is None else shown(self.sound(value, row, column))

    def sound(self, value: Value, row: int, column: int) -> Plain:
        """What the cell shows; of merged cells that is what the first of them holds."""
        if isinstance(value, Covered):
            value = value.value
        if isinstance(value, Flaw):
            raise Broken(f"the cell holds {value.text}", self.place(row, column))
        return value

    def place(self, row: int, column: int) -> str:
        if self.delimited:
            return f"line {row}, column {letters(column)}"
        return f"{self.worksheet}!{letters(column)}{row}" if self.worksheet else f"{letters(column)}{row}"


class Header:
    """Finds the row that holds all wanted names, and where each is in it."""

    def __init__(self, wanted: Sequence[str], spot: Spot) -> None:
        self.columns: dict[str, int] = {}
        """By the name as the settings write it; empty until the header is found."""
        self._wanted, self._spot = {alike(name): name for name in wanted}, spot
        self._nearest: tuple[int, list[str]] = (-1, [])
        self._searched = self._width = 0
        self._found: list[tuple[str, int]] = []

    def above(self, row: int, cells: Cells) -> bool:
        """Whether the header stands above this row. One that is repeated further down is no row of the table."""
        if not self.columns:
            self._look(row, cells)
            return False
        if self._spot.delimited and cells and max(cells) >= self._width:
            raise Broken("more cells than the header; is a decimal comma or a delimiter without quotes?", f"line {row}")
        return any(alike(cells.get(column)) != name for name, column in self._found)

    def missing(self) -> Broken:
        there = [alike(text) for text in self._nearest[1]]
        lacking = [name for wanted, name in self._wanted.items() if wanted not in there] or list(self._wanted.values())
        headers = "headers" if len(lacking) > 1 else "header"
        found = f"; there is {named(self._nearest[1])}" if there else "; it is empty"
        return Broken(f"there is no row with the {headers} {named(lacking)}{found}", self._spot.worksheet)

    def _look(self, row: int, cells: Cells) -> None:
        if self._searched >= _SEARCHED:
            raise self.missing()
        self._searched += bool(cells)
        texts = {column: shown(cell) for column, cell in cells.items() if isinstance(cell, str | float)}
        names = {column: alike(text) for column, text in texts.items()}
        hits = len(self._wanted.keys() & set(names.values()))
        if hits > self._nearest[0] and texts:
            self._nearest = hits, list(texts.values())
        if hits == len(self._wanted):
            self.columns = {name: self._only(wanted, names, row) for wanted, name in self._wanted.items()}
            self._found = [(alike(name), column) for name, column in self.columns.items()]
            self._width = max(cells) + 1

    def _only(self, wanted: str, names: Mapping[int, str], row: int) -> int:
        places = [column for column, name in names.items() if name == wanted]
        if len(places) > 1:
            both = " and ".join(letters(column) for column in places)
            where = self._spot.place(row, places[0])
            raise Broken(f"the columns {both} are all called {self._wanted[wanted]!r}; rename them apart", where)
        return places[0]


class Filter:
    """`where`: rows that have one of some texts in a column."""

    def __init__(self, where: Mapping[str, str | Sequence[str]], spot: Spot) -> None:
        self._wanted = [
            (header, {alike(text) for text in ([texts] if isinstance(texts, str) else texts)})
            for header, texts in where.items()
        ]
        self._spot = spot

    def lets(self, row: int, cells: Cells, columns: Mapping[str, int]) -> bool:
        return all(
            alike(self._spot.text(cells.get(columns[header]), row, columns[header])) in texts
            for header, texts in self._wanted
        )


def shown(value: Plain) -> str:
    """A cell as text: 5 and not 5.0, `true` and not True, a day without a time that nobody wrote."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return f"{value:.15g}"
    midnight = isinstance(value, datetime) and value.time() == time()
    return value.date().isoformat() if midnight and isinstance(value, datetime) else str(value)


def alike(value: Value | None) -> str:
    """Headers and texts to compare: spaces and case do not matter."""
    return _folded(value) if isinstance(value, str) else ""


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()

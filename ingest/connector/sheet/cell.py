"""Cells, rows and books: what every kind of sheet is turned into before anybody looks for numbers in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from ingest.connector.outcome import Broken

LAST_ROW, LAST_COLUMN = 2**20, 2**14
"""What spreadsheet programs hold."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that shows no value: an error, or a formula that nobody has computed yet. `text` says which."""

    text: str


Plain = str | float | bool | date | timedelta
"""What a cell shows."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A cell below the first one of merged cells, with the value of that one."""

    value: Plain | Flaw


UNCOMPUTED = Flaw("a formula without a computed value; open the file in a spreadsheet program and save it")
Value = Plain | Flaw | Covered
Cells = dict[int, Value]
"""By column, from 0; an empty cell is not there."""
Row = tuple[int, Cells]
"""With its number, from 1, as people see it."""


class Book(Protocol):
    """A file of worksheets."""

    @property
    def delimited(self) -> bool:
        """It is text: numbers are as written, and a row is never wider than its header."""

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        """The rows of a worksheet (None: of the first), as a stream. `Broken` where it is gone, naming those there."""


def letters(column: int) -> str:
    """`A` for 0, `AB` for 27."""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def column_of(text: str) -> int:
    """0 for `A`, 27 for `AB`."""
    column = 0
    for letter in text.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def chosen(worksheet: str | None, names: Sequence[str], file: str) -> int:
    """The place of the worksheet that is meant; spaces around it and case do not matter."""
    if not names:
        raise Broken(f"{file} has no worksheet")
    if worksheet is None:
        return 0
    for alike in (str, str.strip, lambda name: name.strip().casefold()):
        found = [place for place, name in enumerate(names) if alike(name) == alike(worksheet)]
        if found:
            return found[0]
    raise Broken(f"there is no worksheet {worksheet!r} in {file}; there is {named(names)}")


def named(names: Sequence[str]) -> str:
    """A few names for a message, each cut short."""
    shown = [repr(" ".join(name.split())[:40]) for name in names[:12]]
    return ", ".join(shown) + (f" and {len(names) - 12} more" if len(names) > 12 else "")

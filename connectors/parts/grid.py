"""What the Google Sheets API tells of a document, as a book of worksheets. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ingest.connector import Broken
from ingest.connector.shape import cleaned
from ingest.connector.sheet import Cells, Row, TableSettings
from ingest.connector.sheet.cell import Flaw, Value, column_of, letters
from ingest.connector.sheet.header import Header, Spot
from ingest.connector.sheet.merged import Merged
from ingest.connector.sheet.style import Shown, shown_by, timed

TITLE, TITLES = "properties.title", "sheets.properties.title"
MANNER = (
    "properties.timeZone,sheets(properties.title,merges(startRowIndex,endRowIndex,startColumnIndex,endColumnIndex),"
    "data(startRow,startColumn,rowData.values.effectiveFormat.numberFormat(type,pattern)))"
)
"""How cells are shown: a number may be a day, a time or a span of time."""
_FIRST = "1:10000000"
"""A range without a worksheet is one of the first that is shown; Google cuts it to the rows that are there."""
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!|SPILL!|CALC!|BLOCKED!)")
_COMPUTING = "Loading..."
_OFFSET = re.compile(r"GMT([+-])0?(\d{1,2})(?::?00)?")


class Values(BaseModel):
    """The values of one range. Empty cells, and rows, at its end are left out."""

    range: str
    dimension: Literal["ROWS"] = Field("ROWS", alias="majorDimension")
    rows: list[list[bool | float | str | None]] = Field([], alias="values")

    @property
    def title(self) -> str | None:
        """The worksheet that the range is in: `'My ''own'' sheet'!A1:Z100`."""
        title, mark, _ = self.range.rpartition("!")
        quoted = len(title) > 1 and title[0] == title[-1] == "'"
        return (title[1:-1].replace("''", "'") if quoted else title) if mark else None


class Batch(BaseModel):
    ranges: list[Values] = Field([], alias="valueRanges")


class _Masked(BaseModel):
    """A part of an answer of which a field mask says all that may be in it."""

    model_config = ConfigDict(extra="forbid")


class NumberFormat(_Masked):
    type: str
    pattern: str = ""

    @property
    def shown(self) -> Shown:
        if self.type == "TIME":
            return "span" if shown_by(self.pattern) == "span" else "clock"
        return "day" if self.type in ("DATE", "DATE_TIME") else "number"


class Format(_Masked):
    number: NumberFormat = Field(alias="numberFormat")


class Cell(_Masked):
    format: Format | None = Field(None, alias="effectiveFormat")


class Line(_Masked):
    cells: list[Cell] = Field([], alias="values")


class Block(_Masked):
    """Cells of one of the ranges that were asked for."""

    row: int = Field(0, alias="startRow")
    column: int = Field(0, alias="startColumn")
    lines: list[Line] = Field([], alias="rowData")

    def shown(self) -> Iterator[tuple[tuple[int, int], Shown]]:
        """How each cell is shown that is not shown as a plain number; by row, from 1, and column, from 0."""
        for row, line in enumerate(self.lines, self.row + 1):
            for column, cell in enumerate(line.cells, self.column):
                if cell.format is not None and cell.format.number.shown != "number":
                    yield (row, column), cell.format.number.shown


class Merge(_Masked):
    """Merged cells, the ends not included; what is missing has no bound."""

    top: int = Field(0, alias="startRowIndex")
    bottom: int = Field(10_000_000, alias="endRowIndex")
    left: int = Field(0, alias="startColumnIndex")
    right: int | None = Field(None, alias="endColumnIndex")


class _Title(BaseModel):
    title: str


class Titled(BaseModel):
    """What a document or a worksheet is called."""

    properties: _Title


class Sheet(Titled):
    merges: list[Merge] = []
    blocks: list[Block] = Field([], alias="data")


class _Settings(BaseModel):
    zone: str | None = Field(None, alias="timeZone")


class About(BaseModel):
    """A document without its values."""

    properties: _Settings = _Settings()
    sheets: list[Sheet]

    @property
    def titles(self) -> list[str]:
        return [sheet.properties.title for sheet in self.sheets]

    def sheet(self, title: str | None) -> Sheet | None:
        """None as a title is the first."""
        return next((sheet for sheet in self.sheets if title in (None, sheet.properties.title)), None)

    def zone(self) -> ZoneInfo:
        """The document's own, which is set in its settings: its days begin there."""
        name = self.properties.zone
        if name is None:
            raise Broken("is missing", "properties.timeZone")
        offset = _OFFSET.fullmatch(name)
        if offset:  # a zone that the user made; the names of the database count the other way round
            name = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{offset[2]}" if int(offset[2]) else "Etc/GMT"
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise Broken(f"nobody knows the time zone {cleaned(name, 40)!r}", "properties.timeZone") from None


@dataclass(frozen=True, slots=True)
class Page:
    """One worksheet: its values, and how they are shown."""

    values: Values
    asked: str | None = None
    """The name that was asked for; None: the first."""
    shown: Mapping[tuple[int, int], Shown] = field(default_factory=dict)
    merges: Sequence[Merge] = ()

    @property
    def title(self) -> str | None:
        return self.values.title or self.asked

    def shown_by(self, about: About) -> "Page":
        """The same, with what is known of how its cells are shown and merged."""
        sheet = about.sheet(self.title)
        if sheet is None:
            raise Broken("the worksheet went away while it was read", self.title)
        shown = {place: how for block in sheet.blocks for place, how in block.shown()}
        return replace(self, shown=shown, merges=sheet.merges)

    def rows(self) -> Iterator[Row]:
        merged = Merged()
        for one in self.merges:
            merged.add(one.top + 1, one.bottom, one.left)
        return merged.fill((number, self._cells(number, row)) for number, row in enumerate(self.values.rows, 1))

    def _cells(self, number: int, row: Sequence[bool | float | str | None]) -> Cells:
        return {
            column: self._value(value, (number, column))
            for column, value in enumerate(row)
            if value is not None and value != ""
        }

    def _value(self, value: bool | float | str, place: tuple[int, int]) -> Value:
        if isinstance(value, str):
            if value == _COMPUTING:
                return Flaw("a formula that is still being computed")
            return Flaw(f"the error {value}") if _ERROR.fullmatch(value) else value
        shown = self.shown.get(place)
        return value if shown is None or isinstance(value, bool) else timed(value, shown)


class Grid:
    """The worksheets of a document that signals are in, by the name that the settings give them."""

    delimited = False

    def __init__(self, pages: Mapping[str | None, Page]) -> None:
        self._pages = pages

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        return self._pages[worksheet].rows()


def whole(worksheet: str | None) -> str:
    """All of a worksheet, as a range; None is the first."""
    return _FIRST if worksheet is None else _quoted(worksheet)


def wanted(page: Page, signals: Sequence[TableSettings], zone: ZoneInfo) -> list[str]:
    """The ranges of a worksheet that signals look at: their columns, and their cells that are not empty.

    `Broken` where a header is gone.
    """
    last = max(1, len(page.values.rows))
    spans: dict[int, tuple[int, int]] = {}
    for settings in signals:
        if settings.cell is None:
            spans.update(dict.fromkeys(_columns(page, settings, zone), (1, last)))
            continue
        name, digits = re.findall(r"[A-Za-z]+|\d+", settings.cell)
        row, column = int(digits), column_of(name)
        if row <= last and column < len(page.values.rows[row - 1]):
            first, end = spans.get(column, (row, row))
            spans[column] = min(first, row), max(end, row)
    title = page.title
    start = "" if title is None else f"{_quoted(title)}!"
    return [f"{start}{letters(column)}{top}:{letters(column)}{end}" for column, (top, end) in sorted(spans.items())]


def _columns(page: Page, settings: TableSettings, zone: ZoneInfo) -> list[int]:
    names = [settings.column, settings.date, settings.value, settings.key, *settings.where]
    spot = Spot(settings.worksheet, False, zone, None, settings.unit)
    header = Header([name for name in names if name is not None], spot)
    for row, cells in page.rows():
        header.above(row, cells)
        if header.columns:
            return list(header.columns.values())
    raise header.missing()


def _quoted(title: str) -> str:
    """In quotes a name such as `Q4` is no cell."""
    return "'" + title.replace("'", "''") + "'"

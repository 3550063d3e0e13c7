"""Worksheets of LibreOffice (.ods), read row by row."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from ingest.connector.archive import Archive
from ingest.connector.outcome import Broken, Refused
from ingest.connector.sheet.cell import LAST_COLUMN, LAST_ROW, UNCOMPUTED, Cells, Flaw, Row, Value, chosen
from ingest.connector.sheet.markup import Attributes, local, parse
from ingest.connector.sheet.merged import Merged

_MANIFEST = "META-INF/manifest.xml"
_PART = 16 * 2**20
_SPAN = re.compile(r"(-?)P(?:(\d{1,6})D)?T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d{1,9}))?S)?", re.ASCII)
_ASIDE = {"annotation", "frame", "shapes"}
"""What lies on a cell and is not its text."""


class Document:
    delimited = False

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST, _PART):
            raise Refused(f"{archive.name} is protected by a password", "save it without a password")

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        names = _Names()
        for _ in parse(self._archive.open("content.xml"), names, self._archive.name):
            pass
        sheet = _Sheet(chosen(worksheet, names.all, self._archive.name), self._archive.name)
        merged = sheet.merged
        for _ in parse(self._archive.open("content.xml"), sheet, self._archive.name):
            yield from merged.fill(sheet.take())


class _Names:
    def __init__(self) -> None:
        self.all: list[str] = []
        self._depth = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.all.append(_plain(attributes).get("name", ""))

    def end(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1

    def text(self, data: str) -> None: ...


class _Sheet:
    """Collects the rows of one table, each with how often it is repeated."""

    def __init__(self, place: int, name: str) -> None:
        self._place, self._name = place, name
        self._rows: list[tuple[int, Row]] = []
        self._table, self._depth, self._aside = -1, 0, 0
        self._number, self._column = 1, 0
        self._cells: Cells = {}
        self._row: Attributes = {}
        self._cell: Attributes | None = None
        self._pieces: list[str] = []
        self._paragraphs = 0
        self.merged = Merged()

    def take(self) -> Iterator[Row]:
        rows, self._rows = self._rows, []
        for times, (number, cells) in rows:
            yield from ((number + more, dict(cells)) for more in range(times))

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._depth += 1
            self._table += self._depth == 1
        elif self._table != self._place or self._depth != 1:
            return
        elif self._aside or tag in _ASIDE:
            self._aside += 1
        elif tag == "table-row":
            self._row, self._cells, self._column = _plain(attributes), {}, 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._pieces, self._paragraphs = _plain(attributes), [], 0
            self._cell["covered"] = "yes" if tag == "covered-table-cell" else ""
        elif self._cell is not None:
            self._text_part(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1
        elif self._table != self._place or self._depth != 1:
            return
        elif self._aside:
            self._aside -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._finish_cell()
        elif tag == "table-row":
            self._finish_row()

    def text(self, data: str) -> None:
        if self._paragraphs and self._cell is not None and not self._aside:
            self._pieces.append(data)

    def _text_part(self, tag: str, attributes: Attributes) -> None:
        if tag == "p":
            self._pieces += ["\n"] if self._paragraphs else []
            self._paragraphs += 1
        elif tag in ("s", "tab", "line-break"):
            count = _plain(attributes).get("c", "1")
            self._pieces.append(" " * min(int(count) if count.isdecimal() else 1, 100))

    def _finish_cell(self) -> None:
        cell = self._cell or {}
        times = _count(cell.get("number-columns-repeated"))
        below = _count(cell.get("number-rows-spanned")) - 1
        value = None if cell.get("covered") else _value(cell, "".join(self._pieces) if self._paragraphs else "")
        if value is not None and value != "":
            if self._column + times > LAST_COLUMN:
                raise Broken(f"{self._name} is damaged: it has a column {self._column + times}")
            self._cells.update(dict.fromkeys(range(self._column, self._column + times), value))
            if below:
                self.merged.add(self._number, self._number + below, self._column)
        self._column += times
        self._cell = None

    def _finish_row(self) -> None:
        times = _count(self._row.get("number-rows-repeated"))
        if self._cells:
            if self._number + times - 1 > LAST_ROW:
                raise Broken(f"{self._name} is damaged: it has a row {self._number + times - 1}")
            self._rows.append((times, (self._number, self._cells)))
        self._number += times


def _plain(attributes: Attributes) -> Attributes:
    """Attributes by local names; of two with one name (`office:value-type`, `calcext:value-type`) an error wins."""
    found: Attributes = {}
    for name, value in attributes.items():
        if found.get(local(name)) != "error":
            found[local(name)] = value
    return found


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 1


def _value(cell: Attributes, text: str) -> Value | None:
    kind = cell.get("value-type")
    if kind == "error" or ("formula" in cell and re.fullmatch(r"#[A-Z][A-Z0-9/]{1,10}[!?]?|Err:\d{3}", text)):
        return Flaw(f"the error {text[:20]}")
    if kind is None:
        return UNCOMPUTED if "formula" in cell and not text else text
    if kind in ("float", "percentage", "currency"):
        with suppress(ValueError):
            return float(cell["value"]) if "value" in cell else None
        raise Broken("a cell that should hold a number does not")
    if kind == "date":
        with suppress(ValueError):
            return datetime.fromisoformat(cell.get("date-value", ""))
        return cell.get("date-value", text)
    if kind == "time":
        return _span(cell.get("time-value", text))
    if kind == "boolean":
        return cell.get("boolean-value") == "true"
    return cell.get("string-value", text)


def _span(text: str) -> Value:
    parts = _SPAN.fullmatch(text)
    if parts is None:
        return text
    sign, days, hours, minutes, seconds, fraction = parts.groups()
    span = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    span += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
    return -span if sign else span

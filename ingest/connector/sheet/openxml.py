"""Workbooks of Excel (.xlsx), read row by row.

Done here because the libraries for it build whole sheets in memory, and none tells an empty cell from a formula that
was never computed or from an error.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import dirname, join, normpath

from ingest.connector.archive import Archive
from ingest.connector.outcome import Broken
from ingest.connector.sheet.cell import (
    LAST_COLUMN,
    LAST_ROW,
    UNCOMPUTED,
    Cells,
    Flaw,
    Row,
    Value,
    chosen,
    column_of,
)
from ingest.connector.sheet.markup import Attributes, Reader, local, parse
from ingest.connector.sheet.merged import Merged
from ingest.connector.sheet.style import Shown, Styles, timed

_PART = 64 * 2**20
_STRINGS = 256 * 2**20
_LONGEST_TAG = 1000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']")


class Workbook:
    delimited = False

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        part = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        if not part or part not in archive or part.endswith(".bin"):
            raise Broken(f"{archive.name} is no workbook that can be read here; save it as .xlsx")
        outline = _Outline()
        self._read(part, outline)
        related = self._related(part)
        self._names = [name for name, _ in outline.sheets]
        self._parts = [related.get(key, ("", ""))[1] for _, key in outline.sheets]
        self._from_1904 = outline.from_1904
        self._computes_on_loading = outline.computes_on_loading
        self._others = {kind: target for kind, target in related.values() if target in archive}

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        part = self._parts[chosen(worksheet, self._names, self._archive.name)]
        styles, strings = Styles(), _Strings()
        if "styles" in self._others:
            self._read(self._others["styles"], styles)
        if "sharedStrings" in self._others:
            self._read(self._others["sharedStrings"], strings, _STRINGS)
        sheet = _Sheet(styles.shown, strings.all, self._from_1904, self._computes_on_loading, self._archive.name)
        merged = self._merged(part)
        for _ in parse(self._archive.open(part), sheet, self._archive.name):
            rows, sheet.rows = sheet.rows, []
            yield from merged.fill(rows)

    def _read(self, part: str, reader: Reader, largest: int = _PART) -> None:
        for _ in parse(self._archive.open(part, largest), reader, self._archive.name):
            pass

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """By id: the kind and the path of what belongs to a part; to the whole package where it is empty."""
        file = join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")
        relations = _Relations(dirname(part))
        if file in self._archive:
            self._read(file, relations)
        return relations.all

    def _merged(self, part: str) -> Merged:
        """Merged cells stand behind the rows, so the sheet is looked through for them first."""
        merged = Merged()
        with self._archive.open(part) as stream:
            tail = b""
            while piece := stream.read():
                text = tail + piece
                for column, top, bottom in _MERGED.findall(text):
                    merged.add(int(top), int(bottom), column_of(column.decode()))
                cut = text.rfind(b"<")
                tail = text[cut:] if cut >= 0 and len(text) - cut < _LONGEST_TAG else b""
        return merged


class _Relations:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.all: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = normpath(join("/", self._folder, attributes.get("Target", ""))).lstrip("/")
            self.all[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target

    def end(self, tag: str) -> None: ...
    def text(self, data: str) -> None: ...


class _Outline:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = self.computes_on_loading = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            keys = [value for name, value in attributes.items() if ":" in name and local(name) == "id"]
            self.sheets.append((attributes.get("name", ""), keys[0] if keys else ""))
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            self.computes_on_loading = attributes.get("fullCalcOnLoad") in ("1", "true")

    def end(self, tag: str) -> None: ...
    def text(self, data: str) -> None: ...


class _Strings:
    def __init__(self) -> None:
        self.all: list[str] = []
        self._pieces: list[str] = []
        self._reading = self._spoken = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "t":
            self._reading = not self._spoken
        elif tag == "rPh":
            self._spoken = True

    def end(self, tag: str) -> None:
        if tag == "si":
            self.all.append("".join(self._pieces))
            self._pieces = []
        elif tag == "t":
            self._reading = False
        elif tag == "rPh":
            self._spoken = False

    def text(self, data: str) -> None:
        if self._reading:
            self._pieces.append(data)


class _Sheet:
    """Collects whole rows in `rows`, for somebody to take them away."""

    def __init__(
        self, shown: list[Shown], strings: list[str], from_1904: bool, computes_on_loading: bool, name: str
    ) -> None:
        self.rows: list[Row] = []
        self._shown = {str(style): how for style, how in enumerate(shown)}
        self._strings, self._from_1904, self._name = strings, from_1904, name
        self._computes_on_loading = computes_on_loading
        self._number, self._column = 0, -1
        self._cells: Cells = {}
        self._attributes: Attributes = {}
        self._pieces: list[str] = []
        self._reading = self._spoken = self._formula = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._attributes, self._pieces, self._formula = attributes, [], False
            self._column = self._placed(attributes.get("r"))
        elif tag in ("v", "t"):
            self._reading = not self._spoken
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            row = attributes.get("r", "")
            self._number = int(row) if row.isdecimal() and len(row) <= 7 else self._number + 1
            self._cells, self._column = {}, -1
        elif tag == "rPh":
            self._spoken = True

    def end(self, tag: str) -> None:
        if tag == "c":
            value = self._value()
            if value is not None and value != "":
                self._cells[self._column] = value
        elif tag in ("v", "t"):
            self._reading = False
        elif tag == "row":
            if self._number > LAST_ROW:
                raise Broken(f"{self._name} is damaged: it has a row {self._number}")
            self.rows.append((self._number, self._cells))
        elif tag == "rPh":
            self._spoken = False

    def text(self, data: str) -> None:
        if self._reading:
            self._pieces.append(data)

    def _placed(self, reference: str | None) -> int:
        column = _column(reference.rstrip("0123456789")) if reference else self._column + 1
        if not 0 <= column < LAST_COLUMN:
            raise Broken(f"{self._name} is damaged: it has a column {column + 1}")
        return column

    def _value(self) -> Value | None:
        text, kind = "".join(self._pieces), self._attributes.get("t", "n")
        if kind == "n":
            if text:
                return self._figure(text)
            return UNCOMPUTED if self._formula else None
        if kind == "e":
            return Flaw(f"the error {text[:20]}")
        if self._formula and not text and kind != "str":
            return UNCOMPUTED
        if kind == "s":
            return self._strings[int(text)] if text.isdecimal() and int(text) < len(self._strings) else None
        return text.strip() in ("1", "true") if kind == "b" else text

    def _figure(self, text: str) -> Value:
        try:
            number = float(text)
        except ValueError:
            raise Broken(f"{self._name} is damaged: a cell of row {self._number} holds no number") from None
        # Who writes formulas without computing them puts a 0 there, and asks to be computed on loading.
        if number == 0 and self._formula and self._computes_on_loading:
            return UNCOMPUTED
        shown = self._shown.get(self._attributes.get("s", ""), "number")
        return number if shown == "number" else timed(number, shown, self._from_1904)


@lru_cache(maxsize=LAST_COLUMN)
def _column(text: str) -> int:
    return column_of(text) if re.fullmatch("[A-Z]{1,3}", text) else -1

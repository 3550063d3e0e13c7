"""Merged cells: those below the first one stand for what it holds."""

from collections.abc import Iterable, Iterator

from ingest.connector.sheet.cell import Cells, Covered, Flaw, Plain, Row


class Merged:
    """Knows which cells of a worksheet are merged downwards, and tells the lower ones what the first one holds."""

    def __init__(self) -> None:
        self._ranges: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, Plain | Flaw]] = {}

    def add(self, top: int, bottom: int, column: int) -> None:
        """Rows from 1, columns from 0; only the leftmost column counts."""
        if bottom > top:
            self._ranges.setdefault(top, []).append((bottom, column))

    def fill(self, rows: Iterable[Row]) -> Iterator[Row]:
        for number, cells in rows:
            if self._open:
                self._cover(number, cells)
            for bottom, column in self._ranges.get(number, ()):
                value = cells.get(column)
                if value is not None and not isinstance(value, Covered):
                    self._open[column] = bottom, value
            yield number, cells

    def _cover(self, number: int, cells: Cells) -> None:
        for column, (bottom, value) in list(self._open.items()):
            if number > bottom:
                del self._open[column]
            else:
                cells.setdefault(column, Covered(value))

"""The rows of a query: one number as it is now, or a time, a value and a key each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from connectors.parts.database import Cursor
from connectors.parts.listing import Listed, Listing, Row
from connectors.parts.scalar import key_of, number_of, time_of
from ingest.connector import Broken, Kind, Reading

_BATCH = 1_000
_ROLES = ("time", "value", "key")


class Table:
    """What the query of one signal found."""

    def __init__(self, signal: str, settings: Listed, cursor: Cursor) -> None:
        self._signal, self._settings, self._cursor = signal, settings, cursor
        self._places = self._found([str(column[0]) for column in cursor.description or ()])

    def read(self, listing: Listing, zone: ZoneInfo) -> Reading | None:
        """The number as it is now; or None, with all rows in the listing. NULL is unknown and tells nothing."""
        if "time" not in self._places:
            return self._single()
        for number, row in enumerate(self._rows(), 1):
            where = f"signals.{self._signal}, row {number}"
            if (read := self._row(row, zone, where)) is not None:
                listing.add(read, where)
        return None

    def _found(self, names: Sequence[str]) -> Mapping[str, int]:
        """Where each part is: by the names of the columns if one is `time`, else by their order."""
        lower = [name.lower() for name in names]
        if "time" in lower:
            wrong = [name for name in lower if name not in _ROLES or lower.count(name) > 1]
            if wrong:
                raise Broken("where a column is called time, the others are value and key, each once", self._at)
            return self._checked({name: place for place, name in enumerate(lower)})
        if not 1 <= len(names) <= 3:
            raise Broken(f"gives {len(names)} columns; it is one number, or rows of time, value and key", self._at)
        return self._checked({"value": 0} if len(names) == 1 else dict(zip(_ROLES, range(len(names)), strict=False)))

    def _checked(self, places: Mapping[str, int]) -> Mapping[str, int]:
        is_events = self._settings.kind is Kind.EVENTS
        if is_events and "time" not in places:
            raise Broken("events are rows of time, value and key", self._at)
        if not is_events and "key" in places:
            raise Broken(
                f"a {self._settings.kind} has no key: rows of time and value, or is it `kind: events`?", self._at
            )
        if not is_events and "value" not in places:
            raise Broken(f"a {self._settings.kind} needs a value in each row", self._at)
        return places

    @property
    def _at(self) -> str:
        return f"signals.{self._signal}.query"

    def _single(self) -> Reading | None:
        rows = self._cursor.fetchmany(2)
        if len(rows) != 1:
            told = "more than one row" if rows else "no row"
            raise Broken(f"gives {told}, where one number was expected; rows have a time first", self._at)
        if rows[0][0] is None:
            return None
        try:
            return Reading(self._signal, number_of(rows[0][0], self._settings.unit))
        except ValueError as error:
            raise Broken(str(error), self._at) from None

    def _rows(self) -> Iterator[Sequence[Any]]:
        while rows := self._cursor.fetchmany(_BATCH):
            yield from rows

    def _row(self, row: Sequence[Any], zone: ZoneInfo, where: str) -> Row | None:
        cells = {role: row[place] for role, place in self._places.items()}
        if cells.get("value", 1) is None:
            return None
        role = "time"
        try:
            at = time_of(cells["time"], zone)
            role = "value"
            value = number_of(cells.get("value", 1), self._settings.unit)
            role = "key"
            return Row(at, value, key_of(cells["key"]) if "key" in cells else None)
        except ValueError as error:
            raise Broken(str(error), f"{where}, {role}") from None

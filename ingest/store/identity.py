"""Identity: what is new, what is a duplicate, and what is a revision.

A reading is found again by (signal, observed_at), an event by (signal, key). Same content: a duplicate, nothing is
written. Other content: a revision; the old row moves to `superseded`. Within one unit the order counts: of two rows
with one key the later is the duplicate or the revision of the earlier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ingest.okr.instant import FOREVER, Instant, rfc3339
from ingest.store.backend import Backend, Columns, parts
from ingest.store.unit import By, Result

_PORTION = 10_000
_FEW = 100
"""So few rows are compared at once: trying whether all of them are new would cost more than it saves."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the two tables of measurements that count."""

    table: str
    identity: str
    """The column that names a row beside its signal."""
    content: tuple[str, ...]
    """The columns whose change is a revision."""

    @property
    def key(self) -> str:
        """The row's own key as `superseded` keeps it."""
        return "r.key" if self.identity == "key" else "NULL"

    def same_row(self, other: str = "r") -> str:
        return f"{other}.signal_id = g.signal_id AND {other}.{self.identity} = g.{self.identity}"


READINGS = Shelf("reading", "observed_at", ("value",))
EVENTS = Shelf("event", "key", ("observed_at", "value"))


@dataclass(slots=True)
class Keeping:
    """The work on the measurements of one unit inside its savepoint."""

    connection: Connection
    backend: Backend
    run: int
    by: By
    changed: dict[int, Instant] = field(default_factory=dict)
    """The signals of which something was created or superseded, and when the earliest of that was observed."""
    superseded: set[int] = field(default_factory=set)
    aside: set[tuple[int, str]] = field(default_factory=set)
    """(signal, key) of what was told and does not count: it waits in quarantine, or was rejected before."""
    quarantined: int = 0
    released: int = 0

    def note(self, signals: Sequence[int], times: Sequence[Instant]) -> None:
        """Something of these signals changed, observed at these times."""
        if not signals:
            return
        if signals.count(signals[0]) == len(signals):
            earliest = {signals[0]: min(times)}
        else:
            earliest = {}
            for signal, at in zip(signals, times, strict=True):
                if at < earliest.get(signal, FOREVER):
                    earliest[signal] = at
        for signal, at in earliest.items():
            self.changed[signal] = min(at, self.changed.get(signal, FOREVER))

    def keep(self, shelf: Shelf, columns: Columns) -> list[Result]:
        """Write the rows; what became of each, in order."""
        rows = len(columns["signal_id"])
        results: list[Result] = []
        for start in range(0, rows, _PORTION):
            portion = {name: column[start : start + _PORTION] for name, column in columns.items()}
            results += self._all_new(shelf, portion) or self._in_turns(shelf, portion)
        return results

    def _all_new(self, shelf: Shelf, columns: Columns) -> list[Result] | None:
        """Most portions are either all new or known already. Try the first where both ends are new; None: it is not.

        Not where rows of these signals were superseded: then a row that is new may be one that comes back.
        """
        rows = len(columns["signal_id"])
        if rows <= _FEW or self._ever_superseded(columns):
            return None
        if [run for _, run, _ in self.different(shelf, pick(columns, (0, rows - 1)))] != [None, None]:
            return None
        attempt = self.connection.begin_nested()
        if self.backend.insert(self.connection, shelf.table, columns, self.run) < rows:
            attempt.rollback()
            return None
        attempt.commit()
        self.note(columns["signal_id"], columns["observed_at"])
        return [Result.CREATED] * rows

    def _in_turns(self, shelf: Shelf, columns: Columns) -> list[Result]:
        results = [Result.DUPLICATE] * len(columns["signal_id"])
        for turn in _turns(columns["signal_id"], columns[shelf.identity]):
            self._compare_and_write(shelf, columns, turn, results)
        return results

    def _compare_and_write(self, shelf: Shelf, columns: Columns, turn: Sequence[int], results: list[Result]) -> None:
        """Write what of these rows is not known already. No two of them have the same key."""
        found = self.different(shelf, pick(columns, turn))
        absent = [turn[place] for place, run, _ in found if run is None]
        if absent:
            new = pick(columns, absent)
            self.backend.insert(self.connection, shelf.table, new, self.run)
            self.note(new["signal_id"], new["observed_at"])
        for place, run, returned in found:
            if run is None:
                results[turn[place]] = Result.REVISED if returned else Result.CREATED
        revised = self._unpinned(shelf, columns, [turn[place] for place, run, _ in found if run is not None])
        if revised:
            self._revise(shelf, pick(columns, revised))
            for position in revised:
                results[position] = Result.REVISED

    def different(self, shelf: Shelf, columns: Columns) -> list[tuple[int, int | None, bool]]:
        """(place, run of the stored row if there is one, did its key count before) of rows not stored as they are.

        A key that was retracted or forgotten is revised by coming back, not created.
        """
        unlike = "".join(f" OR r.{name} <> g.{name}" for name in shelf.content)
        before = f"EXISTS (SELECT 1 FROM superseded s WHERE {shelf.same_row('s')})"
        found: list[tuple[int, int | None, bool]] = []
        for offset, part in self._parts(columns):
            given, parameters = self.backend.given(part)
            statement = (
                f"WITH {given} SELECT g.n, r.run_id, {before} FROM g LEFT JOIN {shelf.table} r ON {shelf.same_row()} "
                f"WHERE r.run_id IS NULL{unlike} ORDER BY g.n"
            )
            rows = self.connection.exec_driver_sql(statement, parameters).all()
            found += [(offset + place, run, bool(returned)) for place, run, returned in rows]
        return found

    def _ever_superseded(self, columns: Columns) -> bool:
        """Whether any row of these signals was ever superseded."""
        exists = "EXISTS (SELECT 1 FROM superseded s WHERE s.signal_id = g.signal_id)"
        signals = {"signal_id": list(set(columns["signal_id"]))}
        return bool(self.read(signals, f"SELECT g.signal_id FROM g WHERE {exists} LIMIT 1"))

    def _unpinned(self, shelf: Shelf, columns: Columns, positions: list[int]) -> list[int]:
        """Those that this unit may replace: what was recorded by hand yields to a hand only."""
        if self.by is By.HAND or not positions:
            return positions
        pinned = self.pinned({columns["signal_id"][position] for position in positions})
        keys = columns[shelf.identity]
        return [
            position
            for position in positions
            if (columns["signal_id"][position], text_key(shelf, keys[position])) not in pinned
        ]

    def _revise(self, shelf: Shelf, columns: Columns) -> None:
        self.supersede(shelf, columns, "revised")
        self.note(columns["signal_id"], columns["observed_at"])
        content = ", ".join(f"{name} = g.{name}" for name in shelf.content)
        for _, part in self._parts(columns):
            given, parameters = self.backend.given(part)
            statement = (
                f"WITH {given} UPDATE {shelf.table} AS r SET {content}, run_id = {self.backend.mark} "
                f"FROM g WHERE {shelf.same_row()}"
            )
            self.connection.exec_driver_sql(statement, (*parameters, self.run))

    def supersede(self, shelf: Shelf, columns: Columns, why: str) -> None:
        """Copy the rows that count now to `superseded`, as of this run."""
        mark = self.backend.mark
        for _, part in self._parts({name: columns[name] for name in ("signal_id", shelf.identity)}):
            given, parameters = self.backend.given(part)
            statement = (
                f"WITH {given} INSERT INTO superseded (signal_id, key, observed_at, value, run_id, until_run, why) "
                f"SELECT r.signal_id, {shelf.key}, r.observed_at, r.value, r.run_id, {mark}, {mark} "
                f"FROM g JOIN {shelf.table} r ON {shelf.same_row()} RETURNING signal_id, observed_at"
            )
            gone = self.connection.exec_driver_sql(statement, (*parameters, self.run, why)).all()
            self.note([signal for signal, _ in gone], [at for _, at in gone])
        self.superseded.update(columns["signal_id"])

    def remove(self, shelf: Shelf, columns: Columns, why: str) -> None:
        """These rows count no more."""
        self.supersede(shelf, columns, why)
        names = f"signal_id, {shelf.identity}"
        for _, part in self._parts({name: columns[name] for name in ("signal_id", shelf.identity)}):
            given, parameters = self.backend.given(part)
            statement = f"WITH {given} DELETE FROM {shelf.table} WHERE ({names}) IN (SELECT {names} FROM g)"
            self.connection.exec_driver_sql(statement, parameters)

    def pinned(self, signals: Iterable[int]) -> set[tuple[int, str]]:
        """(signal, key) of what was recorded by hand in these signals."""
        wanted = {"signal_id": list(signals)}
        rows = self.read(wanted, "SELECT p.signal_id, p.key FROM g JOIN pin p ON p.signal_id = g.signal_id")
        return {(signal, key) for signal, key in rows}

    def pin(self, shelf: Shelf, columns: Columns) -> None:
        keys = [text_key(shelf, key) for key in columns[shelf.identity]]
        self.backend.insert(self.connection, "pin", {"signal_id": columns["signal_id"], "key": keys}, self.run)

    def _parts(self, columns: Columns) -> Iterable[tuple[int, Columns]]:
        return ((number * self.backend.batch, part) for number, part in enumerate(parts(self.backend, columns)))

    def read(self, columns: Columns, query: str) -> list[Any]:
        rows: list[Any] = []
        for _, part in self._parts(columns):
            given, parameters = self.backend.given(part)
            rows += self.connection.exec_driver_sql(f"WITH {given} {query}", parameters).all()
        return rows


def text_key(shelf: Shelf, key: Any) -> str:
    """The key of a row as pins and people have it."""
    return rfc3339(key) if shelf is READINGS else str(key)


def pick(columns: Columns, places: Sequence[int]) -> dict[str, list[Any]]:
    return {name: [column[place] for place in places] for name, column in columns.items()}


def _turns(signals: Sequence[int], keys: Sequence[Any]) -> list[list[int]]:
    """The places of rows in as many turns as the most frequent key occurs: in each turn a key occurs once."""
    places = range(len(signals))
    if len(set(zip(signals, keys, strict=True))) == len(signals):
        return [list(places)]
    turns: list[list[int]] = []
    seen: dict[tuple[int, Any], int] = {}
    for place in places:
        name = (signals[place], keys[place])
        turn = seen.get(name, 0)
        seen[name] = turn + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(place)
    return turns

"""Where SQLite and PostgreSQL differ: how many rows go into one statement, and how they get there.

Both read rows that a statement is given as a table `g`, numbered by `n` from 0. SQLite takes them as VALUES, which
it reads fastest in a few hundred; PostgreSQL as arrays to unnest, a third of the cost of a statement for each row.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, Protocol

from sqlalchemy import Connection

Columns = Mapping[str, Sequence[Any]]
"""Rows by column: their names are those of `_TYPES`."""

_TYPES = {
    "signal_id": "bigint",
    "source_id": "bigint",
    "observed_at": "bigint",
    "start_at": "bigint",
    "end_at": "bigint",
    "value": "double precision",
    "key": "text",
    "reason": "text",
}


class Backend(Protocol):
    name: str
    mark: str
    """The place of a parameter in a statement for the driver."""
    batch: int
    """How many rows a statement is best given."""

    def given(self, columns: Columns) -> tuple[str, tuple[Any, ...]]:
        """`g(n, …) AS (…)` for a WITH clause, and its parameters."""
        ...

    def insert(self, connection: Connection, table: str, columns: Columns, run: int) -> int:
        """Insert rows of this run, but for those whose identity is there already; how many were inserted."""
        ...


class Sqlite:
    name = "sqlite"
    mark = "?"
    batch = 500

    def given(self, columns: Columns) -> tuple[str, tuple[Any, ...]]:
        rows = len(next(iter(columns.values())))
        return _values(tuple(columns), rows), tuple(chain.from_iterable(zip(*columns.values(), strict=True)))

    def insert(self, connection: Connection, table: str, columns: Columns, run: int) -> int:
        marks = ", ".join("?" * (len(columns) + 1))
        statement = f"INSERT INTO {table} ({', '.join(columns)}, run_id) VALUES ({marks}) ON CONFLICT DO NOTHING"
        rows = list(zip(*columns.values(), repeat(run)))
        return connection.exec_driver_sql(statement, rows).rowcount


@lru_cache(maxsize=1024)
def _values(names: tuple[str, ...], rows: int) -> str:
    marks = ", ?" * len(names)
    return f"g (n, {', '.join(names)}) AS (VALUES {', '.join(f'({n}{marks})' for n in range(rows))})"


class Postgres:
    name = "postgresql"
    mark = "%s"
    batch = 10_000

    def given(self, columns: Columns) -> tuple[str, tuple[Any, ...]]:
        names = ", ".join(columns)
        rows = f"unnest({self._arrays(columns)}) WITH ORDINALITY AS u ({names}, n)"
        return f"g AS (SELECT n - 1 AS n, {names} FROM {rows})", self._parameters(columns)

    def insert(self, connection: Connection, table: str, columns: Columns, run: int) -> int:
        names = ", ".join(columns)
        rows = f"SELECT {names}, %s FROM unnest({self._arrays(columns)}) AS u ({names})"
        statement = f"INSERT INTO {table} ({names}, run_id) {rows} ON CONFLICT DO NOTHING"
        return connection.exec_driver_sql(statement, (run, *self._parameters(columns))).rowcount

    def _arrays(self, columns: Columns) -> str:
        return ", ".join(f"%s::{_TYPES[name]}[]" for name in columns)

    def _parameters(self, columns: Columns) -> tuple[Any, ...]:
        """Numbers as one text, which costs the client a third of the driver's own arrays; texts as the driver does."""
        return tuple(
            list(column) if _TYPES[name] == "text" else f"{{{','.join(map(repr, column))}}}"
            for name, column in columns.items()
        )


def backend_of(dialect: str) -> Backend:
    return Sqlite() if dialect == "sqlite" else Postgres()


def parts(backend: Backend, columns: Columns) -> list[dict[str, Sequence[Any]]]:
    """The rows in portions that one statement is best given."""
    rows = len(next(iter(columns.values())))
    return [
        {name: column[start : start + backend.batch] for name, column in columns.items()}
        for start in range(0, rows, backend.batch)
    ]

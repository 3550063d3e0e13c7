"""Facts of key results: versions of their definitions, frozen baselines and notes. The newest counts, all stay."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen
from ingest.store import schema
from ingest.store.row import Definition, FrozenBaseline, Note


def define(connection: Connection, bodies: Mapping[str, str], recorded_at: Instant) -> None:
    """Add a version of each of these definitions."""
    if bodies:
        rows = [{"key_result": name, "recorded_at": recorded_at, "body": body} for name, body in bodies.items()]
        connection.execute(insert(schema.definition), rows)


def definitions(connection: Connection, known_at: Instant | None) -> dict[str, Definition]:
    """The version of each key result's definition as known at a time: the oldest where none was recorded by then."""
    table = schema.definition
    found: dict[str, Definition] = {}
    for row in connection.execute(select(table).order_by(table.c.id)):
        first = found.get(row.key_result)
        if first is None or known_at is None or row.recorded_at <= known_at:
            begun = row.recorded_at if first is None else first.first_recorded_at
            found[row.key_result] = Definition(row.body, row.recorded_at, begun)
    return found


def versions(connection: Connection, key_result: str) -> list[Definition]:
    """Every version of a definition, oldest first."""
    table = schema.definition
    rows = connection.execute(select(table).where(table.c.key_result == key_result).order_by(table.c.id)).all()
    return [Definition(row.body, row.recorded_at, rows[0].recorded_at) for row in rows]


def freeze(connection: Connection, baselines: Iterable[FrozenBaseline], recorded_at: Instant) -> None:
    """Add baselines; each counts from now on in place of the one before."""
    rows = [_values(baseline, recorded_at) for baseline in baselines]
    if rows:
        connection.execute(insert(schema.baseline), rows)


def _values(baseline: FrozenBaseline, recorded_at: Instant) -> dict[str, Any]:
    values: dict[str, Any] = {"key_result": baseline.key_result, "recorded_at": recorded_at}
    frozen = baseline.frozen
    if frozen is None:
        return {**values, "value": None, "late": None, "measured_at": None, "origin": None}
    return {
        **values,
        "value": frozen.value,
        "late": frozen.late,
        "measured_at": frozen.measured_at,
        "origin": frozen.origin,
    }


def baselines(connection: Connection, known_at: Instant | None) -> dict[str, FrozenBaseline]:
    """The baseline of each key result that has one, as known at a time."""
    table = schema.baseline
    newest = select(func.max(table.c.id).label("id")).group_by(table.c.key_result)
    if known_at is not None:
        newest = newest.where(table.c.recorded_at <= known_at)
    found = newest.subquery()
    rows = connection.execute(select(table).join(found, table.c.id == found.c.id))
    return {row.key_result: _baseline(row) for row in rows if row.value is not None}


def newer_baselines(connection: Connection, since: Instant) -> dict[str, FrozenBaseline]:
    """The newest of those that were recorded after an instant."""
    table = schema.baseline
    query = select(table).where(table.c.recorded_at > since).order_by(table.c.id)
    return {row.key_result: _baseline(row) for row in connection.execute(query)}


def baseline_versions(connection: Connection, key_result: str) -> list[FrozenBaseline]:
    """Every baseline that a key result had, oldest first."""
    table = schema.baseline
    rows = connection.execute(select(table).where(table.c.key_result == key_result).order_by(table.c.id))
    return [_baseline(row) for row in rows]


def _baseline(row: Row[Any]) -> FrozenBaseline:
    frozen = None if row.value is None else Frozen(row.value, row.late, row.measured_at, row.origin)
    return FrozenBaseline(row.key_result, frozen, row.recorded_at)


def write_note(connection: Connection, key_result: str, text: str, recorded_at: Instant) -> None:
    connection.execute(insert(schema.note), [{"key_result": key_result, "recorded_at": recorded_at, "text": text}])


def notes(connection: Connection, key_result: str, known_at: Instant | None) -> list[Note]:
    """The notes of a key result that were written by a time, oldest first."""
    table = schema.note
    query = select(table).where(table.c.key_result == key_result).order_by(table.c.id)
    if known_at is not None:
        query = query.where(table.c.recorded_at <= known_at)
    return [Note(row.key_result, row.text, row.recorded_at) for row in connection.execute(query)]

"""Facts of key results: versions of their definitions, frozen baselines and notes. The newest counts, all stay."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, update

from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen
from ingest.store import schema
from ingest.store.row import Definition, FrozenBaseline, Note


def define(connection: Connection, bodies: Mapping[str, str], recorded_at: Instant) -> None:
    """Add a version of each of these definitions."""
    if bodies:
        rows = [{"key_result": name, "recorded_at": recorded_at, "body": body} for name, body in bodies.items()]
        connection.execute(insert(schema.definition), rows)


def changed(connection: Connection, bodies: Mapping[str, str]) -> dict[str, str]:
    """Those of these definitions that are not kept as they are."""
    kept = definitions(connection, None)
    return {name: body for name, body in bodies.items() if name not in kept or kept[name].body != body}


def restate(connection: Connection, bodies: Mapping[str, tuple[str, str]]) -> None:
    """Let the newest version of each of these definitions, where it is the first body, be written as the second."""
    table = schema.definition
    for name, (before, after) in bodies.items():
        newest = select(func.max(table.c.id)).where(table.c.key_result == name).scalar_subquery()
        connection.execute(update(table).where(table.c.id == newest, table.c.body == before).values(body=after))


def definitions(
    connection: Connection, known_at: Instant | None, names: Collection[str] | None = None
) -> dict[str, Definition]:
    """The version of each key result's definition as known at a time: the oldest where none was recorded by then."""
    table = schema.definition
    query = select(table).order_by(table.c.id)
    found: dict[str, Definition] = {}
    for row in connection.execute(query if names is None else query.where(table.c.key_result.in_(names))):
        first = found.get(row.key_result)
        if first is None or known_at is None or row.recorded_at <= known_at:
            begun = row.recorded_at if first is None else first.first_recorded_at
            found[row.key_result] = Definition(row.body, row.recorded_at, begun)
    return found


def defined_with(connection: Connection, text: str) -> list[str]:
    """The key results of which a version holds a text."""
    table = schema.definition
    query = select(table.c.key_result).distinct().where(table.c.body.contains(text, autoescape=True))
    return list(connection.execute(query).scalars())


def versions(
    connection: Connection, key_result: str, known_at: Instant | None = None, newest: int | None = None
) -> list[Definition]:
    """The versions of a definition that were recorded by a time, or the newest so many of them, oldest first."""
    table = schema.definition
    begun = select(func.min(table.c.recorded_at)).where(table.c.key_result == key_result)
    first: Instant = connection.execute(begun).scalar() or 0
    rows = _told(connection, table, key_result, known_at, newest)
    return [Definition(row.body, row.recorded_at, first) for row in rows]


def _told(
    connection: Connection, table: Table, key_result: str, known_at: Instant | None, newest: int | None
) -> Sequence[Row[Any]]:
    """What was recorded of a key result by a time, or the newest so many of it, oldest first."""
    query = (
        select(table).where(table.c.key_result == key_result).order_by(table.c.recorded_at.desc(), table.c.id.desc())
    )
    if known_at is not None:
        query = query.where(table.c.recorded_at <= known_at)
    return connection.execute(query.limit(newest)).all()[::-1]


_KEPT = tuple(field.name for field in fields(Frozen))
"""What is kept of a baseline, in columns of the same names."""


def freeze(connection: Connection, baselines: Iterable[FrozenBaseline], recorded_at: Instant) -> None:
    """Add baselines; each counts from now on in place of the one before."""
    rows = [_values(baseline, recorded_at) for baseline in baselines]
    if rows:
        connection.execute(insert(schema.baseline), rows)


def _values(baseline: FrozenBaseline, recorded_at: Instant) -> dict[str, Any]:
    kept = dict.fromkeys(_KEPT) if baseline.frozen is None else {name: getattr(baseline.frozen, name) for name in _KEPT}
    return {"key_result": baseline.key_result, "recorded_at": recorded_at, "why": baseline.why, **kept}


def baselines(
    connection: Connection, known_at: Instant | None, names: Collection[str] | None = None
) -> dict[str, FrozenBaseline]:
    """The baseline of each key result that has one, as known at a time."""
    table = schema.baseline
    newest = select(func.max(table.c.id).label("id")).group_by(table.c.key_result)
    if names is not None:
        newest = newest.where(table.c.key_result.in_(names))
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


def baseline_versions(
    connection: Connection, key_result: str, known_at: Instant | None = None, newest: int | None = None
) -> list[FrozenBaseline]:
    """The baselines that a key result had by a time, or the newest so many of them, oldest first."""
    return [_baseline(row) for row in _told(connection, schema.baseline, key_result, known_at, newest)]


def _baseline(row: Row[Any]) -> FrozenBaseline:
    frozen = None if row.value is None else Frozen(**{name: getattr(row, name) for name in _KEPT})
    return FrozenBaseline(row.key_result, frozen, row.recorded_at, row.why)


def write_note(connection: Connection, key_result: str, text: str, recorded_at: Instant) -> None:
    connection.execute(insert(schema.note), [{"key_result": key_result, "recorded_at": recorded_at, "text": text}])


def notes(connection: Connection, key_result: str, known_at: Instant | None, newest: int | None = None) -> list[Note]:
    """The notes of a key result that were written by a time, or the newest so many of them, oldest first."""
    rows = _told(connection, schema.note, key_result, known_at, newest)
    return [Note(row.key_result, row.text, row.recorded_at) for row in rows]

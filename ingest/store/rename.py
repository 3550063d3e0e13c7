"""Renames: what is `formerly` something else takes over its history, if it has none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, select, update

from ingest.store import schema


@dataclass(frozen=True, slots=True)
class Names:
    """New names to old ones. Signals in full, as their source is called now."""

    sources: Mapping[str, str]
    signals: Mapping[str, str]
    key_results: Mapping[str, str]


def is_due(connection: Connection, names: Names) -> bool:
    """Whether anything still has one of the old names."""
    return (
        any(_has(connection, schema.source, "name", old) for old in names.sources.values())
        or any(_has(connection, schema.signal, "name", old) for old in names.signals.values())
        or any(_has(connection, schema.definition, "key_result", old) for old in names.key_results.values())
    )


def rename(connection: Connection, names: Names) -> None:
    """Give what has an old name its new one, unless that has history of its own."""
    _rename_sources(connection, names.sources)
    _rename_signals(connection, names.signals)
    _rename_key_results(connection, names.key_results)


def _rename_sources(connection: Connection, sources: Mapping[str, str]) -> None:
    """New name to old: runs, cursor and all signals go along."""
    table = schema.source
    for new, old in sources.items():
        here = connection.execute(select(table.c.id).where(table.c.name == old)).scalar()
        if here is None or not _vacate_source(connection, new):
            continue
        connection.execute(update(table).where(table.c.id == here).values(name=new))
        _rename_told(connection, "source", new, old)
        owned = select(schema.signal.c.name).where(schema.signal.c.source_id == here)
        names = connection.execute(owned).scalars().all()
        _rename_signals(connection, {new + name.removeprefix(old): name for name in names})


def _rename_signals(connection: Connection, signals: Mapping[str, str]) -> None:
    """New full name to old one, each within its source."""
    table = schema.signal
    for new, old in signals.items():
        here = connection.execute(select(table.c.id).where(table.c.name == old)).scalar()
        if here is not None and _vacate_signal(connection, new):
            connection.execute(update(table).where(table.c.id == here).values(name=new))


def _rename_key_results(connection: Connection, key_results: Mapping[str, str]) -> None:
    """New name to old: definitions, baselines, notes and what was told go along."""
    tables = (schema.definition, schema.baseline, schema.note)
    for new, old in key_results.items():
        if not any(_has(connection, table, "key_result", new) for table in tables):
            for table in tables:
                connection.execute(update(table).where(table.c.key_result == old).values(key_result=new))
            _rename_told(connection, "key_result", new, old)


def _rename_told(connection: Connection, kind: str, new: str, old: str) -> None:
    """What was told under the old name was told; nothing can have been told under one without history."""
    table = schema.told
    connection.execute(delete(table).where(table.c.kind == kind, table.c.name == new))
    connection.execute(update(table).where(table.c.kind == kind, table.c.name == old).values(name=new))


def _vacate_source(connection: Connection, name: str) -> bool:
    """Make a name free that has no history; False: it has some."""
    table, signals = schema.source, schema.signal
    there = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
    if there is None:
        return True
    owned = connection.execute(select(signals.c.id).where(signals.c.source_id == there)).scalars().all()
    if _has(connection, schema.run, "source_id", there) or any(_is_used(connection, signal) for signal in owned):
        return False
    connection.execute(delete(signals).where(signals.c.source_id == there))
    connection.execute(delete(table).where(table.c.id == there))
    return True


def _vacate_signal(connection: Connection, name: str) -> bool:
    table = schema.signal
    there = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
    if there is None:
        return True
    if _is_used(connection, there):
        return False
    connection.execute(delete(table).where(table.c.id == there))
    return True


def _is_used(connection: Connection, signal: int) -> bool:
    holding = (
        schema.reading,
        schema.event,
        schema.superseded,
        schema.coverage,
        schema.pin,
        schema.unpinned,
        schema.quarantine,
    )
    return any(_has(connection, table, "signal_id", signal) for table in holding)


def _has(connection: Connection, table: Table, column: str, value: object) -> bool:
    return connection.execute(select(1).select_from(table).where(table.c[column] == value).limit(1)).first() is not None

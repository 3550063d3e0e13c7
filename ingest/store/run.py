"""Runs: what each unit brought and how it ended, and how every source stands after its last."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from ingest.connector.outcome import Outcome
from ingest.okr.instant import Instant
from ingest.store import schema
from ingest.store.row import Change, LastRuns, Run
from ingest.store.transaction import Transaction
from ingest.store.unit import UNCHANGED, By, Kept, Unit

_COUNTED = (By.PULL, By.PUSH)
"""How a source speaks for itself."""
_COLUMNS = tuple(column.name for column in schema.run.columns)


def record_runs(transaction: Transaction, units: Sequence[Unit], kept: Sequence[Kept]) -> None:
    """Write the runs of units with what came of them, where their sources stand now, and their cursors."""
    connection, mark = transaction.connection, transaction.backend.mark
    rows = [_row(transaction.source(unit.source), unit, one) for unit, one in zip(units, kept, strict=True)]
    marks = ", ".join([mark] * len(_COLUMNS))
    connection.exec_driver_sql(f"INSERT INTO run ({', '.join(_COLUMNS)}) VALUES ({marks})", rows)
    _stand(transaction, units, kept)
    cursors = [
        (transaction.source(unit.source), json.dumps(unit.cursor), one.run)
        for unit, one in zip(units, kept, strict=True)
        if unit.cursor is not UNCHANGED
    ]
    if cursors:
        connection.exec_driver_sql(
            f"INSERT INTO cursor (source_id, value, run_id) VALUES ({mark}, {mark}, {mark}) "
            "ON CONFLICT (source_id) DO UPDATE SET value = excluded.value, run_id = excluded.run_id",
            cursors,
        )


def _row(source: int, unit: Unit, kept: Kept) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    ending = unit.ending
    return (
        kept.run,
        source,
        str(unit.by),
        unit.started_at,
        unit.finished_at,
        kept.recorded_at,
        str(ending.outcome),
        _clean(ending.message),
        _clean(ending.cure),
        ending.retry_at,
        unit.fingerprint,
        kept.created,
        kept.duplicate,
        kept.revised,
        unit.refused,
        kept.retracted,
        unit.credential_expires_at,
        _clean(unit.note),
    )


def _stand(transaction: Transaction, units: Sequence[Unit], kept: Sequence[Kept]) -> None:
    """Where the sources of these units stand now, one after the other."""
    mark = transaction.backend.mark
    told = [(unit, one.run) for unit, one in zip(units, kept, strict=True) if unit.by in _COUNTED]
    for succeeded, together in groupby(told, lambda one: one[0].ending.is_ok):
        runs = [(transaction.source(unit.source), run) for unit, run in together]
        if succeeded:
            change = f"last_run = {mark}, last_success = {mark}, failures = 0"
            rows: list[tuple[int, ...]] = [(run, run, source) for source, run in runs]
        else:
            change = f"last_run = {mark}, failures = failures + 1"
            rows = [(run, source) for source, run in runs]
        transaction.connection.exec_driver_sql(f"UPDATE source SET {change} WHERE id = {mark}", rows)


def _clean(text: str | None) -> str | None:
    """A text that both databases can keep."""
    return None if text is None else text.replace("\0", "\ufffd").encode(errors="replace").decode()


def cursor(connection: Connection, source: str) -> Any:
    """What the source's connector asked to be given back; None: nothing."""
    table = schema.cursor.join(schema.source)
    text = connection.execute(
        select(schema.cursor.c.value).select_from(table).where(schema.source.c.name == source)
    ).scalar()
    return None if text is None else json.loads(text)


def cursors(connection: Connection) -> dict[str, Any]:
    """What each source's connector asked to be given back."""
    table = schema.cursor.join(schema.source)
    rows = connection.execute(select(schema.source.c.name, schema.cursor.c.value).select_from(table))
    return {row.name: json.loads(row.value) for row in rows}


def last_run(connection: Connection, recorded_by: Instant | None = None) -> int:
    """The number of the last run, or of the last that was recorded by a time; 0: there is none."""
    table = schema.run
    query = select(table.c.id).order_by(table.c.id.desc()).limit(1)
    if recorded_by is not None:
        query = (
            select(table.c.id)
            .where(table.c.recorded_at <= recorded_by)
            .order_by(table.c.recorded_at.desc(), table.c.id.desc())
            .limit(1)
        )
    return connection.execute(query).scalar() or 0


def runs(connection: Connection, source: str | None, limit: int, before: int | None) -> list[Run]:
    """Runs, newest first; `before`: only those with a lower number."""
    query = _runs().order_by(schema.run.c.id.desc()).limit(limit)
    if source is not None:
        query = query.where(schema.source.c.name == source)
    if before is not None:
        query = query.where(schema.run.c.id < before)
    return [_run(row) for row in connection.execute(query)]


def last_runs(connection: Connection) -> dict[str, LastRuns]:
    """How every source stands that was ever pulled or posted to."""
    table = schema.source
    last = {row.id: _run(row) for row in connection.execute(_runs().where(schema.run.c.id == table.c.last_run))}
    older = _runs().where(schema.run.c.id == table.c.last_success, table.c.last_success != table.c.last_run)
    success = last | {row.id: _run(row) for row in connection.execute(older)}
    columns = (table.c.name, table.c.last_run, table.c.last_success, table.c.failures)
    return {
        row.name: _last_runs(last[row.last_run], success.get(row.last_success), row.failures)
        for row in connection.execute(select(*columns).where(table.c.last_run.is_not(None)))
    }


def changes(connection: Connection, since: int) -> Change:
    """What was written after a run, by any process."""
    table = schema.signal
    moved = select(schema.run.c.source_id).where(schema.run.c.id > since).distinct()
    names = connection.execute(select(table.c.name).where(table.c.source_id.in_(moved))).scalars()
    return Change(last_run(connection), frozenset(names))


def _runs() -> Select[Any]:
    """In the order of `Run`'s fields."""
    source = schema.source.c.name.label("source")
    columns = [source if column.name == "source_id" else column for column in schema.run.columns]
    return select(*columns).join_from(schema.run, schema.source)


def _run(row: Row[Any]) -> Run:
    number, source, by, started_at, finished_at, recorded_at, outcome, *rest = tuple(row)
    return Run(number, source, By(by), started_at, finished_at, recorded_at, Outcome(outcome), *rest)


def _last_runs(last: Run, success: Run | None, failures: int) -> LastRuns:
    return LastRuns(
        last=last,
        last_success_at=None if success is None else success.finished_at,
        consecutive_failures=failures,
        credential_expires_at=last.credential_expires_at or (success.credential_expires_at if success else None),
    )

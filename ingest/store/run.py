"""Runs: what each unit brought and how it ended, and how every source stands after its last."""

import json
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ingest.connector.outcome import Outcome
from ingest.okr.instant import Instant
from ingest.store import schema
from ingest.store.row import Change, LastRuns, Run
from ingest.store.transaction import Transaction
from ingest.store.unit import UNCHANGED, By, Kept, Unit

_COUNTED = (By.PULL, By.PUSH)
"""How a source speaks for itself."""


def record_run(transaction: Transaction, unit: Unit, kept: Kept) -> None:
    """Write the run of a unit with what came of it, where its source stands now, and its cursor."""
    source = transaction.source(unit.source)
    ending = unit.ending
    values = {
        "id": kept.run,
        "source_id": source,
        "by": str(unit.by),
        "started_at": unit.started_at,
        "finished_at": unit.finished_at,
        "recorded_at": kept.recorded_at,
        "outcome": str(ending.outcome),
        "message": _clean(ending.message),
        "cure": _clean(ending.cure),
        "retry_at": ending.retry_at,
        "fingerprint": unit.fingerprint,
        "created": kept.created,
        "duplicate": kept.duplicate,
        "revised": kept.revised,
        "refused": unit.refused,
        "retracted": kept.retracted,
        "credential_expires_at": unit.credential_expires_at,
        "note": _clean(unit.note),
    }
    transaction.connection.execute(insert(schema.run), [values])
    if unit.by in _COUNTED:
        _stand(transaction.connection, source, kept.run, ending.outcome)
    if unit.cursor is not UNCHANGED:
        _move(transaction.connection, source, kept.run, unit.cursor)


def _clean(text: str | None) -> str | None:
    """A text that both databases can keep."""
    return None if text is None else text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _stand(connection: Connection, source: int, run: int, outcome: Outcome) -> None:
    table = schema.source
    failed: dict[str, Any] = {"last_run": run, "failures": table.c.failures + 1}
    went_well: dict[str, Any] = {"last_run": run, "last_success": run, "failures": 0}
    connection.execute(update(table).where(table.c.id == source).values(went_well if outcome is Outcome.OK else failed))


def _move(connection: Connection, source: int, run: int, cursor: Any) -> None:
    table = schema.cursor
    values = {"value": json.dumps(cursor), "run_id": run}
    moved = connection.execute(update(table).where(table.c.source_id == source).values(values))
    if moved.rowcount == 0:
        connection.execute(insert(table), [{"source_id": source, **values}])


def cursor(connection: Connection, source: str) -> Any:
    """What the source's connector asked to be given back; None: nothing."""
    table = schema.cursor.join(schema.source)
    text = connection.execute(
        select(schema.cursor.c.value).select_from(table).where(schema.source.c.name == source)
    ).scalar()
    return None if text is None else json.loads(text)


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
    success = {row.id: _run(row) for row in connection.execute(_runs().where(schema.run.c.id == table.c.last_success))}
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
    return select(schema.run, schema.source.c.name.label("source")).join_from(schema.run, schema.source)


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    del values["source_id"]
    return Run(**{**values, "by": By(values["by"]), "outcome": Outcome(values["outcome"])})


def _last_runs(last: Run, success: Run | None, failures: int) -> LastRuns:
    return LastRuns(
        last=last,
        last_success_at=None if success is None else success.finished_at,
        consecutive_failures=failures,
        credential_expires_at=last.credential_expires_at or (success.credential_expires_at if success else None),
    )

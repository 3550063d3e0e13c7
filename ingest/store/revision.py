"""Corrections of measurements: what was revised, retracted or forgotten, a line for each run and signal."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, distinct, func, or_, select, union_all

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind
from ingest.store import schema
from ingest.store.row import Revised
from ingest.store.transaction import Known
from ingest.store.unit import By

Spans = Sequence[tuple[Instant, Instant]]


def corrections(
    connection: Connection, signal: Known, spans: Spans, known_run: int | None, newest: int
) -> list[Revised]:
    """The newest corrections of a signal's measurements that were observed within [start, end] of a span, newest first.

    What was replaced within the run that had brought it never counted, and is no correction.
    """
    old, run = schema.superseded, schema.run
    events = signal.kind is Kind.EVENTS
    query = (
        select(
            old.c.until_run,
            old.c.why,
            run.c.recorded_at,
            run.c.by,
            func.count(distinct(old.c.key if events else old.c.observed_at)).label("measured"),
            func.min(old.c.observed_at).label("observed_at"),
            func.min(old.c.value).label("value"),
            func.min(old.c.key).label("key"),
        )
        .join(run, run.c.id == old.c.until_run)
        .where(
            old.c.signal_id == signal.id,
            old.c.key.is_not(None) if events else old.c.key.is_(None),
            old.c.run_id < old.c.until_run,
            or_(*(and_(old.c.observed_at >= start, old.c.observed_at <= end) for start, end in spans)),
        )
        .group_by(old.c.until_run, old.c.why, run.c.recorded_at, run.c.by)
        .order_by(old.c.until_run.desc(), old.c.why)
        .limit(newest)
    )
    if known_run is not None:
        query = query.where(old.c.until_run <= known_run)
    return [_revised(connection, signal, row) for row in connection.execute(query)] if spans else []


def _revised(connection: Connection, signal: Known, row: Row[Any]) -> Revised:
    after = _after(connection, signal, row) if row.measured == 1 else None
    return Revised(
        signal=signal.name,
        recorded_at=row.recorded_at,
        by=By(row.by),
        why=row.why,
        count=row.measured,
        observed_at=row.observed_at,
        value=row.value,
        now_observed_at=None if after is None else after.observed_at,
        now_value=None if after is None else after.value,
    )


def _after(connection: Connection, signal: Known, row: Row[Any]) -> Row[Any] | None:
    """What counted in place of one measurement from that run on; None: nothing did."""
    old, table = schema.superseded.c, schema.event if signal.kind is Kind.EVENTS else schema.reading
    here: Any = select(table.c.observed_at, table.c.value).where(
        table.c.signal_id == signal.id, table.c.run_id == row.until_run
    )
    once: Any = select(old.observed_at, old.value).where(
        old.signal_id == signal.id, old.run_id == row.until_run, old.until_run > row.until_run
    )
    if signal.kind is Kind.EVENTS:
        here, once = here.where(table.c.key == row.key), once.where(old.key == row.key)
    else:
        here = here.where(table.c.observed_at == row.observed_at)
        once = once.where(old.key.is_(None), old.observed_at == row.observed_at)
    return connection.execute(union_all(here, once)).first()

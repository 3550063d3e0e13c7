"""Listings: measurements as they are shown, page by page, and all of them as they are exported."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal, or_, select, union_all

from ingest.okr.instant import Instant, from_rfc3339, rfc3339
from ingest.okr.signal import Kind
from ingest.store import schema
from ingest.store.row import Rows, StoredMeasurement
from ingest.store.transaction import Known
from ingest.store.unit import Measured

After = tuple[Instant, str, bool]
"""(observed_at, key, quarantined) of the last measurement of the page before: one key may count and wait."""


def page(
    connection: Connection,
    signal: Known,
    start: Instant | None,
    end: Instant | None,
    known_run: int | None,
    limit: int,
    after: After | None,
) -> list[StoredMeasurement]:
    """Measurements with start ≤ observed_at < end, those in quarantine too, by time and key."""
    rows = connection.execute(_page(signal, start, end, known_run, limit, after)).all()
    events = signal.kind is Kind.EVENTS
    keys = [row.key if events else rfc3339(row.observed_at) for row in rows]
    revisions = _revisions(connection, signal, rows, known_run)
    pins = set(connection.execute(_pins(signal, keys, known_run)).scalars())
    return [
        StoredMeasurement(
            signal=signal.name,
            key=key,
            observed_at=row.observed_at,
            value=row.value,
            recorded_at=row.recorded_at,
            revision=0 if row.quarantined else revisions.get(row.key if events else row.observed_at, 0),
            pinned=key in pins and not row.quarantined,
            quarantined=bool(row.quarantined),
        )
        for row, key in zip(rows, keys, strict=True)
    ]


def pinned(connection: Connection, signal: Known, known_run: int | None, newest: int) -> list[Instant]:
    """When what is pinned of a signal, or was after a run, was observed, newest first."""
    pins = _pins(signal, None, known_run).subquery()
    if signal.kind is Kind.EVENTS:
        event = schema.event.c
        times = select(event.observed_at).join(pins, pins.c.key == event.key).where(event.signal_id == signal.id)
        return list(connection.execute(times.order_by(event.observed_at.desc()).limit(newest)).scalars())
    keys = connection.execute(select(pins.c.key).order_by(pins.c.key.desc()).limit(newest)).scalars()
    return sorted(map(from_rfc3339, keys), reverse=True)


def waits(connection: Connection, signal: Known, limit: int) -> list[StoredMeasurement]:
    """What waits in quarantine of a signal, by time and key."""
    aside = schema.quarantine
    query = (
        select(aside.c.key, aside.c.observed_at, aside.c.value, schema.run.c.recorded_at)
        .join(schema.run, schema.run.c.id == aside.c.run_id)
        .where(aside.c.signal_id == signal.id, aside.c.until_run.is_(None))
        .order_by(aside.c.observed_at, aside.c.key)
        .limit(limit)
    )
    return [
        StoredMeasurement(signal.name, row.key, row.observed_at, row.value, row.recorded_at, 0, False, True)
        for row in connection.execute(query)
    ]


def rows(connection: Connection, signal: Known) -> Rows:
    """How many measurements of a signal count, and when the earliest was observed."""
    table = (schema.event if signal.kind is Kind.EVENTS else schema.reading).c
    query = select(func.count(), func.min(table.observed_at)).where(table.signal_id == signal.id)
    return Rows(*connection.execute(query).one())


def _pins(signal: Known, keys: Sequence[str] | None, known_run: int | None) -> Any:
    """Which of these keys (None: which keys) are pinned, or were after a run."""
    now, once = schema.pin.c, schema.unpinned.c
    here = select(now.key).where(now.signal_id == signal.id)
    gone = select(once.key).where(once.signal_id == signal.id)
    if keys is not None:
        here, gone = here.where(now.key.in_(keys)), gone.where(once.key.in_(keys))
    if known_run is None:
        return here
    gone = gone.where(once.run_id <= known_run, once.until_run > known_run)
    return union_all(here.where(now.run_id <= known_run), gone)


def _page(
    signal: Known, start: Instant | None, end: Instant | None, known_run: int | None, limit: int, after: After | None
) -> Any:
    rows = _counting(signal, known_run).subquery()
    query = select(rows, schema.run.c.recorded_at).join(schema.run, schema.run.c.id == rows.c.run_id)
    if start is not None:
        query = query.where(rows.c.observed_at >= start)
    if end is not None:
        query = query.where(rows.c.observed_at < end)
    if after is not None:
        at, key, aside = after if signal.kind is Kind.EVENTS else (after[0], "", after[2])
        same = and_(rows.c.key == key, rows.c.quarantined > int(aside))
        query = query.where(rows.c.observed_at >= at, or_(rows.c.observed_at > at, rows.c.key > key, same))
    return query.order_by(rows.c.observed_at, rows.c.key, rows.c.quarantined).limit(limit)


def _counting(signal: Known, known_run: int | None) -> Any:
    """What counts or is in quarantine, as known after a run (None: now)."""
    table = schema.event if signal.kind is Kind.EVENTS else schema.reading
    aside, old = schema.quarantine, schema.superseded
    current = _columns(table, signal)
    waiting = _columns(aside, signal)
    if known_run is None:
        return union_all(current, waiting.where(aside.c.until_run.is_(None)))
    replaced = _columns(old, signal).where(
        old.c.key.is_not(None) if signal.kind is Kind.EVENTS else old.c.key.is_(None), old.c.until_run > known_run
    )
    waiting = waiting.where(func.coalesce(aside.c.until_run, schema.OPEN) > known_run)
    return union_all(
        current.where(table.c.run_id <= known_run),
        waiting.where(aside.c.run_id <= known_run),
        replaced.where(old.c.run_id <= known_run),
    )


def _columns(table: Any, signal: Known) -> Any:
    return select(
        (table.c.key if signal.kind is Kind.EVENTS else literal("")).label("key"),
        table.c.observed_at,
        table.c.value,
        table.c.run_id,
        literal(1 if table is schema.quarantine else 0).label("quarantined"),
    ).where(table.c.signal_id == signal.id)


def _revisions(
    connection: Connection, signal: Known, rows: Sequence[Row[Any]], known_run: int | None
) -> dict[str | Instant, int]:
    """How many versions each of these replaced: by key, or by time for levels and counters."""
    old = schema.superseded.c
    name = old.key if signal.kind is Kind.EVENTS else old.observed_at
    names = [row.key if signal.kind is Kind.EVENTS else row.observed_at for row in rows]
    query = select(name, func.count()).where(old.signal_id == signal.id, name.in_(names)).group_by(name)
    if signal.kind is not Kind.EVENTS:
        query = query.where(old.key.is_(None))
    if known_run is not None:
        query = query.where(old.until_run <= known_run)
    return {row[0]: row[1] for row in connection.execute(query)}


def every(connection: Connection, known_run: int | None = None) -> Generator[Measured, None, None]:
    """All measurements that count, signal by signal in the order of their names; read as they are taken."""
    table = schema.signal
    query = select(table.c.id, table.c.name, table.c.kind).order_by(table.c.name)
    for number, name, kind in connection.execute(query).all():
        signal = Known(number, name, Kind(kind))
        rows = _counting(signal, known_run).subquery()
        counted = select(rows).where(rows.c.quarantined == 0).order_by(rows.c.observed_at, rows.c.key)
        with connection.execute(counted, execution_options={"yield_per": 1_000}) as found:
            for row in found:
                yield Measured(name, row.observed_at, row.value, None if signal.kind is not Kind.EVENTS else row.key)

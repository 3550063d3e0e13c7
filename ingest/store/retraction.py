"""Retraction: what is gone from a whole listing, and what somebody takes back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from ingest.okr.instant import FOREVER, Instant, from_rfc3339
from ingest.okr.signal import Kind
from ingest.store import schema
from ingest.store.error import SuddenlyEmpty, UnknownMeasurement
from ingest.store.identity import EVENTS, READINGS, Keeping, Shelf, text_key
from ingest.store.unit import Covered

Stored = Sequence[Any]
"""(key, observed_at) of an event."""


def refuse_sudden_emptiness(keeping: Keeping, span: Covered, signal: int) -> None:
    """`SuddenlyEmpty` where a whole listing shows no event of a signal and some not recorded by hand are known."""
    known = _unpinned(keeping, signal, _stored(keeping, span, signal))
    if known:
        raise SuddenlyEmpty(span.signal, len(known))


def retract(keeping: Keeping, span: Covered, signal: int, listed: Mapping[str, Instant]) -> int:
    """Retract the events inside a span listed whole that the listing does not show; how many.

    `listed`: the key of each event of the signal that was shown. All of them are stored by now, but for those that are
    set aside as implausible.
    """
    stored = listed if not keeping.aside else {k: at for k, at in listed.items() if (signal, k) not in keeping.aside}
    inside = sum(span.start <= at < end_of(span) for at in stored.values())
    where, parameters = _span(keeping, span, signal)
    count = keeping.connection.exec_driver_sql(f"SELECT count(*) FROM event WHERE {where}", parameters).scalar_one()
    if count == inside and not keeping.pinned([signal]):
        return 0  # every one that was shown is there, so these are all
    missing = [row for row in _stored(keeping, span, signal) if row[0] not in listed]
    gone = [row[0] for row in _unpinned(keeping, signal, missing)]
    if gone:
        keeping.remove(EVENTS, {"signal_id": [signal] * len(gone), "key": gone}, "retracted")
    return len(gone)


def forget(keeping: Keeping, name: str, signal: int, kind: Kind, key: str) -> None:
    """Undo a slip: the measurement counts no more, is pinned no more, and what its pin had replaced counts again."""
    shelf = EVENTS if kind is Kind.EVENTS else READINGS
    row = {"signal_id": [signal], shelf.identity: [_identity(name, kind, key)]}
    current = _current(keeping, shelf, row)
    if current is None:
        raise UnknownMeasurement(name, key)
    pinned_at = _unpin(keeping, signal, text_key(shelf, row[shelf.identity][0]))
    if pinned_at is not None and current < pinned_at:
        keeping.changed[signal] = FOREVER  # the pin had confirmed what was known, which goes on to count
        return
    keeping.remove(shelf, row, "forgotten")
    if pinned_at is not None:
        _restore(keeping, shelf, row, pinned_at)


def _identity(name: str, kind: Kind, key: str) -> Any:
    if kind is Kind.EVENTS:
        return key
    try:
        return from_rfc3339(key)
    except ValueError:
        raise UnknownMeasurement(name, key) from None


def _current(keeping: Keeping, shelf: Shelf, row: Mapping[str, Sequence[Any]]) -> int | None:
    """The run of the measurement that counts; None: there is none."""
    given, parameters = keeping.backend.given(row)
    statement = f"WITH {given} SELECT r.run_id FROM g JOIN {shelf.table} r ON {shelf.same_row()}"
    run: int | None = keeping.connection.exec_driver_sql(statement, parameters).scalar()
    return run


def _unpin(keeping: Keeping, signal: int, key: str) -> int | None:
    """Take the pin away; the run in which it was placed, None: there was none."""
    mark = keeping.backend.mark
    statement = f"DELETE FROM pin WHERE signal_id = {mark} AND key = {mark} RETURNING run_id"
    run: int | None = keeping.connection.exec_driver_sql(statement, (signal, key)).scalar()
    if run is not None:
        row = {"signal_id": signal, "key": key, "run_id": run, "until_run": keeping.run}
        keeping.connection.execute(insert(schema.unpinned), [row])
    return run


def _restore(keeping: Keeping, shelf: Shelf, row: Mapping[str, Sequence[Any]], pinned_at: int) -> None:
    """Let what counted when the pin was placed count again, if anything did."""
    given, parameters = keeping.backend.given(row)
    mark = keeping.backend.mark
    names = "signal_id, key, observed_at, value" if shelf is EVENTS else "signal_id, observed_at, value"
    counted = f"s.run_id < {mark} AND s.until_run >= {mark} AND s.why = 'revised'"
    columns = ", ".join(f"s.{name}" for name in names.split(", "))
    statement = (
        f"WITH {given} INSERT INTO {shelf.table} ({names}, run_id) "
        f"SELECT {columns}, {mark} FROM g JOIN superseded s ON {shelf.same_row('s')} AND {counted} "
        "RETURNING signal_id, observed_at"
    )
    back = keeping.connection.exec_driver_sql(statement, (*parameters, keeping.run, pinned_at, pinned_at)).all()
    keeping.note([signal for signal, _ in back], [at for _, at in back])


def _span(keeping: Keeping, span: Covered, signal: int) -> tuple[str, tuple[Any, ...]]:
    mark = keeping.backend.mark
    where = f"signal_id = {mark} AND observed_at >= {mark} AND observed_at < {mark}"
    return where, (signal, span.start, end_of(span))


def end_of(span: Covered) -> Instant:
    return span.end if span.listed_until is None else span.listed_until


def _stored(keeping: Keeping, span: Covered, signal: int) -> Sequence[Stored]:
    where, parameters = _span(keeping, span, signal)
    return keeping.connection.exec_driver_sql(f"SELECT key, observed_at FROM event WHERE {where}", parameters).all()


def _unpinned(keeping: Keeping, signal: int, stored: Sequence[Stored]) -> list[Stored]:
    if not stored:
        return []
    pinned = keeping.pinned([signal])
    return [row for row in stored if (signal, row[0]) not in pinned]

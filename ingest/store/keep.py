"""Keeping units: all of one becomes rows inside a savepoint, or none of it does."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import DataError, IntegrityError

from ingest.okr.instant import Instant
from ingest.okr.plausible import Limit
from ingest.okr.signal import Kind
from ingest.store import schema
from ingest.store.backend import Columns
from ingest.store.coverage import Spans, cover
from ingest.store.delivery import remember
from ingest.store.engine import savepoint
from ingest.store.error import UnitError, UnknownSignal
from ingest.store.identity import EVENTS, READINGS, Keeping, Shelf, pick
from ingest.store.quarantine import withdraw
from ingest.store.retraction import end_of, refuse_sudden_emptiness, retract
from ingest.store.run import record_runs
from ingest.store.sieve import rows_of, sieve
from ingest.store.transaction import Known, Transaction
from ingest.store.unit import UNCHANGED, By, Covered, Kept, Measured, Result, Unit

REFUSABLE = (UnitError, UnknownSignal, IntegrityError, DataError)
"""What is wrong with one unit alone; anything else ends the transaction."""


def keep(transaction: Transaction, units: Sequence[Unit]) -> list[Kept | Exception]:
    """Write units, each whole or not at all; what became of each: one of `REFUSABLE` where nothing of it was written.

    Most often nothing is wrong with any: so all are tried together first, which takes a fraction of the statements.
    """
    try:
        return [*_keep(transaction, units)]
    except REFUSABLE as error:
        if len(units) == 1:
            return [error]
    return [answer for unit in units for answer in keep(transaction, [unit])]


@dataclass(frozen=True, slots=True)
class _Written:
    """A unit with its measurements in the tables; its coverage and its run are still to be written."""

    unit: Unit
    run: int
    results: list[Result]
    retracted: int
    quarantined: int
    released: int
    changed: Mapping[int, Instant]
    signals: Collection[Known]
    """All that it names."""

    def kept(self, at: Instant, grown: Collection[int]) -> Kept:
        """`grown`: signals of which more is covered than before."""
        return Kept(
            run=self.run,
            recorded_at=at,
            results=self.results,
            created=self.results.count(Result.CREATED),
            duplicate=self.results.count(Result.DUPLICATE),
            revised=self.results.count(Result.REVISED),
            retracted=self.retracted,
            quarantined=self.quarantined,
            released=self.released,
            signals=frozenset(one.name for one in self.signals if one.id in self.changed or one.id in grown),
            earliest={one.name: self.changed[one.id] for one in self.signals if one.id in self.changed},
        )


def _keep(transaction: Transaction, units: Sequence[Unit]) -> list[Kept]:
    """Write all of these units, or raise and write none."""
    last_run = transaction.last_run
    try:
        with savepoint(transaction.connection):
            written = [_write(transaction, unit, run) for run, unit in enumerate(units, last_run + 1)]
            transaction.last_run += len(units)
            grown = _coverage(transaction, units)
            kept = [one.kept(transaction.recorded_at, grown) for one in written]
            record_runs(transaction, units, kept)
    except BaseException:
        transaction.last_run = last_run
        transaction.names.clear()
        raise
    return kept


def _write(transaction: Transaction, unit: Unit, run: int) -> _Written:
    if not unit.ending.is_ok and (unit.measurements or unit.coverage or unit.cursor is not UNCHANGED):
        raise UnitError(f"{unit.source}: a pull that failed writes a run and nothing else")
    if unit.delivery is not None:
        remember(transaction, unit.source, unit.delivery)
    keeping = Keeping(transaction.connection, transaction.backend, run, unit.by)
    names = {name: transaction.signal(name) for name in {measured.signal for measured in unit.measurements}}
    spans = [(span, transaction.signal(span.signal)) for span in unit.coverage]
    whole = [(span, signal.id) for span, signal in spans if span.whole and signal.kind is Kind.EVENTS]
    for span, signal_id in whole:
        if span.signal not in names:
            refuse_sudden_emptiness(keeping, span, signal_id)
    results = _measurements(keeping, unit, names)
    retracted = sum(retract(keeping, span, signal_id, _listed(unit, span)) for span, signal_id in whole)
    for span, signal_id in whole if unit.limits else ():
        withdraw(keeping, signal_id, span.start, end_of(span), _listed(unit, span))
    sum_anew(keeping)
    named = {*names.values(), *(signal for _, signal in spans)}
    return _Written(unit, run, results, retracted, keeping.quarantined, keeping.released, keeping.changed, named)


def _listed(unit: Unit, span: Covered) -> dict[str, Instant]:
    return {one.key: one.observed_at for one in unit.measurements if one.signal == span.signal and one.key is not None}


def _coverage(transaction: Transaction, units: Sequence[Unit]) -> set[int]:
    """Add the spans of these units, as of the last run of them: it has the instant of all; the signals that grew."""
    new: dict[int, Spans] = {}
    for unit in units:
        for span in unit.coverage:
            if span.start > span.end:
                raise UnitError(f"{span.signal}: a span ends before it starts")
            new.setdefault(transaction.signal(span.signal).id, []).append((span.start, span.end))
    return cover(transaction.connection, transaction.backend, transaction.last_run, new) if new else set()


def _measurements(keeping: Keeping, unit: Unit, names: Mapping[str, Known]) -> list[Result]:
    """Write all measurements, shelf by shelf; what became of each, in their order."""
    shelves = {name: EVENTS if signal.kind is Kind.EVENTS else READINGS for name, signal in names.items()}
    ids = {name: signal.id for name, signal in names.items()}
    limits = {ids[name]: limit for name, limit in unit.limits.items() if name in ids} if unit.limits else {}
    ways = {name: (shelf, ids[name] in limits) for name, shelf in shelves.items()}
    if len(set(ways.values())) == 1:
        return _shelve(keeping, *next(iter(ways.values())), unit, unit.measurements, ids, limits)
    results = [Result.DUPLICATE] * len(unit.measurements)
    for way in set(ways.values()):
        places = [place for place, measured in enumerate(unit.measurements) if ways[measured.signal] == way]
        some = _shelve(keeping, *way, unit, [unit.measurements[place] for place in places], ids, limits)
        for place, result in zip(places, some, strict=True):
            results[place] = result
    return results


def _shelve(
    keeping: Keeping,
    shelf: Shelf,
    limited: bool,
    unit: Unit,
    measurements: Sequence[Measured],
    ids: Mapping[str, int],
    limits: Mapping[int, Limit],
) -> list[Result]:
    columns: dict[str, Sequence[Any]] = {
        "signal_id": [ids[one.signal] for one in measurements],
        "observed_at": [one.observed_at for one in measurements],
        "value": [float(one.value) for one in measurements],
    }
    if not all(map(math.isfinite, columns["value"])):
        raise UnitError(f"{unit.source}: a value is not a finite number")
    if shelf is EVENTS:
        columns["key"] = _sound(unit, [one.key for one in measurements])
    if limited:
        return keep_limited(keeping, shelf, columns, limits, deliberate=unit.by is By.HAND, pin=unit.pin)
    return _put(keeping, shelf, columns, pin=unit.pin)


def keep_limited(
    keeping: Keeping, shelf: Shelf, columns: Columns, limits: Mapping[int, Limit], *, deliberate: bool, pin: bool
) -> list[Result]:
    """Write what of these rows passes the sieve, and what had waited and counts now; what became of each row."""
    sieved = sieve(keeping, shelf, columns, limits, deliberate=deliberate)
    results = sieved.results
    if sieved.passing:
        put = _put(keeping, shelf, pick(columns, sieved.passing), pin=pin)
        for place, result in zip(sieved.passing, put, strict=True):
            results[place] = result
    if sieved.released:
        _put(keeping, shelf, rows_of(sieved, shelf), pin=False)
    return results


def _put(keeping: Keeping, shelf: Shelf, columns: Columns, *, pin: bool) -> list[Result]:
    results = keeping.keep(shelf, columns)
    if shelf is EVENTS:
        _add_up(keeping, columns, results)
    if pin:
        keeping.pin(shelf, columns)
    return results


def _sound(unit: Unit, keys: Sequence[str | None]) -> Sequence[str | None]:
    """The keys, if both databases can keep them: neither takes half a surrogate pair, PostgreSQL no NUL."""
    if None in keys:
        raise UnitError(f"{unit.source}: an event has no key")
    text = "".join(key for key in keys if key is not None)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnitError(f"{unit.source}: a key is no Unicode text") from error
    if "\0" in text:
        raise UnitError(f"{unit.source}: a key holds a NUL character")
    return keys


def _add_up(keeping: Keeping, columns: Columns, results: Sequence[Result]) -> None:
    """Add the amounts of new events to the totals of signals of which nothing was superseded."""
    added: dict[int, float] = {}
    for signal, value, result in zip(columns["signal_id"], columns["value"], results, strict=True):
        if result is not Result.DUPLICATE and signal not in keeping.superseded:
            added[signal] = added.get(signal, 0.0) + value
    table = schema.signal
    for signal, amount in added.items():
        new = update(table).where(table.c.id == signal).values(total=table.c.total + amount)
        keeping.connection.execute(new)


def sum_anew(keeping: Keeping) -> None:
    """Sum the totals of signals of which something went. Subtracting would leave the rounding of it behind."""
    table, amounts = schema.signal, schema.event
    for signal in keeping.superseded:
        total = select(func.coalesce(func.sum(amounts.c.value), 0.0)).where(amounts.c.signal_id == signal)
        keeping.connection.execute(update(table).where(table.c.id == signal).values(total=total.scalar_subquery()))

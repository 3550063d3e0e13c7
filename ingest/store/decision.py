"""Decisions on what waits in quarantine: it counts, or it is rejected."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Any

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import FOREVER, Instant, from_rfc3339, rfc3339
from ingest.okr.plausible import Limit
from ingest.okr.signal import Kind
from ingest.store import quarantine
from ingest.store.error import NothingWaits
from ingest.store.identity import EVENTS, READINGS, Keeping
from ingest.store.keep import keep_limited, sum_anew
from ingest.store.quarantine import Aside
from ingest.store.run import record_runs
from ingest.store.transaction import Known, Transaction
from ingest.store.unit import By, Kept, Result, Unit

_NAMED = 5
"""Keys that an error lists."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided on, after the commit."""

    signal: str
    key: str
    observed_at: Instant
    value: float
    accepted: bool
    kept: Kept


def decide(
    transaction: Transaction, signal: str, key: str, now: Instant, *, accepted: bool, limit: Limit | None, note: str
) -> Decided:
    """Let what waits under a key count, with what is plausible after it, or reject it: then it counts never, and is not
    asked about again while its source says the same. `NothingWaits` says what waits instead."""
    known, keeping = transaction.signal(signal), _keeping(transaction, By.HAND)
    aside = _found(keeping, known, key)
    results: list[Result] = []
    if accepted:
        results = _accept(keeping, known, [aside], limit)
    else:
        quarantine.close(keeping, [(aside, False)])
    told = f"{signal} {aside.key} was {'accepted' if accepted else 'rejected'}"
    kept = _recorded(transaction, keeping, signal, results, told, now, note or None)
    return Decided(signal, aside.key, *aside.content, accepted, kept)


def release(transaction: Transaction, signal: str, now: Instant) -> Kept | None:
    """Let all that waits of a signal count, which has no limit any more; None: nothing does."""
    known, keeping = transaction.signal(signal), _keeping(transaction, By.IMPORT)
    asides = quarantine.of_signal(keeping, known.id)
    if not asides:
        return None
    results = _accept(keeping, known, asides, None)
    told = f"{signal} has no max_step any more: what waited counts ({len(asides)})"
    return _recorded(transaction, keeping, signal, results, told, now)


def _keeping(transaction: Transaction, by: By) -> Keeping:
    return Keeping(transaction.connection, transaction.backend, transaction.last_run + 1, by)


def _found(keeping: Keeping, signal: Known, key: str) -> Aside:
    """What waits under a key as people write it; `NothingWaits` says what does."""
    if signal.kind is not Kind.EVENTS:
        with suppress(ValueError):  # no time at all: nothing waits under it, which is said below
            key = rfc3339(from_rfc3339(key))
    aside = quarantine.of_key(keeping, signal.id, key)
    if aside is None:
        waiting = [one.key for one in quarantine.of_signal(keeping, signal.id)]
        before = quarantine.last_decision(keeping.connection, keeping.backend, signal.id, key)
        raise NothingWaits(signal.name, key, waiting[:_NAMED], len(waiting), before)
    return aside


def _accept(keeping: Keeping, signal: Known, asides: Sequence[Aside], limit: Limit | None) -> list[Result]:
    """Let these count, and what later readings are plausible after them. Without a limit any is."""
    shelf = EVENTS if signal.kind is Kind.EVENTS else READINGS
    columns: dict[str, list[Any]] = {
        "signal_id": [signal.id] * len(asides),
        "observed_at": [aside.content[0] for aside in asides],
        "value": [aside.content[1] for aside in asides],
    }
    if shelf is EVENTS:
        columns["key"] = [aside.key for aside in asides]
    limits = {signal.id: limit or Limit(signal.kind, inf, False, "")}
    results = keep_limited(keeping, shelf, columns, limits, deliberate=True, pin=False)
    sum_anew(keeping)
    return results


def _recorded(
    transaction: Transaction,
    keeping: Keeping,
    signal: str,
    results: Sequence[Result],
    told: str,
    now: Instant,
    note: str | None = None,
) -> Kept:
    """The run of a decision."""
    kept = Kept(
        keeping.run,
        transaction.recorded_at,
        results,
        created=results.count(Result.CREATED),
        duplicate=results.count(Result.DUPLICATE),
        revised=results.count(Result.REVISED),
        released=keeping.released,
        signals=frozenset((signal,)),
        earliest={signal: min(keeping.changed.values(), default=FOREVER)},
    )
    unit = Unit(signal.partition(".")[0], keeping.by, now, now, Ending(Outcome.OK, told), note=note)
    record_runs(transaction, [unit], [kept])
    transaction.last_run = keeping.run
    return kept

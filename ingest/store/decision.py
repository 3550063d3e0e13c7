"""Decisions on what waits in quarantine: it counts, or it is rejected."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Any

from ingest.okr.instant import Instant, from_rfc3339, rfc3339
from ingest.okr.plausible import Limit
from ingest.okr.signal import Kind
from ingest.store import quarantine
from ingest.store.error import NothingWaits
from ingest.store.identity import EVENTS, READINGS, Keeping
from ingest.store.keep import keep_limited
from ingest.store.quarantine import Aside
from ingest.store.transaction import Known
from ingest.store.unit import Kept, Result

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


def found(keeping: Keeping, signal: Known, key: str) -> Aside:
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


def accept(keeping: Keeping, signal: Known, asides: Sequence[Aside], limit: Limit | None) -> list[Result]:
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
    return keep_limited(keeping, shelf, columns, limits, deliberate=True, pin=False)


def reject(keeping: Keeping, aside: Aside) -> None:
    """It counts never, and is not asked about again while its source says the same."""
    quarantine.close(keeping, [(aside, False)])

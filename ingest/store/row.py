"""What the store answers with. Frozen; instants are microseconds, UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.connector.outcome import Outcome
from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen
from ingest.okr.signal import Kind
from ingest.store.unit import By


@dataclass(frozen=True, slots=True)
class StoredSignal:
    name: str
    """`source.signal`"""
    source: str
    kind: Kind
    unit: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One unit as it was committed: a pull, a post, an import or something recorded by hand."""

    id: int
    source: str
    by: By
    started_at: Instant
    finished_at: Instant
    recorded_at: Instant
    """The commit's one instant, later than that of every transaction before."""
    outcome: Outcome
    message: str
    cure: str | None
    retry_at: Instant | None
    fingerprint: str | None
    created: int
    duplicate: int
    revised: int
    refused: int
    retracted: int
    credential_expires_at: Instant | None
    note: str | None


@dataclass(frozen=True, slots=True)
class LastRuns:
    """How a source stands after its pulls and posts; what was done by hand or imported does not count."""

    last: Run
    last_success_at: Instant | None
    """When the last one that ended ok finished; None: none ever did."""
    consecutive_failures: int
    credential_expires_at: Instant | None
    """As the last run said, else the last successful one."""


@dataclass(frozen=True, slots=True)
class StoredMeasurement:
    signal: str
    key: str
    """An event's own; of a level or counter its time, RFC 3339."""
    observed_at: Instant
    value: float
    recorded_at: Instant
    revision: int
    """How many earlier versions it replaced; 0: as first recorded."""
    pinned: bool
    quarantined: bool
    """Kept aside as implausible: it does not count until it is accepted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of a signal as implausible, up to a time: how much, and the earliest of it."""

    count: int
    """0: nothing yet, but at `later`."""
    later: Instant | None
    """When the next one after that time was observed."""
    key: str | None
    observed_at: Instant | None
    value: float | None
    reason: str | None
    """`12,000 on 2026-03-02 after 1,204, limit 20%`"""


@dataclass(frozen=True, slots=True)
class Rows:
    """How much is kept of a signal."""

    count: int
    """Measurements that count."""
    first: Instant | None
    """When the earliest was observed."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The span for which a signal's source answered. All None and empty: it never did."""

    start: Instant | None = None
    end: Instant | None = None
    holes: Sequence[tuple[Instant, Instant]] = ()


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reading, or the newest event with its amount."""

    observed_at: Instant
    value: float


@dataclass(frozen=True, slots=True)
class Change:
    """What was written since a run by any process."""

    last_run: int
    signals: frozenset[str]
    """At least those that changed: all signals of the sources that had a run."""


@dataclass(frozen=True, slots=True)
class FrozenBaseline:
    """A key result's baseline; `frozen` None: it is to be found anew."""

    key_result: str
    frozen: Frozen | None
    recorded_at: Instant | None = None
    """Set by the store."""
    why: Literal["found", "grown", "corrected"] = "found"
    """Found in the measurements; grown with a new value; or it stays and what is measured under it was corrected."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a key result's definition."""

    body: str
    """JSON, as it was handed in."""
    recorded_at: Instant
    first_recorded_at: Instant
    """When this key result was first configured."""


@dataclass(frozen=True, slots=True)
class Note:
    key_result: str
    text: str
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Revised:
    """Measurements of a signal that one run revised, retracted or forgot."""

    signal: str
    recorded_at: Instant
    by: By
    why: str
    """revised, retracted or forgotten"""
    count: int
    observed_at: Instant
    """The earliest."""
    value: float
    """What the measurement was, where it is one."""
    now_observed_at: Instant | None
    now_value: float | None
    """What took its place, where it is one; None: nothing did."""

"""How the sources are, and what is known of each signal: for the page, the API, /metrics and `okr status`."""

from dataclasses import dataclass

from ingest.connector.outcome import Outcome
from ingest.okr.instant import Duration, Instant
from ingest.okr.signal import Kind


@dataclass(frozen=True, slots=True)
class SourceHealth:
    id: str
    connector: str
    outcome: Outcome | None
    """Of the last pull; None: never pulled."""
    message: str | None
    cure: str | None
    """What to do about it, in a sentence."""
    last_pull_at: Instant | None
    last_success_at: Instant | None
    next_pull_at: Instant | None
    """None: nothing to pull (manual, push)."""
    interval: Duration | None
    """The distance of its pulls (cron: of the next two); None: nothing to pull."""
    consecutive_failures: int
    credential_expires_at: Instant | None


@dataclass(frozen=True, slots=True)
class SignalHealth:
    name: str
    source: str
    kind: Kind
    unit: str | None
    covered_from: Instant | None
    covered_until: Instant | None
    """`FOREVER` where it is kept by hand: shown as now."""
    value: float | None
    """Level, counter: the newest reading up to now; events: None."""
    events: float | None
    """Events: the sum of the amounts known up to now; else None."""
    last_measured_at: Instant | None
    quarantined: int

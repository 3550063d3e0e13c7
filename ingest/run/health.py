"""How the sources are, and what is known of each signal: for the page, the API, /metrics and `okr status`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from ingest.config.model import Config, Source
from ingest.connector.outcome import Outcome
from ingest.okr.instant import Duration, Instant
from ingest.okr.signal import Kind
from ingest.run.standing import Standing, due_at, interval_of
from ingest.store.reader import Reader

RENEWAL = "renew it, and write the new one where the old one stands"


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
    renewal: str = RENEWAL
    """What to do before its credential ends."""

    @property
    def is_failing(self) -> bool:
        return self.outcome is not None and self.outcome is not Outcome.OK


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
    """How many implausible readings wait for a decision."""
    notice: str | None = None
    """The first of them, and what to do about it."""


def source_health(source: Source, standing: Standing | None, zone: ZoneInfo, now: Instant) -> SourceHealth:
    """How a source is. An overdue one is pulled next now."""
    due = due_at(source, standing, zone)
    health = SourceHealth(
        id=source.id,
        connector=source.kind,
        outcome=None,
        message=None,
        cure=None,
        last_pull_at=None,
        last_success_at=None,
        next_pull_at=None if due is None else max(due, now),
        interval=interval_of(source, zone, now),
        consecutive_failures=0,
        credential_expires_at=None,
        renewal=RENEWAL if source.account is None else source.account.cure,
    )
    if standing is not None:
        health = replace(
            health,
            outcome=standing.outcome,
            message=standing.message,
            cure=standing.cure,
            last_pull_at=standing.last_pull_at,
            last_success_at=standing.last_success_at,
            consecutive_failures=standing.consecutive_failures,
            credential_expires_at=_credential_end(standing),
        )
    if source.problem is None:
        return health
    told, cure = f"its connector cannot be used: {source.problem}", "correct or update the connector, then reload"
    return replace(health, outcome=Outcome.BROKEN, message=told, cure=cure, credential_expires_at=None)


def _credential_end(standing: Standing) -> Instant | None:
    """What was told last; a pull that succeeded after it shows that the credential was renewed since."""
    end, success = standing.credential_expires_at, standing.last_success_at
    return None if end is not None and success is not None and success > end else end


def standings(reader: Reader) -> dict[str, Standing]:
    """How every source stands that was ever pulled or sent to, as kept in the database."""
    return {
        name: Standing(
            outcome=last.last.outcome,
            message=last.last.message,
            cure=last.last.cure,
            last_pull_at=last.last.started_at,
            last_success_at=last.last_success_at,
            consecutive_failures=last.consecutive_failures,
            retry_at=last.last.retry_at,
            fingerprint=last.last.fingerprint,
            credential_expires_at=last.credential_expires_at,
        )
        for name, last in reader.last_runs().items()
    }


def source_healths(config: Config, known: Mapping[str, Standing], now: Instant) -> tuple[SourceHealth, ...]:
    return tuple(source_health(one, known.get(one.id), config.zone, now) for one in config.sources.values())

"""What the API and `--json` say of sources and of what came from them, by the rules of `shape`."""

from typing import TYPE_CHECKING

from typing_extensions import TypedDict  # pydantic needs this one below Python 3.12

from ingest.face.shape import instant_or_null
from ingest.okr.instant import FOREVER, Instant, rfc3339
from ingest.run.health import SignalHealth, SourceHealth
from ingest.run.round import Pulled
from ingest.store.decision import Decided
from ingest.store.row import Run, StoredMeasurement

if TYPE_CHECKING:  # the command line does without
    from ingest.face.notify.herald import RecipientHealth


class SourceShape(TypedDict):
    id: str
    connector: str
    outcome: str | None
    message: str | None
    cure: str | None
    last_pull_at: str | None
    last_success_at: str | None
    next_pull_at: str | None
    consecutive_failures: int
    credential_expires_at: str | None


class RecipientShape(TypedDict):
    name: str
    services: str | None
    when: list[str]
    waiting: int
    consecutive_failures: int
    message: str | None
    last_delivered_at: str | None


class SignalShape(TypedDict):
    name: str
    kind: str
    unit: str | None
    covered_from: str | None
    covered_until: str | None


class MeasurementShape(TypedDict):
    signal: str
    key: str
    observed_at: str
    recorded_at: str
    value: float
    revision: int
    pinned: bool
    quarantined: bool


class DecisionShape(TypedDict):
    """What was decided on an implausible reading; `released`: how many after it count by that, too."""

    signal: str
    key: str
    observed_at: str
    value: float
    accepted: bool
    released: int


class RunShape(TypedDict):
    source: str
    started_at: str
    finished_at: str
    outcome: str
    message: str
    created: int
    duplicate: int
    revised: int
    refused: int


def source_shape(source: SourceHealth) -> SourceShape:
    return {
        "id": source.id,
        "connector": source.connector,
        "outcome": None if source.outcome is None else str(source.outcome),
        "message": source.message,
        "cure": source.cure,
        "last_pull_at": instant_or_null(source.last_pull_at),
        "last_success_at": instant_or_null(source.last_success_at),
        "next_pull_at": instant_or_null(source.next_pull_at),
        "consecutive_failures": source.consecutive_failures,
        "credential_expires_at": instant_or_null(source.credential_expires_at),
    }


def recipient_shape(recipient: "RecipientHealth") -> RecipientShape:
    return {
        "name": recipient.name,
        "services": recipient.services,
        "when": list(recipient.when),
        "waiting": recipient.waiting,
        "consecutive_failures": recipient.consecutive_failures,
        "message": recipient.reason or None,
        "last_delivered_at": instant_or_null(recipient.last_delivered_at),
    }


def signal_shape(signal: SignalHealth, now: Instant) -> SignalShape:
    """A signal kept by hand is covered until now."""
    until = signal.covered_until
    return {
        "name": signal.name,
        "kind": str(signal.kind),
        "unit": signal.unit,
        "covered_from": instant_or_null(signal.covered_from),
        "covered_until": instant_or_null(now if until is not None and until >= FOREVER else until),
    }


def measurement_shape(measurement: StoredMeasurement) -> MeasurementShape:
    return {
        "signal": measurement.signal,
        "key": measurement.key,
        "observed_at": rfc3339(measurement.observed_at),
        "recorded_at": rfc3339(measurement.recorded_at),
        "value": measurement.value,
        "revision": measurement.revision,
        "pinned": measurement.pinned,
        "quarantined": measurement.quarantined,
    }


def decision_shape(decided: Decided) -> DecisionShape:
    return {
        "signal": decided.signal,
        "key": decided.key,
        "observed_at": rfc3339(decided.observed_at),
        "value": decided.value,
        "accepted": decided.accepted,
        "released": decided.kept.released,
    }


def run_shape(run: Run) -> RunShape:
    return {
        "source": run.source,
        "started_at": rfc3339(run.started_at),
        "finished_at": rfc3339(run.finished_at),
        "outcome": str(run.outcome),
        "message": run.message,
        "created": run.created,
        "duplicate": run.duplicate,
        "revised": run.revised,
        "refused": run.refused,
    }


def pulled_shape(pulled: Pulled) -> RunShape:
    """The run of a pull that has just ended."""
    unit, kept = pulled.unit, pulled.kept
    return {
        "source": pulled.source,
        "started_at": rfc3339(unit.started_at),
        "finished_at": rfc3339(unit.finished_at),
        "outcome": str(unit.ending.outcome),
        "message": unit.ending.message,
        "created": kept.created if kept else 0,
        "duplicate": kept.duplicate if kept else 0,
        "revised": kept.revised if kept else 0,
        "refused": unit.refused,
    }

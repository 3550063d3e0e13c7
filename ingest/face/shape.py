"""What the API and `--json` say: the contract's names. Unknown is null, instants are RFC 3339 UTC, numbers are whole.

The `TypedDict`s are the API's documentation: OpenAPI is generated from them.
"""

from typing import TYPE_CHECKING, Generic, TypeVar

from typing_extensions import TypedDict  # pydantic needs this one below Python 3.12

from ingest.okr.forecast import Forecast
from ingest.okr.instant import FOREVER, Instant, rfc3339
from ingest.okr.period import Period
from ingest.run.card import LogEntry, Point, Scored, ScoredObjective
from ingest.run.health import SignalHealth, SourceHealth
from ingest.run.round import Pulled
from ingest.store.decision import Decided
from ingest.store.row import Run, StoredMeasurement

if TYPE_CHECKING:  # the command line does without
    from ingest.face.notify.herald import RecipientHealth

T = TypeVar("T")


class PeriodShape(TypedDict):
    text: str
    start: str
    end: str


class ForecastShape(TypedDict):
    """x at the end of the period with its 80 % interval, and the probability of being attained."""

    at_end: float
    low: float
    high: float
    probability: float


class KeyResultShape(TypedDict):
    name: str
    title: str
    customer: str | None
    unit: str | None
    period: PeriodShape
    weight: float
    lead: bool
    value: float | None
    baseline: float | None
    target: float | None
    target_text: str
    raw_progress: float | None
    progress: float | None
    expected: float | None
    pace: float | None
    status: str
    reason: str | None
    last_known_status: str | None
    measured_at: str | None
    days_ahead: float | None
    due: float | None
    final: bool
    forecast: ForecastShape | None
    notices: list[str]


class ObjectiveShape(TypedDict):
    id: str
    title: str
    owner: str | None
    scope: str
    aligns_to: str | None
    period: PeriodShape
    progress: float | None
    coverage: float | None
    status: str
    key_results: list[KeyResultShape]


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


class PointShape(TypedDict):
    at: str
    value: float | None
    progress: float | None
    expected: float | None
    status: str


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


class LogShape(TypedDict):
    at: str
    kind: str
    text: str


class Page(TypedDict, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None


def instant_or_null(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


def period_shape(period: Period) -> PeriodShape:
    return {"text": period.text, "start": rfc3339(period.start), "end": rfc3339(period.end)}


def forecast_shape(forecast: Forecast | None) -> ForecastShape | None:
    if forecast is None:
        return None
    return {
        "at_end": forecast.at_end,
        "low": forecast.low,
        "high": forecast.high,
        "probability": forecast.probability,
    }


def scored_shape(scored: Scored) -> KeyResultShape:
    """A key result as `okr status --json` and the API give it."""
    key_result, score = scored.key_result, scored.score
    return {
        "name": key_result.name,
        "title": key_result.title,
        "customer": key_result.customer,
        "unit": key_result.unit,
        "period": period_shape(key_result.period),
        "weight": key_result.weight,
        "lead": key_result.lead,
        "value": score.value,
        "baseline": score.baseline,
        "target": score.target,
        "target_text": key_result.target_text,
        "raw_progress": score.raw_progress,
        "progress": score.progress,
        "expected": score.expected,
        "pace": score.pace,
        "status": str(score.status),
        "reason": score.reason,
        "last_known_status": None if score.last_known_status is None else str(score.last_known_status),
        "measured_at": instant_or_null(score.measured_at),
        "days_ahead": score.days_ahead,
        "due": score.due,
        "final": score.final,
        "forecast": forecast_shape(scored.forecast),
        "notices": list(scored.notices),
    }


def objective_shape(scored: ScoredObjective) -> ObjectiveShape:
    """An objective with its key results."""
    objective, score = scored.objective, scored.score
    return {
        "id": objective.id,
        "title": objective.title,
        "owner": objective.owner,
        "scope": objective.scope,
        "aligns_to": objective.aligns_to,
        "period": period_shape(objective.period),
        "progress": score.progress,
        "coverage": score.coverage,
        "status": str(score.status),
        "key_results": [scored_shape(one) for one in scored.key_results],
    }


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


def point_shape(point: Point) -> PointShape:
    return {
        "at": rfc3339(point.at),
        "value": point.value,
        "progress": point.progress,
        "expected": point.expected,
        "status": str(point.status),
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


def log_shape(entry: LogEntry) -> LogShape:
    return {"at": rfc3339(entry.at), "kind": entry.kind, "text": entry.text}


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

"""What the API and `--json` say: the contract's names. Unknown is null, instants are RFC 3339 UTC, numbers are whole.

The `TypedDict`s are the API's documentation: OpenAPI is generated from them. Sources and what came from them are in
`source_shape`.
"""

from typing import Generic, TypeVar

from typing_extensions import TypedDict  # pydantic needs this one below Python 3.12

from ingest.okr.forecast import Forecast
from ingest.okr.instant import Instant, rfc3339
from ingest.okr.period import Period
from ingest.okr.scoring import Point
from ingest.run.card import LogEntry, Scored, ScoredObjective

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


class PointShape(TypedDict):
    at: str
    value: float | None
    progress: float | None
    expected: float | None
    status: str


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


def point_shape(point: Point) -> PointShape:
    return {
        "at": rfc3339(point.at),
        "value": point.value,
        "progress": point.progress,
        "expected": point.expected,
        "status": str(point.status),
    }


def log_shape(entry: LogEntry) -> LogShape:
    return {"at": rfc3339(entry.at), "kind": entry.kind, "text": entry.text}

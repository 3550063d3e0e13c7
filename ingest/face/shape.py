"""What the API and `--json` say: plain dictionaries of the contract's names. Unknown is null, instants RFC 3339 UTC."""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.okr.instant import Instant, rfc3339
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.period import Period
from ingest.okr.score import ObjectiveScore, Score

Shape = dict[str, Any]


def instant_or_null(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


def period_shape(period: Period) -> Shape:
    return {"text": period.text, "start": rfc3339(period.start), "end": rfc3339(period.end)}


def key_result_shape(key_result: KeyResult, score: Score) -> Shape:
    """A key result as `okr status --json` and the API give it. `forecast` is null: none is made yet."""
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
        "forecast": None,
        "notices": list(score.notices),
    }


def objective_shape(objective: Objective, rolled_up: ObjectiveScore, scores: Mapping[str, Score]) -> Shape:
    """An objective with its key results; `scores` by the key result's name."""
    return {
        "id": objective.id,
        "title": objective.title,
        "owner": objective.owner,
        "scope": objective.scope,
        "aligns_to": objective.aligns_to,
        "period": period_shape(objective.period),
        "progress": rolled_up.progress,
        "coverage": rolled_up.coverage,
        "status": str(rolled_up.status),
        "key_results": [key_result_shape(one, scores[one.name]) for one in objective.key_results],
    }


def listed(items: Sequence[Shape], next_url: str | None = None) -> Shape:
    """A page of a list."""
    return {"items": list(items), "next": next_url}

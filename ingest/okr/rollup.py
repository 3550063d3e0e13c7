"""An objective's score: what its key results say together."""

from collections.abc import Mapping

from ingest.okr.objective import Objective
from ingest.okr.score import ObjectiveScore, Score, Status
from ingest.okr.target import Learn

WORST_FIRST = (
    Status.OFF_TRACK,
    Status.MISSED,
    Status.NO_DATA,
    Status.STALE,
    Status.AT_RISK,
    Status.SCHEDULED,
    Status.ON_TRACK,
    Status.ACHIEVED,
)
_RANK = {status: place for place, status in enumerate(WORST_FIRST)}


def roll_up(objective: Objective, scores: Mapping[str, Score]) -> ObjectiveScore:
    """progress = Σ w·progress / Σ w (unknown counts 0), coverage = known ÷ all, status the worst.

    `scores` are by key result name. Key results with `learn` or weight 0 count in none of the three; where there are
    no others the objective is learning. An objective that is aligned to this one does not enter.
    """
    counted = [
        (key_result.weight, scores[key_result.name])
        for key_result in objective.key_results
        if key_result.weight > 0 and not isinstance(key_result.target, Learn)
    ]
    if not counted:
        return ObjectiveScore(None, None, Status.LEARNING)
    heaviest = max(weight for weight, _ in counted)  # keeps the sums finite whatever the weights are
    weights = [weight / heaviest for weight, _ in counted]
    gained = sum(weight * (score.progress or 0.0) for weight, (_, score) in zip(weights, counted, strict=True))
    known = sum(score.progress is not None for _, score in counted)
    worst = min((score.status for _, score in counted), key=_RANK.__getitem__)
    return ObjectiveScore(gained / sum(weights), known / len(counted), worst)

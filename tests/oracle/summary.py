"""The roll-up of an objective's key results. Semantics §6, "Objective"."""

from collections.abc import Mapping
from fractions import Fraction

from ingest.okr.objective import Objective
from ingest.okr.score import ObjectiveScore, Score, Status
from ingest.okr.target import Learn

WORST_FIRST = [
    Status.OFF_TRACK,
    Status.MISSED,
    Status.NO_DATA,
    Status.STALE,
    Status.AT_RISK,
    Status.SCHEDULED,
    Status.ON_TRACK,
    Status.ACHIEVED,
]


def roll_up(objective: Objective, scores: Mapping[str, Score]) -> ObjectiveScore:
    """§6: "progress = Σ w·progress / Σ w (unknown counts 0), `coverage` = known ÷ all, status the worst …; key results
    with `learn` or weight 0 count in none of the three; an objective of only those, at least one of them `learn`, says
    null, null, `learning`"."""
    counted = [
        key_result
        for key_result in objective.key_results
        if key_result.weight > 0 and not isinstance(key_result.target, Learn)
    ]
    if not counted:
        return ObjectiveScore(None, None, Status.LEARNING)
    reached = weights = Fraction(0)
    known = 0
    for key_result in counted:
        progress = scores[key_result.name].progress
        weights += Fraction(key_result.weight)
        reached += Fraction(key_result.weight) * Fraction(progress or 0)
        known += progress is not None
    statuses = {scores[key_result.name].status for key_result in counted}
    return ObjectiveScore(
        progress=float(reached / weights),
        coverage=known / len(counted),
        status=next(status for status in WORST_FIRST if status in statuses),
    )

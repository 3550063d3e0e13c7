"""Objectives: what their key results say together."""

from dataclasses import replace

import pytest

from ingest.okr.objective import Objective
from ingest.okr.score import ObjectiveScore, Score, Status
from ingest.okr.scoring import roll_up
from tests.okr.tables import key_result

BLANK = Score(None, None, None, None, None, None, None, Status.NO_DATA, None, None, None, None, None, final=False)


def rolled(*parts: tuple[str, float, float | None, Status]) -> ObjectiveScore:
    """The roll-up of key results given as (target, weight, progress, status)."""
    key_results, scores = [], {}
    for number, (target, weight, progress, status) in enumerate(parts):
        key_results.append(replace(key_result("a.b", target, weight=weight), name=f"o.k{number}"))
        scores[f"o.k{number}"] = BLANK._replace(progress=progress, status=status)
    return roll_up(Objective("o", "", key_results[0].period, tuple(key_results)), scores)


def test_progress_is_weighted_and_the_unknown_counts_zero() -> None:
    seen = rolled(("5", 3, 0.5, Status.ON_TRACK), ("5", 1, 1.0, Status.ACHIEVED), ("5", 1, None, Status.NO_DATA))
    assert seen == ObjectiveScore(pytest.approx(0.5), pytest.approx(2 / 3), Status.NO_DATA)


def test_learning_and_weightless_key_results_count_in_nothing() -> None:
    seen = rolled(("5", 1, 0.8, Status.ON_TRACK), ("learn", 1, None, Status.LEARNING), ("5", 0, 0.1, Status.OFF_TRACK))
    assert seen == ObjectiveScore(0.8, 1.0, Status.ON_TRACK)


def test_an_objective_that_only_learns_is_learning() -> None:
    assert rolled(("learn", 1, None, Status.LEARNING), ("5", 0, 0.1, Status.OFF_TRACK)) == ObjectiveScore(
        None, None, Status.LEARNING
    )


@pytest.mark.parametrize(
    ("worst", "others"),
    [
        (Status.OFF_TRACK, [Status.MISSED, Status.ACHIEVED]),
        (Status.MISSED, [Status.NO_DATA, Status.STALE]),
        (Status.NO_DATA, [Status.STALE, Status.AT_RISK]),
        (Status.STALE, [Status.AT_RISK, Status.SCHEDULED]),
        (Status.AT_RISK, [Status.SCHEDULED, Status.ON_TRACK]),
        (Status.SCHEDULED, [Status.ON_TRACK, Status.ACHIEVED]),
        (Status.ON_TRACK, [Status.ACHIEVED, Status.ACHIEVED]),
    ],
)
def test_the_status_is_the_worst(worst: Status, others: list[Status]) -> None:
    assert rolled(*(("5", 1.0, 0.5, status) for status in [*others, worst])).status is worst


def test_huge_weights_do_not_overflow() -> None:
    assert rolled(("5", 1e308, 1.0, Status.ACHIEVED), ("5", 1e308, 0.0, Status.MISSED)).progress == 0.5

"""The product's scores against the oracle's, on generated definitions, histories, zones and times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.objective import Objective
from ingest.okr.scoring import freeze, roll_up, score
from ingest.okr.target import Learn
from tests.oracle import freezing, reckoning, summary
from tests.oracle.agreement import differences
from tests.oracle.case import Case
from tests.oracle.effort import cases
from tests.oracle.generate import (
    EVERY_SHAPE,
    FLOWING_READINGS,
    ONLY_LEVELS,
    TOTALS,
    Asked,
    asked,
    changes,
    growths,
    holds,
    objectives,
    reaches,
    rounds,
    scores,
    ways,
)


def check(question: Asked) -> None:
    mine = reckoning.score(question.key_result, question.series, question.now, question.frozen)
    theirs = score(question.key_result, question.series, question.now, question.frozen)
    assert not differences(mine, theirs)


@cases(300)
@given(asked(ways(reaches, ONLY_LEVELS)))
def test_levels_that_reach_a_number(question: Asked) -> None:
    check(question)


@cases(400)
@given(asked(ways(reaches, TOTALS)))
def test_totals_that_reach_a_number(question: Asked) -> None:
    check(question)


@cases(200)
@given(asked(ways(reaches, FLOWING_READINGS)))
def test_readings_with_flows_that_reach_a_number(question: Asked) -> None:
    check(question)


@cases(500)
@given(asked(ways(changes, EVERY_SHAPE)))
def test_changes(question: Asked) -> None:
    check(question)


@cases(400)
@given(asked(rounds(growths)))
def test_growth(question: Asked) -> None:
    check(question)


@cases(400)
@given(asked(rounds(holds)))
def test_hold(question: Asked) -> None:
    check(question)


@cases(100)
@given(asked(ways(st.just(Learn()), EVERY_SHAPE)))
def test_learn(question: Asked) -> None:
    check(question)


@cases(300)
@given(asked(ways(reaches | changes | st.just(Learn()), EVERY_SHAPE) | rounds(growths | holds)))
def test_a_baseline_is_frozen_as_soon_as_it_is_known(question: Asked) -> None:
    mine = freezing.freeze(question.key_result, question.series, question.now)
    theirs = freeze(question.key_result, question.series, question.now)
    if mine is None or theirs is None:
        assert mine is theirs
        return
    assert theirs.value == pytest.approx(mine.value, rel=1e-9, abs=1e-9)
    assert theirs.late == mine.late
    start = Case(question.key_result, question.series, question.now).period.start
    # No score is asked for a time before the start, so of what was measured by then only that it was matters.
    assert max(theirs.measured_at, start) == max(mine.measured_at, start)
    assert theirs.origin


@cases(300)
@given(objectives(), st.data())
def test_an_objective_is_rolled_up(objective: Objective, data: st.DataObject) -> None:
    told = {key_result.name: data.draw(scores(key_result)) for key_result in objective.key_results}
    mine, theirs = summary.roll_up(objective, told), roll_up(objective, told)
    assert theirs.status is mine.status
    assert theirs.progress == (None if mine.progress is None else pytest.approx(mine.progress, rel=1e-9))
    assert theirs.coverage == (None if mine.coverage is None else pytest.approx(mine.coverage, rel=1e-9))

"""That the back-test measures what it says, on a handful of series; with `.ci/run --all`, that the bars are held."""

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from ingest.okr.instant import DAY
from ingest.okr.signal import Kind
from tests.backtest import catalogue, simulated
from tests.backtest.__main__ import judged
from tests.backtest.judgement import ALL, Figures, figures, results
from tests.backtest.recording import Recording
from tests.backtest.rival import drift, projection, theil_sen
from tests.backtest.trial import Trial, trials

LINE = Recording("a line", "trending levels", Kind.LEVEL, "day", [float(day) for day in range(400)])
STEADY = Recording("a steady rate", "Poisson counts", Kind.EVENTS, "day", [3.0] * 400)


@pytest.mark.parametrize("recording", [LINE, STEADY])
def test_of_a_straight_line_every_rival_knows_the_end(recording: Recording) -> None:
    for trial in trials(recording):
        assert theil_sen(trial) == pytest.approx(trial.truth, abs=2)
        assert drift(trial) == pytest.approx(trial.truth, abs=3)
        if recording is STEADY:
            assert projection(trial) == pytest.approx(trial.truth, rel=0.05)


def test_a_trial_is_within_its_period_and_knows_what_came_of_it() -> None:
    every = list(trials(LINE))
    assert len(every) == 4 * (4 + 2)
    for trial in every:
        period = trial.key_result.period
        assert period.start < trial.at < period.end
        assert trial.truth == pytest.approx((period.end - LINE.at(0)) // DAY, abs=1)
        assert trial.value <= trial.truth
        assert trial.unit == 1
        assert trial.attained == (trial.truth <= trial.target) if trial.key_result.target.at_most else True  # type: ignore[union-attr]


def test_targets_are_neither_all_hard_nor_all_easy() -> None:
    every = [trial for recording in islice(simulated.recordings(), 0, 480, 40) for trial in trials(recording)]
    attained = sum(trial.attained for trial in every) / len(every)
    assert 0.3 < attained < 0.7


def test_simulated_series_are_the_same_each_time_and_split_by_name() -> None:
    one, other = (next(simulated.recordings()) for _ in range(2))
    assert one == other
    sides = Counter(recording.side for recording in simulated.recordings())
    assert min(sides.values()) > 0.4 * sum(sides.values())
    assert replace(one, numbers=[0.0]).side == one.side


def test_there_are_real_series_enough_and_not_too_many_of_one_table() -> None:
    entries = [(entry.table, len(entry.columns) * max(len(entry.only), 1)) for entry in catalogue.ENTRIES]
    tables: Counter[str] = Counter()
    for table, count in entries:
        tables[table] += count
    assert tables.total() >= 60
    assert max(tables.values()) <= 20
    shipped = list(catalogue.recordings())
    assert len({recording.name for recording in shipped}) == len(shipped) == tables.total()
    assert all(len(recording.series().times) >= 30 for recording in shipped)


def test_figures_are_means_over_trials() -> None:
    found = results(islice(trials(STEADY), 6))
    family, whole = figures(found, 0.5)
    assert (family.family, family.series, family.trials, whole.family) == ("Poisson counts", 1, 6, ALL)
    assert family.coverage == 1
    assert family.base == 0.25
    assert family.missed == ["coverage"]


@pytest.fixture(scope="module")
def rows() -> dict[str, Figures]:
    return {row.family: row for row in judged("judge")[0]}

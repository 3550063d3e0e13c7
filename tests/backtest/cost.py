"""What a forecast costs, beside a straight line through the same points."""

from collections.abc import Sequence
from statistics import linear_regression, mean
from time import process_time

from ingest.okr.forecast import forecast
from tests.backtest.rival import past
from tests.backtest.trial import Trial

TIMED = 400


def cost(trials: Sequence[Trial]) -> tuple[float, float]:
    """Milliseconds of CPU of a forecast in the mean, and how many `statistics.linear_regression`s that is."""
    chosen = trials[:: max(len(trials) // TIMED, 1)]
    points = [[column.tolist() for column in past(trial)] for trial in chosen]
    ours, theirs = [], []
    for trial, (days, numbers) in zip(chosen, points, strict=True):
        begins = process_time()
        forecast(trial.key_result, {"a.b": trial.series}, trial.at)
        between = process_time()
        linear_regression(days, numbers)
        ours.append(between - begins)
        theirs.append(process_time() - between)
    return 1000 * mean(ours), mean(ours) / mean(theirs)

"""What the forecast is compared with: drift, Theil–Sen and a linear projection, from the same past."""

from bisect import bisect_left, bisect_right

import numpy as np

from ingest.okr.forecast.need import LOOKS_BACK
from ingest.okr.instant import DAY
from ingest.okr.signal import Kind
from tests.backtest.trial import Trial

Column = np.ndarray[tuple[int], np.dtype[np.float64]]
MOST = 150
"""Points of a Theil–Sen line; of more, evenly so many."""


def drift(trial: Trial) -> float:
    """Levels go on from the last as the line from the first to the last does; amounts at their mean."""
    days, numbers = past(trial)
    if trial.recording.kind is Kind.LEVEL:
        slope = (numbers[-1] - numbers[0]) / (days[-1] - days[0])
        return float(numbers[-1] + slope * (trial.days_left - days[-1]))
    return trial.value + float(np.mean(numbers)) * trial.steps


def theil_sen(trial: Trial) -> float:
    """The line whose slope is the median of all slopes between two points, and which leaves as many above as below.

    Of amounts that through the amounts; through their running total it is nearly drift, and weaker where rates change.
    """
    days, numbers = past(trial)
    keep = np.unique(np.linspace(0, len(days) - 1, min(len(days), MOST)).astype(int))
    x, y = days[keep], numbers[keep]
    first, second = np.triu_indices(len(x), 1)
    slope = float(np.median((y[second] - y[first]) / (x[second] - x[first])))
    now = float(np.median(y - slope * x))
    if trial.recording.kind is Kind.LEVEL:
        return now + slope * trial.days_left
    return trial.value + (now + slope * trial.days_left / 2) * trial.steps


def projection(trial: Trial) -> float:
    """x goes on as it went since the period's start, as a straight line: what a pace tells."""
    period, series = trial.key_result.period, trial.series
    gone = (trial.at - period.start) / (period.end - period.start)
    if trial.recording.kind is not Kind.LEVEL:
        return trial.value / gone
    start = series.values[max(bisect_right(series.times, period.start) - 1, 0)]
    return start + (trial.value - start) / gone


def past(trial: Trial) -> tuple[Column, Column]:
    """Days before t (negative) and the numbers there, as far back as the forecast looks."""
    series, at = trial.series, trial.at
    last = bisect_right(series.times, at)
    first = min(bisect_left(series.times, at - LOOKS_BACK), last - 2)
    return (np.array(series.times[first:last], dtype=float) - at) / DAY, np.array(
        series.values[first:last], dtype=float
    )

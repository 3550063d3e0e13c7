"""`take: best`: the best of the readings so far, and of those that are still to come."""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

from ingest.okr.aim import goes_down
from ingest.okr.bound import at_least, at_most
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle, in_order
from ingest.okr.forecast.outlook import Outlook, levels_outlook
from ingest.okr.forecast.past import Past, level_steps
from ingest.okr.forecast.path import Bounds, Stretch, stays_inside
from ingest.okr.forecast.spread import normal_below

MOST = 8
"""So many readings to come are followed; of more it is as if every few of them were one."""
RUNGS = 10
"""Bounds at which the chance is worked out; between them it is taken as a straight line."""
FARTHEST = 5.0
"""Standard deviations beyond what is expected, where the last of them lies."""


def best_ending(past: Past, facts: Facts) -> Forecast:
    if facts.value is None or facts.target is None:
        raise TooLittle(facts.reason or "no data yet")
    down = goes_down(past.book.key_result)
    sign = -1.0 if down else 1.0
    steps, best = past.steps, sign * facts.value
    outlook = levels_outlook([sign * level for level in level_steps(past)], steps, past.grid.year)
    simple = outlook._replace(models=((1.0, outlook.models[0][1]),))
    readings = (past.book.key_result.period.end - past.anchor) / max(past.spacing, 1)

    def below(bound: float) -> float:
        """The chance that no reading to come is better than a bound."""
        return _below(simple, bound, readings, steps)

    attained = at_most(facts.value, facts.target) if down else at_least(facts.value, facts.target)
    low, middle, high = _quantiles(below, best, outlook, steps)
    chance = 1.0 if attained else 1 - below(sign * facts.target)
    ends = sorted((sign * low, sign * high))
    return in_order(sign * middle, ends[0], ends[1], chance)


def _below(outlook: Outlook, bound: float, readings: float, steps: float) -> float:
    count = min(round(readings), MOST)
    if count < 1:  # the next may come before the end, or after it
        mean, variance = outlook.ending(steps)
        return 1 - min(readings, 1.0) * normal_below((mean - bound) / sqrt(variance))
    times = [steps * number / count for number in range(count + 1)]
    stretches = [Stretch(before, after) for before, after in pairwise(times)]
    return stays_inside(outlook, stretches, Bounds(high=bound))


def _quantiles(
    below: Callable[[float], float], best: float, outlook: Outlook, steps: float
) -> tuple[float, float, float]:
    """What the best at the end exceeds with a chance of 90, 50 and 10 %; never worse than it is now."""
    mean, variance = outlook.ending(steps)
    farthest = max(best, mean) + FARTHEST * sqrt(variance)
    rungs = [best + (farthest - best) * number / RUNGS for number in range(RUNGS + 1)]
    chances = [below(rung) for rung in rungs]
    return _where(chances, rungs, 0.1), _where(chances, rungs, 0.5), _where(chances, rungs, 0.9)


def _where(chances: list[float], rungs: list[float], share: float) -> float:
    """The bound at which the chance reaches a share."""
    if chances[0] >= share:
        return rungs[0]
    for number in range(1, len(rungs)):
        low, high = chances[number - 1], chances[number]
        if high >= share:
            return rungs[number - 1] + (rungs[number] - rungs[number - 1]) * (share - low) / (high - low)
    return rungs[-1]

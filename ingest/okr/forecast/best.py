"""`take: best`: the best of the readings so far, and of those that are still to come."""

from collections.abc import Callable
from math import inf, isfinite, sqrt

from ingest.okr.aim import goes_down
from ingest.okr.bound import TOLERANCE, at_least, at_most
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle
from ingest.okr.forecast.outlook import Outlook, levels_outlook
from ingest.okr.forecast.passage import Passage
from ingest.okr.forecast.past import Past, level_steps
from ingest.okr.forecast.spread import normal_below

MOST = 16
"""So many readings to come are followed one by one; of more it is as if every few of them were one."""
LADDER = 14


def best_ending(past: Past, facts: Facts) -> Forecast:
    if facts.value is None or facts.target is None:
        raise TooLittle(facts.reason or "no data yet")
    sign = -1.0 if goes_down(past.book.key_result) else 1.0
    best, target = sign * facts.value, sign * facts.target
    readings = max(past.ahead / max(past.spacing, 1), 0.0)
    outlook = levels_outlook([sign * level for level in level_steps(past)], past.ahead / past.length)
    steps = past.ahead / past.length
    attained = at_most(facts.value, facts.target) if sign < 0 else at_least(facts.value, facts.target)

    def below(bound: float) -> float:
        """The chance that no reading to come is better than a bound."""
        return _below(outlook, bound, readings, steps)

    middle, low, high = (_quantile(below, best, outlook, steps, share) for share in (0.5, 0.1, 0.9))
    chance = 1.0 if attained else 1 - below(target - TOLERANCE * abs(target))
    if not all(map(isfinite, (middle, low, high, chance))):
        raise OverflowError
    ends = sorted((sign * low, sign * high))
    return Forecast(sign * middle, ends[0], ends[1], min(max(chance, 0.0), 1.0))


def _below(outlook: Outlook, bound: float, readings: float, steps: float) -> float:
    count = min(round(readings), MOST)
    if count < 1:  # the next reading may come after the end, or just before
        mean, variance = outlook.ending(steps)
        return 1 - min(readings, 1.0) * (1 - normal_below((bound - mean) / sqrt(variance)))
    path = Passage(outlook.level, outlook.slope, outlook.level_variance, outlook.slope_variance)
    for number in range(1, count + 1):
        path.step(outlook.walk * steps / count, 0.0, 1.0, steps * number / count, outlook.noise, -inf, bound)
    return path.chance


def _quantile(below: Callable[[float], float], best: float, outlook: Outlook, steps: float, share: float) -> float:
    """The best at the end that is not exceeded with this chance."""
    if below(best) >= share:
        return best
    mean, variance = outlook.ending(steps)
    low, high = best, max(best, mean) + 6 * sqrt(variance)
    for _ in range(LADDER):
        middle = (low + high) / 2
        if below(middle) >= share:
            high = middle
        else:
            low = middle
    return (low + high) / 2

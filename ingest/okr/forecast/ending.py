"""From the outlook of the past to x at the end of the period."""

from math import isfinite, sqrt
from typing import NamedTuple

from ingest.okr.aim import counts_part, goes_down
from ingest.okr.algebra import only_levels
from ingest.okr.book import Window
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle, in_order
from ingest.okr.forecast.expansion import is_weighted_sum, value_with, weights_of
from ingest.okr.forecast.outlook import amounts_outlook, levels_outlook
from ingest.okr.forecast.past import Past, flow_steps, level_steps, weighted_levels
from ingest.okr.forecast.spread import TENTH, Amount, Bell, Count


class Ending(NamedTuple):
    """What x will be: what is certain, and what is still to come."""

    certain: float
    coming: Bell | Amount | Count
    middle: float
    """Of what is to come."""

    def forecast(self, target: float, down: bool) -> Forecast:
        """With the chance that x ends at the target or beyond it."""
        coming, bound = self.coming, target - self.certain
        low, high = coming.quantile(-TENTH), coming.quantile(TENTH)
        chance = coming.at_most(bound) if down else coming.at_least(bound)
        return in_order(self.certain + self.middle, self.certain + low, self.certain + high, chance)


def plain_ending(past: Past, facts: Facts) -> Forecast:
    """Of reach and change."""
    if facts.value is None or facts.target is None:
        raise TooLittle(facts.reason or "no data yet")
    return ending_of(past, facts.value).forecast(facts.target, goes_down(past.book.key_result))


def ending_of(past: Past, value: float) -> Ending:
    """x at the end, where it is `value` now."""
    key_result, steps = past.book.key_result, past.steps
    if only_levels(key_result.value, key_result.kinds):
        outlook = levels_outlook(level_steps(past), steps, past.grid.year)
        mean, variance = outlook.ending(steps)
        return Ending(0.0, Bell(mean, sqrt(variance), outlook.freedom), mean)
    if not past.levels and is_weighted_sum(key_result.value):
        return _of_sum(past, value, steps)
    return _of_mixture(past, steps)


def _of_sum(past: Past, value: float, steps: float) -> Ending:
    """Of a weighted sum of flows: what was counted stays, and more comes."""
    amounts = flow_steps(past, weights_of(past.book.key_result.value, dict.fromkeys(past.flows, 1.0)))
    outlook = amounts_outlook(amounts, steps, past.grid.year)
    mean, variance = outlook.total(steps)
    if past.may_fall:
        return Ending(value, Bell(mean, sqrt(variance), outlook.freedom), mean)
    mean = max(mean, 0.0)
    if past.whole and all(map(float.is_integer, (*amounts, value))):
        # Half an event more, as Jeffreys' prior has it: where none was seen so far one may still come.
        expected = mean + steps / (2 * len(amounts))
        known = expected + expected * expected / (sum(amounts) + 0.5)
        return Ending(value, Count(expected, max(variance, known)), mean)
    return Ending(value, Amount(mean, variance), mean)


def _of_mixture(past: Past, steps: float) -> Ending:
    """Of anything else with a flow in it: as a weighted sum, near where the signals will be."""
    value, year = past.book.key_result.value, past.grid.year
    counted = {name: _so_far(past, name) for name in past.flows}
    rates = {name: _mean(flow_steps(past, {name: 1.0})) for name in past.flows}
    centre = {name: past.levels_at(name, [past.anchor])[0] for name in past.levels}
    centre |= {name: counted[name] + rate * steps for name, rate in rates.items()}
    weights = weights_of(value, centre)
    outlook = amounts_outlook(flow_steps(past, {name: weights[name] for name in past.flows}), steps, year)
    more, variance = outlook.total(steps)
    freedom = outlook.freedom
    mean = value_with(value, centre) + more - sum(weights[name] * rate * steps for name, rate in rates.items())
    if past.levels:
        wandering = levels_outlook(weighted_levels(past, weights), steps, year)
        level, scatter = wandering.ending(steps)
        mean += level - sum(weights[name] * centre[name] for name in past.levels)
        variance, freedom = variance + scatter, min(freedom, wandering.freedom)
    return Ending(0.0, Bell(mean, sqrt(variance), freedom), mean)


def _so_far(past: Past, name: str) -> float:
    """The total of a flow since the period's start."""
    key_result = past.book.key_result
    window = Window(key_result.period.start, past.as_of, closed=False, part=counts_part(key_result))
    return past.book.part(name, window)


def _mean(numbers: list[float]) -> float:
    mean = sum(numbers) / len(numbers)
    if not isfinite(mean):
        raise OverflowError
    return mean

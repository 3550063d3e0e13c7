"""From the outlook of the past to x at the end of the period."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, sqrt

from ingest.okr.aim import counts_part, goes_down
from ingest.okr.algebra import Unknown, evaluate, only_levels
from ingest.okr.book import Window
from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle
from ingest.okr.forecast.outlook import amounts_outlook, levels_outlook
from ingest.okr.forecast.past import Past, flow_steps, level_steps
from ingest.okr.forecast.spread import TENTH, Amount, Bell, Count

NUDGE = 1e-4
"""By what share a signal is moved to see what its value makes of it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What x will be: what is certain, and what is still to come."""

    certain: float
    coming: Bell | Amount | Count
    middle: float

    def forecast(self, target: float, down: bool) -> Forecast:
        """With the chance that x ends at the target or beyond it."""
        coming, bound = self.coming, target - self.certain
        low, high = coming.quantile(-TENTH), coming.quantile(TENTH)
        chance = coming.at_most(bound) if down else coming.at_least(bound)
        low, high = min(low, self.middle), max(high, self.middle)
        numbers = self.certain + self.middle, self.certain + low, self.certain + high
        if not all(map(isfinite, (*numbers, chance))):
            raise OverflowError
        return Forecast(*numbers, min(max(chance, 0.0), 1.0))


def plain_ending(past: Past, facts: Facts) -> Forecast:
    """Of reach and change."""
    if facts.value is None or facts.target is None:
        raise TooLittle(facts.reason or "no data yet")
    return ending_of(past, facts.value).forecast(facts.target, goes_down(past.book.key_result))


def ending_of(past: Past, value: float) -> Ending:
    """x at the end, where it is `value` now."""
    key_result = past.book.key_result
    steps = max(past.ahead / past.length, 0.0)
    if only_levels(key_result.value, key_result.kinds):
        outlook = levels_outlook(level_steps(past), steps)
        mean, variance = outlook.ending(steps)
        return Ending(0.0, Bell(mean, sqrt(variance), outlook.freedom), mean)
    if not past.levels and is_linear(past):
        return flows_ending(past, weights_of(past), value, steps)
    return mixed_ending(past, steps)


def flows_ending(past: Past, weights: dict[str, float], value: float, steps: float) -> Ending:
    """Of a sum of flows, each times a number: what was counted stays, and more comes."""
    amounts = flow_steps(past, weights)
    outlook = amounts_outlook(amounts, steps)
    mean, variance = outlook.total(steps)
    if min(amounts) < 0 or mean < 0:
        return Ending(value, Bell(mean, sqrt(variance), outlook.freedom), mean)
    if all(map(float.is_integer, amounts)) and float(value).is_integer():
        count, mean_, variance_ = _counted(amounts, steps, mean, variance)
        return Ending(value, Count(mean_, variance_), count)
    return Ending(value, Amount(mean, variance), mean)


def _counted(amounts: list[float], steps: float, mean: float, variance: float) -> tuple[float, float, float]:
    """Gamma-Poisson: with the rate that is likely after so many events in so many steps."""
    shape, exposure = sum(amounts) + 0.5, float(len(amounts))
    mean = shape / exposure * steps
    return mean, mean, max(variance, mean + mean * mean / shape)


def is_linear(past: Past) -> bool:
    """Whether the value of flows is a weighted sum of them: twice as much of each is twice the value."""
    return _linear(past.book.key_result.value)


def _linear(part: Expression) -> bool:
    match part:
        case SignalName():
            return True
        case Negation(inner):
            return _linear(inner)
        case Operation("+" | "-", left, right):
            return _linear(left) and _linear(right)
        case Operation("*", Number(), right):
            return _linear(right)
        case Operation("*" | "/", left, Number()):
            return _linear(left)
    return False


def weights_of(past: Past) -> dict[str, float]:
    """By what each flow of a linear value is multiplied."""
    none = dict.fromkeys(past.flows, 0.0)
    return {name: value_of(past, {**none, name: 1.0}) for name in past.flows}


def mixed_ending(past: Past, steps: float) -> Ending:
    """Of anything else with a flow in it: as a sum that is the same near where the signals will be."""
    centre = {name: past.levels_at(name, [past.anchor])[0] for name in past.levels}
    rates = {name: flow_steps(past, {name: 1.0}) for name in past.flows}
    centre |= {name: so_far(past, name) + sum(steps_) / len(steps_) * steps for name, steps_ in rates.items()}
    mean = value_of(past, centre)
    weights = {name: slope_of(past, centre, name) for name in centre}
    outlook = amounts_outlook(flow_steps(past, {name: weights[name] for name in past.flows}), steps)
    more, scatter = outlook.total(steps)
    mean += more - sum(weights[name] * (centre[name] - so_far(past, name)) for name in past.flows)
    variance, freedom = scatter, outlook.freedom
    if past.levels:
        wandering = levels_outlook(weighted_levels(past, weights), steps)
        level, scatter = wandering.ending(steps)
        mean += level - sum(weights[name] * centre[name] for name in past.levels)
        variance, freedom = variance + scatter, min(freedom, wandering.freedom)
    return Ending(0.0, Bell(mean, sqrt(variance), freedom), mean)


def weighted_levels(past: Past, weights: Mapping[str, float]) -> list[float]:
    columns = [[weights[name] * level for level in past.levels_at(name, past.edges)] for name in past.levels]
    return [number for number in map(sum, zip(*columns, strict=True)) if isfinite(number)]


def so_far(past: Past, name: str) -> float:
    """The total of a flow since the period's start."""
    book = past.book
    window = Window(book.key_result.period.start, past.as_of, closed=False, part=counts_part(book.key_result))
    return book.part(name, window)


def value_of(past: Past, signals: Mapping[str, float]) -> float:
    """The value with these numbers of its signals."""
    try:
        return evaluate(past.book.key_result.value, signals.__getitem__)
    except Unknown as unknown:
        raise TooLittle(str(unknown)) from None


def slope_of(past: Past, signals: Mapping[str, float], name: str) -> float:
    """How much the value moves with one signal, near these numbers."""
    size = NUDGE * (abs(signals[name]) or 1.0)
    higher = value_of(past, {**signals, name: signals[name] + size})
    lower = value_of(past, {**signals, name: signals[name] - size})
    return (higher - lower) / (2 * size)

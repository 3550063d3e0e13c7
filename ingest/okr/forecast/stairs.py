"""Growth and hold: the chance that each sub-period that is left does what it should, and v of the last."""

from collections.abc import Mapping
from math import inf, sqrt

from ingest.okr.algebra import only_levels
from ingest.okr.book import Window
from ingest.okr.bound import at_least
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle, in_order
from ingest.okr.forecast.expansion import is_weighted_sum, value_with, weights_of
from ingest.okr.forecast.outlook import Outlook, amounts_outlook, levels_outlook
from ingest.okr.forecast.past import Past, flow_steps, level_steps, weighted_levels
from ingest.okr.forecast.path import Bounds, Stretch, stays_inside
from ingest.okr.forecast.spread import TENTH, Bell
from ingest.okr.steps import StepReader, stairs_of
from ingest.okr.target import Growth, Hold
from ingest.okr.unit import Unit


def stairs_ending(past: Past, facts: Facts, target: Growth | Hold) -> Forecast:
    stairs = stairs_of(past.book.key_result, target)
    reader = StepReader(past.book, target, stairs)
    left = [place for place in range(stairs.inside, len(stairs.units)) if stairs.units[place].end > past.as_of]
    so_far = facts.raw is not None and facts.expected is not None and at_least(facts.raw, facts.expected)
    if not left:
        value = reader.value(len(stairs.units) - 1)
        if isinstance(value, str):
            raise TooLittle(value)
        return in_order(value, value, value, float(so_far))
    outlook, stretches = _ahead(past, [stairs.units[place] for place in left])
    last = _bell(outlook, stretches[-1])
    low, high = last.quantile(-TENTH), last.quantile(TENTH)
    if not past.levels and not past.may_fall:
        low = max(low, stretches[-1].offset)
    bounds = _bounds(past, target, reader.base(left[0]) if isinstance(target, Growth) else None)
    chance = stays_inside(outlook, stretches, bounds) if so_far and bounds is not None else 0.0
    return in_order(max(last.centre, low), low, high, chance)


def _bounds(past: Past, target: Growth | Hold, base: float | None) -> Bounds | None:
    """What each of them must keep to. None where growth has nothing to grow from, which counts 0."""
    if isinstance(target, Growth):
        return None if base is None else Bounds(low=0.0, share=1 + target.rate, seen=base)
    # A whole number keeps to a bound where a number without steps is within half of 1 of it.
    whole = not past.levels and is_weighted_sum(past.book.key_result.value) and past.whole
    grain = 0.5 if whole else 0.0
    low = -inf if target.low is None else target.low - grain
    high = inf if target.high is None else target.high + grain
    return Bounds(low, high)


def _bell(outlook: Outlook, last: Stretch) -> Bell:
    """v of a stretch, whatever comes before it."""
    if outlook.sort.total:
        mean, variance = outlook.total(last.ends - last.begins, last.begins)
    else:
        mean, variance = outlook.ending(last.ends)
    return Bell(last.offset + mean, sqrt(variance + last.noise), outlook.freedom)


def _ahead(past: Past, units: list[Unit]) -> tuple[Outlook, list[Stretch]]:
    """The sub-periods that are left, as stretches of the outlook of what v is made of."""
    key_result, until, year = past.book.key_result, past.grid.until, past.grid.year
    ends = until(units[-1].end)
    if only_levels(key_result.value, key_result.kinds):
        outlook = levels_outlook(level_steps(past), ends, year)
        return outlook, [Stretch(until(unit.start), until(unit.end)) for unit in units]
    amounts = {name: flow_steps(past, {name: 1.0}) for name in past.flows}
    rates = {name: sum(one) / len(one) for name, one in amounts.items()}
    levels = {name: past.levels_at(name, [past.anchor])[0] for name in past.levels}
    usual = max(ends - until(units[-1].start), 1e-9)
    weights = weights_of(key_result.value, levels | {name: rate * usual for name, rate in rates.items()})
    outlook = amounts_outlook(flow_steps(past, {name: weights[name] for name in past.flows}), ends, year)
    wandering = levels_outlook(weighted_levels(past, weights), ends, year) if past.levels else None
    return outlook, [_stretch(past, unit, levels, rates, weights, wandering) for unit in units]


def _stretch(
    past: Past,
    unit: Unit,
    levels: Mapping[str, float],
    rates: Mapping[str, float],
    weights: Mapping[str, float],
    wandering: Outlook | None,
) -> Stretch:
    """One sub-period of flows: what is counted of it already, and what is to come near the usual rates."""
    begins, ends = past.grid.until(unit.start), past.grid.until(unit.end)
    long = ends - begins
    counted = {name: _counted(past, name, unit) for name in rates}
    value = value_with(
        past.book.key_result.value, {**levels, **{name: counted[name] + rate * long for name, rate in rates.items()}}
    )
    offset = value - long * sum(weights[name] * rate for name, rate in rates.items())
    return Stretch(begins, ends, offset, wandering.ending(ends)[1] if wandering else 0.0)


def _counted(past: Past, name: str, unit: Unit) -> float:
    """What is counted already of a sub-period that is running."""
    if unit.start >= past.as_of:
        return 0.0
    return past.book.part(name, Window(unit.start, past.as_of, closed=False))

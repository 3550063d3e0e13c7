"""Growth and hold: the chance that each sub-period that is left does what it should, and v of the last."""

from dataclasses import dataclass
from math import inf, isfinite, sqrt

from ingest.okr.algebra import only_levels
from ingest.okr.book import Window
from ingest.okr.bound import TOLERANCE, at_least
from ingest.okr.facts import Facts
from ingest.okr.forecast.answer import Forecast, TooLittle
from ingest.okr.forecast.ending import is_linear, slope_of, value_of, weighted_levels, weights_of
from ingest.okr.forecast.outlook import Outlook, amounts_outlook, levels_outlook
from ingest.okr.forecast.passage import Passage
from ingest.okr.forecast.past import Past, flow_steps, level_steps
from ingest.okr.forecast.spread import TENTH, Bell
from ingest.okr.instant import Instant
from ingest.okr.steps import StepReader, stairs_of
from ingest.okr.target import Growth, Hold
from ingest.okr.unit import Unit


@dataclass(frozen=True, slots=True)
class Tread:
    """v of one sub-period that is left: offset + factor · (level + slope · time) + noise."""

    offset: float
    factor: float
    time: float
    noise: float


def stairs_ending(past: Past, facts: Facts, target: Growth | Hold) -> Forecast:
    stairs = stairs_of(past.book.key_result, target)
    left = [place for place in range(stairs.inside, len(stairs.units)) if stairs.units[place].end > past.as_of]
    so_far = facts.raw is not None and facts.expected is not None and at_least(facts.raw, facts.expected)
    reader = StepReader(past.book, target, stairs)
    if not left:
        value = reader.value(len(stairs.units) - 1)
        if isinstance(value, str):
            raise TooLittle(value)
        return Forecast(value, value, value, float(so_far))
    outlook, treads = _treads(past, [stairs.units[place] for place in left])
    last = _bell(outlook, treads[-1])
    base = reader.base(left[0]) if isinstance(target, Growth) else None
    chance = _chance(outlook, treads, target, base, _grain(past))
    low, high = last.quantile(-TENTH), last.quantile(TENTH)
    if not all(map(isfinite, (low, last.centre, high, chance))):
        raise OverflowError
    return Forecast(last.centre, low, high, min(max(chance, 0.0), 1.0) if so_far else 0.0)


def _chance(outlook: Outlook, treads: list[Tread], target: Growth | Hold, base: float | None, grain: float) -> float:
    """That all of them do what they should. `grain`: of whole numbers half of 1, by which a bound is met."""
    path = Passage(outlook.level, outlook.slope, outlook.level_variance, outlook.slope_variance)
    if isinstance(target, Growth):
        if base is None:
            return 0.0
        path.seen = base
        low, high, share = -TOLERANCE * abs(base), inf, 1 + target.rate
    else:
        low = -inf if target.low is None else target.low - TOLERANCE * abs(target.low) - grain
        high = inf if target.high is None else target.high + TOLERANCE * abs(target.high) + grain
        share = 0.0
    before = 0.0
    for tread in treads:
        wander = outlook.walk * max(tread.time - before, 0.0)
        path.step(wander, tread.offset, tread.factor, tread.time, tread.noise, low, high, share)
        before = tread.time
        if path.chance < 1e-9:
            return 0.0
    return path.chance


def _bell(outlook: Outlook, tread: Tread) -> Bell:
    wander = outlook.level_variance + outlook.slope_variance * tread.time**2 + outlook.walk * tread.time
    return Bell(
        tread.offset + tread.factor * (outlook.level + outlook.slope * tread.time),
        sqrt(tread.factor**2 * wander + tread.noise),
        outlook.freedom,
    )


def _treads(past: Past, units: list[Unit]) -> tuple[Outlook, list[Tread]]:
    key_result = past.book.key_result

    def steps(at: Instant) -> float:
        return max(at - past.anchor, 0) / past.length

    last = steps(units[-1].end)
    if only_levels(key_result.value, key_result.kinds):
        outlook = levels_outlook(level_steps(past), last)
        return outlook, [Tread(0.0, 1.0, steps(unit.end), outlook.noise) for unit in units]
    rates = {name: flow_steps(past, {name: 1.0}) for name in past.flows}
    rate = {name: sum(amounts) / len(amounts) for name, amounts in rates.items()}
    levels = {name: past.levels_at(name, [past.anchor])[0] for name in past.levels}
    usual = (units[-1].end - units[-1].start) / past.length
    centre = levels | {name: one * usual for name, one in rate.items()}
    weights = {name: slope_of(past, centre, name) for name in centre}
    outlook = amounts_outlook(flow_steps(past, {name: weights[name] for name in past.flows}), last)
    noise = _noise(past, weights)
    drift = sum(weights[name] * rate[name] for name in past.flows)
    treads = []
    for unit in units:
        begins, ends = steps(unit.start), steps(unit.end)
        length = ends - begins
        counted = {name: _counted(past, name, unit) for name in past.flows}
        value = value_of(past, levels | {name: counted[name] + rate[name] * length for name in past.flows})
        level_noise = noise.ending(ends)[1] if noise else 0.0
        noise_here = outlook.noise * length + level_noise
        treads.append(Tread(value - drift * length, length, (begins + ends) / 2, noise_here))
    return outlook, treads


def _noise(past: Past, weights: dict[str, float]) -> Outlook | None:
    """What levels add, beside flows, to how far v scatters."""
    return levels_outlook(weighted_levels(past, weights), 1.0) if past.levels else None


def _counted(past: Past, name: str, unit: Unit) -> float:
    """What is counted already of a sub-period that is running."""
    if unit.start >= past.as_of:
        return 0.0
    return past.book.part(name, Window(unit.start, past.as_of, closed=False))


def _grain(past: Past) -> float:
    """Half of 1 where v is a whole number."""
    if past.levels or not is_linear(past):
        return 0.0
    return 0.5 if all(map(float.is_integer, flow_steps(past, weights_of(past)))) else 0.0

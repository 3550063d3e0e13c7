"""Where steps lead, and how far they scatter on the way: the mean of a few models, by how well they fit.

Each model is a level that wanders more or less, on a line that is nearly flat or steep, with or without a time of the
year. They are weighed by their marginal likelihood (Bayesian model averaging: Hoeting and others, Statistical Science
14, 1999), those of more parts at a cost. The interval is widened or narrowed by how far off the best model was, at
about that distance, in the past. All constants were chosen on the *choose* side of `tests/backtest`.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import exp, inf
from typing import NamedTuple

from ingest.okr.forecast.filter import LONGEST, SHAPES, TABLE, filter_of, shapes_at, shapes_over
from ingest.okr.forecast.model import Model, model_of, pass_through, wandered

ODDS = 5.0
"""Models whose score is so far below the best are left out."""
YEARS = 0.5
"""A time of the year is thought of from half a year on."""
WAVES = (3.0, 3.0, 1.0, 1.0)
"""How large the waves of a year and of half a year may be: standard deviations, as multiples of a step's."""
SEASON_COST = 2.5
SPIKE = 12.0
"""A level that leaves its neighbours on both sides by so many median steps, and comes back, is a slip."""
MISREAD = 0.02
"""Of numbers that never changed a step is taken to be this share of their size."""


class Sort(NamedTuple):
    """What is thought of levels, or of amounts, before they are seen."""

    total: bool
    """What is wanted is the sum of the steps to come, not the last of them."""
    walks: tuple[float, ...]
    slopes: tuple[float, ...]
    """How steep the line may be: standard deviations of its rise in a step, as multiples of a step's."""
    slope_cost: float
    walk_cost: float
    narrowest: float
    """By what the variance is narrowed at most."""
    season_doubt: float
    """By what more it is widened for a time of the year."""
    share_doubt: float
    """A sum is never known better than to this share of it (a standard deviation)."""


LEVELS = Sort(False, (0.0, 0.003, 0.03, 0.3, 1.0), (0.02, 0.3), 0.0, 0.0, 0.5, 1.0, 0.0)
AMOUNTS = Sort(True, (0.0, 0.001, 0.01, 0.05), (0.001, 0.1), 3.0, 60.0, 1.15, 0.0, 0.042)


class Outlook(NamedTuple):
    """Weighed models of the same steps."""

    sort: Sort
    models: tuple[tuple[float, Model], ...]
    """With their weights, which add up to 1; the best first."""
    widening: float
    """Of all variances."""
    freedom: float
    """Degrees of freedom of Student's t."""

    def ending(self, steps: float) -> tuple[float, float]:
        """Mean and variance of what will be read so many steps ahead."""
        return self._mixed([(weight, *model.ending(steps)) for weight, model in self.models])

    def total(self, steps: float, after: float = 0.0) -> tuple[float, float]:
        """Mean and variance of the sum of so many steps to come, after so many others."""
        mean, variance = self._mixed([(weight, *model.total(steps, after)) for weight, model in self.models])
        return mean, variance + (self.sort.share_doubt * mean) ** 2

    def _mixed(self, parts: list[tuple[float, float, float]]) -> tuple[float, float]:
        mean = sum(weight * one for weight, one, _ in parts)
        return mean, self.widening * sum(weight * (scatter + (one - mean) ** 2) for weight, one, scatter in parts)


def levels_outlook(levels: Sequence[float], steps: float, year: float = inf) -> Outlook:
    """Of levels read step after step. A year is so many steps; one of no end means that none is thought of."""
    return _outlook(LEVELS, without_spikes(levels), steps, year)


def amounts_outlook(amounts: Sequence[float], steps: float, year: float = inf) -> Outlook:
    """Of the amounts of steps. One that is much larger than all others did happen, and counts."""
    return _outlook(AMOUNTS, amounts, steps, year)


def _outlook(sort: Sort, numbers: Sequence[float], steps: float, year: float) -> Outlook:
    numbers = numbers[-LONGEST:]
    count = len(numbers) - 1
    seasonal = count >= YEARS * year
    year, tabulated = year if seasonal else inf, -(-count // TABLE) * TABLE
    floor, waves = _floor(numbers), tuple(size**-2 for size in WAVES)
    models = []
    for walk in sort.walks:
        passed = pass_through(filter_of(walk, year, tabulated), numbers, SHAPES if seasonal else 1)
        for slope in sort.slopes:
            cost = sort.walk_cost * walk + (sort.slope_cost if slope != sort.slopes[0] else 0.0)
            plain = model_of(passed._replace(cross=passed.cross[:1]), (slope**-2,), floor)
            models.append(plain._replace(score=plain.score - cost))
            if seasonal:
                model = model_of(passed, (slope**-2, *waves), floor)
                models.append(model._replace(score=model.score - cost - SEASON_COST))
    models.sort(key=lambda model: -model.score)
    best = models[0]
    weights = [exp(model.score - best.score) for model in models if model.score > best.score - ODDS]
    whole = sum(weights)
    kept = tuple((weight / whole, model) for weight, model in zip(weights, models, strict=False))
    widening = _widened(sort, numbers, best, steps)
    widening *= 1 + sort.season_doubt * sum(weight for weight, model in kept if model.seasonal)
    return Outlook(sort, kept, widening, max(count - 1, 1))


def _widened(sort: Sort, numbers: Sequence[float], best: Model, steps: float) -> float:
    """How much larger the squared errors were than they should have been, at this distance or as far as the past goes.

    A past that is n distances long says as much as n trials: it counts for n ÷ (n + 1).
    """
    count, one, sizes = best.length, best.filter, best.sizes
    far = min(max(round(steps), 1), count // 3)
    if far < 1 or count + 1 - far - 3 < 2:
        return 1.0
    levels = list(accumulate(zip(numbers[1:], one.gains, strict=False), _followed, initial=numbers[0]))
    sums = list(accumulate(numbers, initial=0.0))
    wander = one.walk * (wandered(far) if sort.total else far) + (1 - one.walk) * (far if sort.total else 1)
    errors, expected, factor = 0.0, 0.0, far if sort.total else 1
    for place in range(3, count + 1 - far):
        truth = sums[place + far + 1] - sums[place + 1] if sort.total else numbers[place + far]
        middle = place + (far + 1) / 2 if sort.total else place + far
        reached = one.reached[place]
        guess = levels[place] + sizes[0] * (middle - reached[0])
        if best.seasonal:
            shapes = (
                shapes_over(place + 0.5, place + 0.5 + far, one.year) if sort.total else shapes_at(middle, one.year)
            )
            guess += sum(
                size * (shape - so_far) for size, shape, so_far in zip(sizes[1:], shapes[1:], reached[1:], strict=True)
            )
        errors += (truth - factor * guess) ** 2
        expected += factor * factor * one.variances[place] + wander
    trials = (count - 2 - far) / far
    ratio = errors / (expected * best.spread)
    return max(ratio ** (trials / (trials + 1)), sort.narrowest) if ratio > 0 else sort.narrowest


def _followed(level: float, seen: tuple[float, float]) -> float:
    number, gain = seen
    return level + gain * (number - level)


def without_spikes(levels: Sequence[float]) -> list[float]:
    """The levels, with slips taken back to between their neighbours. The last may be one too, but who knows."""
    usual = sorted(abs(after - before) for before, after in pairwise(levels))
    least = SPIKE * usual[len(usual) // 2]
    cleaned = list(levels)
    if least > 0 and usual[-1] > least:
        for place in range(1, len(cleaned) - 1):
            up, down = cleaned[place] - cleaned[place - 1], cleaned[place] - cleaned[place + 1]
            if min(up, down) > least or max(up, down) < -least:
                cleaned[place] = (cleaned[place - 1] + cleaned[place + 1]) / 2
    return cleaned


def _floor(numbers: Sequence[float]) -> float:
    """What is added to the squares, as if in one step the numbers had moved by a little of their finest difference."""
    finest = min((abs(after - before) for before, after in pairwise(numbers) if after != before), default=0.0)
    size = finest or max(map(abs, numbers)) or 1.0
    return (MISREAD * size) ** 2

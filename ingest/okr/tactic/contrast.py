"""How much the numbers of consecutive blocks of time moved at a point among them, and how sure that is.

Two regressions by ordinary least squares: on a step at that point alone, which is the difference of the two means, and
on a step and a straight line, which is what the step adds to a trend that was there anyway. Blocks that follow each
other are alike, which makes means less sure than their number says. So the noise, what is left of the second, is taken
for AR(1): its φ enters the standard error, the variance and the degrees of freedom of both. A negative φ, which would
make the intervals shorter, counts as 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt

from ingest.okr.tactic.student import FEWEST, t_quantile

Block = tuple[int, float]
"""Its place in time, and its number. Blocks that are not known are left out; ascending."""

SHARE = 0.95
"""What lies below the upper end of an interval: 90 % between its ends."""
FITTED = 3
"""Numbers that are fitted: a mean, the slope of a line, a step."""
FEWEST_BLOCKS = 8
ROUNDING = 1e-9
SOFT = 0.3
"""Of the mean: what is added before logarithms are taken, so that quiet blocks do not weigh more than the rest."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A change with its 90 % interval."""

    difference: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """Half of its length."""
        return (self.high - self.low) / 2

    @property
    def sign(self) -> int:
        """1 or -1 where all of it lies on one side of 0, else 0."""
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True, slots=True)
class Contrast:
    step: Interval
    """The mean from the point on minus the mean before."""
    beyond_trend: Interval
    """What of it is more than a straight line through all blocks explains."""


def contrast(blocks: Sequence[Block], start: int, least_variance: float = 0.0) -> Contrast:
    """Compare the blocks from the place `start` on with those before it.

    `least_variance`: of one block, where it is known to scatter at least so much (counts do as chance has it). Needs
    `FEWEST_BLOCKS`, some on either side: `ValueError`.
    """
    places = [float(place) for place, _ in blocks]
    if len(blocks) < FEWEST_BLOCKS or not places[0] < start <= places[-1]:
        raise ValueError("there are too few blocks to compare")
    numbers = _without_mean([number for _, number in blocks])
    step = _without_mean([float(place >= start) for place in places])
    line = _without_mean(places)
    # What is left of the step when mean and line are taken out carries its coefficient (Frisch, Waugh and Lovell).
    bent, level = _without(line, step), _without(line, numbers)
    noise = _noise(places, _without(bent, level), least_variance, ROUNDING * max(abs(number) for _, number in blocks))
    return Contrast(noise.interval(step, numbers), noise.interval(bent, level))


def beyond_growth(blocks: Sequence[Block], start: int) -> int:
    """The sign of the step that is more than a steady growth in per cent explains; 0 where it explains it.

    For numbers that are not negative: `ValueError`.
    """
    mean = fsum(number for _, number in blocks) / len(blocks)
    if mean <= 0 or min(number for _, number in blocks) < 0:
        raise ValueError("only positive numbers grow in per cent")
    return contrast([(place, log(number / mean + SOFT)) for place, number in blocks], start).beyond_trend.sign


@dataclass(frozen=True, slots=True)
class _Noise:
    """What is left of the blocks when mean, line and step are taken out: AR(1)."""

    places: Sequence[float]
    likeness: float
    """φ"""
    variance: float
    degrees: float
    grain: float
    """What the rounding of floats may come to."""

    def interval(self, step: Sequence[float], numbers: Sequence[float]) -> Interval:
        """The regression of numbers on a step, both without their mean."""
        scale = _squares(step)
        weights = [one / scale for one in step]
        difference = fsum(one * number for one, number in zip(weights, numbers, strict=True))
        error = sqrt(self.variance * _spread(self.places, weights, self.likeness))
        reach = max(t_quantile(SHARE, self.degrees) * error, self.grain)
        return Interval(difference, difference - reach, difference + reach)


def _noise(places: Sequence[float], rest: Sequence[float], least_variance: float, grain: float) -> _Noise:
    """The variance of AR(1) residuals is short by what was fitted, and they count for fewer than they are."""
    likeness = _likeness(places, rest)
    blur, count = (1 + likeness) / (1 - likeness), len(rest)
    variance = max(_squares(rest) / (count - FITTED * blur), least_variance)
    return _Noise(places, likeness, variance, max(count / blur - FITTED, FEWEST), grain)


def _likeness(places: Sequence[float], rest: Sequence[float]) -> float:
    """φ of the residuals of neighbouring blocks, between 0 and what leaves `FEWEST` degrees of freedom.

    The lag-1 correlation of residuals falls short of φ by about (p + (p + 2)φ)/n with p fitted numbers: the known
    (1 + 3φ)/n of a mean (Kendall; Marriott and Pope, Biometrika 41, 1954) carried on; the simulation bears it out.
    """
    count, squares = len(rest), _squares(rest)
    pairs = [one * rest[at + 1] for at, one in enumerate(rest[:-1]) if places[at + 1] - places[at] == 1]
    if not pairs or squares <= 0:
        return 0.0
    found = fsum(pairs) / squares * (count - 1) / len(pairs)
    unbiased = (found + FITTED / count) / (1 - (FITTED + 2) / count)
    blur = count / (FITTED + FEWEST)
    return min(max(unbiased, 0.0), (blur - 1) / (blur + 1))


def _spread(places: Sequence[float], weights: Sequence[float], likeness: float) -> float:
    """The variance of a weighted sum of AR(1) numbers of variance 1: ΣΣ w_i w_j φ^|i−j|."""
    total, carried, before = 0.0, 0.0, places[0]
    for place, weight in zip(places, weights, strict=True):
        carried *= likeness ** (place - before)
        total += weight * (weight + 2 * carried)
        carried, before = carried + weight, place
    return total


def _without_mean(numbers: Sequence[float]) -> list[float]:
    mean = fsum(numbers) / len(numbers)
    return [number - mean for number in numbers]


def _without(line: Sequence[float], numbers: Sequence[float]) -> list[float]:
    """What a multiple of `line` does not explain of the numbers; both without their mean."""
    slope = fsum(one * number for one, number in zip(line, numbers, strict=True)) / _squares(line)
    return [number - slope * one for number, one in zip(numbers, line, strict=True)]


def _squares(numbers: Sequence[float]) -> float:
    return fsum(one * one for one in numbers)

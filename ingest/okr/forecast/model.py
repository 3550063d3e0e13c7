"""One model of steps: a wandering level on top of a line and, it may be, of a time of the year."""

from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt
from operator import mul
from typing import NamedTuple

from ingest.okr.forecast.filter import TABLE, Filter, Shapes, filter_of, shapes_at, shapes_over

Root = tuple[tuple[float, ...], ...]
"""Cholesky's root of a symmetric matrix: its rows, up to the diagonal."""


class Passed(NamedTuple):
    """What is left of the numbers when they have passed through a filter."""

    filter: Filter
    length: int
    """Steps after the first number."""
    level: float
    squares: float
    """Σ of the squares of the innovations, by their precision."""
    cross: Sequence[float]
    """Σ of the innovations times those of each shape."""


class Model(NamedTuple):
    """A fitted one. Sizes are normal around theirs, with `root` that of their precision in units of 1 ÷ `spread`."""

    score: float
    """The logarithm of how probable the numbers are under it."""
    filter: Filter
    length: int
    level: float
    sizes: Shapes
    root: Root
    spread: float
    """The variance that a step adds to the level and hides of it, together."""

    @property
    def seasonal(self) -> bool:
        return len(self.sizes) > 1

    def ending(self, steps: float) -> tuple[float, float]:
        """Mean and variance of what will be read so many steps ahead."""
        mean, variance = self.level_with(shapes_at(self.length + steps, self.filter.year))
        return mean, variance + self.spread * (self.filter.walk * steps + 1 - self.filter.walk)

    def total(self, steps: float, after: float = 0.0) -> tuple[float, float]:
        """Mean and variance of the sum of so many steps to come, after so many others."""
        begins = self.length + 0.5 + after
        mean, variance = self.level_with(shapes_over(begins, begins + steps, self.filter.year))
        variance += self.spread * self.filter.walk * after
        scatter = self.filter.walk * wandered(steps) + (1 - self.filter.walk) * steps
        return mean * steps, variance * steps * steps + self.spread * scatter

    @property
    def line_variance(self) -> float:
        """Of the line's size, as a share of `spread`."""
        part = forward(self.root, (1.0, *(0.0,) * (len(self.root) - 1)))
        return float(sum(map(mul, part, part)))

    def level_with(self, shapes: Shapes) -> tuple[float, float]:
        """Mean and variance of the level of now, moved to where the shapes have these values."""
        away = [shape - so_far for shape, so_far in zip(shapes, self.filter.reached[self.length], strict=True)]
        mean = self.level + sum(map(mul, away, self.sizes))
        part = forward(self.root, away)
        return mean, self.spread * (self.filter.variances[self.length] + sum(map(mul, part, part)))


def pass_through(one: Filter, numbers: Sequence[float], shapes: int) -> Passed:
    """The numbers through a filter, against so many of the shapes."""
    level, squares, weighed = numbers[0], 0.0, []
    for number, gain, precision in zip(numbers[1:], one.gains, one.precisions, strict=False):
        surprise = number - level
        level += gain * surprise
        sharp = surprise * precision
        squares += sharp * surprise
        weighed.append(sharp)
    cross = [sum(map(mul, weighed, left)) for left in one.lefts[:shapes]]
    return Passed(one, len(numbers) - 1, level, squares, cross)


def model_of(passed: Passed, priors: tuple[float, ...], floor: float) -> Model:
    """The model with these prior precisions of the shapes' sizes, a normal prior around 0 each.

    Sizes and spread are integrated out, so that `score` compares models of different size. `floor` is added to the
    squares: of numbers that never changed nobody knows that they never will.
    """
    one, count = passed.filter, passed.length
    root, penalty = known_precision(one.walk, one.year, count, priors)
    half = forward(root, passed.cross)
    left = max(passed.squares - sum(map(mul, half, half)), 0.0) + floor
    score = -0.5 * (penalty + count * log(left))
    return Model(score, one, count, passed.level, backward(root, half), root, left / count)


@lru_cache(maxsize=4096)
def known_precision(walk: float, year: float, count: int, priors: tuple[float, ...]) -> tuple[Root, float]:
    """The root of the sizes' precision after so many steps, and what the score pays for all that is integrated out."""
    one = filter_of(walk, year, -(-count // TABLE) * TABLE)
    root = root_of(one.moments[count], priors)
    bend = sum(2 * log(row[-1]) - log(prior) for row, prior in zip(root, priors, strict=True))
    return root, one.logs[count] + bend


def wandered(steps: float) -> float:
    """Σ k² for k up to `steps`: how the variance of a wandering level adds up in a sum."""
    return steps * (steps + 1) * (2 * steps + 1) / 6


def root_of(moments: Sequence[float], priors: Sequence[float]) -> Root:
    """The root of the moments, a row after the other, with the priors on the diagonal."""
    rows: list[tuple[float, ...]] = []
    place = 0
    for prior in priors:
        row: list[float] = []
        for other in rows:
            row.append((moments[place] - sum(map(mul, row, other))) / other[-1])
            place += 1
        row.append(sqrt(moments[place] + prior - sum(map(mul, row, row))))
        place += 1
        rows.append(tuple(row))
    return tuple(rows)


def forward(root: Root, right: Sequence[float]) -> list[float]:
    """x with root · x = right; of as many as the root has rows."""
    found: list[float] = []
    for row, one in zip(root, right, strict=False):
        found.append((one - sum(map(mul, found, row))) / row[-1])
    return found


def backward(root: Root, right: Sequence[float]) -> Shapes:
    """x with rootᵀ · x = right."""
    found = list(right)
    for place in range(len(found) - 1, -1, -1):
        row = root[place]
        found[place] /= row[place]
        for other in range(place):
            found[other] -= row[other] * found[place]
    return tuple(found)

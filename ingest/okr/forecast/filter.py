"""What the fit of a wandering level makes of time alone, worked out once: gains, and how the shapes pass through it.

A level that wanders (variance `walk` a step) is seen through noise (variance 1 − `walk`) on top of shapes of unknown
size: a line, and two waves, of the length of a year and of half of one. The level is followed by the Kalman filter;
each shape is passed through the same filter, and what is left of it is what the innovations are regressed on: de Jong,
"The diffuse Kalman filter", Annals of Statistics 19, 1991. Only the numbers themselves are left to be done for each
forecast.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, inf, log, pi, sin
from typing import NamedTuple

LONGEST = 120
"""Steps that are looked at."""
TABLE = 30
"""They are tabulated by so many."""
SHAPES = 5
PAIRS = tuple((row, column) for row in range(SHAPES) for column in range(row + 1))

Shapes = tuple[float, ...]
"""Line, sine and cosine of the year, sine and cosine of half the year (or the line alone): values, or sizes."""


class Filter(NamedTuple):
    """What each step does (the first is at place 1), and what is so after it (from place 0 on)."""

    walk: float
    year: float
    """Steps of a year."""
    gains: Sequence[float]
    precisions: Sequence[float]
    """Of the innovations: 1 ÷ their variance."""
    lefts: Sequence[Sequence[float]]
    """By shape: its innovations."""
    variances: Sequence[float]
    """Of the level."""
    reached: Sequence[Shapes]
    """How far the filter has followed the shapes."""
    moments: Sequence[Sequence[float]]
    """Σ of the products of the shapes' innovations, by `PAIRS`."""
    logs: Sequence[float]
    """Σ of the logarithms of the innovations' variances."""


def shapes_at(place: float, year: float) -> Shapes:
    """Their values at a place. A year without end has no waves."""
    if year == inf:
        return (place,)
    angle = 2 * pi * place / year
    return place, sin(angle), cos(angle), sin(2 * angle), cos(2 * angle)


def shapes_over(begins: float, ends: float, year: float) -> Shapes:
    """The mean of the shapes between two places."""
    if year == inf:
        return ((begins + ends) / 2,)
    angle, half = pi * (begins + ends) / year, pi * (ends - begins) / year
    flat, flatter = (sin(half) / half, sin(2 * half) / (2 * half)) if half > 1e-9 else (1.0, 1.0)
    middle = (begins + ends) / 2
    return middle, flat * sin(angle), flat * cos(angle), flatter * sin(2 * angle), flatter * cos(2 * angle)


@lru_cache(maxsize=256)
def filter_of(walk: float, year: float, steps: int) -> Filter:
    """For a share of the variance that is wandering, and a year of so many steps; tabulated for `steps`."""
    noise, shapes = 1 - walk, len(shapes_at(0, year))
    pairs = PAIRS[: shapes * (shapes + 1) // 2]
    variance, now, sums, total = noise, shapes_at(0, year), (0.0,) * len(pairs), 0.0
    gains, precisions = list[float](), list[float]()
    lefts: list[list[float]] = [[] for _ in range(shapes)]
    variances, reached, moments, logs = [variance], [now], [sums], [total]
    for place in range(1, steps + 1):
        spread = variance + walk + noise
        gain, variance = (variance + walk) / spread, (variance + walk) * noise / spread
        left = [shape - before for shape, before in zip(shapes_at(place, year), now, strict=True)]
        now = tuple(before + gain * one for before, one in zip(now, left, strict=True))
        sums = tuple(one + left[row] * left[column] / spread for one, (row, column) in zip(sums, pairs, strict=True))
        total += log(spread)
        gains.append(gain)
        precisions.append(1 / spread)
        for innovations, one in zip(lefts, left, strict=True):
            innovations.append(one)
        variances.append(variance)
        reached.append(now)
        moments.append(sums)
        logs.append(total)
    return Filter(walk, year, gains, precisions, lefts, variances, reached, moments, logs)

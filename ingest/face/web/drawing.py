"""The axes of pictures that are drawn as SVG on the server, and the small ones of the overview.

Pure: numbers in, coordinates out. The templates write the markup, so that titles are escaped by them; colours are the
style sheet's. Such pictures work offline, without scripts, in the dark and in print.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.okr.instant import Instant
from ingest.run.card import Trail


@dataclass(frozen=True, slots=True)
class Axes:
    """Where times and values lie in a picture, in pixels from the left and from the top."""

    left: float
    right: float
    top: float
    bottom: float
    start: Instant
    end: Instant
    low: float
    high: float

    def across(self, at: Instant) -> float:
        at = min(max(at, self.start), self.end)
        return round(self.left + (at - self.start) / (self.end - self.start) * (self.right - self.left), 1)

    def down(self, value: float) -> float:
        # Halved, since the distance of two large numbers may be no number.
        share = (self.high / 2 - value / 2) / (self.high / 2 - self.low / 2)
        return round(self.top + min(max(share, 0.0), 1.0) * (self.bottom - self.top), 1)


@dataclass(frozen=True, slots=True)
class Spark:
    """A small picture of a value's way over its period."""

    path: str
    """Empty where nothing is known, and where there are bars."""
    bars: tuple[tuple[float, float, float, float], ...]
    """(x, y, width, height)"""
    target: float | None
    """Pixels from the top."""
    end: tuple[float, float] | None
    """Where the value is now."""


WIDTH, HEIGHT = 120, 32
MOST = 1.7e308
"""No axis goes far beyond it: a float ends soon after."""


def spark(trail: Trail, start: Instant, end: Instant, target: float | None) -> Spark:
    """Over the whole period, so that what is left of it is seen."""
    known = [value for value in trail.values if value is not None]
    if not known:
        return Spark("", (), None, None)
    low, high = bounds([*known, *([target] if target is not None else []), *([0.0] if trail.stepped else [])])
    axes = Axes(2, WIDTH - 3, 2, HEIGHT - 2, start, end, low, high)
    line = None if target is None else axes.down(target)
    if trail.stepped:
        return Spark("", tuple(_spark_bars(trail, axes)), line, None)
    path = " ".join(paths(zip(trail.times, trail.values, strict=True), axes))
    last = max(place for place, value in enumerate(trail.values) if value is not None)
    return Spark(path, (), line, (axes.across(trail.times[last]), axes.down(known[-1])))


def _spark_bars(trail: Trail, axes: Axes) -> Iterable[tuple[float, float, float, float]]:
    wide = (axes.right - axes.left) / max(len(trail.times), 6)
    for place, value in enumerate(trail.values):
        if value is not None:
            top, ground = sorted((axes.down(value), axes.down(0.0)))
            yield round(axes.left + place * wide, 1), top, round(wide * 0.7, 1), round(max(ground - top, 1.0), 1)


def paths(points: Iterable[tuple[Instant, float | None]], axes: Axes) -> list[str]:
    """SVG paths of a line, one for each stretch in which it is known: a gap is not bridged."""
    stretches: list[list[str]] = [[]]
    for at, value in points:
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{axes.across(at):g} {axes.down(value):g}")
    return [f"M{'L'.join(one)}" + ("h.1" if len(one) == 1 else "") for one in stretches if one]


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest with a little air; never equal."""
    low, high = (min(max(one, -MOST), MOST) for one in (min(values), max(values)))
    air = (high / 2 - low / 2) * 0.1
    if air <= 0:
        air = max(abs(high) * 0.05, 0.5)
    floor = -math.inf if low < 0 else 0.0  # no air below zero for what is never negative
    low, high = max(low - air, floor), high + air
    return max(low, -1.05 * MOST), min(high, 1.05 * MOST)


def round_values(low: float, high: float) -> list[float]:
    """Three to six round numbers between two bounds."""
    rough = high / 4 - low / 4
    if not math.isfinite(rough) or rough <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * factor for factor in (1, 2, 5, 10) if power * factor >= rough), power * 10)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{place * step:.12g}") for place in range(first, min(last, first + 9) + 1)]

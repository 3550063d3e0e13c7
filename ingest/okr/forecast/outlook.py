"""A model of steps: where they lead, and how far they scatter on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

CERTAIN = 1e-12


@dataclass(frozen=True, slots=True)
class Outlook:
    """A level that wanders around a line, seen through noise; all per step."""

    level: float
    slope: float
    level_variance: float
    slope_variance: float
    walk: float
    """The variance that each step adds to the level."""
    noise: float
    """The variance of a single step around the level."""
    freedom: float = inf

    def ending(self, steps: float) -> tuple[float, float]:
        """Mean and variance of the level so many steps ahead, as it will be read."""
        mean = self.level + self.slope * steps
        return mean, self.level_variance + self.slope_variance * steps * steps + self.walk * steps + self.noise

    def total(self, steps: float) -> tuple[float, float]:
        """Mean and variance of the sum of the next steps."""
        half = steps * steps / 2
        mean = self.level * steps + self.slope * half
        wander = self.walk * steps**3 / 3
        return (
            mean,
            steps * steps * self.level_variance + half * half * self.slope_variance + wander + self.noise * steps,
        )


def levels_outlook(levels: Sequence[float], steps: float) -> Outlook:
    """Drift: the last level goes on as it came."""
    count = len(levels) - 1
    slope = (levels[-1] - levels[0]) / count
    residuals = [after - before - slope for before, after in pairwise(levels)]
    walk = sum(one * one for one in residuals) / max(count - 1, 1)
    walk = max(walk, floor_of(levels))
    return Outlook(levels[-1], slope, 0.0, walk / count, walk, 0.0, max(count - 1, 1))


def amounts_outlook(amounts: Sequence[float], steps: float) -> Outlook:
    """The rate goes on as it was on average."""
    count = len(amounts)
    mean = sum(amounts) / count
    noise = sum((one - mean) ** 2 for one in amounts) / (count - 1)
    noise = max(noise, floor_of(amounts))
    return Outlook(mean, 0.0, noise / count, 0.0, 0.0, noise, count - 1)


def floor_of(numbers: Sequence[float]) -> float:
    """The least variance of a step: of numbers that never changed nobody knows that they never will."""
    resolution = min((abs(one) for one in numbers if one), default=1.0)
    return (0.02 * min(resolution, 1.0)) ** 2

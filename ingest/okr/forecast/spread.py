"""The few distributions that a forecast is made of, without imports that cost."""

from collections.abc import Iterator
from math import ceil, erfc, exp, expm1, floor, inf, log, log1p, sqrt
from typing import NamedTuple

from ingest.okr.bound import TOLERANCE

TENTH = 1.2815515655446004
"""The normal quantile of 90 %: one in ten lies beyond it, on each side."""
MOST_COUNTED = 150.0
"""Up to this mean the chances of counts are added up one by one."""


def normal_below(z: float) -> float:
    """The chance that a standard normal number is below z."""
    return 0.5 * erfc(-z / sqrt(2))


def student_score(t: float, freedom: float) -> float:
    """The normal z that is exceeded as often as Student's t with these degrees of freedom.

    z = ±(8ν + 1)/(8ν + 3) · √(ν ln(1 + t²/ν)): Wallace, "Bounds on normal approximations to Student's and the
    chi-square distributions", Annals of Mathematical Statistics 30, 1959.
    """
    if freedom == inf:
        return t
    size = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log1p(min(t * t, 1e300) / freedom))
    return size if t > 0 else -size


def student_quantile(z: float, freedom: float) -> float:
    """The t whose `student_score` is z."""
    if freedom == inf:
        return z
    shrunk = z * (8 * freedom + 3) / (8 * freedom + 1)
    size = sqrt(freedom * expm1(min(shrunk * shrunk / freedom, 600.0)))
    return size if z > 0 else -size


class Bell(NamedTuple):
    """A number that scatters around its centre as Student's t does, on the line or on one side of a floor."""

    centre: float
    scale: float
    freedom: float = inf

    def quantile(self, z: float) -> float:
        """The number that is as rarely exceeded as z is by a normal one."""
        return self.centre + self.scale * student_quantile(z, self.freedom)

    def at_least(self, bound: float) -> float:
        """The chance of `bound` or more."""
        bound -= TOLERANCE * abs(bound)
        if self.scale <= 0:
            return float(self.centre >= bound)
        return normal_below(student_score((self.centre - bound) / self.scale, self.freedom))

    def at_most(self, bound: float) -> float:
        """The chance of `bound` or less."""
        return Bell(-self.centre, self.scale, self.freedom).at_least(-bound)


class Amount(NamedTuple):
    """A sum of amounts that are not negative: gamma with this mean and variance.

    By its cube root, which is nearly normal: Wilson and Hilferty, "The distribution of chi-square", PNAS 17, 1931.
    """

    mean: float
    variance: float

    def quantile(self, z: float) -> float:
        ninth = self.variance / (9 * self.mean * self.mean) if self.mean > 0 else inf
        root = 1 - ninth + z * sqrt(ninth) if ninth < inf else 0.0
        return self.mean * max(root, 0.0) ** 3

    def at_least(self, bound: float) -> float:
        bound -= TOLERANCE * abs(bound)
        if bound <= 0:
            return 1.0
        if self.mean <= 0 or self.variance <= 0:
            return float(self.mean >= bound)
        ninth = self.variance / (9 * self.mean * self.mean)
        return normal_below((1 - ninth - (bound / self.mean) ** (1 / 3)) / sqrt(ninth))

    def at_most(self, bound: float) -> float:
        if bound < 0:
            return 0.0
        return 1 - self.at_least(bound * (1 + 3 * TOLERANCE)) if bound > 0 else 1 - self.at_least(1e-300)


class Count(NamedTuple):
    """A whole number of events that are still to come: negative binomial with this mean and variance.

    A Poisson count whose rate is known to within a gamma distribution. `variance` is above `mean`.
    """

    mean: float
    variance: float

    def chances(self) -> Iterator[float]:
        """The chances of 0, 1, 2, …, without end."""
        shape = self.mean * self.mean / max(self.variance - self.mean, 1e-9 * self.mean)
        odds = self.mean / (shape + self.mean)
        chance, number = exp(shape * log(shape / (shape + self.mean))), 0
        while True:
            yield chance
            chance *= odds * (shape + number) / (number + 1)
            number += 1

    def quantile(self, z: float) -> float:
        """The least number that is not exceeded with the chance of z; half of all where z is 0."""
        if self.mean <= 0:
            return 0.0
        if self.mean > MOST_COUNTED:
            number = Amount(self.mean, self.variance).quantile(z)
            return float(floor(number) if z < 0 else ceil(number))
        share, below = normal_below(z), 0.0
        for number, chance in enumerate(self.chances()):
            below += chance
            if below >= share or number > 60 * MOST_COUNTED:
                return float(number)
        return inf

    def at_least(self, bound: float) -> float:
        needed = ceil(bound - TOLERANCE * abs(bound))
        if needed <= 0:
            return 1.0
        if self.mean <= 0:
            return 0.0
        if self.mean > MOST_COUNTED or needed > 20 * MOST_COUNTED:
            return Amount(self.mean, self.variance).at_least(needed - 0.5)
        chances = self.chances()
        return max(0.0, 1 - sum(next(chances) for _ in range(needed)))

    def at_most(self, bound: float) -> float:
        return 0.0 if bound < 0 else 1 - self.at_least(floor(bound + TOLERANCE * abs(bound)) + 1)

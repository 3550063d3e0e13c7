"""The chance that a path stays inside its bounds, step after step.

A path is (level, slope, the value seen last), jointly normal. At each step the chance of being inside is taken, and
the path is replaced by a normal one with mean and covariance of those that were: Mendell and Elston, "Multifactorial
qualitative traits", Biometrics 30, 1974, whose approximation of such integrals this is.
"""

from math import exp, inf, pi, sqrt
from typing import Protocol

from ingest.okr.bound import TOLERANCE
from ingest.okr.forecast.spread import normal_below


class Within(Protocol):
    """Where v − share · (the value seen last) must lie."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def share(self) -> float: ...


class Passage:
    """A path that is followed through bounds; `chance` that it stayed inside all of them.

    Level and slope are told as how far they are from what is expected of them, so that both begin at 0.
    """

    def __init__(self, level_variance: float, slope_variance: float, seen: float = 0.0) -> None:
        self.chance = 1.0
        self.level, self.slope, self.seen = 0.0, 0.0, seen
        self._levels, self._slopes, self._seens = level_variance, slope_variance, 0.0
        self._level_slope = self._level_seen = self._slope_seen = 0.0

    def step(self, wander: float, offset: float, factor: float, time: float, noise: float, within: Within) -> None:
        """The level wanders, and v = offset + factor · (level + slope · time) + noise must lie inside."""
        self._levels += wander
        ll, lb, bb, share = self._levels, self._level_slope, self._slopes, within.share
        vl, vb = factor * (ll + time * lb), factor * (lb + time * bb)
        vv = factor * (vl + time * vb) + noise
        v = offset + factor * (self.level + self.slope * time)
        vs = factor * (self._level_seen + time * self._slope_seen)
        mean = v - share * self.seen
        deviation = sqrt(max(vv - 2 * share * vs + share * share * self._seens, 1e-300))
        kl = (vl - share * self._level_seen) / deviation
        kb = (vb - share * self._slope_seen) / deviation
        kv = (vv - share * vs) / deviation
        slack = TOLERANCE * max(abs(v), abs(share * self.seen))
        inside, shift, left = kept((within.low - slack - mean) / deviation, (within.high + slack - mean) / deviation)
        lost = 1 - left
        self.chance *= inside
        self.level, self.slope, self.seen = self.level + kl * shift, self.slope + kb * shift, v + kv * shift
        self._levels, self._level_slope = ll - kl * kl * lost, lb - kl * kb * lost
        self._slopes, self._seens = bb - kb * kb * lost, vv - kv * kv * lost
        self._level_seen, self._slope_seen = vl - kl * kv * lost, vb - kb * kv * lost


def kept(low: float, high: float) -> tuple[float, float, float]:
    """Of a standard normal number: the chance that it lies in [low, high], and mean and variance of those that do."""
    if low > 0 and high > 0:  # the upper tail is computed as the lower one, where nothing cancels
        inside, shift, left = kept(-high, -low)
        return inside, -shift, left
    inside = normal_below(high) - normal_below(low)
    if inside < 1e-12:
        nearest = high if abs(high) < abs(low) else low
        return max(inside, 0.0), nearest if abs(nearest) < inf else 0.0, 0.0
    at_low = exp(-low * low / 2) / sqrt(2 * pi) if low > -inf else 0.0
    at_high = exp(-high * high / 2) / sqrt(2 * pi) if high < inf else 0.0
    shift = (at_low - at_high) / inside
    bent = (low * at_low if at_low else 0.0) - (high * at_high if at_high else 0.0)
    return inside, shift, min(max(1 + bent / inside - shift * shift, 0.0), 1.0)

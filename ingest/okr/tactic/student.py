"""Quantiles of Student's t in its tail, where a verdict needs them.

The forecast has others (`ingest.okr.forecast.spread`), which are fast and good in the middle: its intervals are widened
by what was measured, those of a verdict are not.
"""

from functools import lru_cache
from statistics import NormalDist

FEWEST = 2.0
"""Degrees of freedom below which the series is not used."""


def t_quantile(share: float, degrees: float) -> float:
    """What a t with so many (also fractional) degrees of freedom stays below with a probability of `share`.

    The Cornish-Fisher series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5. For shares up to
    0.95 it is less than 0.01 too small at two degrees, the fewest it is used for, and 0.0001 from five on.
    """
    if degrees < FEWEST:
        raise ValueError(f"{degrees} degrees of freedom are too few")
    z, v = _normal(share), degrees
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / v + g2 / v**2 + g3 / v**3 + g4 / v**4


@lru_cache(maxsize=8)
def _normal(share: float) -> float:
    return NormalDist().inv_cdf(share)

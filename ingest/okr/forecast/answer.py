"""What a forecast says, or why there is none."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Forecast:
    """x when the period ends, as far as the data up to now can tell."""

    at_end: float
    """The middle of what is expected; of growth and hold v of the last sub-period."""
    low: float
    high: float
    """An 80 % interval around it: x ends below `low` once in ten times, and above `high` once in ten."""
    probability: float
    """That the target is attained at the end: x by the end of the period; of growth and hold, raw = 1."""


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Nothing that is worth more than silence can be said."""

    reason: str
    """In plain words: `2 readings so far, 4 are needed`."""


class TooLittle(Exception):
    """There is no forecast; the message is its reason."""


def in_order(at_end: float, low: float, high: float, probability: float) -> Forecast:
    """The forecast of these numbers; `OverflowError` where one of them is beyond what can be computed with."""
    if not all(map(isfinite, (at_end, low, high, probability))):
        raise OverflowError
    return Forecast(at_end, min(low, at_end), max(high, at_end), min(max(probability, 0.0), 1.0))

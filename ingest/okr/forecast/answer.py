"""What a forecast says, or why there is none."""

from dataclasses import dataclass


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

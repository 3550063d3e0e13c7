"""Comparisons with a bound: inclusive, and equal to within 1e-9 relative (121.00000000000001 is 121)."""

from math import floor, isclose

TOLERANCE = 1e-9


def equal(number: float, bound: float) -> bool:
    return isclose(number, bound, rel_tol=TOLERANCE)


def at_least(number: float, bound: float) -> bool:
    return number >= bound or equal(number, bound)


def at_most(number: float, bound: float) -> bool:
    return number <= bound or equal(number, bound)


def whole_part(number: float) -> int:
    """The greatest whole number that is at most `number`, which is not negative."""
    return floor(number * (1 + TOLERANCE))

"""Comparisons with a bound. Semantics, first paragraph: within 1e-9 relative, all bounds inclusive."""

from fractions import Fraction
from math import floor

TOLERANCE = Fraction(1, 10**9)


def same(left: Fraction, right: Fraction) -> bool:
    return abs(left - right) <= TOLERANCE * max(abs(left), abs(right))


def at_least(number: Fraction, bound: Fraction) -> bool:
    return number >= bound or same(number, bound)


def at_most(number: Fraction, bound: Fraction) -> bool:
    return number <= bound or same(number, bound)


def below(number: Fraction, bound: Fraction) -> bool:
    return not at_least(number, bound)


def above(number: Fraction, bound: Fraction) -> bool:
    return not at_most(number, bound)


def is_whole(number: Fraction) -> bool:
    return same(number, Fraction(round(number)))


def steps(number: Fraction) -> int:
    """The floor of a number; 2.9999999999 is 3."""
    return round(number) if is_whole(number) else floor(number)


def clamp(number: Fraction) -> Fraction:
    return min(max(number, Fraction(0)), Fraction(1))

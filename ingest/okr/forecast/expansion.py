"""A value as a weighted sum of its signals: exactly where it is one, else as it is near where they will be."""

from collections.abc import Mapping

from ingest.okr.algebra import Unknown, evaluate
from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName
from ingest.okr.forecast.answer import TooLittle

NUDGE = 1e-4
"""By what share a signal is moved to see what its value makes of it."""


def is_weighted_sum(value: Expression) -> bool:
    """Twice as much of each signal is twice the value, and no signal is multiplied by another."""
    match value:
        case SignalName():
            return True
        case Negation(part):
            return is_weighted_sum(part)
        case Operation("+" | "-", left, right):
            return is_weighted_sum(left) and is_weighted_sum(right)
        case Operation("*", Number(), right):
            return is_weighted_sum(right)
        case Operation("*" | "/", left, Number()):
            return is_weighted_sum(left)
    return False


def weights_of(value: Expression, signals: Mapping[str, float]) -> dict[str, float]:
    """How much the value moves with each signal, near these numbers of them."""
    if is_weighted_sum(value):
        none = dict.fromkeys(signals, 0.0)
        return {name: value_with(value, {**none, name: 1.0}) for name in signals}
    return {name: _slope(value, signals, name) for name in signals}


def value_with(value: Expression, signals: Mapping[str, float]) -> float:
    """The value with these numbers of its signals."""
    try:
        return float(evaluate(value, signals.__getitem__))
    except Unknown as unknown:
        raise TooLittle(str(unknown)) from None


def _slope(value: Expression, signals: Mapping[str, float], name: str) -> float:
    size = NUDGE * (abs(signals[name]) or 1.0)
    higher = value_with(value, {**signals, name: signals[name] + size})
    lower = value_with(value, {**signals, name: signals[name] - size})
    return (higher - lower) / (2 * size)

"""What an expression is and comes to: totals and readings, quotients, its number, its text."""

from collections.abc import Callable, Mapping

from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName, signals_of
from ingest.okr.number import shown
from ingest.okr.signal import Kind


class Unknown(Exception):
    """A value has no number now; the message names the signal and the cure."""


def is_total(expression: Expression, kinds: Mapping[str, Kind]) -> bool:
    """A flow, a sum or difference of totals, or a total × or ÷ a value that is no total.

    Everything else is a reading: levels, flow ÷ flow, level + flow.
    """
    match expression:
        case SignalName(name):
            return kinds[name].is_flow
        case Negation(part):  # a total × -1
            return is_total(part, kinds)
        case Operation("+" | "-", left, right):
            return is_total(left, kinds) and is_total(right, kinds)
        case Operation("*", left, right):
            return is_total(left, kinds) != is_total(right, kinds)
        case Operation("/", left, right):
            return is_total(left, kinds) and not is_total(right, kinds)
    return False


def only_levels(expression: Expression, kinds: Mapping[str, Kind]) -> bool:
    """Whether no flow is in it: it has a value at an instant, without a window."""
    return not any(kinds[name].is_flow for name in signals_of(expression))


def is_quotient(expression: Expression) -> bool:
    """Whether something is divided in it, so that a share may be meant by `20%`."""
    match expression:
        case Operation("/"):
            return True
        case Operation(_, left, right):
            return is_quotient(left) or is_quotient(right)
        case Negation(part):
            return is_quotient(part)
    return False


def evaluate(expression: Expression, known: Callable[[str], float]) -> float:
    """The number of an expression. `known` gives a signal's, or raises `Unknown`; so does this for a divisor of 0."""
    match expression:
        case Number(value):
            return value
        case SignalName(name):
            return known(name)
        case Negation(part):
            return -evaluate(part, known)
        case Operation(operator, left, right):
            first, second = evaluate(left, known), evaluate(right, known)
            if operator == "+":
                return first + second
            if operator == "-":
                return first - second
            if operator == "*":
                return first * second
            if second == 0:
                raise Unknown(
                    f"{written(right)} is 0, and nothing can be divided by it: wait for data, or mend the value"
                )
            return first / second


def written(expression: Expression) -> str:
    """The text of an expression, with the brackets that it needs."""
    match expression:
        case Number(value):
            return shown(value)
        case SignalName(name):
            return name
        case Negation(part):
            return f"-{_bracketed(part)}"
        case Operation(operator, left, right):
            return f"{_bracketed(left)} {operator} {_bracketed(right)}"


def _bracketed(part: Expression) -> str:
    return f"({written(part)})" if isinstance(part, Operation) else written(part)

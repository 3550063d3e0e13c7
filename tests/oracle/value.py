"""Signals totalled over windows, and the arithmetic of a value over them. Semantics §1 and §3.

Numbers are Fractions: nothing is rounded before it is compared. None is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ingest.okr.expression import Expression, Negation, Number, Operation, SignalName
from ingest.okr.instant import Instant
from ingest.okr.signal import Kind, Series

AllSeries = Mapping[str, Series]
Part = Callable[[str], Fraction | None]
"""What a signal amounts to."""


@dataclass(frozen=True)
class Span:
    """What flows are totalled over. `stop_counts`: an event exactly at `stop` is in it, because `stop` is now."""

    start: Instant
    stop: Instant
    stop_counts: bool = False


def level_at(series: Series, t: Instant) -> Fraction | None:
    """§1: "L(t) = the reading with the greatest observed_at ≤ t"."""
    known = [value for time, value in zip(series.times, series.values, strict=True) if time <= t]
    return Fraction(known[-1]) if known else None


def counter_total(series: Series, span: Span) -> Fraction:
    """§1: "the steps between readings …, those read in (a, b]; the reading before is the base; the first ever is a base
    and adds nothing; a step down to less than half is a restart and adds the new value, a smaller step down is a
    correction and is subtracted"."""
    total = Fraction(0)
    readings = list(zip(series.times, map(Fraction, series.values), strict=True))
    for (_, old), (time, new) in pairwise(readings):
        if span.start < time <= span.stop:
            total += new if new < old and new < old / 2 else new - old
    return total


def events_total(series: Series, span: Span) -> Fraction:
    """§1: "the sum of the amounts at a ≤ time < b". "A window that ends now includes an event that happens now"."""
    inside = [
        Fraction(amount)
        for time, amount in zip(series.times, series.values, strict=True)
        if span.start <= time < span.stop or (span.stop_counts and time == span.stop)
    ]
    return sum(inside, Fraction(0))


def flow_total(series: Series, span: Span) -> Fraction:
    return counter_total(series, span) if series.kind is Kind.COUNTER else events_total(series, span)


def amount(series: Series, span: Span, partial: bool = False) -> Fraction | None:
    """§3: "each level at t and each flow totalled over [start, t]"; "unknown where a level has no reading yet, a flow
    is not covered from the window's start". `partial`: "a flow that is covered only from later in the period, and not
    later than t, counts from its covered_from"."""
    if series.kind is Kind.LEVEL:
        return level_at(series, span.stop)
    if series.covered_from is None:
        return None
    if series.covered_from <= span.start:
        return flow_total(series, span)
    if partial and series.covered_from <= span.stop:
        return flow_total(series, Span(series.covered_from, span.stop, span.stop_counts))
    return None


def value_over(expression: Expression, all_series: AllSeries, span: Span, partial: bool = False) -> Fraction | None:
    """§3: x, with levels at the span's end."""
    return evaluate(expression, lambda name: amount(all_series[name], span, partial))


def evaluate(expression: Expression, part: Part) -> Fraction | None:
    """§3: unknown where a part is unknown or "a divisor is 0; a missing part is never 0"."""
    if isinstance(expression, Number):
        return Fraction(expression.value)
    if isinstance(expression, SignalName):
        return part(expression.name)
    if isinstance(expression, Negation):
        inner = evaluate(expression.part, part)
        return None if inner is None else -inner
    left, right = evaluate(expression.left, part), evaluate(expression.right, part)
    if left is None or right is None:
        return None
    if expression.operator == "+":
        return left + right
    if expression.operator == "-":
        return left - right
    if expression.operator == "*":
        return left * right
    return None if right == 0 else left / right


def names_in(expression: Expression) -> set[str]:
    if isinstance(expression, SignalName):
        return {expression.name}
    if isinstance(expression, Negation):
        return names_in(expression.part)
    if isinstance(expression, Operation):
        return names_in(expression.left) | names_in(expression.right)
    return set()


def is_total(expression: Expression, kinds: Mapping[str, Kind]) -> bool:
    """§3: "a total when it is a flow, a sum or difference of totals, or a total × or ÷ a value that is no total"."""
    if isinstance(expression, SignalName):
        return kinds[expression.name].is_flow
    if isinstance(expression, Negation):  # −1 × a total
        return is_total(expression.part, kinds)
    if isinstance(expression, Number):
        return False
    left, right = is_total(expression.left, kinds), is_total(expression.right, kinds)
    if expression.operator in "+-":
        return left and right
    if expression.operator == "*":
        return left != right
    return left and not right

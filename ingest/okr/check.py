"""What does not go together in a key result, and what to write instead."""

from collections.abc import Iterator
from datetime import date
from math import isfinite

from ingest.okr.aim import must_fall, written_baseline
from ingest.okr.algebra import is_quotient, only_levels
from ingest.okr.expression import signals_of
from ingest.okr.number import shown
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.period import units
from ingest.okr.target import Change, Growth, Hold, Learn, Reach

Fault = tuple[str, str]
"""(field, message)"""


def faults(key_result: KeyResult) -> list[Fault]:
    """All that makes a key result meaningless, each with the field of okr.yaml that it belongs to."""
    return [
        *_of_value(key_result),
        *_of_baseline(key_result),
        *_of_take(key_result),
        *_of_milestones(key_result),
        *_of_steps(key_result),
        *_of_weight(key_result),
    ]


def warnings(key_result: KeyResult) -> list[Fault]:
    """What is allowed and probably not meant."""
    target, text = key_result.target, key_result.target_text.strip()
    if isinstance(target, Reach) and target.bare_percent and not is_quotient(key_result.value):
        message = (
            f"did you mean +{text}? {text} is the number {shown(target.number)}, and {key_result.value_text} is no "
            f"quotient; write >= {text} if it is meant"
        )
        return [("target", message)]
    start = written_baseline(key_result)
    if isinstance(target, Change) and target.relative and start is not None and start <= 0:
        return [("target", f"{text} of a baseline of {shown(start)} says nothing: give a number, such as +5")]
    return []


def objective_faults(objective: Objective) -> list[Fault]:
    """What makes an objective meaningless, its key results aside."""
    weights = [key_result.weight for key_result in objective.key_results]
    if weights and all(weight == 0 for weight in weights):
        return [("key_results", "the weights are all 0: leave out `weight` where a key result is to count")]
    return []


def _of_value(key_result: KeyResult) -> Iterator[Fault]:
    if next(signals_of(key_result.value), None) is None:
        yield "value", "names no signal: write one, as in newsletter.subscribers"


def _of_baseline(key_result: KeyResult) -> Iterator[Fault]:
    baseline, target = key_result.baseline, key_result.target
    if baseline is None:
        return
    if isinstance(target, Growth | Hold):
        what = (
            "growth finds its base in the sub-periods" if isinstance(target, Growth) else "a bound to stay in has none"
        )
        yield "baseline", f"does not go with {key_result.target_text}: {what}; leave it out"
    elif isinstance(baseline, date):
        if not only_levels(key_result.value, key_result.kinds):
            yield "baseline", "a day goes with levels alone: write a number, or leave it out for the period before"
        elif baseline > key_result.period.last:
            last = key_result.period.last
            yield "baseline", f"{baseline} lies after the period {key_result.period.text}: write a day up to {last}"
    elif not isfinite(baseline):
        yield "baseline", "is not a finite number: write one such as 5000"


def _of_take(key_result: KeyResult) -> Iterator[Fault]:
    if key_result.take != "best":
        return
    if not isinstance(key_result.target, Reach | Change):
        yield "take", f"best does not go with {key_result.target_text}: leave it out, or write a target to reach"
    elif not only_levels(key_result.value, key_result.kinds):
        yield "take", "best goes with levels alone, and this value counts something: leave it out"


def _of_milestones(key_result: KeyResult) -> Iterator[Fault]:
    if not key_result.milestones:
        return
    period = key_result.period
    if isinstance(key_result.target, Growth | Hold | Learn):
        yield "milestones", f"do not go with {key_result.target_text}: leave them out"
        return
    if must_fall(key_result):
        yield (
            "milestones",
            "do not go with a count that must stay low, which is on its way from the first day: leave them out",
        )
        return
    before: tuple[date | None, float] = (None, 0.0)
    for day, share in sorted(key_result.milestones):
        if not period.first <= day <= period.last:
            yield "milestones", f"{day} lies outside {period.text}: write days from {period.first}"
        elif day == period.last:
            yield "milestones", f"{day} is the last day, on which 100% is due: leave it out"
        if not 0 <= share <= 1:
            yield "milestones", f"{day}: write a share from 0% to 100%"
        elif share < before[1]:
            yield "milestones", f"{day} asks for less than {before[0]} does: progress is not to fall"
        before = (day, max(share, before[1]))


def _of_steps(key_result: KeyResult) -> Iterator[Fault]:
    target, period = key_result.target, key_result.period
    if isinstance(target, Growth | Hold) and not units(period, target.per):
        yield (
            "target",
            f"no whole calendar {target.per} lies inside {period.text}: write a shorter unit or a longer period",
        )


def _of_weight(key_result: KeyResult) -> Iterator[Fault]:
    if not (isfinite(key_result.weight) and key_result.weight >= 0):
        yield "weight", "must be 0 or more: 1 is the default, 0 leaves the key result out of its objective's progress"

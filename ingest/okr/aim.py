"""Which way a key result wants its value to go, and what that makes of its target."""

from datetime import date

from ingest.okr.algebra import is_total
from ingest.okr.objective import KeyResult
from ingest.okr.target import Change, Growth, Hold, Reach


def goes_down(key_result: KeyResult) -> bool:
    """Up, unless `<=`, a change below zero, or a written number as baseline above a bare target says down."""
    match key_result.target:
        case Reach(number, None):
            start = written_baseline(key_result)
            return start is not None and start > number  # both as written: no rounding to allow for
        case Reach(_, upper):
            return bool(upper)
        case Change(amount):
            return amount < 0
    return False


def counts_a_total(key_result: KeyResult) -> bool:
    return is_total(key_result.value, key_result.kinds)


def must_fall(key_result: KeyResult) -> bool:
    """A total that must go down: it can only rise, so it is judged by where its rate leads."""
    return goes_down(key_result) and counts_a_total(key_result)


def counts_part(key_result: KeyResult) -> bool:
    """A total with an upward reach target: its flows count from where they are covered, if that is later."""
    return isinstance(key_result.target, Reach) and not goes_down(key_result) and counts_a_total(key_result)


def written_baseline(key_result: KeyResult) -> float | None:
    """The baseline that is written as a number."""
    start = key_result.baseline
    return None if start is None or isinstance(start, date) else float(start)


def target_without_baseline(key_result: KeyResult) -> float | None:
    """What can be shown as the target before anything is measured."""
    match key_result.target:
        case Reach(number):
            return number
        case Hold():
            return bound_of(key_result.target)
    return None


def bound_of(target: Growth | Hold) -> float | None:
    """The bound to stay inside; a band has none that is one number, growth has a new one each time."""
    if isinstance(target, Growth) or (target.low is not None and target.high is not None):
        return None
    return target.high if target.low is None else target.low

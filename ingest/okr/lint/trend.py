"""Rules of what was measured: where it began, and where it leads."""

from collections.abc import Iterator

from ingest.okr.aim import counts_a_total, goes_down
from ingest.okr.lint.case import Case
from ingest.okr.lint.rule import Finding, finding
from ingest.okr.number import shown
from ingest.okr.score import Status
from ingest.okr.target import Change, Reach

CERTAIN, HOPELESS = 0.98, 0.02
EARLY = 0.5
"""Of the period: what is certain later was perhaps earned."""
BEGUN = 0.25
"""Of the period: before, a trend says little of what will be tried."""


def of_start(case: Case) -> Iterator[Finding]:
    """A level that was where it should get to before anything was done."""
    key_result, start, target = case.key_result, case.score.baseline, case.score.target
    if not isinstance(key_result.target, Reach) or counts_a_total(key_result) or start is None or target is None:
        return
    if start <= target if goes_down(key_result) else start >= target:
        yield finding(case.name, "met-at-start", f"began at {shown(start)}, and {shown(target)} is the target")


def of_forecast(case: Case) -> Iterator[Finding]:
    if case.forecast is None or case.score.final:
        return
    probability = case.forecast.probability
    if probability >= CERTAIN and case.elapsed < EARLY and case.score.status is not Status.ACHIEVED:
        yield finding(
            case.name, "certain", f"with {case.elapsed:.0%} of its period over it is all but certain to be met"
        )
    # Growth and hold may have lost a month already, which no later trend brings back: that is no fault of the target.
    if probability <= HOPELESS and case.elapsed >= BEGUN and isinstance(case.key_result.target, Reach | Change):
        low, high, target = case.forecast.low, case.forecast.high, case.key_result.target_text
        if isinstance(case.key_result.target, Change) and case.score.target is not None:
            target = f"{case.score.target:,.4g} ({target})"
        yield finding(
            case.name, "out-of-reach", f"it is on its way to a value from {low:,.4g} to {high:,.4g}; {target} is asked"
        )

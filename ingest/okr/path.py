"""Where the value should be over the period: the line of the expected progress, in the value's own unit."""

from ingest.okr.aim import counts_a_total, must_fall
from ingest.okr.facts import Facts, Phase
from ingest.okr.instant import Instant
from ingest.okr.line import Line
from ingest.okr.objective import KeyResult
from ingest.okr.target import Change, Reach


def expected_path(key_result: KeyResult, facts: Facts) -> tuple[tuple[Instant, float], ...]:
    """Its corners, oldest first: straight between them. None for growth, hold and learn, and where b is unknown.

    What is due is what the value lacks to it: a total goes from 0 to t*, all else from b. A total that must go down
    should stay under the line from 0 to t*.
    """
    target, baseline = facts.target, facts.baseline
    if not isinstance(key_result.target, Reach | Change) or facts.phase is not Phase.MEASURED:
        return ()
    if target is None or baseline is None:
        return ()
    start = 0.0 if must_fall(key_result) or (counts_a_total(key_result) and target > 0) else baseline
    corners = facts.line.points if facts.line.steps is None else _stairs(facts.line, facts.line.steps)
    return tuple((at, start + share * (target - start)) for at, share in corners)


def _stairs(line: Line, steps: float) -> tuple[tuple[Instant, float], ...]:
    """The corners of a count that is expected in whole steps."""
    corners = [line.points[0]]
    for done in range(round(steps)):
        at = round(line.passes(done / steps))
        corners += [(at, done / steps), (at, (done + 1) / steps)]
    return tuple(corners)

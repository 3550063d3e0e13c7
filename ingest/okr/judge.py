"""From facts to a score: arithmetic on time alone, cheap enough to be done each minute for every key result."""

from math import isfinite
from typing import NamedTuple

from ingest.okr.bound import at_least, at_most
from ingest.okr.facts import Facts, Fall, Phase
from ingest.okr.instant import DAY, Instant
from ingest.okr.score import Score, Status

ON_TRACK = 0.9
AT_RISK = 0.7
"""The least pace of each status."""
TOO_EARLY = 0.05
EARLY = 0.1
"""Before these shares of the time nobody is at risk, or off track."""


class Pulse(NamedTuple):
    """The part of a score that moves with time."""

    raw: float | None
    progress: float | None
    expected: float | None
    pace: float | None
    status: Status
    last_known: Status | None


def judge(facts: Facts, now: Instant) -> Score:
    """The score at a time at or after the facts' own and before `facts.until`."""
    pulse = take_pulse(facts, now)
    paced = pulse.status.is_paced
    reason = facts.stale_reason if pulse.status is Status.STALE else facts.reason
    return Score(
        value=facts.value,
        baseline=facts.baseline,
        target=facts.target,
        raw_progress=pulse.raw,
        progress=pulse.progress,
        expected=pulse.expected,
        pace=pulse.pace,
        status=pulse.status,
        reason=reason,
        last_known_status=pulse.last_known,
        measured_at=facts.measured_at,
        days_ahead=(facts.passes_at - now) / DAY if paced and facts.passes_at is not None else None,
        due=_due(facts, pulse) if paced else None,
        final=now >= facts.final_at,
        notices=facts.notices,
    )


def take_pulse(facts: Facts, now: Instant) -> Pulse:
    """Progress, expectation, pace and status alone."""
    line, phase = facts.line, facts.phase
    if phase is not Phase.MEASURED:
        return _unmeasured(facts, now)
    elapsed = line.elapsed(now)
    raw = facts.raw if facts.fall is None else _falling(facts.fall, elapsed)
    if raw is None:
        return Pulse(None, None, elapsed, None, Status.NO_DATA, None)
    progress = 0.0 if raw < 0 else min(raw, 1.0)
    expected = line.expected(now) if facts.moves else facts.expected
    pace = progress / expected if expected else None
    status = _status(facts, elapsed, pace)
    if facts.stale_from is not None and min(now, line.points[-1][0]) > facts.stale_from and not facts.stays_achieved:
        return Pulse(raw, progress, expected, pace, Status.STALE, status)
    return Pulse(raw, progress, expected, pace, status, None)


def _unmeasured(facts: Facts, now: Instant) -> Pulse:
    """Before the period, while learning, and without data: there is no progress, but time goes by."""
    if facts.phase is Phase.SCHEDULED:
        return Pulse(None, None, facts.expected, None, Status.SCHEDULED, None)
    expected = facts.line.elapsed(now) if facts.moves else facts.expected
    return Pulse(None, None, expected, None, Status.LEARNING if facts.phase is Phase.LEARNING else Status.NO_DATA, None)


def _falling(fall: Fall, elapsed: float) -> float | None:
    """raw of a total that must go down, from p = x/f; None where that is too large to be computed."""
    pace = fall.value / elapsed if elapsed else fall.value
    if fall.baseline is not None:
        raw = (fall.baseline - pace) / (fall.baseline - fall.target)
        return raw if isfinite(raw) else None
    if at_most(pace, fall.target):
        return 1.0
    return fall.target / pace if fall.target > 0 else 0.0


def _status(facts: Facts, elapsed: float, pace: float | None) -> Status:
    """What it is called while all its sources answer: the first that fits."""
    if facts.attained:
        return Status.ACHIEVED
    if facts.over:
        return Status.MISSED
    if facts.beyond:
        return Status.OFF_TRACK
    if pace is None or not at_least(elapsed, TOO_EARLY) or at_least(pace, ON_TRACK):
        return Status.ON_TRACK
    return Status.AT_RISK if not at_least(elapsed, EARLY) or at_least(pace, AT_RISK) else Status.OFF_TRACK


def _due(facts: Facts, pulse: Pulse) -> float | None:
    """What the value lacks to progress = e, in its unit."""
    lack = facts.lack
    if lack is None or pulse.expected is None:
        return None
    if lack.fixed is not None:
        due = lack.fixed
    elif lack.counted is None:
        due = lack.scale * max(0.0, pulse.expected - (pulse.raw or 0.0))
    else:
        wanted = pulse.expected * lack.scale
        due = 0.0 if at_most(wanted, lack.counted) else wanted - lack.counted
    return due if isfinite(due) else None

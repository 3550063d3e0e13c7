"""Scores in two stages, since most of what is judged each minute was measured long before.

needs     which measurements suffice
measure   measurements → facts, good until `facts.until`
judge     facts → score, arithmetic on time alone (`take_pulse`: only what moves)
freeze    the baseline that is to be kept
roll_up   the scores of key results → that of their objective
"""

from collections.abc import Mapping

from ingest.okr.baseline import freeze
from ingest.okr.facts import Facts
from ingest.okr.instant import Instant
from ingest.okr.judge import Pulse, judge, take_pulse
from ingest.okr.measure import measure
from ingest.okr.need import needs
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import final_at
from ingest.okr.rollup import roll_up
from ingest.okr.score import Score
from ingest.okr.signal import Series
from ingest.okr.trace import Contribution, Point, history, trace, value_at

__all__ = [
    "Contribution",
    "Facts",
    "Point",
    "Pulse",
    "final_at",
    "freeze",
    "history",
    "judge",
    "measure",
    "needs",
    "roll_up",
    "score",
    "take_pulse",
    "trace",
    "value_at",
]


def score(
    key_result: KeyResult,
    series: Mapping[str, Series],
    now: Instant,
    frozen: Frozen | None = None,
    configured_at: Instant | None = None,
) -> Score:
    """What a key result says at a time; see `measure` for the arguments."""
    return judge(measure(key_result, series, now, frozen, configured_at), now)

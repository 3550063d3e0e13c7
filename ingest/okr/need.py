"""Which part of each signal's measurements a score depends on, so that nobody loads the rest."""

from collections.abc import Mapping

from ingest.okr.baseline import looks_back, looks_up
from ingest.okr.expression import signals_of
from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import period_before
from ingest.okr.signal import Kind, Need
from ingest.okr.steps import stairs_of
from ingest.okr.target import Growth, Hold

Span = tuple[Instant, Instant]


def needs(key_result: KeyResult, now: Instant, frozen: Frozen | None = None) -> Mapping[str, Need]:
    """For each signal of the value what suffices for `measure`, `freeze` and `score` at `now`, and until it changes.

    Levels need points, flows need the spans of their windows (up to their end: what is dated in the future tells when
    the facts change). Levels need spans too for `take: best`, and while a baseline of theirs is not frozen: the first
    value after its day may be of any reading. Before the period nothing is needed.
    """
    period = key_result.period
    names = tuple(signals_of(key_result.value))
    if now < period.start:
        return {name: Need() for name in names}
    at = min(now, period.end)
    points, level_spans, flow_spans = {at}, list[Span](), [(period.start, period.end)]
    if isinstance(key_result.target, Growth | Hold):
        steps = stairs_of(key_result, key_result.target).units
        points |= {unit.end for unit in steps}
        flow_spans = [(min([period.start, *(unit.start for unit in steps)]), period.end)]
    else:
        if key_result.take == "best":
            level_spans.append((period.start, period.end))
        frozen_now = frozen if frozen is not None and frozen.measured_at <= now else None
        baseline_at = looks_up(key_result)
        if baseline_at is not None and (frozen_now is None or frozen_now.late):
            points.add(baseline_at)
            if frozen_now is None and baseline_at < period.end:
                level_spans.append((baseline_at, period.end))
        if looks_back(key_result) and frozen_now is None:
            before = period_before(period)
            points.add(before.end)
            flow_spans.insert(0, (before.start, before.end))
    return {
        name: Need(frozenset(points), tuple(level_spans))
        if key_result.kinds[name] is Kind.LEVEL
        else Need(frozenset(), tuple(flow_spans))
        for name in names
    }

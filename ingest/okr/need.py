"""Which part of each signal's measurements a score depends on, so that nobody loads the rest."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

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
    if now < period.start:
        return {name: Need() for name in signals_of(key_result.value)}
    at = min(now, period.end)
    points, level_spans, flow_spans = {at}, list[Span](), [(period.start, period.end)]
    if isinstance(key_result.target, Growth | Hold):
        steps = stairs_of(key_result, key_result.target).units
        points |= {unit.end for unit in steps}
        flow_spans = [(min([period.start, *(unit.start for unit in steps)]), period.end)]
    else:
        if key_result.take == "best":
            level_spans.append((period.start, period.end))
        under = _under_baseline(key_result)
        if frozen is None or frozen.measured_at > now:
            points |= under.points
            level_spans += under.level_spans
            flow_spans = [*under.flow_spans, *flow_spans]
        elif frozen.late:
            points |= under.points
    return _by_kind(key_result, points, level_spans, flow_spans)


def baseline_needs(key_result: KeyResult, until: Instant) -> Mapping[str, Need]:
    """For each signal of the value what suffices for `find_baseline` to find one that was measured by `until`."""
    under = _under_baseline(key_result)
    spans = [(start, min(end, until)) for start, end in under.level_spans if start < until]
    return _by_kind(key_result, under.points, spans, under.flow_spans)


class _Under(NamedTuple):
    """What lies under a baseline that is measured: nothing where it is not."""

    points: frozenset[Instant] = frozenset()
    level_spans: tuple[Span, ...] = ()
    flow_spans: tuple[Span, ...] = ()


def _under_baseline(key_result: KeyResult) -> _Under:
    baseline_at, period = looks_up(key_result), key_result.period
    if baseline_at is not None:
        spans = ((baseline_at, period.end),) if baseline_at < period.end else ()
        return _Under(frozenset({baseline_at}), spans)
    if looks_back(key_result):
        before = period_before(period)
        return _Under(frozenset({before.end}), (), ((before.start, before.end),))
    return _Under()


def _by_kind(
    key_result: KeyResult, points: Iterable[Instant], level_spans: Iterable[Span], flow_spans: Iterable[Span]
) -> dict[str, Need]:
    return {
        name: Need(frozenset(points), tuple(level_spans))
        if key_result.kinds[name] is Kind.LEVEL
        else Need(frozenset(), tuple(flow_spans))
        for name in signals_of(key_result.value)
    }

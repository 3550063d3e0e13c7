"""The log of a key result: what was noted, changed, corrected and frozen, and when."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.okr.day import local_text
from ingest.okr.instant import BEGINNING, FOREVER, Instant
from ingest.okr.need import needs
from ingest.okr.number import shown
from ingest.okr.objective import KeyResult
from ingest.okr.signal import Kind, Need
from ingest.run.card import LogEntry
from ingest.run.correction import defined_at
from ingest.run.definition import is_removed
from ingest.run.frame import Frame
from ingest.store.error import UnknownSignal
from ingest.store.reader import Reader
from ingest.store.row import Definition, FrozenBaseline, Revised
from ingest.store.unit import By

_TOLD = ("value", "target", "period", "zone", "baseline_text", "take", "milestones", "weight")
_ORDER = ("baseline", "correction", "definition", "note")
"""Of what has one time: newest first, so that a cause is below what follows from it."""
_BY = {By.PULL: "by a pull", By.PUSH: "by a push", By.IMPORT: "by import", By.HAND: "by hand"}
_WHY = {"revised": "corrected", "retracted": "retracted", "forgotten": "forgotten"}


def journal(
    reader: Reader, frame: Frame, today: KeyResult, *, until: Instant | None, limit: int, skip: int
) -> tuple[LogEntry, ...]:
    """What was recorded by `until` (None: now), newest first, without the first `skip`. Of each kind no more is read
    than that takes."""
    newest = skip + limit
    notes = reader.notes(today.name, known_at=until, newest=newest)
    entries = [LogEntry(one.recorded_at, "note", one.text) for one in notes]
    versions = reader.definition_versions(today.name, known_at=until, newest=newest + 1)
    entries += _definitions(versions)
    entries += _baselines(reader.baseline_versions(today.name, known_at=until, newest=newest + 1))
    if versions:
        then = defined_at(reader, frame, today, versions, FOREVER)
        entries += _corrections(reader, then, until, newest)
    entries.sort(key=lambda entry: (-entry.at, _ORDER.index(entry.kind)))
    return tuple(entries[skip:newest])


def _definitions(versions: Sequence[Definition]) -> Iterator[LogEntry]:
    if versions and versions[0].recorded_at == versions[0].first_recorded_at:
        yield LogEntry(versions[0].recorded_at, "definition", "configured")
    for old, new in pairwise(versions):
        yield LogEntry(new.recorded_at, "definition", changed(old, new))


def changed(old: Definition, new: Definition) -> str:
    """What a new version of a definition changed, in words."""
    before, after = json.loads(old.body), json.loads(new.body)
    if is_removed(new.body):
        return "removed from the configuration"
    told = ["configured again"] if is_removed(old.body) else []
    told += [
        f"{name.removesuffix('_text')}: {_shown(before.get(name))} → {_shown(after.get(name))}"
        for name in _TOLD
        if before.get(name) != after.get(name)
    ]
    return "; ".join(told) or "written in another way"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(f"{day} {share:g}" for day, share in value) or "none"
    return "none" if value is None else str(value)


def _baselines(versions: Sequence[FrozenBaseline]) -> Iterator[LogEntry]:
    """The first only says what was before where it is not the first there ever was."""
    before: FrozenBaseline | None = None
    for one in versions:
        yield LogEntry(one.recorded_at or 0, "baseline", _baseline(before, one))
        before = one


def _baseline(before: FrozenBaseline | None, one: FrozenBaseline) -> str:
    """What became of a baseline, in words."""
    frozen, old = one.frozen, None if before is None else before.frozen
    if frozen is None:
        return "baseline given up, to be found anew"
    number = shown(frozen.value)
    if one.why == "corrected" and frozen.corrected_at is None:
        return f"the measurements under the baseline give {number} again, at which it is frozen"
    if one.why == "corrected":
        gives = "none any more" if frozen.gives is None else f"{shown(frozen.gives)} now"
        return f"the measurements under the baseline were corrected: it stays at {number}, they give {gives}"
    if one.why == "grown":
        return f"baseline grown: {'' if old is None else shown(old.value)} → {number}, {frozen.origin}"
    if frozen.replaces is not None:
        return f"late baseline replaced: {shown(frozen.replaces)} → {number}, {frozen.origin}"
    late = " (late)" if frozen.late else ""
    if old is not None:
        return f"baseline found anew: {shown(old.value)} → {number}{late}, {frozen.origin}"
    return f"baseline frozen at {number}{late}: {frozen.origin}"


def _corrections(reader: Reader, key_result: KeyResult, until: Instant | None, newest: int) -> Iterator[LogEntry]:
    for signal, kind in key_result.kinds.items():
        try:
            spans = _spans(reader, key_result, signal, kind, until)
            found = reader.corrections(signal, spans, known_at=until, newest=newest)
        except UnknownSignal:
            continue
        for one in found:
            yield LogEntry(one.recorded_at, "correction", _corrected(one, key_result))


def _spans(
    reader: Reader, key_result: KeyResult, signal: str, kind: Kind, until: Instant | None
) -> list[tuple[Instant, Instant]]:
    """When what lies under a key result's window or its baseline was observed."""
    period = key_result.period
    need = needs(key_result, period.end)[signal]
    spans = [*need.spans, (period.start, period.end), *((point, point) for point in need.points)]
    if kind is Kind.EVENTS:
        return spans
    # Of the readings before a span the last counts in it: the level at its start, the base of a counter.
    starts = Need(frozenset(start for start, _ in spans))
    times = reader.series({signal: starts}, known_at=until)[signal].times
    return [(_last(times, start), end) for start, end in spans]


def _last(times: Iterable[Instant], until: Instant) -> Instant:
    return max((time for time in times if time <= until), default=BEGINNING)


def _corrected(one: Revised, key_result: KeyResult) -> str:
    """What was done to measurements, in words."""
    done = f"{_WHY[one.why]} {_BY[one.by]}"
    if one.count > 1:
        return f"{one.count:,} measurements of {one.signal} {done}"
    zone = key_result.period.zone
    told = f"{one.signal} of {local_text(one.observed_at, zone)} {done}: {shown(one.value)}"
    if one.now_value is None or one.now_observed_at is None:
        return told
    moved = "" if one.now_observed_at == one.observed_at else f" of {local_text(one.now_observed_at, zone)}"
    return f"{told} → {shown(one.now_value)}{moved}"

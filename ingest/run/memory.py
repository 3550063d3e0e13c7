"""What a source is given when it is asked again: how far back to go, its cursor, and what is covered already."""

from collections.abc import Iterable
from dataclasses import replace

from ingest.config.model import Source
from ingest.okr.instant import DAY, Instant
from ingest.okr.scoring import final_at, needs
from ingest.run.frame import Frame
from ingest.run.pull import Memory
from ingest.store.reader import Reader
from ingest.store.unit import UNCHANGED, Unit

BEFORE = 32 * DAY
"""How long before the time at which a level is needed its last reading may lie: some sources tell one a month."""


def memories(reader: Reader, sources: Iterable[Source]) -> dict[str, Memory]:
    """What is kept of each of these sources.

    A cursor was made with certain settings, so it is left out where these have changed.
    """
    sources = list(sources)
    coverage = reader.coverage([f"{source.id}.{name}" for source in sources for name in source.signals])
    last, cursors = reader.last_runs(), reader.cursors()
    found = {}
    for source in sources:
        names = (f"{source.id}.{name}" for name in source.signals)
        before = last.get(source.id)
        same = before is not None and before.last.fingerprint == source.fingerprint
        found[source.id] = Memory(
            cursor=cursors.get(source.id) if same else None,
            covered_until={name: end for name in names if (end := coverage[name].end) is not None},
        )
    return found


def advanced(memory: Memory, unit: Unit) -> Memory:
    """The memory after one more pull."""
    if not unit.ending.is_ok:
        return memory
    covered_until = dict(memory.covered_until)
    for span in unit.coverage:
        covered_until[span.signal] = max(span.end, covered_until.get(span.signal, span.end))
    cursor = memory.cursor if unit.cursor is UNCHANGED else unit.cursor
    return replace(memory, cursor=cursor, covered_until=covered_until)


def asking(memory: Memory, frame: Frame, source: Source, now: Instant, since: Instant | None = None) -> Memory:
    """The memory with how far back to go. `since`: somebody asks for history from then on, whatever the cursor is."""
    if since is not None:
        return replace(memory, since=since, cursor=None)
    return replace(memory, since=since_of(frame, source, now, new=not memory.covered_until))


def since_of(frame: Frame, source: Source, now: Instant, *, new: bool) -> Instant | None:
    """How far back history is wanted: as is written, and at least to what the key results need.

    `new`: it never answered, so key results count too whose score is final. None: as the connector sees fit.
    """
    wanted = [] if source.history is None else [now - source.history]
    for name in source.signals:
        signal = f"{source.id}.{name}"
        for key_result in (frame.key_results[one] for one in frame.named_by.get(signal, ())):
            if new or now < final_at(key_result.period):
                need = needs(key_result, max(now, key_result.period.start))[signal]
                wanted.append(key_result.period.start)
                wanted += [point - BEFORE for point in need.points]
                wanted += [start - BEFORE for start, _ in need.spans]
    return min(wanted, default=None)

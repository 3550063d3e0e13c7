"""What tactics did to a key result: the measurements around their starts, loaded when somebody asks."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.okr.instant import Instant
from ingest.okr.objective import Tactic
from ingest.okr.signal import Need, Series
from ingest.okr.tactic.effect import Effect, effect, looked_at
from ingest.run.evidence import Evidence, facets, gather
from ingest.run.frame import Frame
from ingest.store.reader import Reader


def effects(
    reader: Reader, frame: Frame, tactics: Sequence[Tactic], name: str, at: Instant, known_at: Instant | None
) -> tuple[Effect, ...]:
    """The effect of each tactic that affects a key result (its full name), in the order of the configuration.

    By the definition and the measurements known at `known_at`; the tactics are today's.
    """
    affecting = [tactic for tactic in tactics if name in tactic.affects]
    if not affecting:
        return ()
    evidence = gather(reader, frame, facets(reader, known_at), [name], at)[name]
    key_result = evidence.key_result
    around = _around(reader, evidence, Need(spans=tuple(looked_at(one, key_result, at) for one in affecting)))
    return tuple(effect(one, key_result, around, at, affecting) for one in affecting)


def _around(reader: Reader, evidence: Evidence, need: Need) -> dict[str, Series]:
    """The series of the evidence with the measurements of these spans, which may begin long before the period."""
    loaded = reader.series(dict.fromkeys(evidence.series, need), known_at=evidence.known_at)
    return {
        name: replace(series, times=loaded[name].times, values=loaded[name].values)
        for name, series in evidence.series.items()
    }

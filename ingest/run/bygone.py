"""Key results that are configured no more: a past review that showed them shows them again."""

from collections.abc import Collection
from dataclasses import replace

from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult, Objective
from ingest.run.definition import REMOVED, is_removed, recalled, recalled_objective, registered_kinds
from ingest.run.frame import Frame
from ingest.store.reader import Reader


def frame_known_at(reader: Reader, frame: Frame, known_at: Instant | None) -> Frame:
    """The frame with the key results that were configured at a time and are no more (None: now, as it is).

    One that was left out of the configuration just then is in no objective. What was configured only later is there
    by its oldest definition. What no number depends on, such as titles, is as it was last.
    """
    if known_at is None:
        return frame
    names = reader.defined_with(REMOVED)
    if not names:
        return frame
    definitions = reader.definitions(known_at=known_at, names=names)
    out = {name for name, one in definitions.items() if one.recorded_at <= known_at and is_removed(one.body)}
    gone = {
        name: one.body
        for name, one in definitions.items()
        if one.recorded_at <= known_at and name not in out and name not in frame.key_results
    }
    if not gone and not out.intersection(frame.key_results):
        return frame
    kinds = registered_kinds(reader)
    old = {name: recalled(name, body, frame, lambda: kinds) for name, body in gone.items()}
    objectives = {one.id: left for one in frame.objectives if (left := _without(one, out)) is not None}
    for name, key_result in old.items():
        id_ = name.rpartition(".")[0]
        there = objectives.get(id_) or recalled_objective(key_result, gone[name])
        objectives[id_] = replace(there, key_results=(*there.key_results, key_result))
    return replace(frame, objectives=tuple(objectives.values()), key_results={**frame.key_results, **old})


def _without(objective: Objective, names: Collection[str]) -> Objective | None:
    """An objective with the key results that it had; None: all that it has were out."""
    left: tuple[KeyResult, ...] = tuple(one for one in objective.key_results if one.name not in names)
    if len(left) == len(objective.key_results):
        return objective
    return replace(objective, key_results=left) if left else None

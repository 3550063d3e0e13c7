"""The log of a key result: what was noted, changed and frozen, and when."""

import json
from collections.abc import Iterator
from itertools import pairwise

from ingest.run.card import LogEntry
from ingest.store.reader import Reader
from ingest.store.row import Definition, FrozenBaseline

_TOLD = ("value", "target", "period", "zone", "baseline_text", "take", "milestones", "weight")


def journal(reader: Reader, name: str) -> tuple[LogEntry, ...]:
    """Newest first."""
    entries = [LogEntry(one.recorded_at, "note", one.text) for one in reader.notes(name)]
    versions = reader.definition_versions(name)
    if versions:
        entries.append(LogEntry(versions[0].recorded_at, "definition", "configured"))
    entries += [LogEntry(new.recorded_at, "definition", changed(old, new)) for old, new in pairwise(versions)]
    entries += _baselines(reader.baseline_versions(name))
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def changed(old: Definition, new: Definition) -> str:
    """What a new version of a definition changed, in words."""
    before, after = json.loads(old.body), json.loads(new.body)
    told = [
        f"{name.removesuffix('_text')}: {_shown(before.get(name))} → {_shown(after.get(name))}"
        for name in _TOLD
        if before.get(name) != after.get(name)
    ]
    return "; ".join(told) or "written in another way"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(f"{day} {share:g}" for day, share in value) or "none"
    return "none" if value is None else str(value)


def _baselines(versions: list[FrozenBaseline]) -> Iterator[LogEntry]:
    for one in versions:
        at = one.recorded_at or 0
        if one.frozen is None:
            yield LogEntry(at, "baseline", "baseline given up, to be found anew")
        else:
            late = " (late)" if one.frozen.late else ""
            yield LogEntry(at, "baseline", f"baseline frozen at {one.frozen.value:g}{late}: {one.frozen.origin}")

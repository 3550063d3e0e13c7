"""Settling: what a configuration makes known to the store, and baselines that are frozen or move with a definition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.config.model import Config
from ingest.okr.algebra import only_levels
from ingest.okr.baseline import looks_back, looks_up
from ingest.okr.instant import FOREVER, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.scoring import freeze, measure
from ingest.okr.target import Growth, Hold
from ingest.run.correction import Shift, correction, defined_at, footing, grown_by
from ingest.run.definition import is_removed, is_same, removed, written
from ingest.run.evidence import Evidence, Facets, facets, gather
from ingest.run.frame import Frame
from ingest.store.reader import Reader
from ingest.store.row import FrozenBaseline
from ingest.store.store import Store


def freezes(key_result: KeyResult) -> bool:
    """Whether it has a baseline that is measured, and so is frozen once it is known."""
    if isinstance(key_result.target, Growth | Hold):
        return False
    return looks_up(key_result) is not None or looks_back(key_result)


class Settler:
    """Freezes baselines inside the transaction that makes them known. One for each configuration."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._open = {name for name, one in frame.key_results.items() if freezes(one)}
        """Key results whose baseline may still change by a write."""
        self._until: dict[str, Instant] = {}
        """Of the others that are not final: no measurement later than this is under their baseline."""
        self._definitions = Facets(None, {}, {})

    def on_write(self, reader: Reader, changed: Mapping[str, Instant], now: Instant) -> list[FrozenBaseline]:
        """The baselines that become known, or under which something is corrected, by a write, in its own transaction.

        `changed`: signals with the time at which the earliest of what changed was observed.
        """
        names: dict[str, Instant] = {}
        for signal, earliest in changed.items():
            for name in self.frame.named_by.get(signal, ()):
                if name in self._open or (name in self._until and earliest <= self._until[name]):
                    names[name] = min(earliest, names.get(name, FOREVER))
        return self._settle(reader, names, now) if names else []

    def settle(self, reader: Reader, names: Iterable[str], now: Instant) -> list[FrozenBaseline]:
        """The baselines of these key results that time or a definition makes known."""
        return self._settle(reader, dict.fromkeys(names, FOREVER), now)

    def _settle(self, reader: Reader, names: Mapping[str, Instant], now: Instant) -> list[FrozenBaseline]:
        """`names`: with the time at which the earliest of what changed was observed."""
        histories = {name: reader.baseline_versions(name) for name in names}
        newest = {name: history[-1] for name, history in histories.items() if history}
        current, settled = replace(self._facets(reader), baselines=newest), []
        for name, evidence in gather(reader, self.frame, current, names, now).items():
            self._open.discard(name)
            self._until.pop(name, None)
            if evidence.known_at is not None:
                continue  # final: nothing moves it any more
            history = histories[name]
            found = self._settled(reader, evidence, history, names[name], now)
            if found is not None:
                settled.append(found)
                history = [*history, replace(found, recorded_at=now)]
            self._file(reader, evidence.key_result, history)
        return settled

    def reopen(self, names: Iterable[str]) -> None:
        """Their baselines are to be found anew, or another process may have found them."""
        self._open.update(name for name in names if freezes(self.frame.key_results[name]))

    def _facets(self, reader: Reader) -> Facets:
        """The definitions of this configuration."""
        if not self._definitions.definitions:
            self._definitions = facets(reader)
        return self._definitions

    def _settled(
        self, reader: Reader, evidence: Evidence, history: Sequence[FrozenBaseline], earliest: Instant, now: Instant
    ) -> FrozenBaseline | None:
        frozen = history[-1].frozen if history else None
        if frozen is None:
            return newly_frozen(evidence, now)
        before, today = self._frozen_by(reader, evidence.key_result, history[-1]), evidence.key_result
        if is_moved(before, today):
            return moved(reader, self.frame, before, today, history, now)
        fresh = newly_frozen(evidence, now)
        if fresh is not None or earliest == FOREVER:
            return fresh
        under = footing(reader, self.frame, today, history, frozen)
        return correction(reader, self.frame, under, now) if earliest <= under.until else None

    def _file(self, reader: Reader, today: KeyResult, history: Sequence[FrozenBaseline]) -> None:
        """Remember of a key result by which writes its baseline may change."""
        kept = history[-1].frozen if history else None
        if kept is None or kept.late or is_moved(self._frozen_by(reader, today, history[-1]), today):
            self._open.add(today.name)  # it is to be found, to be replaced, or to grow
        else:
            self._until[today.name] = footing(reader, self.frame, today, history, kept).until

    def _frozen_by(self, reader: Reader, today: KeyResult, baseline: FrozenBaseline) -> KeyResult:
        """The key result by the definition that a baseline was frozen by."""
        version, at = self._facets(reader).definitions.get(today.name), baseline.recorded_at
        if version is None or at is None or at >= version.recorded_at:
            return today
        return defined_at(reader, self.frame, today, reader.definition_versions(today.name), at)


def is_moved(before: KeyResult, after: KeyResult) -> bool:
    """Whether a change of the definition moves a baseline."""
    return (before.period, before.baseline, before.value) != (after.period, after.baseline, after.value)


def newly_frozen(evidence: Evidence, now: Instant) -> FrozenBaseline | None:
    """The baseline that is known now and was not, or that takes the place of a late one."""
    if evidence.frozen is not None and not evidence.frozen.late:
        return None
    found = freeze(evidence.key_result, evidence.series, now)
    if found is None or (evidence.frozen is not None and found.late):
        return None
    if evidence.frozen is not None:
        found = replace(found, replaces=evidence.frozen.value)
    return FrozenBaseline(evidence.key_result.name, found)


def moved(
    reader: Reader, frame: Frame, before: KeyResult, after: KeyResult, history: Sequence[FrozenBaseline], now: Instant
) -> FrozenBaseline | None:
    """How the last baseline of a history follows a change of the definition; None: it stays, or cannot follow yet.

    A new target keeps it. A new value of levels lets it grow by (new x − old x), once both are known. A new period,
    baseline or any other value has it found anew.
    """
    if (before.period, before.baseline) == (after.period, after.baseline):
        if before.value == after.value:
            return None
        if only_levels(before.value, before.kinds) and only_levels(after.value, after.kinds):
            return _grown(reader, frame, Shift(before, after, min(now, after.period.end)), history, now)
    nothing = Facets(None, {}, {})
    evidence = gather(reader, frame, nothing, [after.name], now)[after.name]
    return newly_frozen(evidence, now) or FrozenBaseline(after.name, None)


def _grown(
    reader: Reader, frame: Frame, shift: Shift, history: Sequence[FrozenBaseline], now: Instant
) -> FrozenBaseline | None:
    """The last baseline of a history, grown, with what was corrected under it meanwhile."""
    frozen, more = history[-1].frozen, grown_by(reader, frame, shift)
    if frozen is None or more is None:
        return None
    origin = f"{frozen.origin}, and {more:+g} when the value changed"
    gives = None if frozen.gives is None else frozen.gives + more
    grown = replace(frozen, value=frozen.value + more, origin=origin, gives=gives)
    under = footing(reader, frame, shift.before, history, grown)
    corrected = correction(reader, frame, replace(under, shifts=(*under.shifts, shift)), now)
    kept = grown if corrected is None or corrected.frozen is None else corrected.frozen
    return FrozenBaseline(shift.after.name, kept, why="grown")


def apply(store: Store, config: Config, settler: Settler, now: Instant) -> None:
    """Make a configuration known to the store: renames, signals, new versions of definitions, and baselines.

    What waited of a signal that has no `max_step` any more counts from now on.
    """
    frame = settler.frame
    rename(store, config, now)
    store.sync_signals(frame.signals.values(), now)
    with store.read() as reader:
        free = [name for name in reader.quarantined() if name in frame.signals and name not in frame.limits]
    if free:
        store.release(free, now)
    with store.read() as reader:
        current = facets(reader)
        bodies = _bodies(frame)
        following = list(_following(reader, frame, current, bodies, now))
    kept = {name: one.body for name, one in current.definitions.items()}
    rewritten = {name: (kept[name], one) for name, one in bodies.items() if name in kept and kept[name] != one}
    restated = {name: both for name, both in rewritten.items() if is_same(*both)}
    changed = {name: one for name, one in bodies.items() if name not in restated and kept.get(name) != one}
    gone = {name: removed(one) for name, one in kept.items() if name not in bodies and not is_removed(one)}
    store.sync_definitions(changed | gone, now, baselines=following, restated=restated)
    with store.read() as reader:
        frozen = {name for name, one in reader.baselines().items() if one.frozen is not None and not one.frozen.late}
    settle(
        store, settler, [name for name, one in frame.key_results.items() if freezes(one) and name not in frozen], now
    )


def settle(store: Store, settler: Settler, names: Sequence[str], now: Instant) -> list[str]:
    """Freeze the baselines of these key results that time or a definition makes known; of which there were any."""
    if not names:
        return []
    with store.read() as reader:
        settled = settler.settle(reader, names, now)
    if settled:
        store.save_settled(settled, now)
    return [one.key_result for one in settled]


def _bodies(frame: Frame) -> dict[str, str]:
    """The definition of each key result, as it is kept."""
    objectives = {one.id: one for one in frame.objectives}
    return {name: written(one, objectives.get(name.rpartition(".")[0])) for name, one in frame.key_results.items()}


def _following(
    reader: Reader, frame: Frame, current: Facets, bodies: Mapping[str, str], now: Instant
) -> Iterable[FrozenBaseline]:
    """The baselines that move with a definition that is about to change."""
    for name, today in frame.key_results.items():
        baseline, version = current.baselines.get(name), current.definitions.get(name)
        if baseline is None or baseline.frozen is None or version is None or is_same(version.body, bodies[name]):
            continue
        before = defined_at(reader, frame, today, reader.definition_versions(name), baseline.recorded_at or 0)
        found = moved(reader, frame, before, today, reader.baseline_versions(name), now)
        if found is not None:
            yield found


def rename(store: Store, config: Config, now: Instant) -> None:
    """Let history move to the names that say what they were formerly."""
    sources = {one.id: one.formerly for one in config.sources.values() if one.formerly is not None}
    signals = {
        f"{one.id}.{new}": f"{one.id}.{old}"
        for one in config.sources.values()
        for new, old in one.renamed_signals.items()
    }
    key_results = {
        one.name: one.formerly
        for objective in config.objectives
        for one in objective.key_results
        if one.formerly is not None
    }
    if sources or signals or key_results:
        store.rename(now, sources=sources, signals=signals, key_results=key_results)


def rebaseline(store: Store, settler: Settler, names: Sequence[str], now: Instant) -> list[tuple[str, float | None]]:
    """Find the baselines of these key results anew and freeze them; (name, the baseline, None where it is unknown)."""
    frame = settler.frame
    with store.read() as reader:
        current = facets(reader)
        others = {name: one for name, one in current.baselines.items() if name not in names}
        evidence = gather(reader, frame, replace(current, baselines=others), names, now)
    fresh = {name: newly_frozen(one, now) for name, one in evidence.items()}
    moving = [one or FrozenBaseline(name, None) for name, one in fresh.items() if one or name in current.baselines]
    if moving:
        store.save_baselines(moving, now)
    settler.reopen(names)
    return [(name, measure(evidence[name].key_result, evidence[name].series, now).baseline) for name in names]

"""Settling: what a configuration makes known to the store, and baselines that are frozen or move with a definition."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.config.model import Config
from ingest.okr.algebra import only_levels
from ingest.okr.baseline import looks_back, looks_up
from ingest.okr.expression import signals_of
from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.scoring import freeze, measure, value_at
from ingest.okr.signal import Need
from ingest.okr.target import Growth, Hold
from ingest.run.definition import defined, written
from ingest.run.evidence import Evidence, Facets, facets, gather, load
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
        self._definitions = Facets(None, {}, {})

    def on_write(self, reader: Reader, signals: frozenset[str], now: Instant) -> list[FrozenBaseline]:
        """The baselines that become known by a write to these signals, in its own transaction."""
        names = {name for signal in signals for name in self.frame.named_by.get(signal, ())} & self._open
        return self.settle(reader, names, now) if names else []

    def settle(self, reader: Reader, names: Iterable[str], now: Instant) -> list[FrozenBaseline]:
        """The baselines of these key results that are to be frozen now."""
        current = self._current(reader, names)
        settled = []
        for name, evidence in gather(reader, self.frame, current, names, now).items():
            if evidence.known_at is not None:
                self._open.discard(name)  # final: nothing moves it any more
                continue
            found = self._settled(reader, name, evidence, current, now)
            if found is not None:
                settled.append(found)
            kept = evidence.frozen if found is None else found.frozen
            if kept is not None and not kept.late and not self._waits(name, current, found):
                self._open.discard(name)
        return settled

    def reopen(self, names: Iterable[str]) -> None:
        """Their baselines are to be found anew."""
        self._open.update(name for name in names if freezes(self.frame.key_results[name]))

    def _current(self, reader: Reader, names: Iterable[str]) -> Facets:
        """The definitions of this configuration, and the newest baselines of these key results."""
        if not self._definitions.definitions:
            self._definitions = facets(reader)
        newest = {name: versions[-1] for name in names if (versions := reader.baseline_versions(name))}
        return replace(self._definitions, baselines=newest)

    def _settled(
        self, reader: Reader, name: str, evidence: Evidence, current: Facets, now: Instant
    ) -> FrozenBaseline | None:
        old = current.baselines.get(name)
        if old is not None and old.frozen is not None and self._is_older(name, old, current):
            before = self._before(reader, name, old)
            followed = moved(reader, self.frame, before, evidence.key_result, old.frozen, now)
            if followed is not None:
                return followed
        return newly_frozen(name, evidence, now)

    def _is_older(self, name: str, baseline: FrozenBaseline, current: Facets) -> bool:
        """Whether a baseline was frozen by a definition that has changed since."""
        version = current.definitions.get(name)
        at = baseline.recorded_at
        return version is not None and at is not None and at < version.recorded_at

    def _before(self, reader: Reader, name: str, baseline: FrozenBaseline) -> KeyResult:
        """The key result by the definition that a baseline was frozen by."""
        versions = reader.definition_versions(name)
        at = baseline.recorded_at or 0
        body = next((one.body for one in reversed(versions) if one.recorded_at <= at), versions[0].body)
        return defined(self.frame.key_results[name], body, self.frame)

    def _waits(self, name: str, current: Facets, found: FrozenBaseline | None) -> bool:
        """Whether a baseline is to grow with a new value and cannot yet, because that is not known."""
        old = current.baselines.get(name)
        return found is None and old is not None and self._is_older(name, old, current)


def newly_frozen(name: str, evidence: Evidence, now: Instant) -> FrozenBaseline | None:
    """The baseline that is known now and was not, or that takes the place of a late one."""
    if evidence.frozen is not None and not evidence.frozen.late:
        return None
    found = freeze(evidence.key_result, evidence.series, now)
    if found is None or (evidence.frozen is not None and found.late):
        return None
    if evidence.frozen is not None:
        found = replace(found, origin=f"{found.origin}, in place of a late one ({evidence.frozen.value:g})")
    return FrozenBaseline(name, found)


def moved(
    reader: Reader, frame: Frame, before: KeyResult, after: KeyResult, frozen: Frozen, now: Instant
) -> FrozenBaseline | None:
    """How a frozen baseline follows a change of the definition; None: it stays, or cannot follow yet.

    A new target keeps it. A new value of levels lets it grow by (new x − old x), once both are known. A new period,
    baseline or any other value has it found anew.
    """
    if (before.period, before.baseline) == (after.period, after.baseline):
        if before.value == after.value:
            return None
        if only_levels(before.value, before.kinds) and only_levels(after.value, after.kinds):
            return _grown(reader, frame, before, after, frozen, now)
    nothing = Facets(None, {}, {})
    evidence = gather(reader, frame, nothing, [after.name], now)[after.name]
    return newly_frozen(after.name, evidence, now) or FrozenBaseline(after.name, None)


def _grown(
    reader: Reader, frame: Frame, before: KeyResult, after: KeyResult, frozen: Frozen, now: Instant
) -> FrozenBaseline | None:
    at = min(now, after.period.end)
    need = Need(frozenset({at}))
    asked = {name: need for one in (before, after) for name in signals_of(one.value)}
    series = load(reader, frame, asked, at, frame.begins, None)
    old, new = (value_at(one, series, at) for one in (before, after))
    if old is None or new is None:
        return None
    origin = f"{frozen.origin}, and {new - old:+g} when the value changed"
    return FrozenBaseline(after.name, replace(frozen, value=frozen.value + (new - old), origin=origin))


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
        following = list(_following(reader, frame, current, now))
    bodies = {name: written(one) for name, one in frame.key_results.items()}
    store.sync_definitions(bodies, now, baselines=following)
    with store.read() as reader:
        frozen = {name for name, one in reader.baselines().items() if one.frozen is not None and not one.frozen.late}
        waiting = [name for name, one in frame.key_results.items() if freezes(one) and name not in frozen]
        settled = settler.settle(reader, waiting, now) if waiting else []
    if settled:
        store.save_baseline(settled, now)


def _following(reader: Reader, frame: Frame, current: Facets, now: Instant) -> Iterable[FrozenBaseline]:
    """The baselines that move with a definition that is about to change."""
    for name, today in frame.key_results.items():
        frozen, version = current.frozen(name), current.definitions.get(name)
        if frozen is None or version is None or version.body == written(today):
            continue
        found = moved(reader, frame, defined(today, version.body, frame), today, frozen, now)
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
    fresh = [newly_frozen(name, one, now) or FrozenBaseline(name, None) for name, one in evidence.items()]
    store.save_baseline(fresh, now)
    settler.reopen(names)
    return [(name, measure(evidence[name].key_result, evidence[name].series, now).baseline) for name in names]

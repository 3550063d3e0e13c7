"""The one scorecard: every face reads key results and their progress from here.

A score is a pure function of a definition, the measurements and a time. What the measurements say (the `Facts`) is
kept for each key result until a write touches one of its signals; a minute that passes only judges the facts anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from threading import Lock, RLock

from ingest.okr.day import end_of_day, local_day
from ingest.okr.instant import MINUTE, Instant
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.scoring import Facts, freeze, judge, roll_up
from ingest.run.bygone import frame_known_at
from ingest.run.card import Card, Scored, ScoredObjective
from ingest.run.evidence import Evidence, Facets, facets, gather
from ingest.run.frame import Frame
from ingest.run.reckoning import foreseen, measured, scored
from ingest.run.waiting import doubts
from ingest.store.reader import Reader
from ingest.store.store import Store

PORTION = 1_000
"""Key results whose measurements are in memory at a time."""


@dataclass(slots=True)
class _Held:
    """What the last look at its measurements left of a key result."""

    facts: Facts
    until: Instant
    """The facts say nothing of this time and later."""
    scored: Scored
    final: bool
    """What was recorded by then counts alone: nothing changes it any more."""
    unfrozen: bool
    """Its baseline is known and not kept yet."""
    foreseen_until: Instant = 0
    """Its forecast is that of these measurements and this day before then; until there is one an older is shown."""


class Scorecard:
    """Scores of all key results of a configuration over a store. Safe to use from several threads."""

    def __init__(self, frame: Frame, store: Store) -> None:
        self.frame = frame
        self._store = store
        self._reading = RLock()
        self._touching = Lock()
        self._touched: set[str] = set(frame.key_results)
        self._touches: Counter[str] = Counter()
        self._held: dict[str, _Held] = {}
        self._facets: Facets | None = None
        self._recorded: Instant = 0
        """The last write that the baselines of `_facets` are as of."""
        self._card: Card | None = None

    def card(self, at: Instant, known_at: Instant | None = None, *, ahead: bool = True) -> Card:
        """All objectives at a time. With `known_at`: by the definitions, baselines and measurements recorded by then.

        Nothing of it is kept: it is for reviews, and for a command that ends after it. `ahead`: with forecasts.
        """
        told: dict[str, Scored] = {}
        with self._store.read() as reader:
            current, frame = facets(reader, known_at), frame_known_at(reader, self.frame, known_at)
            for names in _portions(frame.key_results):
                evidence = gather(reader, frame, current, names, at, ahead=ahead)
                doubted = doubts(reader, frame, evidence, at)
                for name, one in evidence.items():
                    outlook = foreseen(one, at) if ahead else None
                    told[name] = scored(one, measured(one, at, doubted), at, outlook)
        return Card(at, known_at, tuple(_objective(one, told.__getitem__) for one in frame.objectives))

    def live(self, now: Instant) -> Card:
        """The card of the last whole minute: what page, API and /metrics show.

        The same object as before while that minute lasts and nothing was written.
        """
        at = now // MINUTE * MINUTE
        with self._reading:
            touched = self._take_touched()
            if self._card is not None and not touched and self._card.at == at:
                return self._card
            try:
                return self._renewed(at, touched)
            except BaseException:
                self.touch_names(touched)  # they are still to be looked at
                raise

    def is_live(self, card: Card) -> bool:
        """Whether this is the newest live card."""
        with self._reading:
            return card is self._card

    def _renewed(self, at: Instant, touched: set[str]) -> Card:
        """The card of a time, with what was touched looked at again."""
        if self._card is not None and at < self._card.at:
            touched, self._held = set(self.frame.key_results), {}  # the machine's clock was set back
        looked_at = touched | {name for name, held in self._held.items() if held.until <= at}
        if looked_at:
            self._look(looked_at, at)
        if self._card is not None and self._card.at == at:
            return self._rolled_up(at, looked_at)
        for held in self._held.values():
            _judge_anew(held, at)
        return self._rolled_up(at, self._held)

    def foresee(self, now: Instant, names: Iterable[str] | None = None, *, most: int | None = None) -> bool:
        """Work out the forecasts that are missing on the live card, of these key results (default: all).

        A forecast lasts until its measurements or its day change. It costs more than a score, so that the live card
        shows the one before until this is called: at most so many are worked out, nobody waits meanwhile. Whether
        there were any.
        """
        with self._reading:
            at = self.live(now).at
            wanted = self._held if names is None else names
            owing = [name for name in wanted if name in self._held and self._held[name].foreseen_until <= at][:most]
            before, current = {name: self._held[name] for name in owing}, self._facets
        if current is None or not before:
            return False
        with self._store.read() as reader:
            evidence = gather(reader, self.frame, current, before, at, ahead=True)
        told = {name: foreseen(one, at) for name, one in evidence.items()}
        with self._reading:
            for name, held in before.items():
                held.foreseen_until = _day_after(held.scored.key_result, at)
                if held.scored.outlook != told[name]:
                    held.scored = held.scored._replace(outlook=told[name])
            if self._card is not None:
                self._rolled_up(self._card.at, before)
        return True

    def touch(self, signals: Iterable[str]) -> None:
        """Measurements or coverage of these signals changed: what depends on them is read again when it is needed."""
        named_by = self.frame.named_by
        self.touch_names(name for signal in signals for name in named_by.get(signal, ()))

    def touch_names(self, names: Iterable[str]) -> None:
        """The baselines of these key results changed."""
        changed = set(names)
        with self._touching:
            self._touched |= changed
            self._touches.update(changed)

    def touches(self, name: str) -> int:
        """How often what a key result depends on may have changed: what is made of it holds while this is the same."""
        with self._touching:
            return self._touches[name]

    def touch_all(self) -> None:
        """Anything may have changed."""
        self.touch_names(self.frame.key_results)

    def unfrozen(self) -> list[str]:
        """Key results of the last live card whose baseline is known and to be frozen."""
        with self._reading:
            return [name for name, held in self._held.items() if held.unfrozen]

    def _take_touched(self) -> set[str]:
        with self._touching:
            touched, self._touched = self._touched, set()
        return touched

    def _look(self, names: set[str], at: Instant) -> None:
        """Read what these key results depend on. Of a final score nothing changes any more."""
        done = {name for name, held in self._held.items() if held.final}
        with self._store.read() as reader:
            current, moved = self._newest_facets(reader)
            for portion in _portions((names | moved) - done):
                evidence = gather(reader, self.frame, current, portion, at)
                doubted = doubts(reader, self.frame, evidence, at)
                for name, one in evidence.items():
                    self._held[name] = self._looked_at(one, measured(one, at, doubted), at)

    def _looked_at(self, evidence: Evidence, facts: Facts, at: Instant) -> _Held:
        before = self._held.get(evidence.key_result.name)
        until = facts.until if at >= facts.final_at else min(facts.until, facts.final_at)
        told = scored(evidence, facts, at, None if before is None else before.scored.outlook)
        if before is not None and before.scored == told:
            told = before.scored
        return _Held(facts, until, told, evidence.known_at is not None, _is_unfrozen(evidence, at))

    def _newest_facets(self, reader: Reader) -> tuple[Facets, set[str]]:
        """Definitions as they were first read, since a new configuration has a new scorecard; the newest baselines.

        With the key results whose baseline changed, whoever changed it.
        """
        recorded, before = reader.last_recorded(), self._facets
        if before is None:
            self._facets, self._recorded = facets(reader), recorded
            return self._facets, set()
        if recorded == self._recorded:
            return before, set()
        newer = reader.newer_baselines(self._recorded)
        if newer:
            self._facets = replace(before, baselines={**before.baselines, **newer})
        self._recorded = recorded
        return self._facets or before, newer.keys() & self.frame.key_results.keys()

    def _rolled_up(self, at: Instant, changed: Iterable[str]) -> Card:
        """The card of a time, with the objectives of these key results made anew."""
        ids = {name.rpartition(".")[0] for name in changed}
        before = self._card.objectives if self._card is not None else (None,) * len(self.frame.objectives)
        self._card = Card(
            at,
            None,
            tuple(
                old if old is not None and one.id not in ids else _objective(one, lambda name: self._held[name].scored)
                for one, old in zip(self.frame.objectives, before, strict=True)
            ),
        )
        return self._card


def _day_after(key_result: KeyResult, at: Instant) -> Instant:
    """When the day of a time is over, where its period begins its days."""
    zone = key_result.period.zone
    return end_of_day(local_day(at, zone), zone)


def _is_unfrozen(evidence: Evidence, at: Instant) -> bool:
    if evidence.frozen is not None or evidence.known_at is not None:
        return False
    return freeze(evidence.key_result, evidence.series, at) is not None


def _judge_anew(held: _Held, at: Instant) -> None:
    """The score at another minute; the same object where that changes nothing."""
    score = judge(held.facts, at)
    if score != held.scored.score:
        held.scored = held.scored._replace(score=score)


def _objective(objective: Objective, told: Callable[[str], Scored]) -> ScoredObjective:
    """An objective with its key results, by the definitions that they were judged by."""
    members = tuple(told(one.name) for one in objective.key_results)
    judged: tuple[KeyResult, ...] = tuple(one.key_result for one in members)
    if any(one is not other for one, other in zip(judged, objective.key_results, strict=True)):
        objective = replace(objective, key_results=judged)
    scores = {one.key_result.name: one.score for one in members}
    return ScoredObjective(objective, roll_up(objective, scores), members)


def _portions(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    for start in range(0, len(every), PORTION):
        yield every[start : start + PORTION]

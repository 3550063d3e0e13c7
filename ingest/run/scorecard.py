"""The one scorecard: every face reads key results and their progress from here.

A score is a pure function of a definition, the measurements and a time. What the measurements say (the `Facts`) is
kept for each key result until a write touches one of its signals; a minute that passes only judges the facts anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock, RLock

from ingest.okr.book import open_book
from ingest.okr.day import end_of_day, local_day
from ingest.okr.forecast import Forecast, NoForecast, forecast
from ingest.okr.instant import MINUTE, Instant
from ingest.okr.measure import read_facts
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.score import Score
from ingest.okr.scoring import Contribution, Facts, freeze, judge, measure, roll_up, take_pulse, trace
from ingest.okr.signal import Series
from ingest.run.card import Card, Part, Point, Scored, ScoredObjective, Why
from ingest.run.evidence import Evidence, Facets, facets, gather
from ingest.run.frame import Frame
from ingest.run.name import UnknownName as UnknownName
from ingest.run.name import found
from ingest.run.waiting import NO_DOUBTS, Doubts, doubts
from ingest.store.reader import Reader
from ingest.store.store import Store

Outlook = Forecast | NoForecast


@dataclass(slots=True)
class _Held:
    """What the last look at its measurements left of a key result."""

    evidence: Evidence
    facts: Facts
    until: Instant
    """The facts say nothing of this time and later."""
    scored: Scored
    unfrozen: bool
    """Its baseline is known and not kept yet."""
    foreseen_until: Instant = 0
    """Its forecast is that of these measurements and this day before then; until there is one an older is shown."""


class Scorecard:
    """Scores of all key results of a configuration over a store. Safe to use from several threads."""

    def __init__(self, frame: Frame, store: Store) -> None:
        self.frame = frame
        self._store = store
        self._owners = {one.name: objective.id for objective in frame.objectives for one in objective.key_results}
        self._reading = RLock()
        self._touching = Lock()
        self._touched: set[str] = set(frame.key_results)
        self._held: dict[str, _Held] = {}
        self._facets: Facets | None = None
        self._recorded: Instant = 0
        """The last write that the baselines of `_facets` are as of."""
        self._card: Card | None = None

    def card(self, at: Instant, known_at: Instant | None = None, *, ahead: bool = True) -> Card:
        """All objectives at a time. With `known_at`: by the definitions, baselines and measurements recorded by then.

        Nothing of it is kept: it is for reviews, and for a command that ends after it. `ahead`: with forecasts.
        """
        with self._store.read() as reader:
            evidence = gather(reader, self.frame, facets(reader, known_at), self.frame.key_results, at, ahead=ahead)
            doubted = doubts(reader, self.frame, evidence, at)
        scored = {
            name: self._scored(one, _measured(one, at, doubted), at, _foreseen(one, at) if ahead else None)
            for name, one in evidence.items()
        }
        return self._rolled_up(at, known_at, scored)

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

    def _renewed(self, at: Instant, touched: set[str]) -> Card:
        """The card of a time, with what was touched looked at again."""
        if self._card is not None and at < self._card.at:
            touched, self._held = set(self.frame.key_results), {}  # the machine's clock was set back
        looked_at = touched | {name for name, held in self._held.items() if held.until <= at}
        if looked_at:
            self._look(looked_at, at)
        same = self._card is not None and self._card.at == at
        scored = {name: held.scored if same else self._judged(held, at) for name, held in self._held.items()}
        self._card = self._rolled_up(at, None, scored)
        return self._card

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
        told = {name: _foreseen(one, at) for name, one in evidence.items()}
        with self._reading:
            for name, held in before.items():
                held.foreseen_until = _day_after(held.evidence.key_result, at)
                if held.scored.outlook != told[name]:
                    held.scored = held.scored._replace(outlook=told[name])
            if self._card is not None:
                scored = {name: held.scored for name, held in self._held.items()}
                self._card = self._rolled_up(self._card.at, None, scored)
        return True

    def history(
        self, name: str, at: Instant, known_at: Instant | None = None, *, points: int = 200
    ) -> tuple[Point, ...]:
        """A key result's value and progress at its measurements within the period and up to `at`, oldest first.

        At most `points`, spread evenly over what there is; the last is always `at` itself (or the period's end).
        """
        evidence = self._evidence(name, at, known_at)
        period, book = evidence.key_result.period, open_book(evidence.key_result, evidence.series)
        last = min(at, period.end)
        if last < period.start:
            return ()
        times = {time for one in evidence.series.values() for time in one.times if period.start <= time < last}
        chosen = _spread(sorted(times), points - 1)
        if evidence.frozen is not None and evidence.frozen.late:
            # Before a late baseline there was none, and no progress either.
            chosen = [time for time in chosen if time >= evidence.frozen.measured_at]
        found_points = []
        for time in (*chosen, last):
            facts = read_facts(book, time, evidence.frozen, None)
            pulse = take_pulse(facts, time)
            found_points.append(Point(time, facts.value, pulse.progress, pulse.expected, pulse.status))
        return tuple(found_points)

    def why(self, name: str, at: Instant, known_at: Instant | None = None) -> Why:
        """What a key result's number is made of. `UnknownName` where there is none."""
        evidence = self._evidence(name, at, known_at, ahead=True)
        with self._store.read() as reader:
            doubted = doubts(reader, self.frame, {evidence.key_result.name: evidence}, at)
        scored = self._scored(evidence, _measured(evidence, at, doubted), at, _foreseen(evidence, at))
        parts = tuple(self._part(evidence, one, at) for one in trace(evidence.key_result, evidence.series, at))
        return Why(scored, at, known_at, parts, evidence.frozen)

    def touch(self, signals: Iterable[str]) -> None:
        """Measurements or coverage of these signals changed: what depends on them is read again when it is needed."""
        named_by = self.frame.named_by
        self.touch_names(name for signal in signals for name in named_by.get(signal, ()))

    def touch_names(self, names: Iterable[str]) -> None:
        """The baselines of these key results changed."""
        with self._touching:
            self._touched.update(names)

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
        done = {name for name, held in self._held.items() if held.evidence.known_at is not None}
        with self._store.read() as reader:
            current, moved = self._newest_facets(reader)
            evidence = gather(reader, self.frame, current, (names | moved) - done, at)
            doubted = doubts(reader, self.frame, evidence, at)
        for name, one in evidence.items():
            facts = _measured(one, at, doubted)
            until = facts.until if at >= facts.final_at else min(facts.until, facts.final_at)
            before = self._held.get(name)
            scored = self._scored(one, facts, at, None if before is None else before.scored.outlook)
            if before is not None and before.scored == scored:
                scored = before.scored
            self._held[name] = _Held(one, facts, until, scored, _is_unfrozen(one, at))

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

    def _judged(self, held: _Held, at: Instant) -> Scored:
        score = judge(held.facts, at)
        if score != held.scored.score:
            held.scored = held.scored._replace(score=score)
        return held.scored

    def _scored(self, evidence: Evidence, facts: Facts, at: Instant, outlook: Outlook | None = None) -> Scored:
        key_result = evidence.key_result
        return Scored(key_result, self._owners[key_result.name], judge(facts, at), outlook)

    def _rolled_up(self, at: Instant, known_at: Instant | None, scored: Mapping[str, Scored]) -> Card:
        scores = {name: one.score for name, one in scored.items()}
        return Card(at, known_at, tuple(_objective(one, scored, scores) for one in self.frame.objectives))

    def _evidence(self, name: str, at: Instant, known_at: Instant | None, *, ahead: bool = False) -> Evidence:
        """With all measurements of the period."""
        full = found(name, self.frame.key_results, "key result")
        with self._store.read() as reader:
            return gather(reader, self.frame, facets(reader, known_at), [full], at, whole=True, ahead=ahead)[full]

    def _part(self, evidence: Evidence, given: Contribution, at: Instant) -> Part:
        period, known = evidence.key_result.period, self.frame.signals.get(given.signal)
        series = evidence.series.get(given.signal, Series(given.kind, (), ()))
        start = period.start if given.start is None else given.start
        until, stale_after = series.covered_until, series.stale_after
        return Part(
            signal=given.signal,
            kind=given.kind,
            unit=None if known is None else known.unit,
            value=given.number,
            start=start,
            end=given.end,
            measured_at=given.measured_at,
            measurements=sum(start <= time <= given.end for time in series.times),
            covered_from=series.covered_from,
            covered_until=until,
            holes=tuple(series.holes),
            stale=stale_after is not None and (until is None or min(at, period.end) - until > stale_after),
        )


def _foreseen(evidence: Evidence, at: Instant) -> Outlook:
    return forecast(evidence.key_result, evidence.series, at, evidence.frozen)


def _day_after(key_result: KeyResult, at: Instant) -> Instant:
    """When the day of a time is over, where its period begins its days."""
    zone = key_result.period.zone
    return end_of_day(local_day(at, zone), zone)


def _measured(evidence: Evidence, at: Instant, doubted: Mapping[str, Doubts]) -> Facts:
    facts = measure(evidence.key_result, evidence.series, at, evidence.frozen, evidence.configured_at)
    return doubted.get(evidence.key_result.name, NO_DOUBTS).on(facts)


def _is_unfrozen(evidence: Evidence, at: Instant) -> bool:
    if evidence.frozen is not None or evidence.known_at is not None:
        return False
    return freeze(evidence.key_result, evidence.series, at) is not None


def _objective(objective: Objective, scored: Mapping[str, Scored], scores: Mapping[str, Score]) -> ScoredObjective:
    """An objective with its key results, by the definitions that they were judged by."""
    members = tuple(scored[one.name] for one in objective.key_results)
    judged: tuple[KeyResult, ...] = tuple(one.key_result for one in members)
    if any(one is not other for one, other in zip(judged, objective.key_results, strict=True)):
        objective = replace(objective, key_results=judged)
    return ScoredObjective(objective, roll_up(objective, scores), members)


def _spread(times: list[Instant], most: int) -> list[Instant]:
    """At most so many of these times, evenly by their number, the first and the last among them."""
    if len(times) <= most or most < 2:
        return times[:most] if len(times) > most else times
    return [times[place * (len(times) - 1) // (most - 1)] for place in range(most)]

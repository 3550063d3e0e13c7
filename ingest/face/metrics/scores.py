"""Key results and objectives as lines of /metrics."""

from collections.abc import Iterable

from ingest.face.metrics.board import Family, labels
from ingest.face.metrics.families import KEY_RESULTS, OBJECTIVES
from ingest.okr.instant import SECOND, Instant
from ingest.okr.score import Score, Status
from ingest.run.card import Card, Scored, ScoredObjective

KNOWN = tuple(status for status in Status if status.is_known)
"""What a last known status can be."""


def seconds(at: Instant | None) -> float | None:
    """An instant as Prometheus has times."""
    return None if at is None else at / SECOND


class KeyResultLines:
    """The families of key results; only what changed since the last card is rendered again."""

    def __init__(self) -> None:
        self.families = tuple(Family.of(one) for one in KEY_RESULTS)
        (
            self._value,
            self._baseline,
            self._target,
            self._progress,
            self._raw,
            self._expected,
            self._probability,
            self._measured,
            self._start,
            self._deadline,
            self._status,
            self._last_known,
            self._info,
        ) = self.families
        self._shown: dict[str, Scored] = {}
        self._blocks: dict[str, str] = {}

    def show(self, card: Card) -> None:
        shown: dict[str, Scored] = {}
        teams = {one.objective.id: one.objective.owner or "" for one in card.objectives}
        for scored in card.key_results():
            name = scored.key_result.name
            shown[name] = scored
            before = self._shown.pop(name, None)
            if before is scored:
                continue
            if before is None or before.key_result is not scored.key_result:
                self._define(scored, teams[scored.objective])
                before = None
            self._numbers(name, scored.score, None if before is None else before.score)
            if before is None or before.outlook is not scored.outlook:
                forecast = scored.forecast
                self._probability.set(name, self._blocks[name], None if forecast is None else forecast.probability)
        for gone in self._shown:
            del self._blocks[gone]
            for family in self.families:
                family.drop(gone)
        self._shown = shown

    def _define(self, scored: Scored, team: str) -> None:
        key_result = scored.key_result
        name = key_result.name
        ids = {"objective": scored.objective, "key_result": name.rpartition(".")[2]}
        block = self._blocks[name] = labels(ids)
        words = {"title": key_result.title, "team": team, "party": key_result.customer or ""}
        self._start.set(name, block, seconds(key_result.period.start))
        self._deadline.set(name, block, seconds(key_result.period.end))
        self._info.set(name, labels(ids | words), 1.0)

    def _numbers(self, name: str, new: Score, old: Score | None) -> None:
        block = self._blocks[name]
        if old is None or new.expected != old.expected:
            self._expected.set(name, block, new.expected)
        if old is None or new.status != old.status or new.last_known_status != old.last_known_status:
            self._statuses(name, block, new)
        if old is None or new.raw_progress != old.raw_progress:
            self._raw.set(name, block, new.raw_progress)
            self._progress.set(name, block, new.progress)
        if old is None or new.value != old.value:
            self._value.set(name, block, new.value)
        if old is None or new.target != old.target:
            self._target.set(name, block, new.target)
        if old is None or new.baseline != old.baseline:
            self._baseline.set(name, block, new.baseline)
        if old is None or new.measured_at != old.measured_at:
            self._measured.set(name, block, seconds(new.measured_at))

    def _statuses(self, name: str, block: str, score: Score) -> None:
        self._status.put(name, states(self._status.name, block, Status, score.status))
        known = score.last_known_status
        if known is None and score.status.is_known:
            known = score.status
        self._last_known.put(name, states(self._last_known.name, block, KNOWN, known))


class ObjectiveLines:
    """The families of objectives."""

    def __init__(self) -> None:
        self.families = tuple(Family.of(one) for one in OBJECTIVES)
        self._shown: dict[str, ScoredObjective] = {}

    def show(self, card: Card) -> None:
        shown: dict[str, ScoredObjective] = {}
        for scored in card.objectives:
            name = scored.objective.id
            shown[name] = scored
            before = self._shown.pop(name, None)
            if before is None or before.objective is not scored.objective or before.score != scored.score:
                self._render(name, scored)
        for gone in self._shown:
            for family in self.families:
                family.drop(gone)
        self._shown = shown

    def _render(self, name: str, scored: ScoredObjective) -> None:
        progress, coverage, status, info = self.families
        block = labels({"objective": name})
        progress.set(name, block, scored.score.progress)
        coverage.set(name, block, scored.score.coverage)
        status.put(name, states(status.name, block, Status, scored.score.status))
        words = {"title": scored.objective.title, "team": scored.objective.owner or "", "party": ""}
        info.set(name, labels({"objective": name} | words), 1.0)


def states(metric: str, block: str, known: Iterable[Status], current: Status | None) -> str:
    """One line for each status, 1 for the current one. `status` sorts behind the other labels of these metrics."""
    opened = block[:-1]
    return "".join(f'{metric}{opened},status="{one}"}} {"1.0" if one is current else "0.0"}\n' for one in known)

"""All that the chart of a key result shows, gathered once: for the one drawn here and the one in the browser."""

from dataclasses import dataclass

from typing_extensions import TypedDict  # pydantic needs this one below Python 3.12

from ingest.face.words import in_percent
from ingest.okr.day import end_of_day, midnight
from ingest.okr.forecast import Forecast
from ingest.okr.instant import SECOND, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.score import Score
from ingest.okr.scoring import Point
from ingest.okr.signal import Kind
from ingest.okr.tactic.effect import Effect
from ingest.run.card import Backdrop, LogEntry, Why
from ingest.run.workspace import Workspace

POINTS = 400
"""Of the value."""
LOGGED = 100
"""Entries of the log; the API has all."""


@dataclass(frozen=True, slots=True)
class Scene:
    why: Why
    at: Instant
    points: tuple[Point, ...]
    backdrop: Backdrop
    effects: tuple[Effect, ...]
    log: tuple[LogEntry, ...]

    @property
    def key_result(self) -> KeyResult:
        return self.why.scored.key_result

    @property
    def score(self) -> Score:
        return self.why.scored.score

    @property
    def forecast(self) -> Forecast | None:
        return self.why.scored.forecast

    @property
    def stepped(self) -> bool:
        """Its sub-periods are judged each for itself."""
        return bool(self.backdrop.bars)

    @property
    def counts(self) -> bool:
        """Its value is made of events alone: it stays as it is from one to the next."""
        return all(kind is Kind.EVENTS for kind in self.key_result.kinds.values())

    def spans(self) -> list[tuple[Effect, Instant, Instant]]:
        """Each tactic with the part of the period it went on in; those that did not are left out."""
        period, found = self.key_result.period, []
        for effect in self.effects:
            one = effect.tactic
            start = max(midnight(one.started, period.zone), period.start)
            end = period.end if one.ended is None else min(end_of_day(one.ended, period.zone), period.end)
            if start < end:
                found.append((effect, start, end))
        return found

    def flags(self) -> list[LogEntry]:
        """What was noted and changed within the period, oldest first."""
        period = self.key_result.period
        return [entry for entry in reversed(self.log) if period.start <= entry.at <= period.end]


class Picture(TypedDict):
    """What the browser's chart is drawn from. Times are seconds since 1970, UTC."""

    zone: str
    start: float
    end: float
    now: float
    counts: bool
    """Its value stays as it is from one event to the next."""
    percent: bool
    unit: str | None
    target: float | None
    points: list[tuple[float, float | None, float | None, str]]
    """(time, value, progress, status)"""
    path: list[tuple[float, float]]
    forecast: tuple[float, float, float] | None
    """low, middle, high at the end"""
    bars: list[tuple[str, float, float, float | None, float | None, float | None, bool | None]]
    """(text, start, end, value, low, high, kept)"""
    by_hand: list[tuple[float, float]]
    tactics: list[tuple[str, str, float, float]]
    """(title, verdict, start, end)"""
    flags: list[tuple[float, str, str]]
    """(time, kind, text)"""


def scene_of(workspace: Workspace, name: str, at: Instant | None, known_at: Instant | None) -> Scene:
    """The scene of a key result (its full name), by default now."""
    moment = workspace.now() if at is None else at
    return Scene(
        why=workspace.why(name, moment, known_at),
        at=moment,
        points=workspace.history(name, moment, known_at, points=POINTS),
        backdrop=workspace.backdrop(name, moment, known_at),
        effects=workspace.tactics(name, moment, known_at),
        log=workspace.log(name, moment if at is not None else None, known_at, limit=LOGGED),
    )


def picture(scene: Scene) -> Picture:
    period, forecast, drop = scene.key_result.period, scene.forecast, scene.backdrop
    return {
        "zone": period.zone.key,
        "start": period.start / SECOND,
        "end": period.end / SECOND,
        "now": scene.at / SECOND,
        "counts": scene.counts,
        "percent": in_percent(scene.key_result),
        "unit": scene.key_result.unit,
        "target": scene.score.target,
        "points": [(one.at / SECOND, one.value, one.progress, str(one.status)) for one in scene.points],
        "path": [(at / SECOND, value) for at, value in drop.path],
        "forecast": None if forecast is None else (forecast.low, forecast.at_end, forecast.high),
        "bars": [
            (bar.text, bar.start / SECOND, bar.end / SECOND, bar.value, bar.low, bar.high, bar.kept)
            for bar in drop.bars
        ],
        "by_hand": [(at / SECOND, value) for at, value in drop.by_hand],
        "tactics": [
            (effect.tactic.title, str(effect.verdict), start / SECOND, end / SECOND)
            for effect, start, end in scene.spans()
        ],
        "flags": [(entry.at / SECOND, entry.kind, entry.text) for entry in scene.flags()],
    }

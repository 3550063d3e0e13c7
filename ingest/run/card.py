"""What the faces read: objectives and key results with their scores, at one time. Frozen; made by the scorecard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingest.okr.bar import Bar
from ingest.okr.forecast import Forecast, NoForecast
from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult, Objective
from ingest.okr.score import ObjectiveScore, Score
from ingest.okr.signal import Kind


class Scored(NamedTuple):
    """A key result and what it says. The same object as before where nothing changed: faces may compare by `is`."""

    key_result: KeyResult
    objective: str
    """The id of the objective it belongs to."""
    score: Score
    outlook: Forecast | NoForecast | None = None
    """Where it leads; None: not worked out yet."""

    @property
    def forecast(self) -> Forecast | None:
        return self.outlook if isinstance(self.outlook, Forecast) else None

    @property
    def notices(self) -> tuple[str, ...]:
        """Those of the score, and why there is no forecast where one would be of use."""
        if self.score.status.is_paced and isinstance(self.outlook, NoForecast):
            return (*self.score.notices, f"no forecast: {self.outlook.reason}")
        return self.score.notices


@dataclass(frozen=True, slots=True)
class ScoredObjective:
    objective: Objective
    score: ObjectiveScore
    key_results: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All objectives at one time."""

    at: Instant
    known_at: Instant | None
    objectives: tuple[ScoredObjective, ...]

    def key_results(self) -> Iterator[Scored]:
        """Every key result, in the order of the configuration."""
        for objective in self.objectives:
            yield from objective.key_results


class Trail(NamedTuple):
    """The way of a key result's value in few points, for a small line: of growth and hold one for each sub-period."""

    times: tuple[Instant, ...]
    values: tuple[float | None, ...]
    stepped: bool
    """Each value stands for a sub-period, at whose end it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """One signal under a key result's value, with its coverage."""

    signal: str
    kind: Kind
    unit: str | None
    value: float | None
    """A level: its reading at the time; a flow: its total over [start, end]. None: unknown."""
    start: Instant
    """Where the window of a flow begins."""
    end: Instant
    measured_at: Instant | None
    """observed_at of the newest measurement that counts."""
    measurements: int
    """How many measurements lie inside the window."""
    covered_from: Instant | None
    covered_until: Instant | None
    """`FOREVER` where it is kept by hand."""
    holes: tuple[tuple[Instant, Instant], ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What a key result's number is made of."""

    scored: Scored
    at: Instant
    known_at: Instant | None
    parts: tuple[Part, ...]
    baseline: Frozen | None
    """The baseline as it was frozen; None where it is not known or needs none."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What a chart of a key result shows beside its value."""

    path: tuple[tuple[Instant, float], ...]
    """Where the value should be: corners, straight between them."""
    bars: tuple[Bar, ...]
    """The sub-periods of growth and hold."""
    by_hand: tuple[tuple[Instant, float], ...]
    """The value at what was recorded by hand, newest first."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something that was decided about a key result or corrected under it, and when."""

    at: Instant
    kind: Literal["note", "definition", "correction", "baseline"]
    text: str

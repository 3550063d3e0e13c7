"""What the rules look at: a key result with its sources, its score and its forecast."""

from collections.abc import Mapping
from typing import NamedTuple

from ingest.okr.forecast import Forecast
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.score import Score


class Origin(NamedTuple):
    """Where a signal comes from."""

    by_hand: bool
    """Somebody records it."""
    reads: int
    """The same number for signals that read the same: connector, settings and filters are equal."""


class Case(NamedTuple):
    key_result: KeyResult
    objective: Objective
    origins: Mapping[str, Origin]
    score: Score
    forecast: Forecast | None
    now: Instant

    @property
    def name(self) -> str:
        return self.key_result.name

    @property
    def elapsed(self) -> float:
        """How much of the period is over, from 0 to 1."""
        period = self.key_result.period
        return min(max((self.now - period.start) / (period.end - period.start), 0.0), 1.0)

"""What is known of one signal: its kind, its measurements in time, and the span its source was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.okr.instant import Duration, Instant


class Kind(StrEnum):
    """How a signal's measurements are read. `COUNTER` and `EVENTS` are flows: they have a total over a window."""

    LEVEL = "level"
    COUNTER = "counter"
    EVENTS = "events"

    @property
    def is_flow(self) -> bool:
        return self is not Kind.LEVEL


@dataclass(frozen=True, slots=True)
class Series:
    """The measurements of one signal that count, oldest first, with its coverage.

    It may be a part of what is stored: whoever loads it takes the readings that `needs` of a score asks for,
    so that its answers are those of the whole.
    """

    kind: Kind
    times: Sequence[Instant]
    """When each was true; ascending; strictly so for levels and counters."""
    values: Sequence[float]
    """The level, the counter's standing, or the event's amount."""
    covered_from: Instant | None = None
    """From when its source was asked successfully; None: never."""
    covered_until: Instant | None = None
    """Until when; None: never. `FOREVER` where it is kept by hand."""
    holes: Sequence[tuple[Instant, Instant]] = ()
    """Spans inside the coverage that no pull covered, shown as a notice."""
    stale_after: Duration | None = None
    """How long after `covered_until` it counts as stale; None: never."""
    by_hand: bool = False
    """Nobody can be asked for it: it is recorded, imported or sent."""


@dataclass(frozen=True, slots=True)
class Need:
    """What part of a signal's measurements a score depends on."""

    points: frozenset[Instant] = frozenset()
    """Levels: the last reading at or before each of these, and the first one after it."""
    spans: tuple[tuple[Instant, Instant], ...] = ()
    """All measurements within [start, end] of each, and the last one before its start."""

"""What a key result's measurements say: all of a score that depends on data, and how long it holds."""

from dataclasses import dataclass
from enum import Enum, auto

from ingest.okr.instant import Instant
from ingest.okr.line import Line


class Phase(Enum):
    """What decides a status before any comparison does."""

    SCHEDULED = auto()
    LEARNING = auto()
    NO_DATA = auto()
    MEASURED = auto()


@dataclass(frozen=True, slots=True)
class Fall:
    """A total that must go down: judged by p = x/f, where its rate leads by the end."""

    value: float
    target: float
    baseline: float | None
    """A written or period-before b above the target."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What is due: `fixed` whatever e is, else max(0, e·scale − counted), else scale · max(0, e − raw)."""

    scale: float = 0.0
    counted: float | None = None
    """x of a total."""
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What `judge` needs besides the time. Valid from the `now` it was measured at to before `until`."""

    phase: Phase
    until: Instant
    line: Line
    final_at: Instant
    over: bool = False
    """The period is."""
    value: float | None = None
    baseline: float | None = None
    target: float | None = None
    raw: float | None = None
    """None for a total that must go down: that of a `Fall` moves with time."""
    expected: float | None = None
    """e where it does not move with time: growth and hold, a total that must go down."""
    moves: bool = True
    """Whether e moves with time along the line."""
    fall: Fall | None = None
    attained: bool = False
    stays_achieved: bool = False
    """A total going up that is attained: stale or not."""
    beyond: bool = False
    """A total that must go down has passed its target."""
    stale_from: Instant | None = None
    """After this it is stale; None: never."""
    stale_reason: str | None = None
    reason: str | None = None
    measured_at: Instant | None = None
    passes_at: float | None = None
    """When e exceeds the progress; None where days ahead are not told."""
    lack: Lack | None = None
    """None where nothing is told to be due."""
    notices: tuple[str, ...] = ()

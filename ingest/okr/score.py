"""What a key result says at a time: value, progress, where it should be, and what that is called."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ingest.okr.instant import Instant


class Status(StrEnum):
    """In the order in which /metrics lists them."""

    SCHEDULED = "scheduled"
    LEARNING = "learning"
    NO_DATA = "no_data"
    STALE = "stale"
    ACHIEVED = "achieved"
    MISSED = "missed"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"

    @property
    def is_known(self) -> bool:
        """Whether the data says it: stale and no_data only say that it does not."""
        return self not in (Status.STALE, Status.NO_DATA)

    @property
    def is_paced(self) -> bool:
        """Whether it is told by the pace: the period runs, and the target is still to be attained."""
        return self in (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


class Score(NamedTuple):
    """A key result at one time. None is unknown; nothing unknown is ever 0.

    A tuple, since one is made for every key result at every minute.
    """

    value: float | None
    baseline: float | None
    target: float | None
    raw_progress: float | None
    progress: float | None
    """`raw_progress` clamped to 0..1."""
    expected: float | None
    pace: float | None
    status: Status
    reason: str | None
    """Why it is no_data or stale, with the signal and the cure."""
    last_known_status: Status | None
    """The status it had before it went stale or lost its data; None while its status is known."""
    measured_at: Instant | None
    days_ahead: float | None
    due: float | None
    """What is lacking to be where it should be, in the value's unit."""
    final: bool
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """The roll-up of an objective's key results."""

    progress: float | None
    coverage: float | None
    status: Status

"""What one pull, post, import or hand hands over to be kept: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ingest.connector.outcome import Ending
from ingest.okr.instant import Instant
from ingest.okr.plausible import Limit


class Measured(NamedTuple):
    """A reading with its full name, ready to be kept. `key` is None for levels and counters (their time is the key)."""

    signal: str
    observed_at: Instant
    value: float
    key: str | None = None


class Covered(NamedTuple):
    """A span for which a signal's source answered; see `ingest.connector.reading.Span`.

    `listed_until`: how far a whole listing reached beyond the moment of asking. An event that was planned for then and
    is listed no more is gone; nothing of it is covered yet. None: no further than `end`.
    """

    signal: str
    start: Instant
    end: Instant
    whole: bool = False
    listed_until: Instant | None = None


class By(StrEnum):
    """How measurements came."""

    PULL = "pull"
    PUSH = "push"
    IMPORT = "import"
    HAND = "hand"


UNCHANGED: Any = object()
"""No new cursor."""


@dataclass(frozen=True, slots=True)
class Unit:
    source: str
    by: By
    started_at: Instant
    finished_at: Instant
    ending: Ending
    measurements: Sequence[Measured] = ()
    coverage: Sequence[Covered] = ()
    cursor: Any = UNCHANGED
    pin: bool = False
    """Recorded by hand: no pull, push or import replaces it."""
    note: str | None = None
    refused: int = 0
    """How many readings were not taken (counted in the run)."""
    fingerprint: str | None = None
    """The source's fingerprint at the time: a refused source is asked again when it changes."""
    credential_expires_at: Instant | None = None
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """By signal (full name): what is beyond its limit waits in quarantine, unless a hand recorded it."""
    delivery: str | None = None
    """What a delivery to the source's hook is known by: it is kept once."""


class Result(StrEnum):
    CREATED = "created"
    DUPLICATE = "duplicate"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a unit after its commit."""

    run: int
    recorded_at: Instant
    results: Sequence[Result] = field(default=())
    """One for each measurement, in order."""
    created: int = 0
    duplicate: int = 0
    revised: int = 0
    retracted: int = 0
    quarantined: int = 0
    """How many of `created` and `revised` do not count: they are implausible, and wait for somebody to decide."""
    released: int = 0
    """How many others had waited, and count by what was written."""
    signals: frozenset[str] = frozenset()
    """The signals whose measurements or coverage changed."""
    earliest: Mapping[str, Instant] = field(default_factory=dict)
    """When the earliest measurement was observed that was created, revised or retracted, for each signal with any."""

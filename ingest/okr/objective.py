"""Objectives, key results and tactics as they are defined. Frozen; made by the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingest.okr.expression import Expression
from ingest.okr.instant import Instant
from ingest.okr.period import Period
from ingest.okr.signal import Kind
from ingest.okr.target import Target


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A number that moves because somebody else's behaviour changes."""

    name: str
    """`objective.key_result`, unique."""
    title: str
    value: Expression
    value_text: str
    target: Target
    target_text: str
    period: Period
    kinds: Mapping[str, Kind]
    """The kind of each signal that `value` names."""
    baseline: float | date | None = None
    """A number or a day (its end) as written; None where it is left out."""
    baseline_text: str | None = None
    take: Literal["last", "best"] = "last"
    milestones: tuple[tuple[date, float], ...] = ()
    """(day, progress that should be reached by its end), ascending."""
    weight: float = 1.0
    customer: str | None = None
    unit: str | None = None
    lead: bool = False
    formerly: str | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    """A qualitative aim that holds key results."""

    id: str
    title: str
    period: Period
    key_results: tuple[KeyResult, ...]
    owner: str | None = None
    scope: Literal["personal", "team", "individual"] = "personal"
    aligns_to: str | None = None


@dataclass(frozen=True, slots=True)
class Tactic:
    """Something that is tried, and when; `affects` names key results."""

    id: str
    title: str
    started: date
    ended: date | None
    affects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A baseline that was made known once and kept."""

    value: float
    late: bool
    """Taken from the first reading after the period's start: replaced when the reading for the start arrives."""
    measured_at: Instant
    """observed_at of the newest measurement under it; a written number: the period's start."""
    origin: str
    """Where it came from, in words."""
    replaces: float | None = None
    """The late one that it took the place of."""
    corrected_at: Instant | None = None
    """Since when the measurements under it give another value than they gave; None: they give the same."""
    gives: float | None = None
    """What they give since then; None: they give none."""

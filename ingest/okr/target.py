"""Targets: what a key result wants of its value (reach, change, growth, hold, learn)."""

from dataclasses import dataclass

from ingest.okr.period import Per


@dataclass(frozen=True, slots=True)
class Reach:
    """Get to a number: `5000`, `30%` (0.3), `>= 5`, `at most 45`."""

    number: float
    at_most: bool | None = None
    """True for `<=`, False for `>=`; None for a bare number, whose direction follows a written baseline."""
    bare_percent: bool = False
    """Written as `20%`: a warning on a value that is no quotient."""


@dataclass(frozen=True, slots=True)
class Change:
    """Move from the baseline: `+20%` (0.2, relative), `-50%`, `+200`, `-3`."""

    amount: float
    relative: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """Grow by a share in each calendar sub-period: `+10% per month`."""

    rate: float
    per: Per


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay inside bounds in each sub-period: `stay >= 99%`, `stay <= 2% per day`, `stay 40..60%`."""

    low: float | None
    high: float | None
    per: Per = Per.MONTH


@dataclass(frozen=True, slots=True)
class Learn:
    """Collect only: no target yet."""


Target = Reach | Change | Growth | Hold | Learn


def parse_target(text: str) -> Target:
    """The target of a text as written; `ValueError` says what to write instead."""
    raise NotImplementedError

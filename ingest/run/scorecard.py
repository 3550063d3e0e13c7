"""The one scorecard: every face reads key results and their progress from here.

A score is a pure function of a definition, the measurements and a time. What the measurements say (the `Facts`) is
kept for each key result until a write touches one of its signals; a minute that passes only judges the facts anew.
"""

from collections.abc import Iterable

from ingest.okr.instant import Instant
from ingest.run.card import Card, Point, Why


class UnknownName(LookupError):
    """No key result, signal or source has this name; the message suggests one that exists."""


class Scorecard:
    """Scores of all key results of a configuration over a store. Safe to use from several threads."""

    def card(self, at: Instant, known_at: Instant | None = None) -> Card:
        """All objectives at a time. With `known_at`: by the definitions, baselines and measurements recorded by then.

        Asked again for the same time with nothing written in between it gives the same object.
        """
        raise NotImplementedError

    def live(self, now: Instant) -> Card:
        """The card of the last whole minute: what page, API and /metrics show."""
        raise NotImplementedError

    def history(
        self, name: str, at: Instant, known_at: Instant | None = None, *, points: int = 200
    ) -> tuple[Point, ...]:
        """A key result's value and progress at its measurements within the period and up to `at`, oldest first.

        At most `points`, spread evenly over what there is; the last is always `at` itself (or the period's end).
        """
        raise NotImplementedError

    def why(self, name: str, at: Instant, known_at: Instant | None = None) -> Why:
        """What a key result's number is made of. `UnknownName` where there is none."""
        raise NotImplementedError

    def touch(self, signals: Iterable[str]) -> None:
        """Measurements or coverage of these signals changed: what depends on them is read again when it is needed."""
        raise NotImplementedError

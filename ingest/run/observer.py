"""What the service tells whoever counts it. /metrics implements it."""

from typing import Protocol

from ingest.config.model import Config
from ingest.connector.outcome import Outcome
from ingest.okr.instant import Instant
from ingest.store.unit import Kept


class Observer(Protocol):
    """Called on the event loop; must be quick."""

    def configured(self, config: Config) -> None:
        """These sources exist from now on: their label values appear, those of gone ones disappear."""

    def pulled(self, source: str, connector: str, outcome: Outcome, seconds: float) -> None:
        """A pull ended after so many seconds."""

    def received(self, source: str, kept: Kept, refused: int) -> None:
        """A unit was committed; `refused` measurements of it were not taken."""

    def late(self, seconds: float) -> None:
        """A source was handed to its puller so long after it was due."""

    def reloaded(self, successful: bool, at: Instant) -> None:
        """The configuration was read (the first time included)."""


class Unobserved:
    """Nobody counts."""

    def configured(self, config: Config) -> None:
        """Nothing is counted."""

    def pulled(self, source: str, connector: str, outcome: Outcome, seconds: float) -> None:
        """Nothing is counted."""

    def received(self, source: str, kept: Kept, refused: int) -> None:
        """Nothing is counted."""

    def late(self, seconds: float) -> None:
        """Nothing is counted."""

    def reloaded(self, successful: bool, at: Instant) -> None:
        """Nothing is counted."""

"""What `okr serve` runs beside the web: clock, pullers, writer, reload and the minute's tick, with its state for faces.

Everything here runs on one event loop; `workspace` may be read from threads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.config.model import Config
from ingest.connector.outcome import Outcome
from ingest.okr.instant import Instant
from ingest.run.card import Card
from ingest.run.health import SourceHealth
from ingest.run.workspace import Item, Pulled, Taken, Workspace
from ingest.store.unit import By, Kept


class Observer(Protocol):
    """What the service tells the instance that counts it (/metrics). Called on the event loop; must be quick."""

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


@dataclass(frozen=True, slots=True)
class Reload:
    """How the last reading of the configuration ended; `problems` are empty where it is in use."""

    at: Instant
    successful: bool
    problems: tuple[str, ...] = ()


class Service:
    """Start, reload and stop; what the faces ask of a running service."""

    workspace: Workspace
    last_reload: Reload
    """Not successful: the last good configuration runs on."""
    ready: bool
    """The database is open, definitions are in it and the clock runs; False again while it stops."""

    async def start(self) -> None:
        """Open the store (a second service on one SQLite file is refused), plan the pulls, run the pullers."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Within 10 s: no new pull, running ones get 5 s and are then given up without harm, the writer is flushed."""
        raise NotImplementedError

    async def reload(self) -> Reload:
        """Read the configuration again. Only changed sources restart; no running pull is lost."""
        raise NotImplementedError

    def card(self) -> Card:
        """The card of the last whole minute; call it in a thread where something may have been written since."""
        raise NotImplementedError

    def sources(self) -> tuple[SourceHealth, ...]:
        """How the sources are, from memory."""
        raise NotImplementedError

    async def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """As `Workspace.take`, through the one writer."""
        raise NotImplementedError

    async def pull(self, source: str) -> Pulled:
        """Pull one source now, or join the pull of it that is running."""
        raise NotImplementedError

    def on_card(self, listener: Callable[[Card], None]) -> None:
        """Call `listener` on the event loop with each new card (a minute went by, or something was written)."""
        raise NotImplementedError

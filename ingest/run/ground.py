"""A configuration with its store, opened as far as it is needed."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Self

from ingest.config.load import load
from ingest.config.model import Config
from ingest.okr.instant import Instant
from ingest.run.frame import Frame, frame_of
from ingest.run.panel import Panel
from ingest.run.scorecard import Scorecard
from ingest.run.settle import Settler, apply
from ingest.run.sparkline import Sparklines
from ingest.run.taking import Catalogue
from ingest.run.wall import wall_clock
from ingest.store import open_store
from ingest.store.reader import Reader
from ingest.store.row import FrozenBaseline
from ingest.store.store import Store


class Ground:
    """Configuration, store and what is worked out of them. Use as a context manager, or `close()` it."""

    def __init__(self, read: Callable[[], Config], clock: Callable[[], Instant] = wall_clock) -> None:
        """`read` gives the configuration as it is on disk; `ConfigError` where it cannot be used."""
        self.read_config = read
        self._clock = clock
        self._store: Store | None = None
        self._applied = False
        self._take_on(read())

    @classmethod
    def open(
        cls,
        path: Path,
        environ: Mapping[str, str],
        *,
        allow: frozenset[str] = frozenset(),
        clock: Callable[[], Instant] | None = None,
    ) -> Self:
        """Load the configuration. `ConfigError` has every problem. The database is opened when it is first needed."""
        return cls(partial(load, path, environ, allow=allow), clock or wall_clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _take_on(self, config: Config) -> None:
        self.config = config
        self.frame: Frame = frame_of(config)
        self.catalogue = Catalogue(config)
        self.settler = Settler(self.frame)
        self._scorecard: Scorecard | None = None
        self._sparklines: Sparklines | None = None
        self._panel: Panel | None = None

    def apply(self, config: Config) -> None:
        """Use another configuration from now on. The database stays the one that is open."""
        settler = Settler(frame_of(config))
        apply(self.opened, config, settler, self.now())
        self._take_on(config)
        self.settler, self.frame = settler, settler.frame
        self._applied = True

    @property
    def opened(self) -> Store:
        """The store, whatever definitions it holds."""
        if self._store is None:
            self._store = open_store(self.config.database, on_write=self._on_write)
        return self._store

    @property
    def store(self) -> Store:
        """The opened store, with the definitions of this configuration in it."""
        store = self.opened
        if not self._applied:
            apply(store, self.config, self.settler, self.now())
            self._applied = True
        return store

    def _on_write(self, reader: Reader, changed: Mapping[str, Instant], now: Instant) -> list[FrozenBaseline]:
        return self.settler.on_write(reader, changed, now)

    @property
    def scorecard(self) -> Scorecard:
        if self._scorecard is None:
            self._scorecard = Scorecard(self.frame, self.store)
        return self._scorecard

    @property
    def sparklines(self) -> Sparklines:
        if self._sparklines is None:
            self._sparklines = Sparklines(self.scorecard, self.store)
        return self._sparklines

    @property
    def panel(self) -> Panel:
        if self._panel is None:
            self._panel = Panel(self.frame, self.store)
        return self._panel

    def now(self) -> Instant:
        return self._clock()

    def touch(self, signals: Iterable[str]) -> None:
        """Let the scores know that these signals were written."""
        changed = list(signals)
        if self._scorecard is not None:
            self._scorecard.touch(changed)
        if self._panel is not None:
            self._panel.touch(changed)

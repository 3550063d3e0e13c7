"""A configuration with its store and scorecard, opened for a command or for the service. Cheap to open: what is not
asked for is not loaded. Nothing here is async; a command calls a method and prints what it returns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ingest.config.model import Config
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.run.card import Card, Point, Why
from ingest.run.health import SignalHealth, SourceHealth
from ingest.store.unit import By, Kept, Result, Unit

if TYPE_CHECKING:
    from ingest.run.scorecard import Scorecard
    from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Item:
    """One measurement as somebody hands it in, not yet validated. `at` None: now."""

    signal: str
    value: Any
    at: Instant | None = None
    key: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one item. `key` is the event's key, or the RFC 3339 time of a level or counter."""

    key: str
    result: Result


class Refusal(ValueError):
    """A list of measurements was refused, all of it. `problems` are (index of the item, what is wrong with it)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"item {index}: {message}" for index, message in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of an imported file that cannot be taken, by its line in the file (the header is line 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    created: int
    duplicate: int
    revised: int
    bad: tuple[BadRow, ...]
    """Without `skip_bad` and with any of these nothing was written."""
    written: bool


@dataclass(frozen=True, slots=True)
class Pulled:
    """How one pull ended and what it brought. `kept` is None in a dry run."""

    source: str
    unit: Unit
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Told while sources are pulled: a source `started`, or `ended` with what came of it."""

    source: str
    pulled: Pulled | None
    """None when it started."""
    done: int
    total: int


class Workspace:
    """Everything a face needs. Use as a context manager, or `close()` it.

    Times are instants; `now` where it is left out is this workspace's clock. Names that do not exist raise
    `UnknownName` with a suggestion.
    """

    config: Config

    @classmethod
    def open(
        cls,
        path: Path,
        environ: Mapping[str, str],
        *,
        allow: frozenset[str] = frozenset(),
        clock: Callable[[], Instant] | None = None,
    ) -> "Workspace":
        """Load the configuration. `ConfigError` has every problem. The database is opened when it is first needed."""
        raise NotImplementedError

    def __enter__(self) -> "Workspace":
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database."""
        raise NotImplementedError

    @property
    def store(self) -> "Store":
        """The opened store, with the definitions of this configuration in it."""
        raise NotImplementedError

    @property
    def scorecard(self) -> "Scorecard":
        raise NotImplementedError

    def now(self) -> Instant:
        raise NotImplementedError

    # What there is

    def card(self, at: Instant | None = None, known_at: Instant | None = None) -> Card:
        """All objectives with their scores at a time (default: now, exactly)."""
        raise NotImplementedError

    def live(self) -> Card:
        """The card of the last whole minute: page, API and /metrics."""
        raise NotImplementedError

    def resolve(self, name: str) -> tuple[Literal["key_result", "signal"], str]:
        """What a name means, in full: `objective.key_result`, its last part alone where that is unique, or a signal."""
        raise NotImplementedError

    def key_result(self, name: str) -> KeyResult:
        raise NotImplementedError

    def history(
        self, name: str, at: Instant | None = None, known_at: Instant | None = None, *, points: int = 200
    ) -> tuple[Point, ...]:
        """Value and progress of a key result over its period up to `at`."""
        raise NotImplementedError

    def why(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Why:
        raise NotImplementedError

    def sources(self) -> tuple[SourceHealth, ...]:
        """How every configured source is, as kept in the database."""
        raise NotImplementedError

    def signals(self) -> tuple[SignalHealth, ...]:
        """Every signal of the configured sources with its coverage and its newest number."""
        raise NotImplementedError

    # What can be done

    def pull(
        self,
        names: Sequence[str] = (),
        *,
        since: Instant | None = None,
        dry_run: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> tuple[Pulled, ...]:
        """Pull these sources now (default: all that can be pulled), several at a time; in the order of the config."""
        raise NotImplementedError

    def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """Keep measurements handed in: all or, with `Refusal`, none. Returns after the commit."""
        raise NotImplementedError

    def record(self, item: Item) -> Taken:
        """Keep one measurement by hand and pin it. `Refusal` where it cannot be."""
        raise NotImplementedError

    def forget(self, signal: str, key: str) -> None:
        """Undo a slip: the measurement with this key (a level's: its time) counts no more. `UnknownName` if none."""
        raise NotImplementedError

    def note(self, name: str, text: str) -> None:
        """Write a note in the log of a key result."""
        raise NotImplementedError

    def rebaseline(self, names: Sequence[str]) -> tuple[tuple[str, float | None], ...]:
        """Find the baselines of these key results anew; (name, the new one, None where it is unknown yet)."""
        raise NotImplementedError

    def import_csv(self, lines: Iterable[str], *, skip_bad: bool = False) -> Imported:
        """Keep rows with the columns signal, observed_at, value, key."""
        raise NotImplementedError

    def export(self, format_name: Literal["csv", "jsonl", "openmetrics"], out: TextIO) -> None:
        """Write all measurements that count, in bounded memory."""
        raise NotImplementedError

    def backup(self, file: Path) -> None:
        """A consistent copy of the database while it is used."""
        raise NotImplementedError

    def upgrade(self) -> str:
        """Bring the schema up to date; says in a sentence what was done."""
        raise NotImplementedError

    def log(self, name: str) -> Iterator[Any]:
        """Notes, definition changes and baselines of a key result, newest first."""
        raise NotImplementedError

"""A configuration with its store and scorecard, opened for a command or for the service. Cheap to open: what is not
asked for is not loaded. Nothing here is async; a command calls a method and prints what it returns."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

from ingest.config.load import load
from ingest.config.model import Config
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.okr.signal import Kind
from ingest.run.card import Card, LogEntry, Point, Why
from ingest.run.exchange import BadRow as BadRow
from ingest.run.exchange import Format, Imported, read_rows, write_rows
from ingest.run.frame import Frame, frame_of
from ingest.run.health import SignalHealth, SourceHealth, source_healths, standings
from ingest.run.journal import journal
from ingest.run.name import UnknownName, found, meant
from ingest.run.panel import Panel
from ingest.run.pull import Patience
from ingest.run.round import Progress as Progress
from ingest.run.round import Pulled as Pulled
from ingest.run.round import pull_round
from ingest.run.scorecard import Scorecard
from ingest.run.settle import Settler, apply, rebaseline
from ingest.run.taking import Catalogue, Parcel, parcel_of, unit_of
from ingest.run.taking import Item as Item
from ingest.run.taking import Refusal as Refusal
from ingest.run.taking import Taken as Taken
from ingest.store import open_store, upgrade_store
from ingest.store.error import UnknownMeasurement
from ingest.store.reader import Reader
from ingest.store.row import FrozenBaseline, Run, StoredMeasurement
from ingest.store.store import Store
from ingest.store.unit import By, Kept, Measured, Unit

PAGE = 1_000


def wall_clock() -> Instant:
    """Now, in microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000


class Workspace:
    """Everything a face needs. Use as a context manager, or `close()` it.

    Times are instants; `now` where it is left out is this workspace's clock. Names that do not exist raise
    `UnknownName` with a suggestion. `StoreError` says that the database cannot be used.
    """

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
    ) -> "Workspace":
        """Load the configuration. `ConfigError` has every problem. The database is opened when it is first needed."""
        return cls(partial(load, path, environ, allow=allow), clock or wall_clock)

    def __enter__(self) -> "Workspace":
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

    def _on_write(self, reader: Reader, signals: frozenset[str], now: Instant) -> list[FrozenBaseline]:
        return self.settler.on_write(reader, signals, now)

    @property
    def scorecard(self) -> Scorecard:
        if self._scorecard is None:
            self._scorecard = Scorecard(self.frame, self.store)
        return self._scorecard

    @property
    def panel(self) -> Panel:
        if self._panel is None:
            self._panel = Panel(self.frame, self.store)
        return self._panel

    def now(self) -> Instant:
        return self._clock()

    # What there is

    def card(self, at: Instant | None = None, known_at: Instant | None = None) -> Card:
        """All objectives with their scores at a time (default: now, exactly)."""
        return self.scorecard.card(self.now() if at is None else at, known_at)

    def live(self) -> Card:
        """The card of the last whole minute: page, API and /metrics."""
        return self.scorecard.live(self.now())

    def resolve(self, name: str) -> tuple[Literal["key_result", "signal"], str]:
        """What a name means, in full: `objective.key_result`, its last part alone where that is unique, or a signal."""
        if name in self.frame.signals and name not in self.frame.key_results:
            return "signal", name
        try:
            return "key_result", found(name, self.frame.key_results, "key result")
        except UnknownName:
            return "signal", found(name, [*self.frame.signals, *self.frame.key_results], "key result or signal")

    def key_result(self, name: str) -> KeyResult:
        return self.frame.key_results[found(name, self.frame.key_results, "key result")]

    def history(
        self, name: str, at: Instant | None = None, known_at: Instant | None = None, *, points: int = 200
    ) -> tuple[Point, ...]:
        """Value and progress of a key result over its period up to `at`."""
        return self.scorecard.history(name, self.now() if at is None else at, known_at, points=points)

    def why(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Why:
        """What a key result's number is made of."""
        return self.scorecard.why(name, self.now() if at is None else at, known_at)

    def log(self, name: str) -> tuple[LogEntry, ...]:
        """Notes, changes of the definition and baselines of a key result, newest first."""
        key_result = self.key_result(name)
        with self.store.read() as reader:
            return journal(reader, key_result.name)

    def sources(self) -> tuple[SourceHealth, ...]:
        """How every configured source is, as kept in the database."""
        with self.store.read() as reader:
            return source_healths(self.config, standings(reader), self.now())

    def signals(self) -> tuple[SignalHealth, ...]:
        """Every signal of the configured sources with its coverage and its newest number."""
        return self.panel.signals(self.now())

    def runs(self, source: str | None = None, *, limit: int = 100, before: int | None = None) -> list[Run]:
        """Pulls, posts, imports and what was recorded by hand, newest first; `before`: only those with a lower id."""
        if source is not None:
            self._source(source)
        with self.store.read() as reader:
            return reader.runs(source, limit=limit, before=before)

    def measurements(
        self,
        signal: str,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        at: Instant | None = None,
        known_at: Instant | None = None,
        limit: int | None = None,
        skip: int = 0,
    ) -> list[StoredMeasurement]:
        """The measurements of a signal with start ≤ observed_at < end, and none after `at`; oldest first."""
        signal = self._signal(signal)
        if at is not None:
            end = at + 1 if end is None else min(end, at + 1)
        wanted = None if limit is None else skip + limit
        listed: list[StoredMeasurement] = []
        with self.store.read() as reader:
            while wanted is None or len(listed) < wanted:
                after = (listed[-1].observed_at, listed[-1].key) if listed else None
                page = reader.measurements(signal, start, end, known_at=known_at, limit=PAGE, after=after)
                listed += page
                if len(page) < PAGE:
                    break
        return listed[skip:wanted]

    # What can be done

    def pull(
        self,
        names: Sequence[str] = (),
        *,
        since: Instant | None = None,
        dry_run: bool = False,
        progress: Callable[[Progress], None] | None = None,
        patience: Patience | None = None,
    ) -> tuple[Pulled, ...]:
        """Pull these sources now (default: all that can be pulled), several at a time; in the order given."""
        named = [self._source(name) for name in names] or [*self.config.sources]
        sources = [self.config.sources[name] for name in named if self.config.sources[name].schedule is not None]
        if names and len(sources) < len(named):
            idle = next(name for name in named if self.config.sources[name].schedule is None)
            raise UnknownName(f"{idle} is not pulled; use okr record, okr import or POST /api/v1/measurements")
        pulled = pull_round(
            self.config,
            self.frame,
            self.store,
            sources,
            now=self.now,
            since=since,
            dry_run=dry_run,
            progress=progress or (lambda told: None),
            patience=patience,
        )
        ended = tuple(asyncio.run(pulled))
        self.touch(signal for one in ended if one.kept is not None for signal in one.kept.signals)
        return ended

    def parcel(self, items: Sequence[Item], by: By) -> Parcel:
        """The units that would keep these items, or `Refusal`."""
        return parcel_of(self.catalogue, items, by, self.now())

    def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """Keep measurements handed in: all or, with `Refusal`, none. Returns after the commit."""
        parcel = self.parcel(items, by)
        return parcel.taken(self._keep(parcel.units))

    def record(self, item: Item) -> Taken:
        """Keep one measurement by hand and pin it. `Refusal` where it cannot be."""
        [taken] = self.take([item], By.HAND)
        return taken

    def forget(self, signal: str, key: str) -> None:
        """Undo a slip: the measurement with this key (a level's: its time) counts no more. `UnknownName` if none."""
        try:
            self.touch(self.store.forget(self._signal(signal), key, self.now()).signals)
        except UnknownMeasurement as error:
            raise UnknownName(str(error)) from None

    def note(self, name: str, text: str) -> None:
        """Write a note in the log of a key result."""
        self.store.add_note(self.key_result(name).name, text, self.now())

    def rebaseline(self, names: Sequence[str]) -> tuple[tuple[str, float | None], ...]:
        """Find the baselines of these key results anew; (name, the new one, None where it is unknown yet)."""
        full = [self.key_result(name).name for name in names]
        rebased = tuple(rebaseline(self.store, self.settler, full, self.now()))
        if self._scorecard is not None:
            self._scorecard.touch_all()
        return rebased

    def freeze_known(self) -> bool:
        """Freeze the baselines that time alone made known since the last live card; whether there were any."""
        names = self.scorecard.unfrozen()
        if not names:
            return False
        with self.store.read() as reader:
            settled = self.settler.settle(reader, names, self.now())
        if settled:
            self.store.save_baseline(settled, self.now())
            self.scorecard.touch_names(one.key_result for one in settled)
        return bool(settled)

    def import_csv(self, lines: Iterable[str], *, skip_bad: bool = False) -> Imported:
        """Keep rows with the columns signal, observed_at, value, key."""
        good, bad = read_rows(lines, self.catalogue, self.config.zone)
        if bad and not (skip_bad and good):
            return Imported(0, 0, 0, tuple(bad), written=False)
        together: dict[str, list[Measured]] = {}
        for one in good:
            together.setdefault(one.signal.partition(".")[0], []).append(one)
        now = self.now()
        kept = self._keep([unit_of(self.config, source, ones, By.IMPORT, now) for source, ones in together.items()])
        return Imported(
            created=sum(one.created for one in kept),
            duplicate=sum(one.duplicate for one in kept),
            revised=sum(one.revised for one in kept),
            bad=tuple(bad),
            written=True,
        )

    def export(self, form: Format, out: TextIO) -> None:
        """Write all measurements that count, in bounded memory."""
        with self.store.read() as reader:
            told: dict[str, tuple[str, Kind]] = {one.name: (one.source, one.kind) for one in reader.signals().values()}
            write_rows(reader.export, told.__getitem__, form, out)

    def backup(self, file: Path) -> None:
        """A consistent copy of the database while it is used."""
        self.opened.backup(file)

    def upgrade(self) -> str:
        """Bring the schema up to date; says in a sentence what was done."""
        return upgrade_store(self.config.database)

    def touch(self, signals: Iterable[str]) -> None:
        """Let the scores know that these signals were written."""
        changed = list(signals)
        if self._scorecard is not None:
            self._scorecard.touch(changed)
        if self._panel is not None:
            self._panel.touch(changed)

    def _keep(self, units: Sequence[Unit]) -> list[Kept]:
        kept = []
        for answer in self.store.write(units, now=self.now()):
            if isinstance(answer, Exception):
                raise answer
            kept.append(answer)
        self.touch(signal for one in kept for signal in one.signals)
        return kept

    def _source(self, name: str) -> str:
        if name not in self.config.sources:
            raise UnknownName(f"there is no source {name!r}{meant(name, self.config.sources)}")
        return name

    def _signal(self, name: str) -> str:
        if name not in self.frame.signals:
            raise UnknownName(f"there is no signal {name!r}{meant(name, self.frame.signals)}")
        return name

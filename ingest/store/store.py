"""The store: one place that writes, many that read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import FOREVER, Instant
from ingest.okr.plausible import Limit
from ingest.store import decision, definition, rename, tiding
from ingest.store.backend import backend_of
from ingest.store.backup import copy_sqlite
from ingest.store.engine import reading, writing
from ingest.store.error import StoreError
from ingest.store.identity import Keeping
from ingest.store.keep import keep, sum_anew
from ingest.store.lock import lock
from ingest.store.reader import Reader
from ingest.store.retraction import forget
from ingest.store.row import FrozenBaseline, StoredSignal
from ingest.store.run import record_runs
from ingest.store.transaction import Known, Names, Transaction, begin, register
from ingest.store.unit import By, Kept, Unit

OnWrite = Callable[[Reader, Mapping[str, Instant], Instant], Iterable[FrozenBaseline]]
"""Called inside each transaction in which signals changed, with what it can read of it and its instant.

Each signal comes with the time at which the earliest of what changed was observed, `FOREVER` where it is its coverage.

The baselines it returns are frozen in that transaction. What it raises undoes the transaction.
"""


class Store:
    """Measurements and what belongs to them. Use it from one thread that writes and any number that read.

    What a method that writes has returned from is kept, whatever happens to the process then. `StoreError`, from any
    method, says that the database cannot be used.
    """

    def __init__(self, engine: Engine, on_write: OnWrite | None = None) -> None:
        """Made by `open_store`."""
        self._engine = engine
        self._backend = backend_of(engine.dialect.name)
        self._on_write = on_write
        self._names = Names()
        self._known: dict[str, Known] = {}
        """What readers have looked up: a number belongs to its signal for ever."""

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A reader that sees the store as it is now, whatever is written meanwhile. Not longer than needed."""
        with reading(self._engine) as connection:
            yield Reader(connection, self._backend, self._known)

    # Measurements

    def write(self, units: Sequence[Unit], *, now: Instant) -> list[Kept | Exception]:
        """Keep units in one transaction, each whole or not at all; what became of each, in order.

        An exception in place of `Kept`: nothing of that unit was kept. `SuddenlyEmpty`: record a broken run instead.
        `Repeated`: a delivery that was kept before.
        `UnknownSignal`, `UnitError`: the unit is wrong. `recorded_at` is `now`, or later where that is not after the
        last transaction's. Within a unit, of two measurements with one key the later is taken as told later.
        """
        with self._writing(now) as transaction:
            answers = keep(transaction, units)
            self._tell(transaction, [one for one in answers if isinstance(one, Kept)])
        return answers

    def forget(self, signal: str, key: str, now: Instant) -> Kept:
        """Undo a slip: this measurement counts no more, and what its pin had replaced counts again.

        `key`: an event's own; of a level or counter its time, RFC 3339. `UnknownMeasurement` if there is none.
        """
        with self._writing(now) as transaction:
            known = transaction.signal(signal)
            keeping = Keeping(transaction.connection, self._backend, transaction.last_run + 1, By.HAND)
            forget(keeping, signal, known.id, known.kind, key)
            sum_anew(keeping)
            retracted = len(keeping.superseded)
            changed, earliest = frozenset((signal,)), {signal: keeping.changed[known.id]}
            kept = Kept(keeping.run, transaction.recorded_at, retracted=retracted, signals=changed, earliest=earliest)
            ending = Ending(Outcome.OK, f"{signal} {key} was forgotten")
            record_runs(transaction, [Unit(signal.partition(".")[0], By.HAND, now, now, ending)], [kept])
            self._tell(transaction, [kept])
        return kept

    def decide(
        self, signal: str, key: str, now: Instant, *, accepted: bool, limit: Limit | None = None, note: str = ""
    ) -> decision.Decided:
        """Let what waits under a key count (and what is plausible after it, by the signal's `limit`), or reject it.

        `key`: an event's own; of a level or counter its time, RFC 3339. `NothingWaits` says what waits instead.
        """
        with self._writing(now) as transaction:
            decided = decision.decide(transaction, signal, key, now, accepted=accepted, limit=limit, note=note)
            self._tell(transaction, [decided.kept])
        return decided

    def release(self, signals: Iterable[str], now: Instant) -> list[Kept]:
        """Let all that waits of these signals count: they have no limit any more."""
        with self._writing(now) as transaction:
            released = [decision.release(transaction, name, now) for name in signals]
            done = [one for one in released if one is not None]
            self._tell(transaction, done)
        return done

    def sync_signals(self, signals: Iterable[StoredSignal], now: Instant) -> None:
        """Make the signals of the configuration known; a unit may name no other. Rename before."""
        wanted = list(signals)
        self._names.clear()  # another process may have renamed what was looked up
        self._known.clear()
        with self.read() as reader:
            stored = reader.signals()
        if changed := [one for one in wanted if stored.get(one.name) != one]:
            with self._writing(now) as transaction:
                register(transaction, changed)
            self._known.clear()

    def rename(
        self,
        now: Instant,
        *,
        sources: Mapping[str, str] | None = None,
        signals: Mapping[str, str] | None = None,
        key_results: Mapping[str, str] | None = None,
    ) -> None:
        """New name to old one (signals in full, as their source is called now): history moves to a name without any.

        A name that has history of its own keeps it. To be called before the new names are synced.
        """
        names = rename.Names(sources or {}, signals or {}, key_results or {})
        with reading(self._engine) as connection:
            if not rename.is_due(connection, names):
                return
        with self._writing(now) as transaction:
            rename.rename(transaction.connection, names)
            self._names.clear()
        self._known.clear()

    # Key results

    def sync_definitions(
        self,
        definitions: Mapping[str, str],
        now: Instant,
        *,
        baselines: Iterable[FrozenBaseline] = (),
        restated: Mapping[str, tuple[str, str]] | None = None,
    ) -> frozenset[str]:
        """Keep a new version (JSON) of each definition that changed, with baselines that move with it; which did.

        `restated`: those that are no other version, as they are kept and as they are to be kept from now on.
        """
        moved = list(baselines)
        if not definitions and not restated:
            return frozenset()
        with reading(self._engine) as connection:
            if not restated and not definition.changed(connection, definitions):
                return frozenset()
        with self._writing(now) as transaction:
            # Looked up again: another process may have kept the same meanwhile.
            changed = definition.changed(transaction.connection, definitions)
            follow = [one for one in moved if one.key_result in changed]
            definition.define(transaction.connection, changed, transaction.recorded_at)
            definition.restate(transaction.connection, restated or {})
            definition.freeze(transaction.connection, follow, transaction.recorded_at)
        return frozenset(changed)

    def save_baselines(self, baselines: Iterable[FrozenBaseline], now: Instant) -> None:
        """`okr rebaseline`: these count from now on. `frozen` None: to be found anew."""
        with self._writing(now) as transaction:
            definition.freeze(transaction.connection, baselines, transaction.recorded_at)

    def save_settled(self, baselines: Sequence[FrozenBaseline], now: Instant) -> None:
        """Baselines that time or a definition made known count from now on; one that another process kept stays."""
        with self._writing(now) as transaction:
            kept = definition.baselines(transaction.connection, None, [one.key_result for one in baselines])
            new = [
                one for one in baselines if (known := kept.get(one.key_result)) is None or known.frozen != one.frozen
            ]
            definition.freeze(transaction.connection, new, transaction.recorded_at)

    def add_note(self, key_result: str, text: str, now: Instant) -> None:
        with self._writing(now) as transaction:
            definition.write_note(transaction.connection, key_result, text, transaction.recorded_at)

    # What people are told. No score depends on it, so that it is no write that readers of scores notice.

    def keep_news(self, told: tiding.Told, news: Sequence[tiding.Tiding], now: Instant) -> None:
        """Keep what was told of each subject together with the news that follow from it, which wait from now on."""
        with writing(self._engine) as connection:
            tiding.keep(connection, told, news, now)

    def delivered_news(self, numbers: Sequence[int], now: Instant) -> None:
        """These news were delivered."""
        with writing(self._engine) as connection:
            tiding.delivered(connection, numbers, now)

    def drop_news(self, recipients: Sequence[str], before: Instant) -> int:
        """Give up what waits since before a time, or for anybody but these; how many that was."""
        with writing(self._engine) as connection:
            return tiding.drop(connection, recipients, before)

    # The database itself

    def lock(self) -> AbstractContextManager[None]:
        """Hold the database for one service; `Locked` if another has it."""
        return lock(self._engine)

    def backup(self, target: Path) -> None:
        """A consistent copy while it is used, for its owner's eyes only; never over an existing file."""
        if self._engine.dialect.name != "sqlite":
            url = self._engine.url.set(drivername="postgresql", password=None).render_as_string()
            raise StoreError(f"okr backup copies SQLite; here use: pg_dump --format=custom --file={target} '{url}'")
        copy_sqlite(Path(str(self._engine.url.database)), target)

    @contextmanager
    def _writing(self, now: Instant) -> Iterator[Transaction]:
        with writing(self._engine) as connection:
            try:
                yield begin(connection, self._backend, now, self._names)
            except BaseException:
                self._names.clear()
                raise

    def _tell(self, transaction: Transaction, kept: Iterable[Kept]) -> None:
        changed: dict[str, Instant] = {}
        for one in kept:
            for signal in one.signals:
                changed[signal] = min(one.earliest.get(signal, FOREVER), changed.get(signal, FOREVER))
        if changed and self._on_write is not None:
            reader = Reader(transaction.connection, self._backend)
            baselines = self._on_write(reader, changed, transaction.recorded_at)
            definition.freeze(transaction.connection, baselines, transaction.recorded_at)

"""Reading: everything the store answers, all of it as of one moment."""

from collections.abc import Collection, Generator, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind, Need, Series
from ingest.store import definition, listing, quarantine, revision, run, schema, series, tiding
from ingest.store.backend import Backend
from ingest.store.coverage import covered, summary
from ingest.store.error import UnknownSignal
from ingest.store.row import (
    Change,
    Coverage,
    Definition,
    FrozenBaseline,
    LastRuns,
    Latest,
    Note,
    Revised,
    Rows,
    Run,
    StoredMeasurement,
    StoredSignal,
    Waiting,
)
from ingest.store.transaction import Known
from ingest.store.unit import Measured


class Reader:
    """One transaction that reads. `known_at`: only what was recorded by then; None: all.

    Names of signals are `source.signal`; one that was never registered raises `UnknownSignal`.
    """

    def __init__(self, connection: Connection, backend: Backend, known: dict[str, Known] | None = None) -> None:
        """`known`: signals that were looked up before; what is looked up here is added."""
        self._connection = connection
        self._backend = backend
        self._known: dict[str, Known] = {} if known is None else known

    # Measurements

    def series(self, needs: Mapping[str, Need], *, known_at: Instant | None = None) -> dict[str, Series]:
        """The part of each signal's measurements that is needed, with its whole coverage. `stale_after` is not set."""
        known = {self._signal(name): need for name, need in needs.items()}
        return series.load(self._connection, self._backend, known, self._known_run(known_at))

    def all_series(self, signal: str, *, known_at: Instant | None = None) -> Series:
        """Everything that counts of one signal."""
        known = self._signal(signal)
        return series.load(self._connection, self._backend, {known: None}, self._known_run(known_at))[signal]

    def measurements(
        self,
        signal: str,
        start: Instant | None = None,
        end: Instant | None = None,
        *,
        known_at: Instant | None = None,
        limit: int = 100,
        after: listing.After | None = None,
    ) -> list[StoredMeasurement]:
        """A page of those with start ≤ observed_at < end, by (observed_at, key); `after`: the last one's."""
        run_id = self._known_run(known_at)
        return listing.page(self._connection, self._signal(signal), start, end, run_id, limit, after)

    def pinned(self, signal: str, *, known_at: Instant | None = None, newest: int = 100) -> list[Instant]:
        """When what was recorded by hand of a signal was observed, newest first."""
        return listing.pinned(self._connection, self._signal(signal), self._known_run(known_at), newest)

    def waits(self, signal: str, *, limit: int = 100) -> list[StoredMeasurement]:
        """What waits in quarantine of a signal, the earliest first."""
        return listing.waits(self._connection, self._signal(signal), limit)

    def rows(self, signals: Iterable[str]) -> dict[str, Rows]:
        """How much is kept of each of these signals. Counts: its time grows with what is kept."""
        return {name: listing.rows(self._connection, self._signal(name)) for name in signals}

    def corrections(
        self, signal: str, spans: revision.Spans, *, known_at: Instant | None = None, newest: int = 100
    ) -> list[Revised]:
        """What was revised, retracted or forgotten of what was observed within these spans, newest first."""
        known_run = self._known_run(known_at)
        return revision.corrections(self._connection, self._signal(signal), spans, known_run, newest)

    def export(self, *, known_at: Instant | None = None) -> Generator[Measured, None, None]:
        """All measurements that count, by signal, time and key; in bounded memory. To be closed."""
        return listing.every(self._connection, self._known_run(known_at))

    def latest(self, signals: Iterable[str], *, at: Instant | None = None) -> dict[str, Latest]:
        """The newest measurement of each signal that has one, observed by `at`; of events at one time the last."""
        moment = series.EVERYTHING[1] if at is None else at
        needs = {name: Need(points=frozenset((moment,))) for name in signals}
        found: dict[str, Latest] = {}
        for name, known in self.series(needs).items():
            past = [place for place, time in enumerate(known.times) if time <= moment]
            if past:
                found[name] = Latest(known.times[past[-1]], known.values[past[-1]])
        return found

    def event_sum(self, signals: Iterable[str], *, at: Instant | None = None) -> dict[str, float]:
        """The sum of the amounts of each of these event signals; `at`: without those that come later."""
        table, amounts = schema.signal, schema.event.c
        wanted = {self._signal(name).id: name for name in signals}
        moment = series.EVERYTHING[1] if at is None else at
        later = select(func.sum(amounts.value)).where(amounts.signal_id == table.c.id, amounts.observed_at > moment)
        query = select(table.c.id, table.c.total, later.scalar_subquery()).where(table.c.kind == str(Kind.EVENTS))
        rows = self._connection.execute(query)
        return {wanted[number]: whole - (rest or 0.0) for number, whole, rest in rows if number in wanted}

    # Signals and sources

    def signals(self) -> dict[str, StoredSignal]:
        """Every signal that was ever registered, by name."""
        table, source = schema.signal, schema.source
        query = select(table.c.name, source.c.name.label("source"), table.c.kind, table.c.unit).join_from(table, source)
        rows = self._connection.execute(query.order_by(table.c.name))
        return {row.name: StoredSignal(row.name, row.source, Kind(row.kind), row.unit) for row in rows}

    def coverage(self, signals: Iterable[str] | None = None, *, known_at: Instant | None = None) -> dict[str, Coverage]:
        """The coverage of these signals (default: all), empty where no source ever answered."""
        names = self._all() if signals is None else {name: self._signal(name) for name in signals}
        numbers = [known.id for known in names.values()]
        spans = covered(self._connection, self._backend, numbers, self._known_run(known_at))
        return {name: summary(spans.get(known.id, [])) for name, known in names.items()}

    def quarantined(self) -> dict[str, int]:
        """How many measurements of each signal wait for somebody to decide; those with none are left out."""
        aside, table = schema.quarantine, schema.signal
        query = select(table.c.name, func.count()).join_from(aside, table).where(aside.c.until_run.is_(None))
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(table.c.name))}

    def waiting(
        self, asked: Iterable[tuple[str, Instant]], *, known_at: Instant | None = None
    ) -> dict[tuple[str, Instant], Waiting]:
        """What waits as implausible of each (signal, observed by then); where nothing ever will, it is left out.

        Of a signal that was never configured nothing does.
        """
        wanted = [(name, at) for name, at in asked if self._is_known(name)]
        numbers = [(self._signal(name).id, at) for name, at in wanted]
        found = quarantine.waiting(self._connection, self._backend, numbers, self._known_run(known_at))
        return {one: waiting for one, waiting in zip(wanted, found, strict=True) if waiting is not None}

    def runs(self, source: str | None = None, *, limit: int = 100, before: int | None = None) -> list[Run]:
        """Runs, newest first; `before`: those with a lower number only."""
        return run.runs(self._connection, source, limit, before)

    def last_runs(self) -> dict[str, LastRuns]:
        """How every source stands that was ever pulled or posted to."""
        return run.last_runs(self._connection)

    def cursor(self, source: str) -> Any:
        """What the source's connector asked to be given back; None: nothing."""
        return run.cursor(self._connection, source)

    def cursors(self) -> dict[str, Any]:
        """The cursor of every source that has one, at once."""
        return run.cursors(self._connection)

    def last_run(self) -> int:
        """The number of the last run of any process; 0: none. Cheap: poll it, then ask for `changes`."""
        return run.last_run(self._connection)

    def changes(self, since: int) -> Change:
        """Which signals may have changed since the run with this number, by any process."""
        return run.changes(self._connection, since)

    def last_recorded(self) -> Instant:
        """The instant of the last transaction that wrote anything: definitions and notes too. 0: none did."""
        return int(self._meta("recorded"))

    def salt(self) -> bytes:
        """What makes keyed hashes of this installation unlike those of all others."""
        return bytes.fromhex(self._meta("salt"))

    # Key results

    def definitions(
        self, *, known_at: Instant | None = None, names: Collection[str] | None = None
    ) -> dict[str, Definition]:
        """The definition of each of these key results (default: all): the oldest where none was recorded by then."""
        return definition.definitions(self._connection, known_at, names)

    def defined_with(self, text: str) -> list[str]:
        """The key results of which a version of the definition holds a text."""
        return definition.defined_with(self._connection, text)

    def definition_versions(
        self, key_result: str, *, known_at: Instant | None = None, newest: int | None = None
    ) -> list[Definition]:
        """Oldest first; `newest`: only so many of the last."""
        return definition.versions(self._connection, key_result, known_at, newest)

    def baselines(
        self, *, known_at: Instant | None = None, names: Collection[str] | None = None
    ) -> dict[str, FrozenBaseline]:
        """The baseline of each of these key results (default: all) that has one."""
        return definition.baselines(self._connection, known_at, names)

    def newer_baselines(self, since: Instant) -> dict[str, FrozenBaseline]:
        """The newest baseline of each key result of which one was recorded after `since`; `frozen` None: given up."""
        return definition.newer_baselines(self._connection, since)

    def baseline_versions(
        self, key_result: str, *, known_at: Instant | None = None, newest: int | None = None
    ) -> list[FrozenBaseline]:
        """Oldest first; `frozen` None where it was given up; `newest`: only so many of the last."""
        return definition.baseline_versions(self._connection, key_result, known_at, newest)

    def notes(self, key_result: str, *, known_at: Instant | None = None, newest: int | None = None) -> list[Note]:
        """Oldest first; `newest`: only so many of the last."""
        return definition.notes(self._connection, key_result, known_at, newest)

    # What people are told

    def told(self) -> dict[tiding.Subject, str]:
        """What people were told of each subject, as it was handed in."""
        return tiding.told(self._connection)

    def waiting_news(self, recipient: str, *, most: int) -> list[tiding.Waiting]:
        """News that were not delivered yet, oldest first."""
        return tiding.waiting(self._connection, recipient, most)

    def mailboxes(self) -> dict[str, tiding.Mailbox]:
        """How it stands with each recipient that was ever told anything."""
        return tiding.mailboxes(self._connection)

    # How it finds them

    def _meta(self, name: str) -> str:
        value: str = self._connection.execute(
            select(schema.meta.c.value).where(schema.meta.c.name == name)
        ).scalar_one()
        return value

    def _known_run(self, known_at: Instant | None) -> int | None:
        return None if known_at is None else run.last_run(self._connection, known_at)

    def _all(self) -> Mapping[str, Known]:
        table = schema.signal.c
        rows = self._connection.execute(select(table.id, table.name, table.kind))
        found = {row.name: Known(row.id, row.name, Kind(row.kind)) for row in rows}
        self._known.update(found)
        return found

    def _is_known(self, name: str) -> bool:
        return name in self._known or name in self._all()

    def _signal(self, name: str) -> Known:
        known = self._known.get(name) or self._all().get(name)
        if known is None:
            raise UnknownSignal(name)
        return known

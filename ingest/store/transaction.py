"""A transaction that writes: its one instant, its run numbers, and the signals it has looked up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind
from ingest.store import schema
from ingest.store.backend import Backend
from ingest.store.error import UnknownSignal
from ingest.store.row import StoredSignal


@dataclass(frozen=True, slots=True)
class Known:
    """A registered signal with its number."""

    id: int
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Names:
    """What was looked up once, kept from one transaction to the next."""

    signals: dict[str, Known] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.signals.clear()
        self.sources.clear()


@dataclass(slots=True)
class Transaction:
    """The only transaction that writes at this time, in any process."""

    connection: Connection
    backend: Backend
    recorded_at: Instant
    """Later than that of every transaction before."""
    last_run: int
    names: Names

    def signal(self, name: str) -> Known:
        known = self.names.signals
        if name not in known:
            table = schema.signal.c
            rows = self.connection.execute(select(table.id, table.name, table.kind))
            known.update((row.name, Known(row.id, row.name, Kind(row.kind))) for row in rows)
        if name not in known:
            raise UnknownSignal(name)
        return known[name]

    def source(self, name: str) -> int:
        """The number of a source; it has one from the first time it is named."""
        if name not in self.names.sources:
            table = schema.source
            number: int | None = self.connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
            if number is None:
                number = self.connection.execute(insert(table).values(name=name).returning(table.c.id)).scalar_one()
            self.names.sources[name] = number
        return self.names.sources[name]


def begin(connection: Connection, backend: Backend, now: Instant, names: Names) -> Transaction:
    """Take the next instant on a connection that alone may write."""
    recorded = schema.meta.c.name == "recorded"
    last = int(connection.execute(select(schema.meta.c.value).where(recorded)).scalar_one())
    recorded_at = max(now, last + 1)
    connection.execute(update(schema.meta).where(recorded).values(value=str(recorded_at)))
    last_run = connection.execute(select(schema.run.c.id).order_by(schema.run.c.id.desc()).limit(1)).scalar()
    return Transaction(connection, backend, recorded_at, last_run or 0, names)


def register(transaction: Transaction, signals: Iterable[StoredSignal]) -> None:
    """Make signals known, or change what is known of their kind and unit."""
    table = schema.signal
    columns = (table.c.name, table.c.kind, table.c.unit)
    stored = {name: (kind, unit) for name, kind, unit in transaction.connection.execute(select(*columns))}
    sources: dict[str, int] = {}
    for one in signals:
        told = (str(one.kind), one.unit)
        if one.name not in stored:
            if one.source not in sources:
                sources[one.source] = transaction.source(one.source)
            new = {"name": one.name, "source_id": sources[one.source], "kind": told[0], "unit": told[1]}
            transaction.connection.execute(insert(table).values(new))
        elif stored[one.name] != told:
            change = update(table).where(table.c.name == one.name).values(kind=told[0], unit=told[1])
            transaction.connection.execute(change)
    transaction.names.clear()

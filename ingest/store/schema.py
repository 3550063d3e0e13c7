"""The tables. Times are microseconds since the epoch, UTC.

`recorded_at` belongs to the run, one instant a transaction; a measurement carries the number of its run. What counts
now lies in `reading` (the key is the time) and `event` (an own key); what counted once lies in `superseded`, current
in [run_id, until_run). So what was known at K is what counted at the last run recorded by K.

The growing tables have no foreign keys: rows come from one writer that has just made the run and the signal, and a
look-up for each row would cost a third of the write.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

HEAD = "0006"
"""The revision that this program needs. Known here so that opening a store does not load Alembic."""
OPEN = 2**47 - 1
"""`until_run` of what still counts: later than any run, and small on disk."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself for INTEGER only
_KEY = Text().with_variant(Text(collation="C"), "postgresql")  # the same order on both
_FINITE = "value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`salt`: makes this installation's keyed hashes unlike all others. `recorded`: the last instant given out."""

source = Table(
    "source",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("last_run", BigInteger),
    Column("last_success", BigInteger),
    Column("failures", Integer, nullable=False, server_default="0"),
)
"""`last_run`, `last_success` and `failures` in a row: kept here, of pulls and posts only, so that none is sought."""

signal = Table(
    "signal",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("source_id", BigInteger, ForeignKey("source.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("unit", Text),
    Column("total", Double, nullable=False, server_default="0"),
)
"""`total`: the sum of the amounts of all its events that count."""

run = Table(
    "run",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("source_id", BigInteger, ForeignKey("source.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("cure", Text),
    Column("retry_at", BigInteger),
    Column("fingerprint", Text),
    Column("created", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("retracted", Integer, nullable=False),
    Column("credential_expires_at", BigInteger),
    Column("note", Text),
    Index(None, "source_id", "id"),
    Index(None, "recorded_at"),
)

reading = Table(
    "reading",
    metadata,
    Column("signal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("observed_at", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Double, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    CheckConstraint(_FINITE, name="finite"),
    sqlite_with_rowid=False,
)
event = Table(
    "event",
    metadata,
    Column("signal_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", _KEY, primary_key=True),
    Column("observed_at", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    CheckConstraint(_FINITE, name="finite"),
    Index(None, "signal_id", "observed_at"),
    sqlite_with_rowid=False,
)
superseded = Table(
    "superseded",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("signal_id", BigInteger, nullable=False),
    Column("key", _KEY),
    Column("observed_at", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("until_run", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "signal_id", "observed_at"),
    Index(None, "signal_id", "key"),
    Index(None, "signal_id", "until_run"),
)
"""`key` is null for levels and counters. `why`: revised, retracted or forgotten."""

pin = Table(
    "pin",
    metadata,
    Column("signal_id", BigInteger, ForeignKey("signal.id"), primary_key=True, autoincrement=False),
    Column("key", _KEY, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""`key`, here and in `quarantine`, is an RFC 3339 time for levels and counters. `run_id`: when it was first pinned."""

unpinned = Table(
    "unpinned",
    metadata,
    Column("signal_id", BigInteger, ForeignKey("signal.id"), primary_key=True, autoincrement=False),
    Column("key", _KEY, primary_key=True),
    Column("until_run", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Pins that were taken away, in place from `run_id` to before `until_run`."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("signal_id", BigInteger, ForeignKey("signal.id"), nullable=False),
    Column("key", _KEY, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until_run", BigInteger),
    Column("accepted", Boolean),
    CheckConstraint(_FINITE, name="finite"),
    Index(None, "signal_id", "key"),
    # On PostgreSQL too it holds what waits alone: its revision says so. To say so here would load all of that dialect,
    # which every command would pay for.
    Index("ix_quarantine_waiting", "signal_id", "observed_at", sqlite_where=text("until_run IS NULL")),
)
"""It waits while `until_run` is null; from then on `accepted` says: it counts, was rejected, or (null) was replaced."""

coverage = Table(
    "coverage",
    metadata,
    Column("signal_id", BigInteger, ForeignKey("signal.id"), primary_key=True, autoincrement=False),
    Column("until_run", BigInteger, primary_key=True, autoincrement=False),
    Column("start_at", BigInteger, primary_key=True, autoincrement=False),
    Column("end_at", BigInteger, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Spans that do not touch, current in [run_id, until_run); `until_run` is `OPEN` for those that still count."""

cursor = Table(
    "cursor",
    metadata,
    Column("source_id", _NUMBER, ForeignKey("source.id"), primary_key=True, autoincrement=False),
    Column("value", Text, nullable=False),
    Column("run_id", BigInteger, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("source_id", BigInteger, ForeignKey("source.id"), primary_key=True, autoincrement=False),
    Column("identity", _KEY, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Index(None, "source_id", "received_at"),
    sqlite_with_rowid=False,
)
"""What came to the hook of a source: a hash of what each delivery is known by, so that a repeated one is told."""

definition = Table(
    "definition",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key_result", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "key_result", "recorded_at"),
)
baseline = Table(
    "baseline",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key_result", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("value", Double),
    Column("late", Boolean),
    Column("measured_at", BigInteger),
    Column("origin", Text),
    Column("why", Text, nullable=False, server_default="found"),
    Column("replaces", Double),
    Column("corrected_at", BigInteger),
    Column("gives", Double),
    Index(None, "key_result", "recorded_at"),
)
"""The newest counts, the others stay. `value` null: to be found anew. `why`: found, grown or corrected.

`corrected_at`: since when the measurements under it give another value, `gives`, or none where that is null too.
"""

note = Table(
    "note",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("key_result", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "key_result", "recorded_at"),
)

told = Table(
    "told",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What people were told of each key result, source and week, as JSON, so that nothing is news twice."""

tiding = Table(
    "tiding",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("delivered_at", BigInteger),
    Index("ix_tiding_waiting", "id", sqlite_where=text("delivered_at IS NULL")),  # as `ix_quarantine_waiting`
)
"""News for a recipient, a keyed hash of its URL. It waits while `delivered_at` is null."""

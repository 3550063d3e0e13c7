"""Engines: how a database is reached, and what it says when it cannot be.

SQLite runs in WAL mode with synchronous=NORMAL. A commit is in the kernel's hands when it returns, so a killed
process loses nothing it acknowledged; after a power failure the last commits may be missing, and the file is whole.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError

from ingest.store.error import StoreError

_WAIT = 30.0
"""Seconds that a SQLite connection waits for another process that writes."""
_WRITERS = 0x6F6B72
"""The advisory lock that lets one transaction write at a time on PostgreSQL: run numbers follow commits."""


def database_url(text: str) -> URL:
    """The URL with the driver that is used; `StoreError` for any database but SQLite in a file and PostgreSQL."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError("database: not a URL; write sqlite:///okr.db or postgresql://user@host/name") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        raise StoreError(f"database: {url.get_backend_name()} is not supported; use sqlite:///… or postgresql://…")
    if url.database in (None, "", ":memory:"):
        raise StoreError("database: SQLite needs a file, as in sqlite:///okr.db")
    return url.set(drivername="sqlite+pysqlite")


def make_engine(url: URL) -> Engine:
    """An engine for a URL of `database_url`. Nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgres(url)


def _postgres(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=20, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreError("database: PostgreSQL needs its driver: pip install 'okr-ingest[postgres]'") from error

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # Rows are sought in the index for each row that a statement is given. The planner, which cannot know how few
        # these are beside a growing table, would rather read all of it.
        connection.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
        connection.commit()

    return engine


def _sqlite(url: URL) -> Engine:
    if sqlite3.sqlite_version_info < (3, 35):
        raise StoreError(f"database: SQLite {sqlite3.sqlite_version} is too old; 3.35 or later is needed")
    engine = create_engine(url, connect_args={"timeout": _WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that will write takes the lock at once: waiting for it later could fail half way.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that alone may write, over all processes."""
    with translated(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))
        yield connection


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """All of what is inside or, when it raises, nothing. SQLAlchemy's own costs as much as keeping a reading."""
    connection.exec_driver_sql("SAVEPOINT unit")
    try:
        yield
    except Exception:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
        raise
    finally:
        connection.exec_driver_sql("RELEASE SAVEPOINT unit")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the database as it is at its first statement, and nothing that is committed later."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """What a database says, as a `StoreError` that says what to do."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreError(explained(engine.url, error)) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and type(error.orig) is sqlite3.DatabaseError:
            raise StoreError(explained(engine.url, error)) from error
        raise


def explained(url: URL, error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    place = f"database {url.render_as_string(hide_password=True)}"
    if "not a database" in said:
        return f"{place}: this file is no SQLite database; name another or move it away"
    if "locked" in said:
        return f"{place}: another program has been writing to it for {_WAIT:.0f} s; end it or try again"
    if "password authentication" in said or "no password supplied" in said:
        return f"{place}: user or password is wrong ({said})"
    return f"{place}: {said}"


def create_file(path: Path) -> None:
    """An empty database file that only its owner may read; nothing if there is one."""
    folder = path.parent
    if not folder.is_dir():
        raise StoreError(f"database {path}: the folder {folder} does not exist; create it")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.is_dir():
            raise StoreError(f"database {path}: this is a folder; name a file in it") from None
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreError(f"database {path}: this user may not read and write it") from None
    except OSError as error:
        raise StoreError(f"database {path}: cannot be created in {folder}: {error.strerror}") from error

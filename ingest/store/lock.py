"""One service on one database: a lock that ends with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from ingest.store.engine import translated
from ingest.store.error import Locked

_SERVICE = 0x6F6B73
"""The advisory lock of the service on PostgreSQL."""


@contextmanager
def lock(engine: Engine) -> Iterator[None]:
    """Hold the database for one service; `Locked` if another has it. Released by kill -9 too."""
    if engine.dialect.name == "sqlite":
        with _file(Path(f"{engine.url.database}.lock")):
            yield
    else:
        with _advisory(engine):
            yield


@contextmanager
def _file(path: Path) -> Iterator[None]:
    """A lock of the kernel's on a file beside the database; the file holds the process id and stays."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            database = path.with_suffix("")
            raise Locked(f"another okr serve runs on {database} (process {holder}); end it first") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


@contextmanager
def _advisory(engine: Engine) -> Iterator[None]:
    """A lock of one connection that is kept for it."""
    with translated(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        if not connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (_SERVICE,)).scalar():
            holder = connection.exec_driver_sql(
                "SELECT coalesce(host(a.client_addr), 'this machine') || ', server process ' || a.pid "
                "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
                "WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted",
                (_SERVICE,),
            ).scalar()
            raise Locked(f"another okr serve runs on this database ({holder or 'unknown'}); end it first")
        yield
    finally:
        connection.invalidate()  # closes the session, and with it the lock
        connection.close()

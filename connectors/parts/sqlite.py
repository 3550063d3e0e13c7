"""Reading a SQLite file, and nothing else."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from connectors.parts.database import Ask, Place
from ingest.connector import Broken, Refused, SourceError, Unavailable

WRITES = ""
_OPCODES = 10_000
"""How often the clock is looked at: some thousand times a second."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_HARMLESS = {"data_version"}
"""Pragmas that virtual tables look at when they are read."""


@contextmanager
def reading(place: Place, seconds: float) -> Iterator[Ask]:
    """The file is opened read-only, and every statement that would do more than read is not authorized."""
    path, until = Path(place.database), time.monotonic() + seconds
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", path.name)
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=min(seconds, 5), isolation_level=None
    )
    with closing(connection):
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")  # one snapshot for all queries, from the first look on
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").close()  # what is no database shows here
        connection.set_authorizer(_authorized)
        connection.set_progress_handler(lambda: time.monotonic() > until, _OPCODES)

        def ask(query: str) -> closing[sqlite3.Cursor]:
            return closing(connection.execute(query))

        yield ask


def _authorized(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second != "load_extension":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # how a virtual table declares itself; nobody can write there
    if action == sqlite3.SQLITE_PRAGMA and first in _HARMLESS and second is None:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def explained(error: Exception, place: Place) -> SourceError | None:
    if not isinstance(error, sqlite3.Error | sqlite3.Warning):
        return None
    code, said = getattr(error, "sqlite_errorcode", None), f"{place.shown}: {place.words(str(error))}"
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_INTERRUPT:
        return Unavailable(f"{place.shown}: took too long to answer")
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH} or "not authorized" in said:
        return Refused(f"{said}: only reading is allowed", "write a query that only reads")
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_SCHEMA}:
        return Unavailable(said)
    if primary in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return Refused(said, "name a file that is a SQLite database, and whole")
    if primary in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return Refused(said, "this user must be able to read the file and its folder")
    if primary == sqlite3.SQLITE_ERROR or isinstance(error, sqlite3.ProgrammingError | sqlite3.Warning):
        return Refused(said, "correct the query")
    return Broken(said)

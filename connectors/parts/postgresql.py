"""Reading from PostgreSQL, in a transaction that can only read."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from connectors.parts.database import Ask, Cursor, Place
from ingest.connector import Broken, Refused, SourceError, Unavailable

if TYPE_CHECKING:
    import psycopg

WRITES = (
    "SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN "
    "('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE') "
    "AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))"
)
_LATER = (
    "starting up",
    "shutting down",
    "in recovery",
    "too many connections",
    "connection slots",
    "the database system",
)


@contextmanager
def reading(place: Place, seconds: float) -> Iterator[Ask]:
    """One snapshot for all queries. Each is a cursor of its own, which the server declares for a single SELECT only."""
    until, numbers = time.monotonic() + seconds, count(1)
    with closing(_connected(place, seconds)) as connection:
        connection.execute(f"SET LOCAL statement_timeout = {max(1, int((until - time.monotonic()) * 1000))}")

        @contextmanager
        def ask(query: str) -> Iterator[Cursor]:
            with connection.cursor(name=f"okr_{next(numbers)}") as cursor:
                yield cursor.execute(query.encode())

        yield ask


def _connected(place: Place, seconds: float) -> "psycopg.Connection[Any]":
    import psycopg

    where: dict[str, Any] = {**place.options, "host": place.socket, "port": place.port}
    if not place.socket:
        addresses = [address[0] for address in place.addresses()]
        where |= {"host": ",".join([place.host] * len(addresses)), "hostaddr": ",".join(addresses)}
    connection = psycopg.connect(
        **where,
        user=place.user or None,
        password=place.password or None,
        dbname=place.database,
        application_name="okr-ingest",
        connect_timeout=max(2, int(seconds)),
    )
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def explained(error: Exception, place: Place) -> SourceError | None:
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    said = f"{place.shown}: {place.words(_main(error))}"
    if error.sqlstate is None:
        return _of_connection(said, str(error))
    kind = error.sqlstate[:2]
    if error.sqlstate == "57014":
        return Unavailable(f"{place.shown}: took too long to answer")
    if error.sqlstate == "25006":
        return Refused(f"{said}: only reading is allowed", "write a query that only reads")
    if error.sqlstate == "42501":
        return Refused(said, f"let the user of the source read it: GRANT SELECT ON … TO {place.user or '…'}")
    if kind in {"42", "0A", "34"}:
        return Refused(said, "correct the query")
    if kind in {"28", "3D"}:
        return Refused(said, _CREDENTIAL)
    if kind in {"08", "40", "53", "55", "57", "58"}:
        return Unavailable(said)
    return Broken(said)


_CREDENTIAL = "check user, password and database in the source's url"


def _of_connection(said: str, whole: str) -> SourceError:
    """Of a connection that did not come about only words are known. FATAL is what the server itself says."""
    if "FATAL" in whole and not any(words in whole for words in _LATER):
        return Refused(said, _CREDENTIAL)
    if "SSL" in whole or "certificate" in whole:
        return Refused(said, "check `sslmode` and `sslrootcert` in the source's url, and the server's certificate")
    return Unavailable(said)


def _main(error: "psycopg.Error") -> str:
    return error.diag.message_primary or str(error).rpartition("FATAL:")[2]

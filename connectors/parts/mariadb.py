"""Reading from MariaDB and MySQL, in a transaction that can only read."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from connectors.parts.database import Ask, Place
from connectors.parts.listing import MANY
from ingest.connector import Broken, Refused, SourceError, Unavailable

if TYPE_CHECKING:
    from pymysql.connections import Connection
    from pymysql.cursors import SSCursor

_GRANTED = (
    "SELECT 1 FROM information_schema.{}_privileges WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'DROP') AND "
    "grantee = CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@', "
    "QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))"
)
WRITES = f"SELECT EXISTS ({' UNION '.join(_GRANTED.format(what) for what in ('user', 'schema', 'table'))})"
"""As far as it is granted to the user and not to a role."""
_CREDENTIAL = {1044, 1045, 1049, 1130, 1251, 1698, 4151}
_GRANT = {1142, 1143, 1227, 1370}
_QUERY = {1046, 1052, 1054, 1055, 1064, 1066, 1109, 1111, 1146, 1149, 1172, 1222, 1235, 1247, 1248, 1305, 1318, 1582}
_READ_ONLY = {1290, 1792, 1836}
_TOO_LONG = {1317, 1969, 3024}
_LATER = {1040, 1053, 1203, 1205, 1213, 1226, 2002, 2003, 2005, 2006, 2013, 2055}


@contextmanager
def reading(place: Place, seconds: float) -> Iterator[Ask]:
    """One snapshot for all queries. The server takes one statement at a time and gives up after what is left."""
    until = time.monotonic() + seconds
    connection = _connected(place, seconds)
    try:
        left = max(0.001, until - time.monotonic())
        version: str = connection.get_server_info()  # type: ignore[no-untyped-call]  # its stubs leave the type out
        is_mariadb = "mariadb" in version.lower()
        bound = f"max_statement_time = {left:.3f}" if is_mariadb else f"max_execution_time = {int(left * 1000)}"
        for statement in (
            f"SET SESSION {bound}",
            f"SET SESSION sql_select_limit = {MANY + 1}",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",  # also after a statement that commits
            "START TRANSACTION READ ONLY",
        ):
            connection.query(statement)

        def ask(query: str) -> "closing[SSCursor]":
            cursor = connection.cursor()
            cursor.execute(query)
            return closing(cursor)  # which reads what is left: sql_select_limit bounds it

        yield ask
    finally:
        connection.close()


def _connected(place: Place, seconds: float) -> "Connection[SSCursor]":
    import pymysql
    from pymysql.cursors import SSCursor

    options: dict[str, Any] = (
        {"unix_socket": place.socket} if place.socket else {"host": place.host, "port": place.port}
    )
    if "ssl_ca" in place.options:
        options |= {"ssl_ca": place.options["ssl_ca"], "ssl_verify_cert": True, "ssl_verify_identity": True}
    connection = pymysql.connect(
        **options,
        user=place.user or None,
        password=place.password,
        database=place.database,
        charset="utf8mb4",
        connect_timeout=max(1, int(seconds)),
        read_timeout=seconds,
        write_timeout=seconds,
        cursorclass=SSCursor,
        defer_connect=True,
    )
    connection.connect(None if place.socket else _socket(place, seconds))
    return connection


def _socket(place: Place, seconds: float) -> socket.socket:
    """A connection to an address that was looked at; the driver would ask for the name once more."""
    failed: OSError | None = None
    for address in place.addresses():
        try:
            return socket.create_connection(address[:2], timeout=seconds)
        except OSError as error:
            failed = error
    raise failed or OSError("the connection failed")


def explained(error: Exception, place: Place) -> SourceError | None:
    import pymysql

    if not isinstance(error, pymysql.Error):
        return None
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    said = f"{place.shown}: {place.words(str(error.args[-1]) if error.args else type(error).__name__)}"
    if code in _TOO_LONG:
        return Unavailable(f"{place.shown}: took too long to answer")
    if code in _READ_ONLY:
        return Refused(f"{said}: only reading is allowed", "write a query that only reads")
    if code in _CREDENTIAL:
        return Refused(said, "check user, password and database in the source's url")
    if code in _GRANT:
        return Refused(said, f"let the user of the source read it: GRANT SELECT ON … TO {place.user or '…'}")
    if code in _QUERY or isinstance(error, pymysql.ProgrammingError):
        return Refused(said, "correct the query")
    return Unavailable(said) if code in _LATER or isinstance(error, pymysql.OperationalError) else Broken(said)

"""Where a database is, read from its URL, and what may be asked there."""

import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from ingest.connector.address import refuse
from ingest.connector.outcome import SourceError
from ingest.connector.secret import without
from ingest.connector.shape import cleaned

ENGINES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
PORTS = {"postgresql": 5432, "mysql": 3306}
OPTIONS = {"postgresql": {"host", "sslmode", "sslrootcert"}, "mysql": {"unix_socket", "ssl_ca"}}
"""What may stand behind the question mark. Others could lead elsewhere, or let a statement write."""
DRIVERS = {"postgresql": ("psycopg", "postgres"), "mysql": ("pymysql", "mysql")}
_EXAMPLES = "sqlite:///shop.db, postgresql://user:password@host/name or mysql://user:password@host/name"
_ENCODED = "and in the name and password %40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %"
_SPACE = r"(?:\s|--[^\n]*(?:\n|$)|\#[^\n]*(?:\n|$)|/\*.*?\*/)"
_READS = re.compile(rf"(?:{_SPACE}|\()*(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
_INTO_FILE = re.compile(rf"\binto{_SPACE}+(?:outfile|dumpfile)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A database."""

    engine: str
    """sqlite, postgresql or mysql."""
    database: str
    """Its name, or its file."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    signal: str = ""
    """Whose query is asked there; empty before the first."""

    @property
    def name(self) -> str:
        """Its host, else its own name."""
        return self.host or re.split(r"[/\\]", self.database)[-1] or self.engine

    @property
    def shown(self) -> str:
        """How it is called in messages."""
        return f"{self.name} (signals.{self.signal})" if self.signal else self.name

    @property
    def socket(self) -> str:
        """The path of a socket on this machine; empty where it is reached over the network."""
        return self.options.get("unix_socket", "") or self.options.get("host", "")

    def addresses(self) -> Sequence[Any]:
        """What the host resolves to, if all of it may be connected to."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for *_, address in found:
            refuse(str(address[0]))
        return [address for *_, address in found]

    def words(self, said: str) -> str:
        """What a database says of an error, on one line and without the password."""
        password = self.password
        said = without(said, {password, quote(password, safe=""), quote_plus(password)})
        return cleaned(said.strip().partition("\n")[0], 160)


class Cursor(Protocol):
    """What a query found, as Python's database interface has it."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None: ...

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]: ...


class Ask(Protocol):
    def __call__(self, query: str) -> AbstractContextManager[Cursor]: ...


class Engine(Protocol):
    """One kind of database."""

    WRITES: str
    """A query that tells whether the user may change what is in any table; empty where there are no users."""

    def reading(self, place: Place, seconds: float) -> AbstractContextManager[Ask]:
        """A connection that can only read, and gives up after so many seconds."""

    def explained(self, error: Exception, place: Place) -> SourceError | None:
        """What an error of the driver means; None where it is none of the driver."""


def place_of(url: str) -> Place:
    """The database that a URL names; `ValueError` says what is wrong without repeating it."""
    scheme, separator, rest = url.partition("://")
    engine = ENGINES.get(scheme.partition("+")[0].lower())
    if not separator or engine is None:
        raise ValueError(f"is no database that can be read; write {_EXAMPLES}")
    if engine == "sqlite":
        path = rest.removeprefix("/")
        if not rest.startswith("/") or not path or path == ":memory:" or "?" in path:
            raise ValueError(
                "a SQLite file is written with three slashes, sqlite:///shop.db, or four: sqlite:////data/shop.db"
            )
        return Place(engine, path)
    try:
        parts = urlsplit(f"//{rest}")
        port = parts.port or PORTS[engine]
    except ValueError:
        raise ValueError(f"is no URL; write {_EXAMPLES}, {_ENCODED}") from None
    if "@" in parts.path or parts.fragment:  # the password would be looked up as a host
        raise ValueError(f"has its @ behind a / or #; write {_EXAMPLES}, {_ENCODED}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    place = Place(
        engine,
        unquote(parts.path.removeprefix("/")),
        unquote(parts.hostname or ""),
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        options,
    )
    _check(place)
    return place


def _check(place: Place) -> None:
    unknown = place.options.keys() - OPTIONS[place.engine]
    if unknown:
        known = ", ".join(sorted(OPTIONS[place.engine]))
        raise ValueError(f"may say no more behind the question mark than {known}")
    if place.socket and not place.socket.startswith("/"):
        raise ValueError("behind the question mark may stand the path of a socket, no other host")
    if bool(place.host) == bool(place.socket):
        raise ValueError(
            f"names no host; write {_EXAMPLES}" if not place.host else "names a host and a socket; give one"
        )
    if not place.database:
        raise ValueError(f"names no database behind the host; write {_EXAMPLES}")
    driver, extra = DRIVERS[place.engine]
    if find_spec(driver) is None:
        raise ValueError(f"needs a driver that is not installed: pip install 'okr-ingest[{extra}]'")


def reading_only(query: str) -> str:
    """The query itself, if it looks like one that reads. The database decides; this tells it early."""
    if not _READS.match(query):
        raise ValueError("only reads: it begins with SELECT or WITH")
    if _INTO_FILE.search(query) or re.search(r"/\*M?!", query):
        raise ValueError("only reads: INTO OUTFILE, also in a comment that is carried out, would write a file")
    return query

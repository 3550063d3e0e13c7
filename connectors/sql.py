"""Numbers and events from a SQL database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.parts import mariadb, postgresql, sqlite
from connectors.parts.database import Engine, Place, place_of, reading_only
from connectors.parts.listing import Listed, Listings
from connectors.parts.table import Table
from ingest.connector import Ask, Kind, Named, Reading, Seen, Yielded
from ingest.connector.outcome import as_source_error

_ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql, "mysql": mariadb}


_MUCH = "the user can also write: one who may only read is enough"


def _named(url: SecretStr) -> SecretStr:
    place_of(url.get_secret_value())
    return url


class QuerySettings(Listed):
    """A query and what its rows mean."""

    query: Annotated[str, AfterValidator(reading_only)] = Field(
        examples=["SELECT count(*) FROM orders"], description="one SELECT: one number, or rows of time, value and key"
    )

    @model_validator(mode="after")
    def _whole_events(self) -> "QuerySettings":
        if self.whole is not None and self.kind is not Kind.EVENTS:
            raise ValueError("`whole` belongs to `kind: events`")
        return self


class Sql(Named[QuerySettings]):
    """Numbers and events from SQLite, PostgreSQL, MariaDB or MySQL.

    A signal's `query` is one SELECT. It gives

    - one row with one number: `SELECT count(*) FROM customers`, the number as it is now;
    - or rows of time and value: a history of the number;
    - or, with `kind: events`, rows of time, value and key: what happened, how much it counts for, and its id, by which
      it is found again. `SELECT paid_at, amount, id FROM orders`

    Columns are taken in that order or, where one is called `time`, by their names `time`, `value` and `key` (in
    backticks in MariaDB and MySQL); events without a value count 1 each, and those without a key are told apart by
    their time.

    Times are those of the database, ISO 8601 text, or seconds or milliseconds since 1970. A time without a zone is one
    of the configured zone; where it is UTC, as SQLite's `CURRENT_TIMESTAMP` is, say so: `created_at || 'Z'`. A number
    may be text with a decimal point. **NULL is unknown**: a number or a row whose value is NULL tells nothing, never 0;
    write `coalesce(…, 0)` where it means 0. A time or key that is NULL stops the pull, as more than 500,000 rows do.

    **Only reads.** SQLite files are opened read-only; with PostgreSQL, MariaDB and MySQL all queries of a pull run in
    one read-only transaction, with a time limit. Whatever would write is refused. Still give the source a user who may
    only read: a database has more doors than its tables.

    `url`: `sqlite:///shop.db` (beside the configuration; four slashes before an absolute path),
    `postgresql://user:password@host:5432/name`, `mysql://user:password@host:3306/name`. A socket is
    `postgresql://user@/name?host=/var/run/postgresql` or `mysql://user@/name?unix_socket=/run/mysqld/mysqld.sock`; TLS
    is `?sslmode=verify-full` with `sslrootcert`, or `?ssl_ca=ca.pem`. PostgreSQL needs `okr-ingest[postgres]`, MariaDB
    and MySQL `okr-ingest[mysql]`.

    **Events.** The rows are taken to be all there ever were: an event that is missing is gone and no longer counts.
    Write `whole: false` where the query gives only recent ones; then they count from the oldest on. If neither is said
    and the oldest event goes missing, the pull stops and asks.
    """

    proven = "on SQLite files, a real PostgreSQL 18 and a real MariaDB 10.11; not on MySQL"

    url: Annotated[SecretStr, AfterValidator(_named)] = Field(
        examples=["postgresql://…"], description="the database: sqlite:///…, postgresql://… or mysql://…"
    )

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listings = Listings(self.named, ask)
        place = self._place(ask)
        for reading in await ask.thread(self._read, place, listings, ask, host=place.name):
            yield reading
        for item in listings.yields():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        place = self._place(ask)
        writes = await ask.thread(_writes, place, _seconds(ask), host=place.name)
        name = place.name if place.engine == "sqlite" else place.database
        return Seen(name, (_MUCH,) if writes else ())

    def _place(self, ask: Ask) -> Place:
        place = place_of(self.url.get_secret_value())
        if place.engine == "sqlite":
            return replace(place, database=str(ask.home / place.database))
        return place

    def _read(self, place: Place, listings: Listings, ask: Ask) -> list[Reading]:
        """Every query, one after the other, within what a request may take."""
        engine, found = _ENGINES[place.engine], []
        with _explained(place), engine.reading(place, _seconds(ask)) as run:
            for name, settings in self.named.items():
                with _explained(replace(place, signal=name)), run(settings.query) as cursor:
                    found.append(Table(name, settings, cursor).read(listings[name], ask.zone))
        return [reading for reading in found if reading is not None]


def _writes(place: Place, seconds: float) -> bool:
    """Whether the user may change what is in a table; of a file it is no matter of users."""
    engine = _ENGINES[place.engine]
    if not engine.WRITES:
        return False
    with _explained(place), engine.reading(place, seconds) as run, run(engine.WRITES) as cursor:
        return bool(cursor.fetchmany(1)[0][0])


def _seconds(ask: Ask) -> float:
    return 0.9 * ask.limits.request


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    """What a driver raises, in words."""
    try:
        yield
    except Exception as error:
        raise _ENGINES[place.engine].explained(error, place) or as_source_error(error, place.shown, 0) from None

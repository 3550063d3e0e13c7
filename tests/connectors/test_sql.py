"""SQL on SQLite files, a real PostgreSQL and a real MariaDB: what is read, and that nothing is ever written."""

import asyncio
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

import connectors.parts.mariadb
import connectors.parts.postgresql
import connectors.parts.sqlite
from connectors.parts.database import Engine, place_of
from connectors.sql import Sql
from ingest.connector import Broken, Connector, Reading, Refused, Seen, SourceError, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import FileConformance
from tests.connector.asking import ask_over, nothing
from tests.connectors.databases import PASSWORD, Database, on_mariadb, on_postgresql, sqlite
from tests.servers import mariadb, postgresql

ENGINES: dict[str, Engine] = {
    "sqlite": connectors.parts.sqlite,
    "postgresql": connectors.parts.postgresql,
    "mysql": connectors.parts.mariadb,
}
ORDERS = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, at TIMESTAMP, amount DECIMAL(10, 2))",
    "INSERT INTO orders VALUES (1, '2026-03-05 18:30:00', 40.5), (2, '2026-06-11 09:00:00', 25)",
    "INSERT INTO orders VALUES (3, '2026-07-01 00:00:00', NULL)",
)
EVENTS = {"kind": "events", "query": "SELECT at, amount, id FROM orders ORDER BY id"}


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    with postgresql.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.Server]:
    with mariadb.mariadb() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """With three orders; one of them has no amount."""
    if request.param == "sqlite":
        made = sqlite(tmp_path)
    elif request.param == "postgresql":
        made = on_postgresql(request.getfixturevalue("postgresql_server"))
    else:
        made = on_mariadb(request.getfixturevalue("mariadb_server"))
    made.run(*ORDERS)
    return made


def pull(database: Database, signals: Mapping[str, Any], url: str | None = None, **limits: Any) -> Drained:
    made = Sql.model_validate({"url": url or database.url, "signals": signals})
    return asyncio.run(drain(made, ask_over(nothing, database.home, **limits)))


def seen(database: Database) -> Seen:
    made = Sql.model_validate({"url": database.url, "signals": {"it": EVENTS}})
    return asyncio.run(made.seen(ask_over(nothing, database.home)))


def one(database: Database, query: str, **settings: Any) -> Drained:
    return pull(database, {"it": {"query": query, **settings}})


def test_one_row_with_one_number_is_the_number_now(database: Database) -> None:
    signals = {"orders": {"query": "SELECT count(*) FROM orders"}, "sum": {"query": "SELECT sum(amount) FROM orders;"}}
    assert pull(database, signals).readings == (Reading("orders", 3), Reading("sum", 65.5))


def test_a_user_who_can_also_write_is_remarked_upon(database: Database) -> None:
    if database.engine == "sqlite":
        assert seen(database) == Seen("shop.db")
        return
    told = seen(database)
    assert (told.name, "can also write" in told.remarks[0]) == ("shop", True)
    if database.engine == "postgresql":
        database.run("REVOKE ALL ON orders FROM okr", "GRANT SELECT ON orders TO okr")
    else:
        database.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM okr", "GRANT SELECT ON shop.* TO okr")
    assert len(one(database, "SELECT count(*) FROM orders").readings) == 1
    assert seen(database) == Seen("shop")
    database.run("GRANT DELETE ON orders TO okr")
    assert len(seen(database).remarks) == 1


def test_rows_are_events_with_the_configured_zone_and_null_is_unknown(database: Database) -> None:
    drained = pull(database, {"it": EVENTS})
    assert drained.readings == (
        Reading("it", 40.5, datetime(2026, 3, 5, 17, 30, tzinfo=UTC), "1"),
        Reading("it", 25, datetime(2026, 6, 11, 7, tzinfo=UTC), "2"),
    )
    assert [(span.signal, span.start, span.whole) for span in drained.spans] == [("it", None, True)]


def test_rows_of_time_and_value_are_a_history(database: Database) -> None:
    drained = one(database, "SELECT at, amount FROM orders WHERE amount IS NOT NULL ORDER BY at")
    assert [(reading.value, reading.key) for reading in drained.readings] == [(40.5, None), (25, None)]
    assert drained.spans == ()


def test_columns_are_found_by_their_names_where_one_is_time(database: Database) -> None:
    query = "SELECT id AS key, at AS time FROM orders -- all"
    if database.engine == "mysql":
        query = "SELECT id AS `key`, at AS time FROM orders -- all"  # which is a word of its own there
    events = one(database, query, kind="events").readings
    assert [(event.key, event.value) for event in events] == [("1", 1), ("2", 1), ("3", 1)]


def test_what_a_query_says_is_taken_as_it_is(database: Database) -> None:
    assert one(database, "SELECT count(*) FROM orders WHERE 'a:b' LIKE 'a%' AND '%s' <> ':x'").readings[0].value == 3
    assert one(database, "/* the sum */ WITH two AS (SELECT 2 AS n) SELECT n FROM two").readings[0].value == 2
    assert one(database, "SELECT '42'").readings[0].value == 42


def test_nothing_is_unknown_and_never_zero(database: Database) -> None:
    assert one(database, "SELECT sum(amount) FROM orders WHERE id > 7").readings == ()
    assert one(database, "SELECT at, amount FROM orders WHERE id > 7").readings == ()
    assert one(database, "SELECT coalesce(sum(amount), 0) FROM orders WHERE id > 7").readings == (Reading("it", 0),)


@pytest.mark.parametrize(
    ("query", "settings", "words"),
    [
        ("SELECT amount FROM orders WHERE id > 7", {}, "gives no row"),
        ("SELECT amount FROM orders", {}, "gives more than one row"),
        ("SELECT at, amount, id, 5 FROM orders", {}, "gives 4 columns"),
        ("SELECT at AS time, amount FROM orders", {}, "the others are value and key"),
        ("SELECT at, amount, id FROM orders", {}, "a level has no key"),
        ("SELECT at AS time FROM orders", {}, "a level needs a value"),
        ("SELECT count(*) FROM orders", {"kind": "events"}, "events are rows of time"),
        ("SELECT 'abc'", {}, "is no number"),
        ("SELECT '1,5'", {}, "1.5 or 15"),
        ("SELECT NULL, 1, 1", {"kind": "events"}, "signals.it, row 1, time: should be a time"),
        ("SELECT '2026-03-05', 1, NULL", {"kind": "events"}, "row 1, key: should be a text"),
        ("SELECT '2026-03-05', 'x', 1", {"kind": "events"}, "row 1, value: 'x' is no number"),
        ("SELECT '2026-02-30', 1, 1", {"kind": "events"}, "row 1, time: '2026-02-30' is no day"),
        ("SELECT at, amount, 1 FROM orders", {"kind": "events"}, "row 2: another row has the same key"),
        ("SELECT '2026-03-05', amount FROM orders", {}, "another row has the same time"),
    ],
)
def test_what_does_not_fit_stops_the_pull_and_is_named(
    database: Database, query: str, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(Broken) as caught:
        one(database, query, **settings)
    assert words in caught.value.ending().message


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT count(*) FROM order_s", "order_s"),
        ("SELECT count(amounts) FROM orders", "amounts"),
        ("SELECT count(* FROM orders", "syntax"),
        ("SELECT nonsense(1)", "nonsense"),
    ],
)
def test_a_query_that_is_wrong_is_refused_with_what_the_database_says(
    database: Database, query: str, words: str
) -> None:
    with pytest.raises(Refused) as caught:
        one(database, query)
    assert words in caught.value.message
    assert "(signals.it)" in caught.value.message
    assert "correct the query" in caught.value.cure


WRITES: list[tuple[str, str]] = [
    *((name, "DELETE FROM orders") for name in ENGINES),
    *((name, "SELECT 1; DELETE FROM orders") for name in ENGINES),
    *((name, "DROP TABLE orders") for name in ENGINES),
    *((name, "CREATE TABLE more (id INTEGER)") for name in ENGINES),
    ("sqlite", "PRAGMA query_only = OFF"),
    ("sqlite", "PRAGMA user_version = 7"),
    ("sqlite", "ATTACH DATABASE 'more.db' AS more"),
    ("sqlite", "ATTACH DATABASE 'file:more.db?mode=rwc' AS more"),
    ("sqlite", "CREATE TEMP TABLE more (id INTEGER)"),
    ("sqlite", "VACUUM INTO 'more.db'"),
    ("sqlite", "SELECT load_extension('more')"),
    ("sqlite", "WITH a AS (SELECT 1) DELETE FROM orders"),
    ("postgresql", "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone"),
    ("postgresql", "SELECT * INTO more FROM orders"),
    ("postgresql", "SELECT emptied()"),
    ("postgresql", "SELECT nextval('numbers')"),
    ("postgresql", "SELECT id FROM orders FOR UPDATE"),
    ("postgresql", "SELECT 1; COMMIT; DELETE FROM orders"),
    ("postgresql", "COPY orders TO '/tmp/okr-must-not-be'"),
    ("postgresql", "SET default_transaction_read_only = off"),
    ("mysql", "SELECT emptied()"),
    ("mysql", "INSERT INTO logbook VALUES (1)"),
    ("mysql", "SELECT nextval(numbers)"),
    ("mysql", "SELECT 1; COMMIT; DELETE FROM orders"),
    ("mysql", "TRUNCATE orders"),
    ("mysql", "CALL empty_it()"),
]
WITH_EFFECTS = {
    "sqlite": (),
    "postgresql": (
        "CREATE FUNCTION emptied() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN 1; END'",
        "CREATE SEQUENCE numbers",
        "GRANT ALL ON orders, numbers TO okr",
    ),
    "mysql": (
        "CREATE FUNCTION emptied() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM orders; RETURN 1; END",
        "CREATE PROCEDURE empty_it() DELETE FROM orders",
        "CREATE SEQUENCE numbers",
        "CREATE TABLE logbook (id INT) ENGINE = MyISAM",
    ),
}


@pytest.mark.parametrize(
    ("database", "statement"),
    [("mariadb" if engine == "mysql" else engine, statement) for engine, statement in WRITES],
    indirect=["database"],
)
def test_what_would_write_does_nothing(database: Database, statement: str) -> None:
    database.run(*WITH_EFFECTS[database.engine], "SELECT 1")
    engine, place = ENGINES[database.engine], place_of(database.url)
    if database.engine == "sqlite":
        place = replace(place, database=str(database.home / place.database))
    with pytest.raises(Exception) as caught, engine.reading(place, 10) as run, run(statement) as cursor:  # noqa: PT011
        cursor.fetchmany(1)
    explained = engine.explained(caught.value, place)
    assert isinstance(explained, Refused)
    assert explained.cure in {"write a query that only reads", "correct the query"}
    assert len(database.run("SELECT id FROM orders")) == 3
    assert not (database.home / "more.db").exists()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM orders",
        "-- SELECT\nDELETE FROM orders",
        "PRAGMA user_version",
        "ATTACH DATABASE 'x' AS y",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT 1 into /* a */ dumpfile '/tmp/x'",
        "SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */",
        "SET x = 1",
        "",
    ],
)
def test_what_does_not_read_is_told_when_it_is_configured(query: str) -> None:
    with pytest.raises(ValidationError, match="only reads"):
        Sql.model_validate({"url": "sqlite:///shop.db", "signals": {"it": {"query": query}}})


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT 1 FROM pg_sleep(30)",
    "mysql": "SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
}


def test_a_query_that_takes_too_long_is_given_up(database: Database) -> None:
    started = monotonic()
    with pytest.raises(Unavailable, match="took too long"):
        pull(database, {"it": {"query": SLOW[database.engine]}}, request=1.0)
    assert monotonic() - started < 5


def test_all_queries_see_one_snapshot_and_the_connection_ends(database: Database) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            with pytest.raises(Broken):
                one(database, "SELECT id FROM orders")  # more rows than are read
    signals = {f"s{number}": {"query": "SELECT count(*) FROM orders"} for number in range(20)}
    assert {reading.value for reading in pull(database, signals).readings} == {3}


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_wrong_password_is_refused_and_not_told(database: Database) -> None:
    for wrong in ("an0ther-made-up", PASSWORD[:5]):
        url = database.url.replace("s3cret%20p%40ss%2Fword", wrong)
        with pytest.raises(Refused) as caught:
            pull(database, {"it": {"query": "SELECT 1"}}, url)
        assert "check user, password and database" in caught.value.cure
        assert wrong not in str(caught.value.ending())


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_an_unknown_database_and_one_that_may_not_be_read_are_refused(database: Database) -> None:
    with pytest.raises(Refused, match="nowhere"):
        pull(database, {"it": {"query": "SELECT 1"}}, database.url.replace("/shop", "/nowhere"))
    if database.engine == "postgresql":
        database.run("REVOKE ALL ON orders FROM okr")
    else:
        database.run(
            "REVOKE ALL PRIVILEGES, GRANT OPTION FROM okr", "GRANT USAGE ON *.* TO okr", "GRANT CREATE ON shop.* TO okr"
        )
    with pytest.raises(Refused) as caught:
        one(database, "SELECT count(*) FROM orders")
    assert "GRANT SELECT" in caught.value.cure


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "0xa9fea9fe"])
def test_addresses_that_are_never_reached_are_not(scheme: str, host: str) -> None:
    made = Sql.model_validate({"url": f"{scheme}://me:pw@{host}/shop", "signals": {"it": {"query": "SELECT 1"}}})
    with pytest.raises(SourceError) as caught:
        asyncio.run(drain(made, ask_over(nothing)))
    assert isinstance(caught.value, Refused)
    assert "never reached" in caught.value.message


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_is_unavailable(scheme: str) -> None:
    made = Sql.model_validate({"url": f"{scheme}://me:pw@127.0.0.1:1/shop", "signals": {"it": {"query": "SELECT 1"}}})
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        asyncio.run(drain(made, ask_over(nothing)))


class TestSql(FileConformance):
    connector: ClassVar[type[Connector]] = Sql
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "sqlite:///shop.db",
        "signals": {"orders": EVENTS, "many": {"query": "SELECT count(*) FROM orders"}},
    }

    @pytest.fixture(autouse=True)
    def _shop(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("shop")
        sqlite(folder).run(*ORDERS)
        type(self).home = folder


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(Refused, match=r"shop\.db: file is not a database"):
        one(Database("sqlite", "sqlite:///shop.db", lambda *_: (), tmp_path), "SELECT count(*) FROM orders")


def test_a_file_that_is_being_written_is_unavailable_and_a_wal_is_read(tmp_path: Path) -> None:
    shop = sqlite(tmp_path)
    shop.run(*ORDERS, "PRAGMA journal_mode = WAL", "INSERT INTO orders VALUES (4, '2026-08-01', 1)")
    assert one(shop, "SELECT count(*) FROM orders").readings[0].value == 4


def test_a_full_text_index_can_be_read(tmp_path: Path) -> None:
    shop = sqlite(tmp_path)
    shop.run("CREATE VIRTUAL TABLE notes USING fts5(text)", "INSERT INTO notes VALUES ('a talk'), ('a walk')")
    assert one(shop, "SELECT count(*) FROM notes WHERE notes MATCH 'talk'").readings[0].value == 1


def test_seconds_since_1970_and_text_with_a_zone_are_times(tmp_path: Path) -> None:
    rows = "SELECT 1772735400 AS time, 1 AS key UNION ALL SELECT '2026-03-05 18:30:00Z', 2"
    events = one(sqlite(tmp_path), rows, kind="events").readings
    assert {event.at for event in events} == {datetime(2026, 3, 5, 18, 30, tzinfo=UTC)}


def test_recent_rows_only_cover_the_time_since_the_oldest(tmp_path: Path) -> None:
    shop = sqlite(tmp_path)
    shop.run(*ORDERS)
    spans = pull(shop, {"it": {**EVENTS, "whole": "false"}}).spans
    assert spans == (Span("it", datetime(2026, 3, 5, 17, 30, tzinfo=UTC)),)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("shop.db", "no database that can be read"),
        ("oracle://me@host/shop", "no database that can be read"),
        ("sqlite://shop.db", "three slashes"),
        ("sqlite:///:memory:", "three slashes"),
        ("sqlite:///shop.db?mode=rwc", "three slashes"),
        ("postgresql:///shop", "names no host"),
        ("postgresql://me:s3cret@host:port/shop", "is no URL"),
        ("postgresql://me:s3cret@host", "names no database"),
        ("postgresql://me:p@s3cret/x@host/shop", "%2F for /"),
        ("mysql://me:1/s3cret@host/shop", "%2F for /"),
        ("mysql://me:1#s3cret@host/shop", "%23 for #"),
        ("mysql://me:s3cret#x@host/shop", "%23 for #"),
        ("postgresql://me:s3cret@host/shop?hostaddr=169.254.169.254", "no more behind the question mark"),
        ("postgresql://me:s3cret@host/shop?options=-cdefault_transaction_read_only=off", "no more behind"),
        ("postgresql://me:s3cret@/shop?host=169.254.169.254", "path of a socket"),
        ("mysql://me:s3cret@host/shop?local_infile=1", "no more behind the question mark"),
        ("mysql://me:s3cret@host/shop?unix_socket=/run/x", "a host and a socket"),
    ],
)
def test_a_url_that_does_not_fit_is_told_when_it_is_configured(url: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sql.model_validate({"url": url, "signals": {"it": {"query": "SELECT 1"}}})
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "engine", "port"),
    [
        ("postgres://me@host/shop", "postgresql", 5432),
        ("postgresql+psycopg2://me@host:6432/shop", "postgresql", 6432),
        ("mariadb+pymysql://me@[::1]/shop", "mysql", 3306),
    ],
)
def test_a_url_of_other_programs_is_understood(url: str, engine: str, port: int) -> None:
    place = place_of(url)
    assert (place.engine, place.port, place.database, place.user) == (engine, port, "shop", "me")

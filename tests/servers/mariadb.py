"""A real MariaDB on a free port of loopback, in a folder that is thrown away."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest

PATIENCE = 60.0
"""Seconds until it must answer."""


@dataclass(frozen=True)
class Server:
    port: int
    socket: Path

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Some statements as root; the rows of the last one."""
        with pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())


@contextmanager
def mariadb() -> Iterator[Server]:
    """Without the program the test is skipped. It runs as the user who runs the tests."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    install, program = (shutil.which(name, path=places) for name in ("mariadb-install-db", "mariadbd"))
    if install is None or program is None:
        pytest.skip("MariaDB is not installed: apt install mariadb-server-core mariadb-client-core")
    # The path of a socket may have 107 characters; pytest's own folders have more.
    with tempfile.TemporaryDirectory(prefix="okr-mariadb-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user = ["--user=root"] if os.geteuid() == 0 else []
        data = ["--no-defaults", f"--datadir={folder}/data", *user]
        made = [install, *data, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(made, check=True, capture_output=True)
        server = Server(_free_port(), folder / "socket")
        words = [
            f"--port={server.port}",
            f"--socket={server.socket}",
            f"--pid-file={folder}/pid",
            "--bind-address=127.0.0.1",
            "--innodb-buffer-pool-size=8M",
            "--innodb-flush-log-at-trx-commit=0",  # none has to outlive the machine
            "--innodb-flush-method=nosync",
            "--secure-file-priv=",
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, *data, *words], stderr=log, stdout=log)
        try:
            _wait(server, folder / "log")
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _wait(server: Server, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.socket.exists():  # it is made when the server listens
            server.run("SELECT 1")
            return
        time.sleep(0.1)
    raise AssertionError(f"MariaDB does not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

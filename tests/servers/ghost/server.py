"""A real Ghost on a free port of loopback, on a MariaDB that is thrown away with it.

`.ci/run --all` installs it with `tests/servers/ghost/install`, which also works by hand. Ghost brings its own list of
exact packages (for pnpm), so that none is kept here.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from tests.servers.mariadb import Server as Database
from tests.servers.mariadb import mariadb
from tests.servers.node import CONFINED, stayed

HOUSE = Path(__file__).parents[3] / "build" / "ghost"
NODE = HOUSE / "node_modules" / ".bin" / "node"
PROGRAM = HOUSE / "package"
PATIENCE = 150.0
"""Seconds until it must answer: it makes its tables first."""
OWNER = {"name": "Ada", "email": "ada@example.com", "password": "quite made up: 7 owls", "blogTitle": "News of example"}


@dataclass(frozen=True)
class Ghost:
    url: str
    api_key: str
    """Of a custom integration, made as its owner makes it."""
    client: httpx.Client
    """The owner's own browser, as it were: it may write."""
    database: Database
    """For what only time can bring."""

    def post(self, path: str, **content: Any) -> Any:
        answer = self.client.post(path, json=content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content and answer.headers["content-type"].startswith("application/json") else {}

    def delete(self, path: str) -> None:
        answer = self.client.delete(path)
        assert answer.is_success, answer.text


@contextmanager
def ghost() -> Iterator[Ghost]:
    """A server while it is needed. Where it is not installed the test is skipped."""
    if not (NODE.exists() and (PROGRAM / "index.js").exists()):
        pytest.skip("Ghost is not installed: tests/servers/ghost/install")
    with mariadb() as database, TemporaryDirectory(prefix="okr-ghost-") as folder:
        yield from _running(database, Path(folder))


def _running(database: Database, folder: Path) -> Iterator[Ghost]:
    database.run("CREATE DATABASE ghost CHARACTER SET utf8mb4")
    shutil.copytree(PROGRAM / "content", folder / "content")
    shutil.copy(PROGRAM / "package.json", folder)  # it looks for its version where it is started
    url = f"http://127.0.0.1:{_free_port()}"
    (folder / "config.test.json").write_text(json.dumps(_config(database, folder, url)))
    environment = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "NODE_ENV": "test"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [NODE, *CONFINED, PROGRAM / "index.js"], cwd=folder, stdout=said, stderr=said, env=environment
        )
    try:
        headers = {"origin": url, "accept-version": "v6.0"}
        with httpx.Client(base_url=f"{url}/ghost/api/admin/", headers=headers, trust_env=False, timeout=60) as client:
            _wait(client, process, folder / "said")
            yield _settled(url, client, database)
            stayed(folder / "said")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def _config(database: Database, folder: Path, url: str) -> dict[str, Any]:
    reached = {"socketPath": str(database.socket), "user": "root", "database": "ghost", "charset": "utf8mb4"}
    return {
        "url": url,
        "server": {"host": "127.0.0.1", "port": int(url.rpartition(":")[2])},
        "database": {"client": "mysql2", "connection": reached},
        "paths": {"contentPath": str(folder / "content")},
        "mail": {"transport": "stub", "from": "ada@example.com"},
        "logging": {"transports": ["stdout"], "level": "error"},
        "security": {"staffDeviceVerification": False},
        "privacy": dict.fromkeys(("useUpdateCheck", "useGravatar", "useRpcPing", "useStructuredData"), False),
    }


def _wait(client: httpx.Client, process: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, said.read_text()[-4000:]
        try:
            if client.get("authentication/setup/").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise AssertionError(said.read_text()[-4000:])


def _settled(url: str, client: httpx.Client, database: Database) -> Ghost:
    """The owner signs up, signs in, and makes the key."""
    owner = Ghost(url, "", client, database)
    owner.post("authentication/setup/", setup=[OWNER])
    owner.post("session/", username=OWNER["email"], password=OWNER["password"])
    made = owner.post("integrations/?include=api_keys", integrations=[{"name": "okr"}])
    keys = made["integrations"][0]["api_keys"]
    secret: str = next(key["secret"] for key in keys if key["type"] == "admin")
    return Ghost(url, secret, client, database)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

"""A real NocoDB on a free port of loopback, on a database that is thrown away with it.

`.ci/run --all` installs it with `tests/servers/nocodb/install`, which also works by hand. `server.mjs` starts it.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from tests.servers.node import CONFINED, stayed

HERE = Path(__file__).parent
HOUSE = HERE.parents[2] / "build" / "nocodb"
NODE = HOUSE / "node_modules" / ".bin" / "node"
PATIENCE = 150.0
"""Seconds until it must answer: it makes its tables first."""
PASSWORD = "Quite made up: 7 owls"
QUIET = dict.fromkeys(("NC_DISABLE_TELE", "NC_DISABLE_ERR_REPORTS", "NC_DISABLE_PRODUCT_FEED"), "true")
"""It tells its maker nothing, and asks for no news."""


@dataclass(frozen=True)
class NocoDB:
    url: str
    client: httpx.Client
    """Somebody's own browser, as it were: the owner may write."""

    def ask(self, method: str, path: str, content: Any = None) -> Any:
        answer = self.client.request(method, path, json=content)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    def base(self, title: str) -> str:
        made: str = self.ask("POST", "/api/v3/meta/workspaces/nc/bases", {"title": title})["id"]
        return made

    def table(self, base: str, title: str, **fields: str) -> str:
        """A table with fields of those types. Its id."""
        content = {"title": title, "fields": [{"title": name, "type": type} for name, type in fields.items()]}
        made: str = self.ask("POST", f"/api/v3/meta/bases/{base}/tables", content)["id"]
        return made

    def field(self, base: str, table: str, title: str, type: str, **options: Any) -> str:
        content = {"title": title, "type": type, "options": options}
        made: str = self.ask("POST", f"/api/v3/meta/bases/{base}/tables/{table}/fields", content)["id"]
        return made

    def field_named(self, base: str, table: str, title: str) -> str:
        fields = self.ask("GET", f"/api/v3/meta/bases/{base}/tables/{table}")["fields"]
        found: str = next(field["id"] for field in fields if field["title"] == title)
        return found

    def add(self, base: str, table: str, *rows: dict[str, Any]) -> list[int]:
        content = [{"fields": fields} for fields in rows]
        return [row["id"] for row in self.ask("POST", f"/api/v3/data/{base}/{table}/records", content)["records"]]

    def change(self, base: str, table: str, row: int, **fields: Any) -> None:
        self.ask("PATCH", f"/api/v3/data/{base}/{table}/records", [{"id": row, "fields": fields}])

    def delete(self, base: str, table: str, row: int) -> None:
        self.ask("DELETE", f"/api/v3/data/{base}/{table}/records", [{"id": row}])

    def link(self, base: str, table: str, field: str, row: int, *others: int) -> None:
        content = [{"id": other} for other in others]
        self.ask("POST", f"/api/v3/data/{base}/{table}/links/{field}/{row}", content)

    def invite(self, base: str, email: str, role: str) -> None:
        self.ask("POST", f"/api/v1/db/meta/projects/{base}/users", {"email": email, "roles": role})

    def token(self) -> str:
        """An API token, as one makes it in one's own account."""
        made: str = self.ask("POST", "/api/v1/tokens", {"description": "okr"})["token"]
        return made

    @contextmanager
    def somebody(self, email: str) -> Iterator["NocoDB"]:
        """A new account. The first one owns the server."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            signed_up = {"email": email, "password": PASSWORD}
            their = NocoDB(self.url, client)
            client.headers["xc-auth"] = their.ask("POST", "/api/v1/auth/user/signup", signed_up)["token"]
            yield their


@contextmanager
def nocodb(database: str | None = None) -> Iterator[NocoDB]:
    """A server and its owner while they are needed; on an SQLite file without the address of a database in PostgreSQL.
    Where it is not installed the test is skipped."""
    if not (NODE.exists() and list((HOUSE / "node_modules" / "sqlite3" / "build").glob("*/node_sqlite3.node"))):
        pytest.skip("NocoDB is not installed: tests/servers/nocodb/install")
    with TemporaryDirectory(prefix="okr-nocodb-") as name:
        said = Path(name) / "said"
        with _running(Path(name), said, database) as url, httpx.Client(base_url=url) as nobody:
            with NocoDB(url, nobody).somebody("ada@example.com") as owner:
                yield owner
            stayed(said)


@contextmanager
def _running(folder: Path, said: Path, database: str | None) -> Iterator[str]:
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "NODE_ENV": "production"}
    many = {"NC_DATA_PAYLOAD_LIMIT": "1000"}  # records written at once; how many are read at once stays as it is
    with said.open("wb") as log:
        process = subprocess.Popen(
            [NODE, *CONFINED, "--no-deprecation", HERE / "server.mjs", HOUSE],
            cwd=folder,
            env={**environment, **QUIET, **many, **_kept(database)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    try:
        yield _address(process, folder / "address", said)
    finally:
        process.kill()
        process.communicate(timeout=20)


def _kept(database: str | None) -> dict[str, str]:
    if database is None:
        return {}
    parts = urlsplit(database)
    asked = urlencode({"u": parts.username, "p": "any", "d": parts.path.removeprefix("/")})
    return {"NC_DB": f"pg://{parts.hostname}:{parts.port}?{asked}"}


def _address(process: "subprocess.Popen[bytes]", told: Path, said: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if told.exists():
            return told.read_text()
        time.sleep(0.2)
    raise AssertionError(said.read_text()[-4000:])

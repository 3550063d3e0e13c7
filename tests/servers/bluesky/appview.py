"""Bluesky's AppView, the server that answers for `public.api.bsky.app`, on loopback; see server.mjs.

`.ci/run --all` installs it; by hand: `cp tests/servers/bluesky/package*.json build/bluesky/ && npm ci --ignore-scripts
--prefix build/bluesky`, and `apt install postgresql` (it needs the extension pg_trgm). A personal server (PDS) is not
part of it: npm has its SQLite (better-sqlite3) as source only.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

import pytest

from tests.servers.node import CONFINED, stayed
from tests.servers.postgresql import listening

HERE = Path(__file__).parent
HOUSE = HERE.parents[2] / "build" / "bluesky"
NODE = HOUSE / "node_modules" / ".bin" / "node"
PATIENCE = 90.0
"""Seconds until it must answer: it makes its tables first."""


@dataclass(frozen=True)
class AppView:
    url: str
    process: "subprocess.Popen[str]"

    def account(self, handle: str, did: str | None = None) -> str:
        """A new account, or with `did` the new handle of an old one. Its DID."""
        return self._told(handle=handle, did=did)

    def record(self, did: str, collection: str, key: str, **record: Any) -> None:
        """What an account publishes; without a record that one is deleted."""
        self._told(did=did, collection=f"app.bsky.{collection}", key=key, record=record or None)

    def _told(self, **line: Any) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(line)}\n")
        self.process.stdin.flush()
        return _line(self.process)


@contextmanager
def appview() -> Iterator[AppView]:
    """A server while it is needed. Where something is not installed the test is skipped."""
    if not NODE.exists():
        pytest.skip("Bluesky is not installed: see tests/servers/bluesky/appview.py")
    with listening() as database, TemporaryDirectory(prefix="okr-bluesky-") as folder:
        shutil.copy(HERE / "server.mjs", HOUSE)
        environment = {"PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "LOG_ENABLED": "false"}
        words = [NODE, *CONFINED, "--no-deprecation", "server.mjs", database]
        with (Path(folder) / "said").open("wb") as said:
            process = subprocess.Popen(
                words,
                cwd=HOUSE,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        try:
            address = _line(process)
            assert address.startswith("http://localhost:"), (Path(folder) / "said").read_text()[-4000:]
            yield AppView(address, process)
            stayed(Path(folder) / "said")
        finally:
            process.kill()
            process.communicate(timeout=20)


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    patience = Timer(PATIENCE, process.kill)
    patience.start()
    try:
        return process.stdout.readline().strip()
    finally:
        patience.cancel()

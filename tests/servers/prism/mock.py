"""Prism (npm), a mock server made of a vendor's description; see server.mjs. One process serves all of a session.

`.ci/run` installs it; by hand: `cp tests/servers/prism/package*.json build/prism/ && npm ci --prefix build/prism`.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.descriptions.description import read

HERE = Path(__file__).parent
HOUSE = HERE.parents[2] / "build" / "prism"
PATIENCE = 60.0
"""Seconds until a mock must be there."""

Mocks = Callable[[Path], str]
"""The address of the mock for a description; the same one for the same file."""


@contextmanager
def mocks() -> Iterator[Mocks]:
    """Skips where Prism is not installed. The process starts with the first description."""
    node = shutil.which("node")
    running: list[subprocess.Popen[str]] = []
    known: dict[Path, str] = {}

    def mock(description: Path) -> str:
        if node is None or not (HOUSE / "node_modules" / "@stoplight" / "prism-http-server").exists():
            pytest.skip("Prism is not installed: see tests/servers/prism/mock.py")
        if not running:
            shutil.copy(HERE / "server.mjs", HOUSE)
            running.append(_started(node, Path(folder)))
        if description not in known:
            file = Path(folder) / f"{len(known)}.json"
            file.write_text(json.dumps(rooted(read(description))))
            known[description] = _served(running[0], file, Path(folder) / "errors")
        return known[description]

    with TemporaryDirectory(prefix="okr-prism-") as folder:
        try:
            yield mock
        finally:
            for process in running:
                process.terminate()
                process.communicate(timeout=20)


def _started(node: str, folder: Path) -> "subprocess.Popen[str]":
    with (folder / "errors").open("wb") as said:
        return subprocess.Popen(
            [node, "server.mjs"], cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        )


def _served(process: "subprocess.Popen[str]", file: Path, said: Path) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{file}\n")
    process.stdin.flush()
    patience = Timer(PATIENCE, process.kill)
    patience.start()
    try:
        address = process.stdout.readline().strip()
    finally:
        patience.cancel()
    assert address.startswith("http"), said.read_text()
    return address


def rooted(document: dict[str, Any]) -> dict[str, Any]:
    """The same description with whole paths: Prism looks at no server's path."""
    servers = document.pop("servers", None) or [{"url": document.pop("basePath", "")}]
    document.pop("host", None)
    prefix = urlsplit(servers[0]["url"]).path.rstrip("/")
    return {**document, "paths": {prefix + path: item for path, item in document["paths"].items()}}

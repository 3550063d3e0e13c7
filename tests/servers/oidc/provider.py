"""A real OAuth 2 server (npm's oidc-provider, see server.mjs), and a browser whose user consents to everything.

`.ci/run` installs it; by hand: `cp tests/servers/oidc/package*.json build/oidc/ && npm ci --prefix build/oidc`.
"""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

SECRET = "a made-up: secret/+"
USER = "ada@example.org"
HERE = Path(__file__).parent
HOUSE = HERE.parents[2] / "build" / "oidc"
_ACTION = re.compile(r'<form[^>]*\baction="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Provider:
    url: str
    log: Path

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    def grants(self) -> list[dict[str, object]]:
        """Each answer of the token endpoint, in order."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        assert not any("server_error" in line for line in lines), lines
        return [line for line in lines if "grant" in line]

    def settings(self, client: str = "okr") -> dict[str, str]:
        """The OAuth settings of a source that is its client."""
        found = {
            "token_url": self.token_url,
            "authorize_url": f"{self.url}/auth",
            "device_url": f"{self.url}/device/auth",
            "client_id": client,
            "scope": "openid offline_access",
        }
        if client == "okr-body":
            found["client_auth"] = "body"
        return found if client == "okr-public" else {**found, "client_secret": SECRET}


@contextmanager
def provider(seconds: int = 3600) -> Iterator[Provider]:
    """A server while it is needed, whose access tokens live for so many seconds. Skips where it is not installed."""
    node = shutil.which("node")
    if node is None or not (HOUSE / "node_modules" / "oidc-provider").exists():
        pytest.skip("oidc-provider is not installed: see tests/servers/oidc/provider.py")
    shutil.copy(HERE / "server.mjs", HOUSE)
    with TemporaryDirectory(prefix="okr-oidc-") as folder:
        log = Path(folder) / "oidc.log"
        port = _free_port()
        words = [node, "server.mjs", str(port), str(seconds)]
        with log.open("wb") as out, (Path(folder) / "oidc.err").open("wb") as said:
            running = subprocess.Popen(words, cwd=HOUSE, stdout=out, stderr=said)
        try:
            _wait(running, log, Path(folder) / "oidc.err")
            yield Provider(f"http://127.0.0.1:{port}", log)
        finally:
            running.terminate()
            running.wait(timeout=20)


def _wait(running: subprocess.Popen[bytes], log: Path, said: Path) -> None:
    for _ in range(400):
        assert running.poll() is None, said.read_text()
        if '"ready"' in log.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(said.read_text())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def browse(url: str, *, consents: bool = True) -> str:
    """Be a person at a browser: log in where asked to, and consent, or abort. The last page."""
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=30) as client:
        page = client.get(url)
        for _ in range(6):
            if (form := _ACTION.search(page.text)) is None:
                break
            address = page.url.join(unescape(form[1]))
            if not consents and "/interaction/" in address.path:
                page = client.get(f"{address}/abort")
                continue
            fields = dict(_HIDDEN.findall(page.text)) | {"login": USER, "password": "any", "confirm": "yes"}
            page = client.post(address, data=fields)
        return page.text

"""A real Mailman core on a free port of loopback, in an environment of its own and a folder that is thrown away.

`.ci/run` installs it; by hand:
`python3 -m venv build/mailman && build/mailman/bin/pip install -r tests/servers/mailman/requirements.txt`.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

HERE = Path(__file__).parent
PYTHON = HERE.parents[2] / "build" / "mailman" / "bin" / "python"
USER, PASSWORD = "restadmin", "a made-up password"
PATIENCE = 60.0
"""Seconds until it must answer."""
CONFIG = """
[mailman]
layout: here
[paths.here]
var_dir: {folder}/var
[webservice]
hostname: 127.0.0.1
port: {port}
admin_user: {user}
admin_pass: {password}
workers: 1
[mta]
incoming: mailman.mta.null.NullMTA
"""


@dataclass(frozen=True)
class Mailman:
    url: str
    client: httpx.Client
    """The owner's own tool, as it were: it may write."""

    def make(self, name: str) -> None:
        """A list at example.org."""
        self._post("lists", fqdn_listname=f"{name}@example.org")

    def join(self, name: str, reader: str, *, approved: bool = True) -> None:
        """Somebody becomes a member; without `approved` the list waits for a moderator or a confirmation."""
        settled = {"pre_verified": "true", "pre_confirmed": "true", "pre_approved": "true"} if approved else {}
        self._post("members", list_id=f"{name}.example.org", subscriber=reader, send_welcome_message="false", **settled)

    def leave(self, name: str, reader: str) -> None:
        answer = self.client.delete(f"{self.url}/3.1/lists/{name}.example.org/member/{reader}")
        assert answer.is_success, answer.text

    def pause(self, name: str, reader: str) -> None:
        """A member switches delivery off."""
        member = self.client.get(f"{self.url}/3.1/lists/{name}.example.org/member/{reader}").json()
        answer = self.client.patch(f"{member['self_link']}/preferences", data={"delivery_status": "by_user"})
        assert answer.is_success, answer.text

    def _post(self, path: str, **fields: str) -> None:
        answer = self.client.post(f"{self.url}/3.1/{path}", data=fields)
        assert answer.is_success, answer.text


@contextmanager
def mailman() -> Iterator[Mailman]:
    """A server while it is needed. Without the environment the test is skipped."""
    if not PYTHON.exists():
        pytest.skip("Mailman is not installed: see tests/servers/mailman/core.py")
    with TemporaryDirectory(prefix="okr-mailman-") as folder:
        yield from _running(Path(folder))


def _running(folder: Path) -> Iterator[Mailman]:
    port = _free_port()
    config = folder / "mailman.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port, user=USER, password=PASSWORD))
    # Its own settings only, and messages in English.
    environment = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([PYTHON, HERE / "serve.py", config], stdout=said, stderr=said, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(auth=httpx.BasicAuth(USER, PASSWORD), trust_env=False, timeout=30) as client:
            _wait(client, url, process, folder / "said")
            running = Mailman(url, client)
            running._post("domains", mail_host="example.org")
            yield running
    finally:
        process.terminate()
        process.wait(20)


def _wait(client: httpx.Client, url: str, process: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, said.read_text()
        try:
            if client.get(f"{url}/3.1/system/versions").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(said.read_text())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

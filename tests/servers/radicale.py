"""A real Radicale on a free port of loopback, with one user and one calendar, in a folder that is thrown away."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

USER = "ada"
PASSWORD = "a made-up ~ päßword"
PATIENCE = 30.0
"""Seconds until it must answer."""
CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[web]
type = none
[logging]
level = warning
"""
MAKE = (
    '<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop><displayname>{name}</displayname>'
    '<C:supported-calendar-component-set><C:comp name="{part}"/></C:supported-calendar-component-set>'
    "</prop></set></C:mkcalendar>"
)


@dataclass(frozen=True)
class Radicale:
    port: int
    client: httpx.Client
    """The user's own calendar program, as it were: it may write."""

    def url(self, path: str = "ada/talks/", scheme: str = "caldav") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    def make(self, name: str, part: str = "VEVENT") -> None:
        """A calendar at `ada/{name}/`, named in capitals."""
        self._done("MKCALENDAR", f"ada/{name}/", MAKE.format(name=name.capitalize(), part=part).encode())

    def put(self, name: str, body: bytes, calendar: str = "talks") -> None:
        """An event as a calendar program stores it: with all its exceptions in one file."""
        self._done("PUT", f"ada/{calendar}/{name}.ics", body, {"content-type": "text/calendar"})

    def delete(self, name: str) -> None:
        """An event, or a whole calendar."""
        self._done("DELETE", f"ada/{name}")

    def empty(self) -> None:
        """A new, empty calendar `ada/talks/` and no other."""
        self.client.request("DELETE", self.url("ada/", "http"))
        self.client.request("PROPFIND", self.url("ada/", "http"))  # which makes the user's home
        self.make("talks")

    def _done(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        answer = self.client.request(method, self.url(path, "http"), content=body, headers=headers)
        assert answer.is_success, answer.text


@contextmanager
def radicale() -> Iterator[Radicale]:
    """A server while it is needed. Without the package the test is skipped."""
    if find_spec("radicale") is None:
        pytest.skip("Radicale is not installed: pip install radicale")
    with TemporaryDirectory(prefix="okr-radicale-") as folder:
        yield from _running(Path(folder))


def _running(folder: Path) -> Iterator[Radicale]:
    port = _free_port()
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n", "utf-8")
    with (folder / "log").open("wb") as said:
        program = [sys.executable, "-m", "radicale", "--config", folder / "config"]
        process = subprocess.Popen(program, stdout=said, stderr=said)
    credential = (USER.encode(), PASSWORD.encode())
    try:
        with httpx.Client(auth=httpx.BasicAuth(*credential), trust_env=False) as client:
            _wait(client, port, process, folder / "log")
            yield Radicale(port, client)
    finally:
        process.terminate()
        process.wait(10)


def _wait(client: httpx.Client, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if client.request("OPTIONS", f"http://127.0.0.1:{port}/").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

"""A demo, and a real `okr serve` over it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

OKR = Path(sys.executable).with_name("okr")
TOKEN = "a made-up token"


@dataclass(frozen=True)
class Terminal:
    """`okr` in a folder, as a person runs it."""

    home: Path

    def run(self, *words: str, stdin: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("OKR_")}
        return subprocess.run(
            [OKR, *words], cwd=self.home, capture_output=True, text=True, timeout=120, check=False,
            input=stdin, env=kept | {"TZ": "Europe/Berlin"} | environ,
        )  # fmt: skip

    def good(self, *words: str, stdin: str | None = None, **environ: str) -> str:
        """What it prints where it succeeds."""
        done = self.run(*words, stdin=stdin, **environ)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A demo that has been pulled. Read it only."""
    terminal = Terminal(tmp_path_factory.mktemp("demo"))
    terminal.good("init", "--demo", ".")
    terminal.good("pull")
    return terminal


@dataclass(frozen=True)
class Served:
    """A running `okr serve`."""

    home: Path
    url: str
    process: subprocess.Popen[bytes]

    def client(self, token: str | None = TOKEN) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def serve(home: Path, port: int) -> Served:
    """Start it, and wait until it is ready."""
    with (home / "serve.log").open("ab") as log:
        process = subprocess.Popen([OKR, "serve"], cwd=home, stderr=log, stdout=log)
    served = Served(home, f"http://127.0.0.1:{port}", process)
    deadline = time.monotonic() + 30
    with served.client(None) as client:
        while time.monotonic() < deadline:
            assert process.poll() is None, (home / "serve.log").read_text()
            try:
                if client.get("/-/ready").status_code == 200:
                    return served
            except httpx.TransportError:
                time.sleep(0.1)
    process.kill()
    raise AssertionError((home / "serve.log").read_text())


def listen_at(home: Path, port: int, token: str = TOKEN) -> None:
    """Let the configuration in a folder listen at a port, with a token."""
    text = (home / "okr.yaml").read_text()
    (home / "okr.yaml").write_text(text.replace("127.0.0.1:8321", f"127.0.0.1:{port}"))
    (home / ".env").write_text(f"OKR_TOKEN={token}\n")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, served, with all of its sources pulled."""
    home = tmp_path_factory.mktemp("served")
    Terminal(home).good("init", "--demo", ".")
    port = free_port()
    listen_at(home, port)
    Terminal(home).good("pull")
    running = serve(home, port)
    yield running
    assert running.stop() == 0


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """The demo served by a process of the test's own, which it may break and stop."""
    Terminal(tmp_path).good("init", "--demo", ".")
    port = free_port()
    listen_at(tmp_path, port)
    running = serve(tmp_path, port)
    yield running
    if running.process.poll() is None:
        running.stop()

"""A real Prometheus and a real Alertmanager on free ports of loopback, and somebody who is told."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import httpx
import pytest

PATIENCE = 60.0
"""Seconds until it must answer."""

Found = TypeVar("Found")


def program(name: str, package: str = "prometheus") -> str:
    """The path of a program; without it the test is skipped."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: apt install {package}")
    return path


@contextmanager
def prometheus(folder: Path, samples: str, configuration: str = "scrape_configs: []\n") -> Iterator[str]:
    """The address of a Prometheus that knows these samples, OpenMetrics lines with their time in seconds.

    It scrapes nothing, unless it is told so, and forgets nothing.
    """
    promtool = program("promtool")
    (folder / "samples").write_text(samples.removesuffix("# EOF\n").rstrip("\n") + "\n# EOF\n")
    (folder / "prometheus.yml").write_text(configuration)
    blocks = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=8760h"]
    subprocess.run([promtool, *blocks, folder / "samples", folder / "data"], check=True, capture_output=True)
    with scraping(folder, "--storage.tsdb.retention.time=100y", "--query.max-samples=100000") as url:
        yield url


@contextmanager
def scraping(folder: Path, *words: str) -> Iterator[str]:
    """The address of a Prometheus with the `prometheus.yml` of this folder, and its data beside it."""
    command = [program("prometheus"), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with _running([*command, *words], folder / "prometheus.log") as url:
        yield url


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """The address of an Alertmanager with the `alertmanager.yml` of this folder. It talks to no other one."""
    command = [
        program("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={folder}/alertmanager.yml",
        f"--storage.path={folder}/alerts",
        "--cluster.listen-address=",
    ]
    with _running(command, folder / "alertmanager.log") as url:
        yield url


@contextmanager
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address to send notifications to, and all alerts that were sent there, in their order."""
    alerts: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            alerts.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["alerts"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *words: object) -> None:
            """It is silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", alerts
        finally:
            server.shutdown()
            thread.join()


def query(url: str, expression: str) -> list[dict[str, Any]]:
    """What a Prometheus answers; an expression that it does not understand fails the test."""
    answer = httpx.get(f"{url}/api/v1/query", params={"query": expression}, trust_env=False).json()
    assert answer["status"] == "success", f"{expression}: {answer}"
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


def wait_for(look: Callable[[], Found | None], missing: Callable[[], object] = lambda: "nothing") -> Found:
    """What `look` finds as soon as it finds something; else the test fails and says what there is instead."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited for {PATIENCE:.0f} s; there is {missing()}")


@contextmanager
def _running(command: Sequence[str], log: Path) -> Iterator[str]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as written:
        process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=written, stderr=written)
        try:
            wait_for(lambda: _ready(url), lambda: log.read_text()[-1000:])
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

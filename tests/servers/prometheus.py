"""A real Prometheus on a free port of loopback, with samples of the past in its database."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

PATIENCE = 30.0
"""Seconds until it must answer."""


@contextmanager
def prometheus(folder: Path, samples: str) -> Iterator[str]:
    """The address of a Prometheus that knows these samples, OpenMetrics lines with their time in seconds.

    It scrapes nothing and forgets nothing. Without the program the test is skipped.
    """
    programs = {name: shutil.which(name) for name in ("prometheus", "promtool")}
    if None in programs.values():
        pytest.skip("Prometheus is not installed: apt install prometheus")
    (folder / "samples").write_text(samples.rstrip("\n") + "\n# EOF\n")
    (folder / "prometheus.yml").write_text("scrape_configs: []\n")
    blocks = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=8760h"]
    subprocess.run(
        [programs["promtool"] or "", *blocks, folder / "samples", folder / "data"], check=True, capture_output=True
    )
    port = _free_port()
    words = [
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        "--storage.tsdb.retention.time=100y",
        "--query.max-samples=100000",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    process = subprocess.Popen([programs["prometheus"] or "", *words], stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/-/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("Prometheus does not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

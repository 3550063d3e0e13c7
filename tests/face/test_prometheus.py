"""A real Prometheus scrapes the service, and what we export becomes blocks of its database."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.face.conftest import TOKEN, Served, Terminal, free_port

ROOT = Path(__file__).parent.parent.parent
LONG = ("--max-block-duration=8760h",)
CONFIGURATION = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: okr
    authorization:
      credentials: {token}
    static_configs:
      - targets: ["{target}"]
"""


@pytest.fixture
def program() -> Callable[[str], str]:
    def found(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed: apt install prometheus")
        return path

    return found


def test_a_real_prometheus_scrapes_every_series(served: Served, tmp_path: Path, program: Callable[[str], str]) -> None:
    prometheus, port = program("prometheus"), free_port()
    target = served.url.removeprefix("http://")
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(token=TOKEN, target=target))
    words = [f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    process = subprocess.Popen(
        [prometheus, *words, f"--web.listen-address=127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            found = wait_for(lambda: query(client, 'okr_key_result_value{key_result="subscribers"}'))
            assert query(client, "up") == [1.0]
            with served.client() as ours:
                [value] = re.findall(
                    r'okr_key_result_value\{key_result="subscribers".*\} (\S+)', ours.get("/metrics").text
                )
            assert found == [float(value)]
            assert query(client, "count(okr_key_result_status == 1) == count(okr_key_result_info)") == [12.0]
            assert query(client, "count(okr_source_up)") == [7.0]
    finally:
        process.terminate()
        process.wait(10)


def query(client: httpx.Client, expression: str) -> list[float]:
    try:
        answer = client.get("/api/v1/query", params={"query": expression})
    except httpx.TransportError:
        return []
    return [float(one["value"][1]) for one in answer.json().get("data", {}).get("result", [])]


def wait_for(look: Callable[[], list[float]]) -> list[float]:
    for _ in range(150):
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("Prometheus has scraped nothing")


def test_the_scrape_configuration_that_we_ship_is_one(program: Callable[[str], str]) -> None:
    words = [program("promtool"), "check", "config", ROOT / "deploy" / "prometheus" / "prometheus.yml"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_the_export_becomes_blocks(demo: Terminal, tmp_path: Path, program: Callable[[str], str]) -> None:
    (tmp_path / "okr.om").write_text(demo.good("export", "--format", "openmetrics"))
    made = subprocess.run(
        [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", *LONG, "okr.om", "blocks"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert any((tmp_path / "blocks").iterdir())

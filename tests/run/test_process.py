"""`okr serve` as a process: it ends in time when told to, and what it acknowledged survives kill -9."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.run.world import World

TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
STUCK = '''
"""A source that never answers."""
import asyncio
from typing import ClassVar

from ingest.connector import Ask, Connector, Reading, level


class Stuck(Connector):
    signals: ClassVar = {"n": level()}

    async def pull(self, ask: Ask):
        await asyncio.sleep(3600)
        yield Reading("n", 1)
'''


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(world: World, sources: str = "") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A running `okr serve` and its address."""
    world.sources = sources
    path, port = world.write(TALKS), free_port()
    path.write_text(path.read_text() + f'server: {{listen: "127.0.0.1:{port}", token: secret}}\n')
    command = [sys.executable, "-m", "ingest", "-c", str(path), "serve"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, cwd=world.folder, env=environ, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process)
        yield process, address
    finally:
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "the service ended by itself"
        try:
            if httpx.get(f"{address}/-/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the service did not become ready")


def post(address: str, items: list[dict[str, object]]) -> int:
    token = {"Authorization": "Bearer secret"}
    return httpx.post(f"{address}/api/v1/measurements", json=items, headers=token).status_code


def test_sigterm_ends_within_ten_seconds_although_a_pull_hangs(world: World) -> None:
    (world.folder / "stuck.py").write_text(STUCK)
    with served(world, 'stuck: {connector: "./stuck.py:Stuck"}') as (process, address):
        assert post(address, [{"signal": "hand.count", "value": 2, "key": "a"}]) == 200
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 10
    assert [one.key for one in world.open(TALKS).measurements("hand.count")] == ["a"]


def test_what_was_acknowledged_survives_kill_9(world: World) -> None:
    acknowledged = 0
    with served(world) as (process, address):
        for n in range(20):
            assert post(address, [{"signal": "hand.count", "value": 1, "key": f"k{n:02}"}]) == 200
            acknowledged += 1
        process.kill()
        process.wait()
    kept = world.open(TALKS).measurements("hand.count")
    assert len(kept) == acknowledged == 20

"""Pulls of a small JSON number from many hosts, kept, against clients that fetch the same and keep nothing."""

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import httpx

from ingest.root import COLLECTED
from ingest.run.pullers import LIMIT
from ingest.run.workspace import Workspace
from tests.bench.measure import RUNS, Figure, cpu, median

PULLS, HOSTS = 2_000, 200
CONNECTOR = '''\
"""A number from a page. For measuring."""

from pydantic import Field

from ingest.connector import Declared, level


class Page(Declared):
    """A number from a page. For measuring."""

    signals = {"subscribers": level("people", "as the page says")}
    address = "http://{host}:{port}/lists/{list}"
    paths = {"subscribers": "stats.subscribers"}

    host: str = Field(description="where it is")
    port: int = Field(description="its port")
    list: int = Field(description="which one")
'''
"""A connector as a user writes one: `./page.py:Page`."""


@contextmanager
def server() -> Iterator[int]:
    """The server in a process of its own; its port."""
    running = subprocess.Popen([sys.executable, "-m", "tests.bench.server"], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        yield int(running.stdout.readline())
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()


def places() -> list[tuple[str, int]]:
    """(host, list) of every pull; neighbours are on different hosts."""
    return [(f"127.0.0.{number % HOSTS + 1}", number) for number in range(PULLS)]


def configured(home: Path, port: int) -> Path:
    (home / "page.py").write_text(CONNECTOR)
    lines = ["timezone: UTC", "sources:"]
    for host, number in places():
        lines += [f"  page{number}:", "    connector: ./page.py:Page"]
        lines += [f"    host: {host}", f"    port: {port}", f"    list: {number}"]
    (home / "okr.yaml").write_text("\n".join(lines) + "\n")
    return home / "okr.yaml"


async def crowd(urls: list[str], fetch: Callable[[str], Awaitable[bytes]]) -> None:
    """Fetch all, as many at a time as pulls run, and read the number in each."""
    waiting = iter(urls)

    async def one() -> None:
        for url in waiting:
            assert json.loads(await fetch(url))["stats"]["subscribers"] > 0

    await asyncio.gather(*(one() for _ in range(LIMIT)))


async def bare_aiohttp(urls: list[str]) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=HOSTS)) as session:

        async def fetch(url: str) -> bytes:
            async with session.get(url) as response:
                return await response.read()

        await crowd(urls, fetch)


async def plain_httpx(urls: list[str]) -> None:
    async with httpx.AsyncClient(timeout=None) as client:  # noqa: S113  # nothing here waits for ever

        async def fetch(url: str) -> bytes:
            return (await client.get(url)).content

        await crowd(urls, fetch)


def figures() -> Iterator[Figure]:
    gc.set_threshold(*COLLECTED)  # as `okr` sets it, for all three
    with server() as port, tempfile.TemporaryDirectory() as folder:
        urls = [f"http://{host}:{port}/lists/{number}" for host, number in places()]
        with Workspace.open(configured(Path(folder), port), {}) as workspace:
            assert workspace.store

            def pulled() -> None:
                assert all(one.kept is not None and one.kept.created == 1 for one in workspace.pull())

            works = (pulled, lambda: asyncio.run(bare_aiohttp(urls)), lambda: asyncio.run(plain_httpx(urls)))
            costs: list[list[float]] = [[], [], []]
            for work in works:
                work()  # once for what is imported and compiled at the first use
            for _ in range(RUNS):
                for cost, work in zip(costs, works, strict=True):
                    cost.append(cpu(work) / PULLS)
    ours, aiohttps, httpxs = map(median, costs)
    what = f"{PULLS:,} pulls of 1 KiB JSON from {HOSTS} hosts, stored, no commit a pull"
    for against, theirs, bar in (("bare aiohttp", aiohttps, 5.0), ("plain httpx", httpxs, 0.6)):
        told = f"{against}, which stores nothing: {theirs * 1e6:.0f} µs"
        yield Figure(what, f"{ours * 1e6:.0f} µs CPU a pull", told, ours / theirs, bar)

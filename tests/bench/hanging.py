"""A service whose sources hang, three in ten: how late the others are, against a service without those that hang."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.okr.instant import SECOND, Instant
from ingest.run.service import Service
from ingest.run.standing import slot_of, turns
from ingest.run.wall import wall_clock
from ingest.run.workspace import Workspace
from tests.bench.clock import p99
from tests.bench.measure import Figure, median, milliseconds
from tests.bench.pulls import server

SOURCES, HANGING, HOSTS = 1_000, 300, 100
SECONDS, ROUNDS = 30, 3
CONNECTOR = '''\
"""A number from a page, every ten seconds. For measuring."""

from datetime import timedelta

from pydantic import Field

from ingest.connector import Declared, level


class Page(Declared):
    """A number from a page, every ten seconds. For measuring."""

    every = fastest = timedelta(seconds=10)
    signals = {"subscribers": level("people", "as the page says")}
    address = "http://{host}:{port}/{place}/{list}"
    paths = {"subscribers": "stats.subscribers"}

    host: str = Field(description="where it is")
    port: int = Field(description="its port")
    place: str = Field(description="where it is there")
    list: int = Field(description="which one")
'''


def hangs(number: int) -> bool:
    """Spread over all: neighbours of one that hangs do not."""
    return number * HANGING % SOURCES < HANGING


def configured(home: Path, port: int, hanging: bool) -> Path:
    """The service with its sources; those that hang have hosts of their own."""
    (home / "page.py").write_text(CONNECTOR)
    lines = ["timezone: UTC", "sources:"]
    for number in range(SOURCES):
        if hangs(number) and not hanging:
            continue
        place, host = (
            ("hang", f"127.0.1.{number % HOSTS + 1}") if hangs(number) else ("page", f"127.0.0.{number % HOSTS + 1}")
        )
        lines += [f"  page{number}:", "    connector: ./page.py:Page", f"    host: {host}"]
        lines += [f"    port: {port}", f"    place: {place}", f"    list: {number}"]
    (home / "okr.yaml").write_text("\n".join(lines) + "\n")
    return home / "okr.yaml"


def lateness(port: int, hanging: bool) -> float:
    """The p99 of due → answered and kept, in seconds, over the sources that do not hang; the crowd of the start too."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(configured(Path(folder), port, hanging), {})
        began = asyncio.run(served(workspace))
        with Workspace.open(Path(folder) / "okr.yaml", {}) as kept:
            late = [
                seconds
                for number in range(SOURCES)
                if not hangs(number)
                for seconds in latenesses(kept, f"page{number}", began)
            ]
    assert len(late) >= (SOURCES - HANGING) * SECONDS // 10, f"only {len(late)} pulls were kept"
    return p99(late)


async def served(workspace: Workspace) -> Instant:
    """Run the service for a while; when all its sources were due for the first time."""
    service = Service(workspace)
    await service.start()
    began = wall_clock()
    await asyncio.sleep(SECONDS)
    await service.stop(grace=0)
    return began


def latenesses(workspace: Workspace, name: str, began: Instant) -> Iterator[float]:
    """Of each pull of a source: how long after its turn, or after the start where that was later, it was kept."""
    source = workspace.config.sources[name]
    assert source.schedule is not None
    following = turns(source.schedule, slot_of(name, source.schedule), workspace.config.zone)
    due = began
    for run in reversed(workspace.runs(name)):
        yield (run.finished_at - due) / SECOND
        due = following(run.started_at)


def figures() -> Iterator[Figure]:
    with server() as port:
        runs = [(lateness(port, True), lateness(port, False)) for _ in range(ROUNDS)]
    ours, without = median([one for one, _ in runs]), median([other for _, other in runs])
    yield Figure(
        f"{SOURCES:,} sources of which {HANGING} hang: due → kept of the others, p99",
        milliseconds(ours),
        f"without those that hang: {milliseconds(without)}",
        ours / without,
        2.0,
    )

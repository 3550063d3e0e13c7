"""`python -m tests.faults.round FOLDER`: one pull of every source in FOLDER/okr.yaml, as a process of its own.

The guarded client asks, a real database keeps, and the server that misbehaves runs beside. One after the other the
groups of sources in FOLDER/groups.json are pulled, and the memory that each group takes is measured; then all others at
once. What came of each is written to FOLDER/told.json, and who came where no source may lead to FOLDER/caught.json. It
needs a network of its own (`network`), in which such places are there, and from which nothing can leave the machine.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.connector.limits import Limits
from ingest.connector.slots import Slots
from ingest.okr.instant import SECOND
from ingest.run.memory import asking, memories
from ingest.run.pull import Means, Patience, pull
from ingest.run.round import kept, means_of
from ingest.run.workspace import Workspace
from ingest.run.writer import Writer
from tests.faults.network import FORBIDDEN, settle
from tests.memory import most
from tests.servers.misbehaving.trap import PLAIN, SECURE

LIMITS = Limits(request=4, waiting=60, pull=60, pages=20)
BOUND = 30
"""Seconds until a trap has written down who came."""


@dataclass(frozen=True)
class Told:
    """What came of one source."""

    outcome: str
    message: str
    cure: str | None
    retry: float | None
    """Seconds from the beginning of the pull."""
    stored: int
    """Measurements of it in the database."""
    seconds: float
    grown: float = 0.0
    """MiB by which the process had to grow for the group that it is the first of."""


def visits(folder: Path) -> list[dict[str, str]]:
    """What the traps have written down."""
    return [json.loads(line) for line in (folder / "visits.jsonl").read_text().splitlines()]


def trapped(folder: Path) -> list[dict[str, str]]:
    """Go wherever nobody should go, so that the traps are known to notice who does."""
    places = [(address, port) for address in FORBIDDEN for port in (*PLAIN, SECURE)]
    for place in places:
        with socket.create_connection(place):
            pass
    until = time.monotonic() + BOUND
    while len(visits(folder)) < len(places) and time.monotonic() < until:
        time.sleep(0.01)
    return visits(folder)


async def pulled(workspace: Workspace, groups: list[list[str]]) -> dict[str, float]:
    """Pull and keep all sources; by how much each group made the process grow, by its first source."""
    config, store, grown = workspace.config, workspace.store, {}
    writer = Writer(lambda units: store.write(units, now=workspace.now()))
    with store.read() as reader:
        known = memories(reader, config.sources.values())

    async def one(name: str, means: Means) -> None:
        source = config.sources[name]
        unit = await pull(source, means, asking(known[name], workspace.frame, source, workspace.now()))
        await kept(writer, unit)

    writer.start()
    async with means_of(config, store, workspace.now, Patience(tries=2, first=0.001)) as means:
        means = replace(means, limits=LIMITS, slots=Slots(total=100, per_host=100))
        for group in groups:
            before = most()
            await asyncio.gather(*(one(name, means) for name in group))
            grown[group[0]] = most() - before
        others = config.sources.keys() - {name for group in groups for name in group}
        await asyncio.gather(*(one(name, means) for name in others))
    await writer.close()
    return grown


def told(workspace: Workspace, grown: dict[str, float]) -> dict[str, Told]:
    answers = {}
    for name, source in workspace.config.sources.items():
        [run] = workspace.runs(name)
        answers[name] = Told(
            outcome=run.outcome,
            message=run.message,
            cure=run.cure,
            retry=None if run.retry_at is None else (run.retry_at - run.started_at) / SECOND,
            stored=sum(len(workspace.measurements(f"{name}.{signal}")) for signal in source.signals),
            seconds=(run.finished_at - run.started_at) / SECOND,
            grown=grown.get(name, 0.0),
        )
    return answers


def main(folder: Path) -> None:
    settle(folder)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.misbehaving", folder, "--traps"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        ports = json.loads(server.stdout.readline())
        tried = trapped(folder)
        text = (folder / "okr.yaml").read_text()
        for name, port in ports.items():
            text = text.replace(f"<{name}>", str(port))
        (folder / "okr.yaml").write_text(text)
        with Workspace.open(folder / "okr.yaml", {}) as workspace:
            grown = asyncio.run(pulled(workspace, json.loads((folder / "groups.json").read_text())))
            answers = told(workspace, grown)
        (folder / "told.json").write_text(json.dumps({name: asdict(one) for name, one in answers.items()}))
        caught = {"tried": tried, "pulled": visits(folder)[len(tried) :]}
        (folder / "caught.json").write_text(json.dumps(caught))
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


if __name__ == "__main__":
    os.environ["SSL_CERT_FILE"] = str(Path(sys.argv[1]) / "authority.pem")
    main(Path(sys.argv[1]))

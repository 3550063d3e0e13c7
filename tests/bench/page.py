"""The overview of 100 key results with a year of daily measurements each: what rendering it costs the server."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from ingest.connector.outcome import Ending, Outcome
from ingest.face.metrics.exposition import Exposition
from ingest.face.notify.herald import Herald
from ingest.face.web.app import create_app
from ingest.okr.instant import DAY, HOUR, MINUTE, Instant
from ingest.run.service import Service
from ingest.run.workspace import Workspace
from ingest.store.unit import By, Kept, Measured, Unit
from tests.bench.measure import RUNS, Figure, median, milliseconds

KEY_RESULTS = 100
BAR = 0.1
"""CPU seconds."""
START: Instant = 1_767_225_600_000_000
"""2026-01-01, UTC: the beginning of the period."""
NOW = START + 300 * DAY + 12 * HOUR
KINDS = ("level", "events")
TARGETS = ("+50%", ">= 5000", "+10% per month")


def _kind(number: int) -> str:
    return KINDS[number % 2]


def _configured(home: Path) -> Path:
    lines = ["timezone: Europe/Berlin", "sources:", "  site:", "    connector: manual", "    since: 2024-01-01"]
    lines += ["    signals:", *(f"      n{number}:\n        kind: {_kind(number)}" for number in range(KEY_RESULTS))]
    lines += ["objectives:"]
    for number in range(KEY_RESULTS):
        if number % 5 == 0:
            lines += [f"  - title: Objective {number}", "    period: 2026", "    key_results:"]
        lines += [
            f"      - title: Key result {number} whose title is as long as titles are",
            "        customer: readers",
        ]
        lines += [f"        value: site.n{number}", f"        target: {TARGETS[number % 3]!r}"]
    (home / "okr.yaml").write_text("\n".join(lines) + "\n")
    return home / "okr.yaml"


class Page:
    """A served workspace with a clock of its own."""

    def __init__(self, home: Path) -> None:
        self.now = NOW
        self.workspace = Workspace.open(_configured(home), {}, clock=lambda: self.now)
        days = [(number, day) for number in range(KEY_RESULTS) for day in range(300)]
        told = [
            Measured(f"site.n{n}", START + day * DAY, 100.0 + day, f"{day}" if _kind(n) == "events" else None)
            for n, day in days
        ]
        unit = Unit("site", By.IMPORT, START, START, Ending(Outcome.OK, "ok"), told)
        [kept] = self.workspace.store.write([unit], now=START)
        assert isinstance(kept, Kept)
        service, exposition = Service(self.workspace), Exposition()
        herald = Herald(service, exposition.notification_failed)
        transport = httpx.ASGITransport(create_app(service, exposition, "bench", herald))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self._loop = asyncio.Runner()

    def cost(self) -> float:
        """CPU seconds of one rendering."""
        return self._loop.run(self._cost())

    async def _cost(self) -> float:
        before = time.process_time()
        answer = await self._client.get("/")
        spent = time.process_time() - before
        assert answer.status_code == 200
        assert answer.text.count('class="spark"') == KEY_RESULTS
        return spent

    def touched(self) -> float:
        """After all of its signals were written, and the service has brought the scores up to date as it does."""
        self.workspace.touch(f"site.n{number}" for number in range(KEY_RESULTS))
        self.workspace.live()
        return self.cost()

    def later(self) -> float:
        """In the next minute."""
        self.now += MINUTE
        return self.cost()

    def close(self) -> None:
        self._loop.close()
        self.workspace.close()


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        page = Page(Path(home))
        page.cost()
        for what, work in (("in the next minute", page.later), ("after all signals were written", page.touched)):
            ours = median([work() for _ in range(RUNS)])
            yield Figure(
                f"the page of {KEY_RESULTS} key results, {what}",
                f"{milliseconds(ours)} CPU",
                f"bound: {milliseconds(BAR)}",
                ours / BAR,
                1.0,
            )
        page.close()

"""The score of a key result after one new reading, by how much history lies before its period."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import DAY, MINUTE, Instant
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from ingest.store.unit import By, Kept, Measured, Unit
from tests.bench.measure import Figure, cpu, interleaved, median

MUCH, LITTLE = 1_000_000, 1_000
TURNS = 100
"""New readings in one measurement."""
START: Instant = 1_767_225_600_000_000
"""2026-01-01, UTC: the beginning of the period."""
KINDS = {"level": "+20%", "counter": "5000", "events": "5000"}
"""Kinds of signals, with the target of the key result on each."""


class History:
    """A workspace with so many measurements of one signal before the period, and a clock of its own."""

    def __init__(self, home: Path, kind: str, count: int) -> None:
        self.now = START
        self.kind, self._event = kind, 0
        (home / "okr.yaml").write_text(_configuration(kind))
        self.workspace = Workspace.open(home / "okr.yaml", {}, clock=lambda: self.now)
        ending = Ending(Outcome.OK, "ok")
        for first in range(0, count, 10_000):
            told = [self._before(number) for number in range(first, min(count, first + 10_000))]
            unit = Unit("site", By.IMPORT, START, START, ending, told)
            [kept] = self.workspace.store.write([unit], now=START)
            assert isinstance(kept, Kept)
        self.now += 90 * DAY
        self.measure()
        self.score()

    def _before(self, number: int) -> Measured:
        at = START - (number + 1) * MINUTE // 2
        return Measured("site.people", at, 1_000.0, f"old {number}" if self.kind == "events" else None)

    def measure(self) -> None:
        """One more measurement, a minute later."""
        self.now += MINUTE
        self._event += 1
        key = f"new {self._event}" if self.kind == "events" else None
        self.workspace.take([Item("site.people", 1_000 + self._event, self.now, key)])

    def score(self) -> None:
        """The score that the last measurement makes."""
        score = self.workspace.live().objectives[0].key_results[0].score
        assert score.progress is not None, score.reason
        assert score.measured_at == self.now

    def cost(self) -> float:
        """CPU seconds of the score after one new reading."""
        costs = []
        for _ in range(TURNS):
            self.measure()
            costs.append(cpu(self.score))
        return sum(costs) / TURNS


def _configuration(kind: str) -> str:
    return f"""\
timezone: UTC
sources:
  site:
    connector: manual
    since: 2020-01-01
    signals:
      people:
        kind: {kind}
objectives:
  - id: growth
    title: Grow
    period: 2026
    key_results:
      - id: people
        title: More people
        value: site.people
        target: {KINDS[kind]}
"""


def figures() -> Iterator[Figure]:
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as much, tempfile.TemporaryDirectory() as little:
            grown, young = History(Path(much), kind, MUCH), History(Path(little), kind, LITTLE)
            ours, theirs = (median(costs) for costs in interleaved(grown.cost, young.cost, 7))
            grown.workspace.close()
            young.workspace.close()
        yield Figure(
            f"the score after one new reading, {MUCH:,} readings before the period ({kind})",
            f"{ours * 1e6:.0f} µs CPU",
            f"with {LITTLE:,}: {theirs * 1e6:.0f} µs",
            ours / theirs,
            1.5,
        )

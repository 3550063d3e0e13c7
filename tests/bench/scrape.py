"""/metrics of 10,000 key results, against `generate_latest` of the same series."""

import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from ingest.face.metrics.exposition import Exposition
from ingest.okr.instant import DAY, MINUTE, Instant
from ingest.root import COLLECTED
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from tests.bench.measure import RUNS, Figure, cpu, median, milliseconds

OBJECTIVES, SOURCES = 1_000, 100
KEY_RESULTS = 10_000
AGAIN = 100
"""Scrapes in between."""
START: Instant = 1_767_225_600_000_000
"""2026-01-01, UTC: the beginning of every key result's period."""


def signal(number: int) -> str:
    """The signal of a key result; neighbours have different sources."""
    return f"source{number % SOURCES}.people{number // SOURCES}"


def configured(home: Path) -> None:
    """A folder: the sources in one file, the objectives in others, since a file may not be of any size."""
    lines = ["timezone: UTC", "sources:"]
    for source in range(SOURCES):
        lines += [f"  source{source}:", "    connector: manual", "    stale_after: 30d", "    signals:"]
        lines += [f"      people{n}:\n        kind: level" for n in range(KEY_RESULTS // SOURCES)]
    (home / "sources.yaml").write_text("\n".join(lines) + "\n")
    each = KEY_RESULTS // OBJECTIVES
    for file in range(0, OBJECTIVES, 100):
        lines = ["objectives:"]
        for number in range(file, file + 100):
            lines += [f"  - id: objective{number}", f"    title: Objective {number}", "    owner: growth"]
            lines += ["    period: 2026", "    key_results:"]
            for one in range(number * each, (number + 1) * each):
                lines += [f"      - id: people{one}", f"        title: 20% more of the people of {one}"]
                lines += ["        customer: readers", f"        value: {signal(one)}", "        target: +20%"]
        (home / f"objectives{file}.yaml").write_text("\n".join(lines) + "\n")


class Service:
    """A workspace with a clock of its own."""

    def __init__(self, home: Path) -> None:
        self.now = START
        self.workspace = Workspace.open(home, {}, clock=lambda: self.now)

    def measure(self, numbers: Iterable[int], value: float) -> None:
        self.workspace.take([Item(signal(number), value + number, self.now) for number in numbers])


class Same(Collector):
    """The same series, made beforehand: what is measured is printing them."""

    def __init__(self, text: bytes) -> None:
        self._metrics = list(text_string_to_metric_families(text.decode()))

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def printed(text: bytes) -> Callable[[], bytes]:
    registry = CollectorRegistry()
    registry.register(Same(text))
    return lambda: generate_latest(registry)


def figures() -> Iterator[Figure]:
    gc.set_threshold(*COLLECTED)  # as `okr` sets it, for both
    with tempfile.TemporaryDirectory() as folder:
        configured(Path(folder))
        service, exposition = Service(Path(folder)), Exposition()
        workspace = service.workspace
        exposition.configured(workspace.config)

        def scraped() -> bytes:
            exposition.show(workspace.live(), workspace.sources(), workspace.signals())
            return exposition.body()

        service.measure(range(KEY_RESULTS), 1_000.0)
        service.now += 90 * DAY
        service.measure(range(KEY_RESULTS), 1_050.0)
        scraped()
        ours: list[float] = []
        theirs: list[float] = []
        between: list[float] = []
        for turn in range(RUNS):
            service.now += MINUTE
            service.measure(range(turn, KEY_RESULTS, 100), 1_060.0 + turn)
            ours.append(cpu(scraped))
            between.append(cpu(lambda: [exposition.body() for _ in range(AGAIN)]) / AGAIN)
            text = exposition.body()
            peer = printed(text)
            theirs.append(cpu(peer))
            assert peer() == text
        workspace.close()
    us, them = median(ours), median(theirs)
    what = f"/metrics of {KEY_RESULTS:,} key results, 1 % newly measured and a minute gone by; same bytes"
    yield Figure(what, f"{milliseconds(us)} CPU", f"`generate_latest`: {milliseconds(them)}", us / them, 0.15)
    yield Figure("a scrape in between", milliseconds(median(between)), "1 ms", median(between) * 1_000, 1.0)

"""Sources that are all due at one instant: how long until the last of them is handed to a puller, and none missed."""

import asyncio
import heapq
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ingest.config.model import Every
from ingest.okr.instant import SECOND, Instant
from ingest.run.clock import Clock
from ingest.run.pullers import Pullers
from tests.bench.measure import Figure, interleaved, median, milliseconds

SECOND_SCHEDULE = Every(SECOND)


def now() -> Instant:
    return time.time_ns() // 1000


def p99(lateness: list[float]) -> float:
    return sorted(lateness)[int(len(lateness) * 0.99)]


def ours(count: int) -> float:
    """The p99 of due → handed over, in seconds, of the service's own clock and pullers."""
    lateness: list[float] = []
    done = asyncio.Event()

    async def nothing(_: str) -> None:
        pass

    def handed_over(_: str, due: Instant) -> None:
        lateness.append((now() - due) / SECOND)
        if len(lateness) == count:
            done.set()

    async def run() -> None:
        pullers = Pullers(nothing, handed_over=handed_over)
        clock = Clock(ZoneInfo("UTC"), pullers.due)
        for n in range(count):
            clock.add(f"source{n}", SECOND_SCHEDULE)
        pullers.start()
        clock.start()
        await asyncio.wait_for(done.wait(), 30)
        clock.stop()
        await pullers.stop()

    asyncio.run(run())
    return p99(lateness[:count])


def heap_loop(count: int) -> float:
    """The same of the smallest loop that can do it: a heap of turns, each pulled as it comes."""
    lateness: list[float] = []

    async def nothing(_: int) -> None:
        pass

    async def run() -> None:
        first = float(int(time.time()) + 1)
        heap = [(first, n) for n in range(count)]
        heapq.heapify(heap)
        await asyncio.sleep(first - time.time())
        while heap[0][0] <= time.time():
            due, n = heapq.heappop(heap)
            lateness.append(time.time() - due)
            await nothing(n)
            heapq.heappush(heap, (due + 60, n))

    asyncio.run(run())
    assert len(lateness) == count
    return p99(lateness)


def figures() -> Iterator[Figure]:
    for count in (10_000, 50_000):
        us, them = interleaved(lambda count=count: ours(count), lambda count=count: heap_loop(count))  # type: ignore[misc]
        yield Figure(
            f"{count:,} sources due at one instant, due → handed over, p99; none missed",
            milliseconds(median(us)),
            f"a heapq loop: {milliseconds(median(them))}",
            median(us) / median(them),
            2.0,
        )

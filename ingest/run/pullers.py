"""The pullers: as many pulls at a time as they can hold, never two of one source, drained at the end."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from ingest.okr.instant import Instant

LIMIT = 100
"""Pulls that run at one time."""
GRACE = 5.0
"""Seconds that running pulls are given when the service stops."""
BREATH = 10
"""Pulls after which a puller gives the loop a turn: those that never wait must not keep it to themselves."""

logger = logging.getLogger(__name__)

Pull = Callable[[str], Awaitable[None]]
HandedOver = Callable[[str, Instant], None]


class Pullers:
    """Takes the sources that are due, in the order in which they became so."""

    def __init__(self, pull: Pull, *, limit: int = LIMIT, handed_over: HandedOver = lambda source, due: None) -> None:
        self._pull = pull
        self._limit = limit
        self._handed_over = handed_over
        self._due: deque[tuple[str, Instant]] = deque()
        self._busy: dict[str, asyncio.Future[None] | None] = {}
        """Sources that wait or run, with what those wait for who joined."""
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._puller(), name=f"puller {n}") for n in range(self._limit)]

    def due(self, sources: Iterable[str], at: Instant) -> None:
        """These sources are due. One that still waits or runs is left alone: its turn is the one it is having."""
        if self._stopping:
            return
        busy, queue = self._busy, self._due
        for source in sources:
            if source not in busy:
                busy[source] = None
                queue.append((source, at))
        if queue:
            self._work.set()

    async def join(self, source: str, at: Instant) -> None:
        """Have a source pulled now, before those that are due; where a pull of it runs, wait for that one."""
        if self._stopping:
            raise asyncio.CancelledError
        if source not in self._busy:
            self._busy[source] = None
            self._due.appendleft((source, at))
            self._work.set()
        ended = self._busy[source]
        if ended is None:
            ended = self._busy[source] = asyncio.get_running_loop().create_future()
        await asyncio.shield(ended)

    def running(self, source: str) -> bool:
        """Whether it waits for a puller or is being pulled."""
        return source in self._busy

    async def stop(self, grace: float = GRACE) -> None:
        """Take nothing more; let running pulls end within `grace` seconds, then give them up."""
        self._stopping = True
        while self._due:
            self._end(self._due.popleft()[0])
        self._work.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _puller(self) -> None:
        pulled = 0
        while True:
            while not self._due:
                if self._stopping:
                    return
                self._work.clear()
                await self._work.wait()
            source, due = self._due.popleft()
            self._handed_over(source, due)
            try:
                await self._pull(source)
            except Exception:
                # A pull catches everything that a source can do; what arrives here is a fault of our own,
                # and it must not cost the service a puller.
                logger.exception("pulling %s failed inside the service", source)
            finally:
                self._end(source)
            pulled += 1
            if pulled % BREATH == 0:
                await asyncio.sleep(0)

    def _end(self, source: str) -> None:
        ended = self._busy.pop(source, None)
        if ended is not None and not ended.done():
            ended.set_result(None)

"""The pullers: as many pulls at a time as they can hold, never two of one source, drained at the end.

Sources that take long (they hang, or their servers trickle) are not to make the others wait. A puller that waits costs
little, so there are many; and of those no more than `SLOW_SHARE` pull sources whose last pull took long.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from ingest.okr.instant import Instant

LIMIT = 400
"""Pulls that run at one time."""
SLOW_SHARE = 0.75
"""Of these at most so many are of sources whose last pull was a long one."""
LONG = 10.0
"""From so many seconds on a pull is a long one."""
GRACE = 5.0
"""Seconds that running pulls are given when the service stops."""
BREATH = 5
"""Pulls after which a puller gives the loop a turn: those that never wait must not keep it to themselves."""

logger = logging.getLogger(__name__)

Pull = Callable[[str], Awaitable[None]]
HandedOver = Callable[[str, Instant], None]
Turn = tuple[str, Instant]
"""A source and when it became due."""


class Pullers:
    """Takes the sources that are due, in the order in which they became so; the slow ones behind the others."""

    def __init__(
        self,
        pull: Pull,
        *,
        limit: int = LIMIT,
        handed_over: HandedOver = lambda source, due: None,
        long: float = LONG,
    ) -> None:
        self._pull = pull
        self._limit, self._most_slow = limit, max(1, int(limit * SLOW_SHARE))
        self._handed_over = handed_over
        self._long = long
        self._due: deque[Turn] = deque()
        self._slow_due: deque[Turn] = deque()
        self._slow: set[str] = set()
        """Sources whose last pull was a long one."""
        self._slow_running = 0
        self._busy: dict[str, asyncio.Future[None] | None] = {}
        """Sources that wait or run, with what those wait for who joined."""
        self._tasks: set[asyncio.Task[None]] = set()
        """The pullers at work; there are no idle ones."""
        self._started = self._stopping = False

    def start(self) -> None:
        self._started = True
        self._wake()

    def due(self, sources: Iterable[str], at: Instant) -> None:
        """These sources are due. One that still waits or runs is left alone: its turn is the one it is having."""
        if self._stopping:
            return
        busy, slow = self._busy, self._slow
        for source in sources:
            if source not in busy:
                busy[source] = None
                (self._slow_due if source in slow else self._due).append((source, at))
        self._wake()

    async def join(self, source: str, at: Instant) -> None:
        """Have a source pulled now, before those that are due; where a pull of it runs, wait for that one."""
        if self._stopping:
            raise asyncio.CancelledError
        if source not in self._busy:
            self._busy[source] = None
            self._due.appendleft((source, at))
            self._wake()
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
        for waiting in (self._due, self._slow_due):
            while waiting:
                self._end(waiting.popleft()[0])
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _wake(self) -> None:
        """As many more pullers as there is work for and as there may be."""
        if not self._started:
            return
        slow = min(len(self._slow_due), self._most_slow - self._slow_running)
        for _ in range(min(len(self._due) + slow, self._limit - len(self._tasks))):
            self._tasks.add(asyncio.create_task(self._at_work(), name="puller"))

    async def _at_work(self) -> None:
        try:
            await self._puller()
        finally:
            # here and not in a callback, which comes later: what becomes due in between would find no puller
            self._tasks.discard(asyncio.current_task())

    async def _puller(self) -> None:
        """Pull until there is nothing more to do."""
        clock, pulled = asyncio.get_running_loop().time, 0
        while (turn := self._next()) is not None:
            source, due = turn
            was_slow, began = source in self._slow, clock()
            self._handed_over(source, due)
            try:
                await self._pull(source)
            except Exception:
                # A pull catches everything that a source can do; what arrives here is a fault of our own,
                # and it must not cost the service a puller.
                logger.exception("pulling %s failed inside the service", source)
            finally:
                self._slow_running -= was_slow
                (self._slow.add if clock() - began >= self._long else self._slow.discard)(source)
                self._end(source)
            pulled += 1
            if pulled % BREATH == 0:
                await asyncio.sleep(0)

    def _next(self) -> Turn | None:
        """What is pulled next. A slow source is counted as running, also one that somebody asked for."""
        if self._due:
            turn = self._due.popleft()
        elif self._slow_due and self._slow_running < self._most_slow:
            turn = self._slow_due.popleft()
        else:
            return None
        self._slow_running += turn[0] in self._slow
        return turn

    def _end(self, source: str) -> None:
        ended = self._busy.pop(source, None)
        if ended is not None and not ended.done():
            ended.set_result(None)

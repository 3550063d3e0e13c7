"""How many requests run at a time: in all, and to one host; and how many of their answers may be large."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ingest.connector.outcome import Unavailable


class Slots:
    """Bounds of one event loop, shared by all pulls on it.

    A request waits for its host first, so that a crowd before one slow host takes no slot from the others. There are
    as many slots as pulls: a request that hangs takes none from others either.
    """

    def __init__(self, total: int = 400, per_host: int = 8, threads: int = 32, large: int = 4) -> None:
        self.large = asyncio.Semaphore(large)
        """Held while a large answer is read, so that many of them together stay within the memory."""
        self._total = asyncio.Semaphore(total)
        self._threads = asyncio.Semaphore(threads)
        self._per_host = per_host
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def taken(self, host: str, waiting: float) -> AsyncIterator[None]:
        """A slot for one request to `host`. `Unavailable` where none came free within `waiting` seconds."""
        own = self._hosts.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] += 1
        try:
            await _acquire(own, f"{host}: too many requests are under way", waiting)
            try:
                await _acquire(self._total, f"{host}: too many requests are under way", waiting)
                try:
                    yield
                finally:
                    self._total.release()
            finally:
                own.release()
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._hosts[host]

    async def thread(self, waiting: float) -> Callable[[], None]:
        """Leave to run one more thread; what is returned gives it back, when the thread ends."""
        await _acquire(self._threads, "too many files and libraries are being read", waiting)
        return self._threads.release


async def _acquire(semaphore: asyncio.Semaphore, place: str, waiting: float) -> None:
    if not semaphore.locked():
        await semaphore.acquire()
        return
    try:
        async with asyncio.timeout(waiting):
            await semaphore.acquire()
    except TimeoutError:
        raise Unavailable(f"{place}: no turn within {waiting:g} s") from None

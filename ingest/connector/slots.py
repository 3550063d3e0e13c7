"""How much runs at a time: requests and calls of libraries, in all and to one host; and how many large answers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ingest.connector.outcome import Unavailable


class Lane:
    """So many at a time in all, and so many to one host.

    Who comes waits for its host first, so that a crowd before one slow host takes no place from the others. There are
    as many places as pulls: what hangs takes none from others either.
    """

    def __init__(self, total: int, per_host: int, what: str) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host, self._what = per_host, what
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    async def enter(self, host: str, waiting: float) -> Callable[[], None]:
        """A place; what is returned gives it back. `Unavailable` where none came free within `waiting` seconds."""
        own = self._hosts.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] += 1
        try:
            await _acquire(own, f"{host}: too many {self._what} are under way", waiting)
            try:
                await _acquire(self._total, f"{host}: too many {self._what} are under way", waiting)
            except BaseException:
                own.release()
                raise
        except BaseException:
            self._forget(host)
            raise

        def leave() -> None:
            self._total.release()
            own.release()
            self._forget(host)

        return leave

    def _forget(self, host: str) -> None:
        self._users[host] -= 1
        if not self._users[host]:
            del self._users[host], self._hosts[host]


class Slots:
    """Bounds of one event loop, shared by all pulls on it."""

    def __init__(self, total: int = 400, per_host: int = 8, threads: int = 32, large: int = 4) -> None:
        """`total` and `per_host`: of requests, and once more of libraries that wait for a host in a thread; `threads`:
        of those that read and compute here."""
        self.large = asyncio.Semaphore(large)
        """Held while a large answer is read, so that many of them together stay within the memory."""
        self._requests = Lane(total, per_host, "requests")
        self._calls = Lane(total, per_host, "calls")  # not the same places: a library may itself ask over HTTP
        self._threads = asyncio.Semaphore(threads)

    @asynccontextmanager
    async def taken(self, host: str, waiting: float) -> AsyncIterator[None]:
        """A slot for one request to `host`. `Unavailable` where none came free within `waiting` seconds."""
        leave = await self._requests.enter(host, waiting)
        try:
            yield
        finally:
            leave()

    async def thread(self, waiting: float, host: str | None = None) -> Callable[[], None]:
        """Leave to run one more thread; what is returned gives it back, when the thread ends.

        `host`: whom it waits for. None: it has work here, and too many of those would only be in each other's way.
        """
        if host is not None:
            return await self._calls.enter(host, waiting)
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

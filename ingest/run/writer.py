"""The one writer: commits what has arrived together, in a thread, and answers after the commit only."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from ingest.store.unit import Kept, Unit

T = TypeVar("T")

ROWS = 1_000
"""As many measurements as are waited for."""
WAIT = 0.05
"""Seconds that the first unit of a commit waits for others."""

Write = Callable[[Sequence[Unit]], Sequence[Kept | Exception]]
"""Keeps units in one transaction, each in a savepoint: for each what became of it, or why it was not taken."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Units that go into one commit, and who waits for them."""

    units: tuple[Unit, ...]
    done: asyncio.Future[list[Kept]]

    @property
    def rows(self) -> int:
        return sum(len(unit.measurements) for unit in self.units)

    def answer(self, answers: Sequence[Kept | Exception]) -> None:
        """Tell whoever waits; an error of one unit stands for all that were handed over with it."""
        if self.done.done():
            return
        kept = [answer for answer in answers if isinstance(answer, Kept)]
        error = next((answer for answer in answers if isinstance(answer, Exception)), None)
        if error is not None:
            self.done.set_exception(error)
        else:
            self.done.set_result(kept)


class Writer:
    """Use on one event loop. What was handed over is written even if nobody waits for it any more."""

    def __init__(self, write: Write, *, rows: int = ROWS, wait: float = WAIT) -> None:
        self._write = write
        self._rows, self._wait = rows, wait
        self._waiting: deque[_Parcel] = deque()
        self._arrived = asyncio.Event()
        self._enough = asyncio.Event()
        self._closing = False
        self._gathered = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="writer")

    async def keep(self, unit: Unit, *, soon: bool = False) -> Kept:
        """What became of a unit, after its commit. `soon`: somebody waits; the commit does not wait for others.

        Raises what the store raised: for this unit alone, or for all of a commit that failed.
        """
        [kept] = await self.keep_all([unit], soon=soon)
        return kept

    async def keep_all(self, units: Sequence[Unit], *, soon: bool = False) -> Sequence[Kept]:
        """As `keep`, for units that are written in one commit."""
        if self._closing:
            raise RuntimeError("the writer is closed")
        parcel = _Parcel(tuple(units), asyncio.get_running_loop().create_future())
        self._waiting.append(parcel)
        self._gathered += parcel.rows
        self._arrived.set()
        if soon or self._gathered >= self._rows:
            self._enough.set()
        return await parcel.done

    async def call(self, function: Callable[[], T]) -> T:
        """What a function returns that writes too, run between commits in the writer's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def close(self) -> None:
        """Write what was handed over, then let the thread go."""
        self._closing = True
        self._arrived.set()
        self._enough.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting:
                return
            await self._gather()
            await self._commit()
            if not self._waiting and not self._closing:
                self._arrived.clear()

    async def _gather(self) -> None:
        """Until there are enough rows, somebody is in a hurry, or the first has waited long enough."""
        try:
            async with asyncio.timeout(self._wait):
                await self._enough.wait()
        except TimeoutError:
            return

    async def _commit(self) -> None:
        parcels = self._batch()
        units = [unit for parcel in parcels for unit in parcel.units]
        answers: Sequence[Kept | Exception]
        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._thread, self._write, units)
        except Exception as error:
            # Whoever waits for its unit is told; the next commit may succeed.
            answers = [error] * len(units)
        told = iter(answers)
        for parcel in parcels:
            parcel.answer([next(told) for _ in parcel.units])

    def _batch(self) -> list[_Parcel]:
        parcels = [self._waiting.popleft()]
        rows = parcels[0].rows
        while self._waiting and rows + self._waiting[0].rows <= self._rows:
            parcels.append(self._waiting.popleft())
            rows += parcels[-1].rows
        self._gathered -= rows
        if not self._closing and self._gathered < self._rows:
            self._enough.clear()
        return parcels

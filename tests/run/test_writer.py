"""One writer commits what has arrived together."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from ingest.connector.outcome import Ending, Outcome
from ingest.run.writer import Writer
from ingest.store.unit import By, Kept, Measured, Unit

pytestmark = pytest.mark.anyio


def a_unit(source: str = "a", rows: int = 1) -> Unit:
    measurements = [Measured(f"{source}.n", at, 1.0) for at in range(rows)]
    return Unit(source, By.PULL, 0, 1, Ending(Outcome.OK, ""), measurements)


class Notebook:
    """A store that remembers which units came together."""

    def __init__(self, slow: float = 0.0) -> None:
        self.commits: list[list[str]] = []
        self.threads: set[str] = set()
        self.slow = slow

    def write(self, units: Sequence[Unit]) -> Sequence[Kept | Exception]:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.slow)
        if any(unit.source == "flood" for unit in units):
            raise OSError("disk full")
        self.commits.append([unit.source for unit in units])
        return [ValueError("empty") if unit.source == "empty" else Kept(len(self.commits), 7) for unit in units]


async def test_units_that_arrive_together_are_committed_together() -> None:
    book = Notebook()
    writer = Writer(book.write, wait=0.05)
    writer.start()
    kept = await asyncio.gather(*(writer.keep(a_unit(f"s{n}")) for n in range(50)))
    await writer.close()
    assert len(book.commits) == 1
    assert len(book.commits[0]) == 50
    assert {one.run for one in kept} == {1}
    assert all(name.startswith("writer") for name in book.threads)


async def test_a_commit_holds_no_more_rows_than_the_limit_but_at_least_one_unit() -> None:
    book = Notebook()
    writer = Writer(book.write, rows=10, wait=0.01)
    writer.start()
    await asyncio.gather(*(writer.keep(a_unit(s, n)) for s, n in [("a", 6), ("b", 4), ("c", 1), ("d", 25), ("e", 1)]))
    await writer.close()
    assert book.commits == [["a", "b"], ["c"], ["d"], ["e"]]


async def test_whoever_is_in_a_hurry_does_not_wait_for_others() -> None:
    writer = Writer(Notebook().write, wait=60)
    writer.start()
    async with asyncio.timeout(5):
        await writer.keep(a_unit(), soon=True)
        await writer.close()


async def test_a_unit_that_is_not_taken_fails_alone() -> None:
    book = Notebook()
    writer = Writer(book.write, wait=0.01)
    writer.start()
    good, bad, also = await asyncio.gather(
        *(writer.keep(a_unit(source)) for source in ("a", "empty", "b")), return_exceptions=True
    )
    await writer.close()
    assert isinstance(good, Kept)
    assert isinstance(bad, ValueError)
    assert isinstance(also, Kept)


async def test_a_commit_that_fails_is_told_to_all_in_it_and_the_next_succeeds() -> None:
    writer = Writer(Notebook().write, wait=0.01)
    writer.start()
    answers = await asyncio.gather(writer.keep(a_unit("flood")), writer.keep(a_unit("a")), return_exceptions=True)
    assert all(isinstance(answer, OSError) for answer in answers)
    assert isinstance(await writer.keep(a_unit("a")), Kept)
    await writer.close()


async def test_what_was_handed_over_is_written_at_the_end_even_if_nobody_waits() -> None:
    book = Notebook(slow=0.02)
    writer = Writer(book.write, rows=2, wait=60)
    writer.start()
    waiting = [asyncio.create_task(writer.keep(a_unit(f"s{n}"))) for n in range(7)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await writer.close()
    assert sorted(source for commit in book.commits for source in commit) == [f"s{n}" for n in range(7)]
    with pytest.raises(RuntimeError, match="closed"):
        await writer.keep(a_unit())

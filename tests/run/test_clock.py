"""The clock says who is due, at true turns of their schedules."""

import asyncio
import time
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest

from ingest.config.model import Cron, Every
from ingest.okr.instant import HOUR, SECOND, Instant
from ingest.run.clock import Clock
from ingest.run.standing import slot_of, turns

pytestmark = pytest.mark.anyio

UTC = ZoneInfo("UTC")
SHORT = Every(SECOND)


def now() -> Instant:
    return time.time_ns() // 1000


class Bell:
    def __init__(self) -> None:
        self.rung: list[tuple[tuple[str, ...], Instant, Instant]] = []

    def fire(self, sources: Iterable[str], due: Instant) -> None:
        self.rung.append((tuple(sources), due, now()))


async def test_sources_are_due_at_their_turns_and_soon_after_them() -> None:
    bell = Bell()
    clock = Clock(UTC, bell.fire)
    clock.start()
    clock.add("a", SHORT)
    clock.add("b", SHORT)
    await asyncio.sleep(2.2)
    clock.stop()
    assert len(bell.rung) >= 2
    for sources, due, at in bell.rung:
        assert sources == ("a", "b")
        assert due % SECOND == 0
        assert 0 <= at - due < SECOND // 2
    dues = [due for _, due, _ in bell.rung]
    assert dues == list(range(dues[0], dues[-1] + SECOND, SECOND))


async def test_a_source_that_is_removed_has_no_more_turns() -> None:
    bell = Bell()
    clock = Clock(UTC, bell.fire)
    clock.start()
    clock.add("a", SHORT)
    clock.add("b", SHORT)
    clock.remove("a", SHORT)
    await asyncio.sleep(1.1)
    clock.remove("b", SHORT)
    count = len(bell.rung)
    await asyncio.sleep(1.1)
    clock.stop()
    assert {sources for sources, _, _ in bell.rung} == {("b",)}
    assert len(bell.rung) == count


async def test_ten_thousand_sources_of_one_schedule_are_at_most_sixty_jobs() -> None:
    clock = Clock(UTC, Bell().fire)
    for n in range(10_000):
        clock.add(f"s{n}", Every(HOUR))
    clock.start()
    assert clock.jobs == 60
    clock.stop()


async def test_a_turn_that_was_missed_while_the_loop_was_blocked_comes_once_and_late() -> None:
    bell = Bell()
    clock = Clock(UTC, bell.fire)
    clock.start()
    clock.add("a", SHORT)
    await asyncio.sleep(0)
    time.sleep(3.4 - time.time() % 1)  # noqa: ASYNC251  a blocked loop is what is tested: far from the next turn
    await asyncio.sleep(0.05)
    clock.stop()
    assert len(bell.rung) == 1


async def test_something_can_be_called_at_every_turn_of_a_schedule() -> None:
    called: list[Instant] = []
    clock = Clock(UTC, Bell().fire)
    clock.start()
    clock.call(SHORT, called.append)
    await asyncio.sleep(1.1)
    clock.stop()
    assert called
    assert all(at % SECOND == 0 for at in called)


async def test_cron_lines_have_their_own_turns_whatever_the_id() -> None:
    line = Cron("0 7 * * 1-5")
    assert {slot_of(f"s{n}", line) for n in range(50)} == {0}
    sunday = 1_780_228_800 * SECOND  # 2026-05-31T12:00:00Z
    assert turns(line, 0, UTC)(sunday) == sunday + 19 * HOUR

"""Pullers take what is due, never two pulls of one source, and are drained at the end."""

import asyncio
import logging

import pytest

from ingest.run.pullers import Pullers

pytestmark = pytest.mark.anyio


class Probe:
    """Pulls that take a while and remember how many ran at a time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.pulled: list[str] = []
        self.running: list[str] = []
        self.most = 0
        self.cancelled: list[str] = []

    async def pull(self, source: str) -> None:
        assert source not in self.running, "two pulls of one source"
        self.running.append(source)
        self.most = max(self.most, len(self.running))
        try:
            if source == "faulty":
                raise ZeroDivisionError
            if self.seconds:
                await asyncio.sleep(self.seconds)
            self.pulled.append(source)
        except asyncio.CancelledError:
            self.cancelled.append(source)
            raise
        finally:
            self.running.remove(source)


async def settled(pullers: Pullers, probe: Probe, count: int) -> None:
    async with asyncio.timeout(10):
        while len(probe.pulled) < count:  # noqa: ASYNC110  simpler than an event in the probe
            await asyncio.sleep(0.005)


async def test_all_that_is_due_is_pulled_in_order_and_no_more_at_a_time_than_the_limit() -> None:
    probe = Probe(0.01)
    pullers = Pullers(probe.pull, limit=5)
    pullers.start()
    names = [f"s{n}" for n in range(40)]
    pullers.due(names, 0)
    await settled(pullers, probe, 40)
    await pullers.stop()
    assert probe.pulled == names
    assert probe.most == 5


async def test_a_source_that_waits_or_runs_is_not_due_a_second_time() -> None:
    probe = Probe(0.02)
    pullers = Pullers(probe.pull, limit=2)
    pullers.start()
    for _ in range(3):
        pullers.due(["a", "b", "c"], 0)
        await asyncio.sleep(0.001)
    await settled(pullers, probe, 3)
    assert not pullers.running("a")
    await pullers.stop()
    assert sorted(probe.pulled) == ["a", "b", "c"]


async def test_whoever_asks_for_a_pull_joins_the_running_one() -> None:
    probe = Probe(0.02)
    pullers = Pullers(probe.pull)
    pullers.start()
    pullers.due(["a"], 0)
    await asyncio.sleep(0.005)
    await asyncio.gather(pullers.join("a", 0), pullers.join("a", 0), pullers.join("b", 0))
    await pullers.stop()
    assert sorted(probe.pulled) == ["a", "b"]


async def test_a_fault_of_our_own_costs_no_puller(caplog: pytest.LogCaptureFixture) -> None:
    probe = Probe()
    pullers = Pullers(probe.pull, limit=1)
    pullers.start()
    with caplog.at_level(logging.ERROR):
        pullers.due(["faulty", "a"], 0)
        await settled(pullers, probe, 1)
    await pullers.stop()
    assert probe.pulled == ["a"]
    assert "pulling faulty failed" in caplog.text


async def test_the_lateness_of_each_is_told_when_it_is_handed_over() -> None:
    told: list[tuple[str, int]] = []
    probe = Probe()
    pullers = Pullers(probe.pull, handed_over=lambda source, due: told.append((source, due)))
    pullers.start()
    pullers.due(["a", "b"], 42)
    await settled(pullers, probe, 2)
    await pullers.stop()
    assert told == [("a", 42), ("b", 42)]


async def test_fifty_thousand_due_at_one_instant_are_all_handed_over_and_the_loop_breathes() -> None:
    probe = Probe()
    pullers = Pullers(probe.pull)
    pullers.start()
    turns = 0

    async def other() -> None:
        nonlocal turns
        while len(probe.pulled) < 50_000:
            turns += 1
            await asyncio.sleep(0)

    pullers.due((f"s{n}" for n in range(50_000)), 0)
    await asyncio.wait_for(other(), 30)
    await pullers.stop()
    assert len(set(probe.pulled)) == 50_000
    assert turns > 20


class Hanging(Probe):
    """Sources whose names begin with `h` take long."""

    async def pull(self, source: str) -> None:
        self.seconds = 0.2 if source.startswith("h") else 0.001
        await super().pull(source)


async def test_sources_that_took_long_leave_pullers_to_the_others() -> None:
    probe = Hanging()
    pullers = Pullers(probe.pull, limit=4, long=0.1)
    pullers.start()
    hanging, others = [f"h{n}" for n in range(8)], [f"s{n}" for n in range(20)]
    pullers.due(hanging, 0)
    await settled(pullers, probe, 8)
    assert probe.most == 4
    probe.pulled.clear()
    probe.most = 0
    pullers.due([*hanging, *others], 1)
    await settled(pullers, probe, 28)
    await pullers.stop()
    assert probe.pulled[:20] == others
    assert sorted(probe.pulled[20:]) == hanging
    assert probe.most == 4


async def test_of_a_single_puller_slow_sources_get_their_turn_too() -> None:
    probe = Hanging()
    pullers = Pullers(probe.pull, limit=1, long=0.1)
    pullers.start()
    for at in (0, 1):
        pullers.due(["h"], at)
        await settled(pullers, probe, at + 1)
    await pullers.stop()
    assert probe.pulled == ["h", "h"]


async def test_a_source_that_was_slow_once_is_one_of_the_others_again() -> None:
    probe = Probe(0.12)
    pullers = Pullers(probe.pull, limit=4, long=0.1)
    pullers.start()
    pullers.due(["a"], 0)
    await settled(pullers, probe, 1)
    probe.seconds = 0.001
    pullers.due(["a"], 1)
    await settled(pullers, probe, 2)
    probe.pulled.clear()
    pullers.due(["a", "b"], 2)
    await settled(pullers, probe, 2)
    await pullers.stop()
    assert probe.pulled == ["a", "b"]


async def test_running_pulls_get_their_grace_and_waiting_ones_are_left_for_the_next_start() -> None:
    probe = Probe(0.05)
    pullers = Pullers(probe.pull, limit=2)
    pullers.start()
    pullers.due(["a", "b", "c"], 0)
    await asyncio.sleep(0.01)
    await pullers.stop(grace=2)
    assert sorted(probe.pulled) == ["a", "b"]
    assert probe.cancelled == []


async def test_pulls_that_outlast_the_grace_are_given_up() -> None:
    probe = Probe(60)
    pullers = Pullers(probe.pull, limit=2)
    pullers.start()
    pullers.due(["a"], 0)
    await asyncio.sleep(0.01)
    joined = asyncio.create_task(pullers.join("a", 0))
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await pullers.stop(grace=0.05)
        await joined
    assert probe.cancelled == ["a"]

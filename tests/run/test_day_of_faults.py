"""A day of faults on a clock that is set by hand: the log tells of changes, not of failures."""

import asyncio
import logging
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.okr.instant import HOUR, MINUTE
from ingest.run.service import Service
from ingest.run.workspace import Workspace
from tests.run.world import QUICK, World

pytestmark = pytest.mark.anyio

WEATHER = '''
"""A source whose day is written: how each of its hours ends."""
from collections.abc import AsyncIterator
from typing import ClassVar

from ingest.connector import Ask, Broken, Connector, Reading, Refused, Signal, Unavailable, level


class Weather(Connector):
    signals: ClassVar = {"n": level()}
    day: str

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        at = f"{ask.now:%H:%M}"
        match self.day[ask.now.hour]:
            case "u":
                raise Unavailable(f"away at {at}")
            case "r":
                raise Refused(f"not at {at}", "come later")
            case "b":
                raise Broken(f"odd at {at}")
        yield Reading("n", ask.now.hour)
'''
DAYS = {
    "down": "u" * 24,
    "fine": "." * 24,
    "broken": "b" * 24,
    "changing": "......uuuuuu....rrrrbbbb",
    "flapping": ".u" * 12,
}
EVERY, NOON = 15 * MINUTE, 12 * HOUR


def changes(day: str) -> int:
    """How often the outcome changes, the first failure counted."""
    return sum(before != after for before, after in pairwise("." + day))


async def half_a_day(world: World, workspace: Workspace) -> int:
    """Every source pulled at all its turns; how many pulls."""
    service = Service(workspace, patience=QUICK)
    await service.start()
    try:
        for _ in range(NOON // EVERY):
            await asyncio.gather(*(service.pull(name) for name in DAYS))
            world.wall.at += EVERY
    finally:
        await service.stop()
    return NOON // EVERY * len(DAYS)


async def test_in_a_day_of_faults_the_log_grows_with_changes_of_outcome_and_over_a_restart_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "weather.py").write_text(WEATHER)
    world = World(tmp_path)
    world.sources = "\n".join(
        f'{name}: {{connector: "./weather.py:Weather", day: {day}}}' for name, day in DAYS.items()
    )
    talks = "- {id: talks, title: T, value: hand.count, target: 10}"
    with caplog.at_level(logging.INFO):
        pulls = await half_a_day(world, world.open(talks)) + await half_a_day(world, world.open(talks))
    lines = [record.getMessage() for record in caplog.records if record.name == "okr"]
    told = {name: sum(line.startswith(f"{name} ") for line in lines) for name in DAYS}
    assert pulls == 24 * 4 * len(DAYS)
    assert told == {name: changes(day) for name, day in DAYS.items()}
    assert len(lines) == sum(told.values())
    with world.open(talks) as workspace:
        health = {one.id: one for one in workspace.sources()}
        assert health["down"].consecutive_failures == 96
        assert health["changing"].consecutive_failures == 32
        assert [len(workspace.measurements(f"{name}.n")) for name in DAYS] == [0, 96, 0, 40, 48]

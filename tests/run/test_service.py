"""The running service: what is pulled when, reload, and an end that loses nothing."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ingest.config.model import Config
from ingest.connector.outcome import Outcome
from ingest.okr.instant import HOUR, Instant
from ingest.run.name import UnknownName
from ingest.run.service import Service
from ingest.run.taking import Refusal
from ingest.run.wall import wall_clock
from ingest.run.workspace import Workspace
from ingest.store.error import Locked
from ingest.store.unit import Kept
from tests.run.world import QUICK, World

pytestmark = pytest.mark.anyio

TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
SOURCES = """
a: {connector: "./slow.py:Slow", path: a, every: 1h}
b: {connector: "./slow.py:Slow", path: b, every: 1h}
"""
SLOW = '''
"""A source that reads how long it takes, and what it says, from a file."""
import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from ingest.connector import Ask, Connector, Reading, Refused, Signal, Unavailable, level


class Slow(Connector):
    signals: ClassVar = {"n": level()}
    path: str

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        log = ask.home / f"{self.path}.log"
        log.write_text(log.read_text() + "started " if log.exists() else "started ")
        seconds, said = (ask.home / self.path).read_text().split()
        await asyncio.sleep(float(seconds))
        if said == "refused":
            raise Refused("no", "get a new key")
        if said == "away":
            raise Unavailable("away")
        yield Reading("n", float(said))
        log.write_text(log.read_text() + "ended ")
'''


class Tally:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, Outcome]] = []
        self.reloads: list[bool] = []
        self.refused = 0
        self.created = 0

    def configured(self, config: Config) -> None:
        self.sources = set(config.sources)

    def pulled(self, source: str, connector: str, outcome: Outcome, seconds: float) -> None:
        self.outcomes.append((source, outcome))

    def received(self, source: str, kept: Kept, refused: int) -> None:
        self.refused += refused
        self.created += kept.created

    def late(self, seconds: float) -> None:
        assert seconds >= 0

    def reloaded(self, successful: bool, at: Instant) -> None:
        self.reloads.append(successful)


class Serving:
    """A world whose sources a and b are slow ones, and services in it, on the real clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder)
        self.world.sources = SOURCES
        self.tally = Tally()
        (folder / "slow.py").write_text(SLOW)
        self.say("a", 0, "1")
        self.say("b", 0, "2")
        self.configure(TALKS)

    def say(self, source: str, seconds: float, said: str) -> None:
        (self.folder / source).write_text(f"{seconds} {said}")

    def configure(self, key_results: str) -> None:
        self.path = self.world.write(key_results)

    def workspace(self) -> Workspace:
        return Workspace.open(self.path, {}, clock=wall_clock)

    def log(self, source: str) -> str:
        log = self.folder / f"{source}.log"
        return log.read_text().strip() if log.exists() else ""

    @asynccontextmanager
    async def service(self) -> AsyncIterator[Service]:
        service = Service(self.workspace(), self.tally, patience=QUICK, glance=0.05)
        await service.start()
        try:
            yield service
        finally:
            await service.stop(grace=0.1)


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    return Serving(tmp_path)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  what is waited for happens in several places
            await asyncio.sleep(0.01)


async def until_pulled(serving: Serving, *sources: str) -> None:
    await until(lambda: {source for source, _ in serving.tally.outcomes} >= set(sources))


async def test_new_sources_are_pulled_at_once_and_after_a_restart_only_what_is_due(serving: Serving) -> None:
    async with serving.service() as service:
        await until(lambda: serving.tally.created == 2)
        due = {one.id: one.next_pull_at for one in service.sources()}
        assert due["hand"] is None
        assert all(0 < (due[name] or 0) - wall_clock() <= HOUR for name in "ab")
    async with serving.service() as service:
        await asyncio.sleep(0.3)
        assert {one.id: one.next_pull_at for one in service.sources()} == due
    assert (serving.log("a"), serving.log("b")) == ("started ended", "started ended")


async def test_a_second_service_on_one_database_is_refused(serving: Serving) -> None:
    async with serving.service():
        other = Service(serving.workspace())
        with pytest.raises(Locked):
            await other.start()
        await other.stop()


async def test_a_running_pull_gets_its_grace_and_is_then_given_up_without_harm(serving: Serving) -> None:
    serving.say("a", 30, "1")
    serving.say("b", 0.2, "2")
    workspace = serving.workspace()
    service = Service(workspace, serving.tally)
    await service.start()
    await until(lambda: (serving.log("a"), serving.log("b")) == ("started", "started"))
    begun = time.monotonic()
    await service.stop(grace=0.6)
    assert time.monotonic() - begun < 3
    with serving.workspace() as after:
        assert [one.value for one in after.measurements("b.n")] == [2]
        assert after.measurements("a.n") == []
        assert {run.source for run in after.runs()} == {"b"}
    serving.say("a", 0, "1")
    async with serving.service():
        await until(lambda: ("a", Outcome.OK) in serving.tally.outcomes)


async def test_a_reload_restarts_only_what_changed_and_loses_no_running_pull(serving: Serving) -> None:
    serving.say("a", 0.5, "1")
    async with serving.service() as service:
        await until(lambda: serving.log("a") == "started" and serving.log("b") == "started ended")
        serving.world.sources = SOURCES.replace("path: b", "path: c") + 'd: {connector: "./slow.py:Slow", path: d}\n'
        serving.say("c", 0, "3")
        serving.say("d", 0, "4")
        serving.configure(TALKS)
        assert (await service.reload()).successful
        await until(lambda: serving.tally.created == 4)
        assert serving.tally.sources == {"hand", "a", "b", "d"}
        assert (serving.log("a"), serving.log("b"), serving.log("c")) == ("started ended",) * 3


async def test_a_source_that_changed_while_it_was_pulled_is_pulled_again(serving: Serving) -> None:
    serving.say("a", 0.4, "1")
    async with serving.service() as service:
        await until(lambda: serving.log("a") == "started")
        serving.world.sources = SOURCES.replace("path: a", "path: c")
        serving.say("c", 0, "3")
        serving.configure(TALKS)
        await service.reload()
        await until(lambda: serving.log("c") == "started ended")
        assert serving.log("a") == "started ended"


async def test_a_source_that_is_gone_is_asked_no_more(serving: Serving) -> None:
    async with serving.service() as service:
        await until_pulled(serving, "a", "b")
        serving.world.sources = ""
        serving.configure(TALKS)
        assert (await service.reload()).successful
        assert [one.id for one in service.sources()] == ["hand"]
        with pytest.raises(UnknownName):
            await service.pull("a")


async def test_a_changed_file_is_noticed(serving: Serving) -> None:
    async with serving.service() as service:
        serving.configure(TALKS.replace("10", "20"))
        await until(lambda: [one.score.target for one in service.card().key_results()] == [20])


async def test_a_failed_reload_keeps_the_last_good_configuration_and_says_so(serving: Serving) -> None:
    async with serving.service() as service:
        serving.configure(TALKS.replace("target", "tagret"))
        await until(lambda: not service.last_reload.successful)
        assert "tagret" in service.last_reload.problems[0]
        assert serving.tally.reloads == [True, False]
        assert [one.score.target for one in service.card().key_results()] == [10]
        serving.configure(TALKS.replace("10", "30"))
        await until(lambda: service.last_reload.successful)
        assert [one.score.target for one in service.card().key_results()] == [30]


async def test_a_refused_source_is_left_alone_and_asked_when_its_settings_change(serving: Serving) -> None:
    serving.say("a", 0, "refused")
    async with serving.service() as service:
        await until_pulled(serving, "a")
        await until(lambda: service.sources()[1].outcome is not None)
        health = service.sources()[1]
        assert (health.id, health.outcome, health.cure) == ("a", Outcome.REFUSED, "get a new key")
        assert (health.next_pull_at or 0) - wall_clock() > 5 * HOUR
        serving.world.sources = SOURCES.replace("path: a", "path: c")
        serving.say("c", 0, "3")
        serving.configure(TALKS)
        await service.reload()
        await until(lambda: ("a", Outcome.OK) in serving.tally.outcomes)


async def test_a_failure_is_logged_once_and_its_end_once(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    serving.say("a", 0, "refused")
    with caplog.at_level(logging.INFO, logger="okr"):
        async with serving.service() as service:
            await until_pulled(serving, "a")
            for _ in range(3):
                await service.pull("a")
            serving.say("a", 0, "5")
            for _ in range(3):
                assert (await service.pull("a")).unit.ending.outcome is Outcome.OK
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("a ")]
    assert lines == ["a is refused: no; get a new key", "a answers again"]


async def test_measurements_that_are_sent_are_kept_before_the_answer(serving: Serving) -> None:
    async with serving.service() as service:
        world = serving.world
        taken = await service.take(
            [world.item("hand.count", 2, "2026-06-01", "x"), world.item("hand.level", 1, "2026-06-01")]
        )
        assert [one.key for one in taken] == ["x", "2026-06-01T00:00:00Z"]
        assert len(service.workspace.measurements("hand.count")) == 1
        with pytest.raises(Refusal):
            await service.take([world.item("hand.count", 2, "2026-06-01")])
        assert serving.tally.refused == 1


async def test_what_is_recorded_beside_the_service_is_noticed(serving: Serving) -> None:
    serving.configure(
        "- {id: people, title: T, value: hand.level, target: 200, period: 2020..2099}".replace(
            "2020..2099", "2020-01-01..2099-12-31"
        )
    )
    async with serving.service() as service:
        await until_pulled(serving, "a", "b")
        with serving.workspace() as beside:
            await asyncio.to_thread(beside.record, serving.world.item("hand.level", 100, "2019-12-01"))
            await asyncio.to_thread(beside.record, serving.world.item("hand.level", 150, "2026-06-01"))
        await until(lambda: [one.score.value for one in service.card().key_results()] == [150])
        with serving.workspace() as beside:
            await asyncio.to_thread(beside.record, serving.world.item("hand.level", 50, "2019-12-02"))
            await asyncio.to_thread(beside.rebaseline, ["people"])
        await until(lambda: [one.score.baseline for one in service.card().key_results()] == [50])


async def test_listeners_hear_of_new_cards(serving: Serving) -> None:
    heard: list[float | None] = []
    service = Service(serving.workspace(), glance=0.05)
    service.on_card(lambda card: heard.extend(one.score.value for one in card.key_results()))
    await service.start()
    await until(lambda: bool(heard))
    await service.take([serving.world.item("hand.count", 4, "2026-06-01", "x")])
    await until(lambda: heard[-1] == 4)
    await service.stop(grace=0.1)


def together(calls: Iterable[Awaitable[object]]) -> Awaitable[list[object]]:
    return asyncio.gather(*calls)


async def test_those_who_ask_for_a_pull_share_the_running_one(serving: Serving) -> None:
    async with serving.service() as service:
        await until(lambda: serving.tally.created == 2)
        serving.say("a", 0.2, "7")
        first, second = await together([service.pull("a"), service.pull("a")])
        assert first == second
        assert serving.log("a") == "started ended started ended"
        with pytest.raises(UnknownName, match="not pulled"):
            await service.pull("hand")

"""What the service logs of a pull: what is news alone."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from ingest.connector.outcome import Ending, Outcome
from ingest.run.observer import Unobserved
from ingest.run.rota import Rota, tell
from ingest.run.round import means_of
from ingest.run.standing import Standing, after
from ingest.run.writer import Writer
from ingest.store.unit import By, Kept, Unit
from tests.run.world import World

REFUSING = """
from ingest.connector import Ask, Connector, Refused, level


class No(Connector):
    signals = {"people": level()}

    async def pull(self, ask: Ask):
        raise Refused("go away", "ask them")
        yield
"""
TROUBLE = Ending(Outcome.OK, "3 measurements; its token could not be renewed: no", "make a new one")


def a_unit(ending: Ending) -> Unit:
    return Unit("network", By.PULL, 0, 1, ending)


def test_what_is_to_be_done_although_all_is_well_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    standing: Standing | None = None
    endings = [Ending(Outcome.OK, "3 measurements"), TROUBLE, replace(TROUBLE, message="4 measurements; no"), TROUBLE]
    with caplog.at_level(logging.INFO):
        for ending in [*endings, Ending(Outcome.OK, "3 measurements"), TROUBLE]:
            tell(a_unit(ending), standing)
            standing = after(standing, a_unit(ending))
    said = "network: 3 measurements; its token could not be renewed: no; make a new one"
    assert [one.getMessage() for one in caplog.records] == [said, said]


def test_a_source_that_recovers_with_something_to_be_done_says_both(caplog: pytest.LogCaptureFixture) -> None:
    failed = a_unit(Ending(Outcome.REFUSED, "no", "make a new one at once"))
    with caplog.at_level(logging.INFO):
        tell(a_unit(TROUBLE), after(None, failed))
    assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]


class Slow(Writer):
    """Whoever waits for a commit is told of it late: what was committed is read from the database meanwhile."""

    meanwhile: ClassVar[list[Callable[[], None]]] = []

    async def keep(self, unit: Unit, *, soon: bool = False) -> Kept:
        kept = await super().keep(unit, soon=soon)
        for call in self.meanwhile:
            call()
        return kept


@pytest.mark.anyio
async def test_a_pull_that_is_read_from_the_database_before_it_is_told_of_counts_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path)
    (tmp_path / "no.py").write_text(REFUSING)
    world.sources = "no: {connector: './no.py:No', every: 1h}"
    workspace = world.open("- {id: talks, title: Talks, value: no.people, target: 10}")
    writer = Slow(lambda units: workspace.store.write(units, now=workspace.now()))
    rota = Rota(workspace, writer, Unobserved(), limit=1, committed=lambda unit, kept: None, tick=lambda: None)
    writer.meanwhile.append(rota.reread)
    writer.start()
    with caplog.at_level(logging.INFO):
        async with means_of(workspace.config, workspace.store, workspace.now) as means:
            rota.start(means)
            await rota.pull("no")
            await rota.stop(0)
    await writer.close()
    source = next(one for one in rota.sources() if one.id == "no")
    assert (source.outcome, source.consecutive_failures) == (Outcome.REFUSED, 1)
    assert [one.getMessage() for one in caplog.records if one.name == "okr"] == ["no is refused: go away; ask them"]
    world.close()

"""What tactics did, from a database: what is loaded, and what was known when."""

from datetime import date, timedelta

import pytest

from ingest.okr.instant import DAY, SECOND
from ingest.okr.tactic.verdict import Verdict
from ingest.run.name import UnknownName
from ingest.run.workspace import Workspace
from tests.run.world import World

TALKS = (
    "- {id: talks, title: T, value: hand.count, target: 100}\n- {id: people, title: T, value: hand.level, target: 9}"
)
TACTICS = """\
tactics:
  - {id: posts, title: Wrote a post a day, started: 2026-04-20, ended: 2026-06-14, affects: [o.talks]}
  - {id: all, title: A new profile, started: 2026-06-01, affects: [o]}
"""
STARTED = date(2026, 4, 20)


def opened(world: World, period: str = "2026-Q2") -> Workspace:
    path = world.write(TALKS, period)
    path.write_text(path.read_text() + TACTICS)
    workspace = Workspace.open(path, {}, clock=world.wall)
    world.workspaces.append(workspace)
    return workspace


def record(world: World, workspace: Workspace, week: int, count: int) -> None:
    """So many events in a week, counted from the start of the first tactic."""
    days = [STARTED + timedelta(weeks=week, days=number % 7) for number in range(count)]
    workspace.take([world.item("hand.count", 1, str(day), f"{week} {place}") for place, day in enumerate(days)])


@pytest.fixture
def workspace(world: World) -> Workspace:
    opened_workspace = opened(world)
    for week in range(-12, 8):
        record(world, opened_workspace, week, 9 + week % 2 if week >= 0 else 1 + week % 2)
    return opened_workspace


def test_what_was_before_the_period_is_looked_at_too(workspace: Workspace) -> None:
    found, other = workspace.tactics("talks")
    assert (found.tactic.id, found.verdict) == ("posts", Verdict.WORKING)
    # What is kept by hand is covered from its earliest measurement, which is in the first of these weeks.
    assert (found.weeks_before, found.weeks_during) == (12, 8)
    assert (found.before, found.during) == (1.5, 9.5)
    assert found.notices == ("at the same time as: A new profile",)
    assert other.tactic.id == "all"


def test_an_objective_that_is_affected_means_all_of_its_key_results(workspace: Workspace) -> None:
    assert [one.tactic.id for one in workspace.tactics("people")] == ["all"]


def test_at_an_earlier_time_it_was_too_early(world: World, workspace: Workspace) -> None:
    [found, other] = workspace.tactics("talks", world.at("2026-05-12"))
    assert (found.verdict, found.needed) == (Verdict.TOO_EARLY, "1 week more, until 2026-05-18")
    assert other.needed == "it starts on 2026-06-01"


def test_what_was_recorded_later_was_not_known(world: World, workspace: Workspace) -> None:
    world.wall.at += SECOND
    then, before = world.wall.at, workspace.tactics("talks")
    world.wall.at += DAY
    for week in range(8):
        workspace.forget("hand.count", f"{week} 0")
    assert workspace.tactics("talks", then)[0].during == 8.5
    assert workspace.tactics("talks", then, then) == before


def test_after_the_period_a_tactic_stays_as_it_was_judged(world: World, workspace: Workspace) -> None:
    world.wall.set("2026-07-20T00:00:00Z")
    [found, _] = workspace.tactics("talks")
    record(world, workspace, 7, 40)
    assert workspace.tactics("talks")[0] == found
    assert found.verdict is Verdict.WORKING


def test_without_tactics_nothing_is_read_and_unknown_names_are_told(world: World) -> None:
    assert world.open(TALKS).tactics("talks") == ()
    with pytest.raises(UnknownName, match="talks"):
        world.open(TALKS).tactics("talk")

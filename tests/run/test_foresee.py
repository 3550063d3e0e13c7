"""Forecasts beside the scores: worked out when asked for, kept for as long as their measurements and their day last."""

from ingest.okr.forecast import Forecast, NoForecast
from ingest.okr.instant import DAY, HOUR, MINUTE
from ingest.run.card import Scored
from ingest.run.workspace import Workspace
from tests.run.world import World

TWO = """
- {id: talks, title: T, value: hand.count, target: 60}
- {id: people, title: T, value: hand.level, target: +50%}
"""


def measured(world: World) -> Workspace:
    workspace = world.open(TWO)
    for day in range(1, 29):
        workspace.record(world.item("hand.count", 1, f"2026-05-{day:02}", f"k{day}"))
        workspace.record(world.item("hand.level", 100 + day, f"2026-05-{day:02}"))
    return workspace


def shown(workspace: Workspace) -> list[Scored]:
    return list(workspace.live().key_results())


def exact(workspace: Workspace, world: World) -> list[Scored]:
    return list(workspace.card(world.wall.at).key_results())


def test_a_live_card_has_no_forecasts_until_they_are_worked_out(world: World) -> None:
    workspace = measured(world)
    assert [one.outlook for one in shown(workspace)] == [None, None]
    assert workspace.foresee()
    assert all(isinstance(one.outlook, Forecast) for one in shown(workspace))
    assert not workspace.foresee(), "all are there"


def test_only_those_that_are_asked_for_are_worked_out_and_no_more_than_so_many(world: World) -> None:
    workspace = measured(world)
    workspace.foresee(["o.people", "o.nobody"])
    assert [one.outlook is None for one in shown(workspace)] == [True, False]
    assert workspace.foresee(most=1)
    assert not workspace.foresee(most=1)


def test_live_and_exact_forecasts_agree_after_every_step(world: World) -> None:
    workspace = measured(world)
    for day in range(1, 15):
        workspace.record(world.item("hand.count", 1, f"2026-06-{day:02}", f"j{day}"))
        if day % 3 == 0:
            workspace.record(world.item("hand.level", 130 + day, f"2026-06-{day:02}"))
        world.wall.at += 7 * HOUR
        workspace.foresee()
        assert [one.outlook for one in shown(workspace)] == [one.outlook for one in exact(workspace, world)]


def test_a_forecast_lasts_for_its_day_and_is_shown_until_there_is_a_new_one(world: World) -> None:
    workspace = measured(world)
    workspace.foresee()
    before = shown(workspace)
    world.wall.at += 23 * HOUR
    assert not workspace.foresee()
    world.wall.at += HOUR
    assert [one.outlook for one in shown(workspace)] == [one.outlook for one in before]
    assert workspace.foresee()
    assert shown(workspace)[0].outlook != before[0].outlook


def test_a_write_outdates_the_forecasts_that_depend_on_it_alone(world: World) -> None:
    workspace = measured(world)
    workspace.foresee()
    talks, people = shown(workspace)
    workspace.record(world.item("hand.level", 190, "2026-06-20"))
    world.wall.at += MINUTE
    assert workspace.foresee(["o.people"])
    assert not workspace.foresee()
    now_talks, now_people = shown(workspace)
    assert (now_talks.outlook, now_people.outlook != people.outlook) == (talks.outlook, True)


def test_a_past_review_shows_the_forecast_of_then(world: World) -> None:
    workspace = measured(world)
    then = exact(workspace, world)
    at = world.wall.at
    known_at = at + MINUTE  # each of the writes has an instant of its own
    world.wall.at += 3 * DAY
    for day in range(1, 29):
        workspace.record(world.item("hand.count", 5, f"2026-06-{day:02}", f"late {day}"))
    again = list(workspace.card(at, known_at).key_results())
    assert [one.outlook for one in again] == [one.outlook for one in then]
    assert [one.outlook for one in workspace.card(at).key_results()] != [one.outlook for one in then]


def test_too_little_is_said_in_a_notice_while_the_key_result_runs(world: World) -> None:
    workspace = world.open(TWO)
    workspace.record(world.item("hand.level", 100, "2026-06-01"))
    people = exact(workspace, world)[1]
    assert isinstance(people.outlook, NoForecast)
    assert people.notices[-1] == f"no forecast: {people.outlook.reason}"
    assert people.forecast is None

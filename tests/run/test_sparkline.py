"""Trails: few points of each value's way, kept until something changes."""

from ingest.okr.instant import DAY, MINUTE
from ingest.run.sparkline import SHOWN
from tests.run.world import World

THREE = """
- {id: talks, title: T, value: hand.count, target: 10}
- {id: people, title: T, value: hand.level, target: 200}
- {id: monthly, title: T, value: hand.count, target: "+10% per month"}
"""


def test_a_trail_shows_the_value_from_the_periods_start_to_now(world: World) -> None:
    workspace = world.open(THREE)
    for number in range(1, 6):
        workspace.record(world.item("hand.count", 1, f"2026-0{number}-10", f"k{number}"))
        workspace.record(world.item("hand.level", 100 + number, f"2026-0{number}-10"))
    found = workspace.trails(workspace.live())
    talks, people, monthly = (found[f"o.{name}"] for name in ("talks", "people", "monthly"))
    assert len(talks.times) == len(people.times) == SHOWN
    assert (talks.times[0], talks.times[-1]) == (world.at("2026-01-01"), world.wall.at)
    assert (talks.values[0], talks.values[-1]) == (0, 5)
    assert (people.values[0], people.values[-1]) == (None, 105)
    assert sorted({one for one in talks.values if one is not None}) == [0, 1, 2, 3, 4, 5]
    assert (monthly.stepped, monthly.values) == (True, (1, 1, 1, 1, 1, 0, 0))


def test_a_trail_is_kept_until_its_measurements_change(world: World) -> None:
    workspace = world.open(THREE)
    workspace.record(world.item("hand.count", 1, "2026-05-01", "a"))
    before = workspace.trails(workspace.live())
    world.wall.at += MINUTE
    assert all(one is before[name] for name, one in workspace.trails(workspace.live()).items())
    workspace.record(world.item("hand.count", 2, "2026-02-01", "b"))
    after = workspace.trails(workspace.live())
    assert after["o.people"] is before["o.people"]
    assert (before["o.talks"].values[-1], after["o.talks"].values[-1]) == (1, 3)


def test_a_correction_that_leaves_the_value_as_it_is_moves_the_trail(world: World) -> None:
    workspace = world.open(THREE)
    workspace.record(world.item("hand.level", 100, "2026-02-01"))
    workspace.record(world.item("hand.level", 105, "2026-06-01"))
    assert 100 in workspace.trails(workspace.live())["o.people"].values
    workspace.record(world.item("hand.level", 90, "2026-02-01"))
    assert 100 not in workspace.trails(workspace.live())["o.people"].values


def test_a_trail_of_then_shows_nothing_later(world: World) -> None:
    workspace = world.open(THREE)
    workspace.record(world.item("hand.count", 1, "2026-02-01", "a"))
    workspace.record(world.item("hand.count", 1, "2026-05-01", "b"))
    then = world.at("2026-03-01")
    trail = workspace.trails(workspace.card(then))["o.talks"]
    assert (trail.times[-1], trail.values[-1]) == (then, 1)
    assert workspace.trails(workspace.card(world.at("2025-12-01")))["o.talks"].times == ()


def test_before_anybody_looks_nothing_is_kept_and_then_it_follows(world: World) -> None:
    workspace = world.open(THREE)
    workspace.renew_trails()
    first = workspace.trails(workspace.live())
    workspace.record(world.item("hand.count", 1, "2026-05-01", "a"))
    world.wall.at += DAY
    workspace.renew_trails()
    kept = workspace.trails(workspace.live())
    assert kept["o.talks"].values[-1] == 1
    assert kept["o.people"] is first["o.people"]


def test_what_was_recorded_by_hand_is_marked_at_its_value(world: World) -> None:
    workspace = world.open(THREE)
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    workspace.record(world.item("hand.count", 3, "2026-05-01", "b"))
    drop = workspace.backdrop("talks")
    assert drop.by_hand == ((world.at("2026-05-01"), 5), (world.at("2026-02-01"), 2))
    assert workspace.backdrop("talks", world.at("2026-03-01")).by_hand == ((world.at("2026-02-01"), 2),)
    assert drop.path[-1] == (world.at("2027-01-01"), 10)


def test_rows_are_counted_again_where_something_was_written(world: World) -> None:
    workspace = world.open(THREE)
    assert (workspace.rows()["hand.count"].count, workspace.rows()["hand.count"].first) == (0, None)
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    assert (workspace.rows()["hand.count"].count, workspace.rows()["hand.level"].count) == (1, 0)
    assert workspace.rows()["hand.count"].first == world.at("2026-02-01")

"""Baselines: frozen when they become known, and what moves them afterwards."""

import pytest

from ingest.okr.score import Status
from ingest.run.workspace import Workspace
from tests.run.world import World, score_of

GROWING = "- {id: people, title: T, value: hand.level, target: +20%}"


def told(workspace: Workspace, name: str = "people") -> list[str]:
    return [entry.text for entry in workspace.log(name) if entry.kind == "baseline"]


def test_a_baseline_is_frozen_in_the_write_that_makes_it_known(world: World) -> None:
    workspace = world.open(GROWING)
    assert score_of(workspace, "people").baseline is None
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    assert score_of(workspace, "people").baseline == 100
    assert told(workspace) == ["baseline frozen at 100: the reading at the start of the period"]


def test_a_later_correction_under_a_frozen_baseline_does_not_move_it(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert score_of(workspace, "people").baseline == 100


def test_rebaseline_finds_it_anew(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    assert workspace.rebaseline(["people"]) == (("o.people", 90.0),)
    assert score_of(workspace, "people").baseline == 90


def test_a_late_baseline_is_replaced_when_the_reading_for_the_start_arrives(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 110, "2026-02-01"))
    assert score_of(workspace, "people").baseline == 110
    workspace.record(world.item("hand.level", 105, "2026-01-15"))
    assert score_of(workspace, "people").baseline == 110, "another late one does not replace it"
    workspace.record(world.item("hand.level", 100, "2025-12-31"))
    assert score_of(workspace, "people").baseline == 100
    assert told(workspace)[0] == "late baseline replaced: 110 → 100, the reading at the start of the period"
    assert score_of(workspace, "people").notices == ("late baseline replaced: 100 took the place of 110",)


def test_a_new_target_keeps_the_baseline(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    again = world.open(GROWING.replace("+20%", "+50%"))
    score = score_of(again, "people")
    assert (score.baseline, score.target) == (100, 150)
    again.record(world.item("hand.level", 95, "2026-03-01"))
    assert score_of(again, "people").baseline == 100


def test_a_new_value_of_levels_grows_the_baseline_so_that_progress_does_not_jump(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 125, "2026-06-01"))
    workspace.record(world.item("hand.other", 40, "2026-06-15"))
    before = score_of(workspace, "people").progress
    again = world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}")
    score = score_of(again, "people")
    assert (score.value, score.baseline, score.progress) == (165, 140, before)


def test_a_baseline_grows_later_where_the_new_value_is_not_known_yet(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: +50}")
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 125, "2026-06-01"))
    again = world.open("- {id: people, title: T, value: hand.level + hand.other, target: +50}")
    assert score_of(again, "people").status is Status.NO_DATA
    again.record(world.item("hand.level", 126, "2026-06-10"))
    again.record(world.item("hand.other", 40, "2026-06-15"))
    score = score_of(again, "people")
    assert (score.value, score.baseline, score.raw_progress) == (166, 140, 0.52)
    again.record(world.item("hand.other", 50, "2026-06-20"))
    assert score_of(again, "people").baseline == 140, "it grows once"


@pytest.mark.parametrize("change", ["baseline: 2026-02-01", "baseline: 80"])
def test_a_new_baseline_is_found_anew(world: World, change: str) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 80, "2026-02-01"))
    again = world.open(GROWING.replace("}", f", {change}}}"))
    assert score_of(again, "people").baseline == 80


def test_a_new_period_finds_the_baseline_anew(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 80, "2026-03-31"))
    assert score_of(world.open(GROWING, period="2026-Q2"), "people").baseline == 80


def test_a_count_that_changes_freezes_that_of_the_period_before(world: World) -> None:
    workspace = world.open("- {id: talks, title: T, value: hand.count, target: +100%}")
    for n in range(3):
        workspace.record(world.item("hand.count", 1, "2025-05-01", f"k{n}"))
    assert score_of(workspace, "talks").baseline is None, "2025 is covered from the first of May only"
    workspace.record(world.item("hand.count", 3, "2025-01-01", "start"))
    assert score_of(workspace, "talks").baseline == 6
    assert score_of(workspace, "talks").target == 12
    workspace.record(world.item("hand.count", 1, "2025-06-01", "late"))
    assert score_of(workspace, "talks").baseline == 6


def test_time_alone_makes_a_baseline_known(world: World) -> None:
    world.wall.set("2025-12-31T12:00:00Z")
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.live()
    assert not workspace.freeze_known()
    world.wall.set("2026-01-01T00:00:10Z")
    workspace.live()
    assert workspace.freeze_known()
    assert not workspace.freeze_known()
    workspace.record(world.item("hand.level", 90, "2025-12-31"))
    assert score_of(workspace, "people").baseline == 100


def test_a_renamed_key_result_and_signal_keep_their_history(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    world.signals = {"members": "level, formerly: level"}
    again = world.open("- {id: members, title: T, value: hand.members, target: +20%, formerly: people}")
    score = score_of(again, "members")
    assert (score.value, score.baseline) == (90, 100)
    then = score_of(again, "members", known_at=again.now() + 1_000_000)
    assert (then.value, then.baseline) == (90, 100)


def test_definitions_have_versions_with_their_time(world: World) -> None:
    workspace = world.open("- {id: talks, title: T, value: hand.count, target: 5}")
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    before = world.wall.at
    world.wall.set("2026-07-02T00:00:00Z")
    again = world.open("- {id: talks, title: T, value: hand.count, target: 10}")
    assert score_of(again, "talks").target == 10
    assert score_of(again, "talks", before, before + 1_000_000).target == 5
    assert score_of(again, "talks", known_at=0).target == 5, "the oldest where none was recorded by then"
    assert "target: 5 → 10" in [entry.text for entry in again.log("talks")]

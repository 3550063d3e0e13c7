"""The cases in which trackers of goals go wrong, where a store is needed: told twice, by hand, late, after the end."""

import pytest

from ingest.okr.instant import DAY
from ingest.okr.score import Status
from ingest.store.unit import By
from tests.run.world import World, score_of

PEOPLE = "- {id: people, title: T, value: hand.level, target: +50}"
TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
FILE = """
file:
  connector: spreadsheet
  path: data.csv
  signals:
    people: {date: Day, value: People}
"""


def test_a_source_that_is_added_or_removed_shifts_the_baseline_and_not_the_progress(world: World) -> None:
    both = PEOPLE.replace("hand.level", "hand.level + hand.other")
    workspace = world.open(PEOPLE)
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 125, "2026-06-01"))
    workspace.record(world.item("hand.other", 40, "2026-06-15"))
    before = score_of(workspace, "people")
    added = world.open(both)
    assert score_of(added, "people").progress == before.progress
    newest = next(entry.text for entry in added.log("people") if entry.kind == "baseline")
    assert newest.startswith("baseline grown: 100 → 140")
    added.record(world.item("hand.other", 45, "2026-06-30"))
    with_more = score_of(added, "people").progress
    removed = world.open(PEOPLE)
    assert score_of(removed, "people").progress == with_more


def test_a_source_that_is_removed_altogether_is_still_there_in_a_past_review(world: World) -> None:
    world.sources = "second:\n  connector: manual\n  signals:\n    count: {kind: events}\n"
    workspace = world.open("- {id: talks, title: T, value: hand.count + second.count, target: 10}")
    workspace.record(world.item("hand.count", 2, "2026-02-01", "a"))
    workspace.record(world.item("second.count", 3, "2026-02-01", "a"))
    review = world.wall.at + DAY
    world.wall.at += 2 * DAY
    world.sources = ""
    again = world.open(TALKS)
    assert score_of(again, "talks").value == 2
    assert score_of(again, "talks", review, review).value == 5


@pytest.mark.parametrize("by", [By.PUSH, By.IMPORT])
def test_what_comes_twice_counts_once(world: World, by: By) -> None:
    workspace = world.open(TALKS)
    item = world.item("hand.count", 1, "2026-03-01", "the same request")
    told = [workspace.take([item], by)[0].result for _ in range(3)]
    assert [str(result) for result in told] == ["created", "duplicate", "duplicate"]
    assert score_of(workspace, "talks").value == 1


def test_what_a_hand_recorded_beside_a_pulled_source_stays_visibly_until_it_is_forgotten(world: World) -> None:
    world.sources = FILE
    data = world.folder / "data.csv"
    data.write_text("Day,People\n2026-06-01,100\n")
    workspace = world.open("- {id: people, title: T, value: file.people, target: 200}")
    workspace.pull()
    workspace.record(world.item("file.people", 120, "2026-06-01"))
    data.write_text("Day,People\n2026-06-01,90\n")
    workspace.pull()
    [kept] = workspace.measurements("file.people")
    assert (kept.value, kept.pinned) == (120, True)
    data.write_text("Day,People\n2026-06-01,90\n2026-06-20,130\n")
    workspace.pull()
    assert score_of(workspace, "people").value == 130, "a pin is of its own time; the next reading counts"
    workspace.forget("file.people", "2026-06-01T00:00:00Z")
    [first, _] = workspace.measurements("file.people")
    assert (first.value, first.pinned) == (100, False), "what it had replaced"


def test_data_that_arrives_within_seven_days_after_the_end_counts_and_none_later(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 6, "2026-06-01", "a"))
    world.wall.set("2027-01-07T23:59:00Z")
    workspace.record(world.item("hand.count", 5, "2026-12-31", "b"))
    assert score_of(workspace, "talks").status is Status.ACHIEVED
    assert not score_of(workspace, "talks").final
    world.wall.set("2027-01-08T00:01:00Z")
    workspace.forget("hand.count", "b")
    workspace.record(world.item("hand.count", 90, "2026-12-31", "c"))
    told = score_of(workspace, "talks")
    assert (told.value, told.status, told.final) == (11, Status.ACHIEVED, True)


def test_a_key_result_that_is_edited_after_its_end_is_a_version_and_the_old_score_stays(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 6, "2026-06-01", "a"))
    world.wall.set("2027-02-01T00:00:00Z")
    assert score_of(workspace, "talks").status is Status.MISSED
    later = world.open(TALKS.replace("10", "5"))
    told = score_of(later, "talks")
    assert (told.target, told.status, told.final) == (10, Status.MISSED, True)
    assert later.log("talks")[0].text == "target: 10 → 5"


def test_what_was_achieved_and_fell_back_is_told_by_its_history(world: World) -> None:
    workspace = world.open("- {id: people, title: T, value: hand.level, target: 120}")
    for level, day in ((100, "2025-12-30"), (125, "2026-03-01"), (110, "2026-06-01")):
        workspace.record(world.item("hand.level", level, day))
    statuses = [point.status for point in workspace.history("people")]
    assert statuses == [Status.ACHIEVED, Status.ON_TRACK, Status.ON_TRACK]

"""One log for each key result: notes, changes, corrections and baselines, each with its time."""

import pytest

from ingest.okr.instant import DAY, HOUR, Instant
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from tests.run.world import World

GROWING = "- {id: people, title: T, value: hand.level, target: +20%}"
TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
FILE = """
file:
  connector: spreadsheet
  path: data.csv
  signals:
    talks: {date: Day, value: Amount, kind: events, key: Id}
"""


def told(workspace: Workspace, name: str = "people", until: Instant | None = None) -> list[tuple[str, str]]:
    return [(entry.kind, entry.text) for entry in workspace.log(name, until)]


def test_everything_that_happened_to_a_key_result_is_in_one_log_newest_first(world: World) -> None:
    workspace = world.open(GROWING)
    workspace.record(world.item("hand.level", 110, "2026-02-01"))
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.note("people", "asked the readers")
    workspace.record(world.item("hand.level", 90, "2025-12-30"))
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    workspace.record(world.item("hand.level", 95, "2025-12-30"))
    workspace.rebaseline(["people"])
    workspace.forget("hand.level", "2026-02-01T00:00:00Z")
    workspace.record(world.item("hand.other", 40, "2026-06-15"))
    world.open(GROWING.replace("hand.level", "hand.level + hand.other").replace("20", "50")).card()
    last = world.open(GROWING, period="2026-Q3")
    last.rebaseline(["people"])
    log = told(last)
    changed = "value: hand.level → hand.level + hand.other; target: +20% → +50%"
    start = "the reading at the start of the period"
    again_text = "value: hand.level + hand.other → hand.level; target: +50% → +20%; period: 2026 → 2026-Q3"
    assert (
        log
        == [
            ("baseline", f"baseline found anew: 95 → 95, {start}"),
            ("baseline", f"baseline frozen at 95: {start}"),
            ("definition", again_text),
            ("definition", changed),
            ("correction", "hand.level of 2026-02-01 forgotten by hand: 110"),
            ("baseline", f"baseline found anew: 100 → 95, {start}"),
            ("baseline", "the measurements under the baseline were corrected: it stays at 100, they give 95 now"),
            ("correction", "hand.level of 2025-12-30 corrected by hand: 100 → 95"),
            ("baseline", "the measurements under the baseline give 100 again, at which it is frozen"),
            ("correction", "hand.level of 2025-12-30 corrected by hand: 90 → 100"),
            ("baseline", "the measurements under the baseline were corrected: it stays at 100, they give 90 now"),
            ("correction", "hand.level of 2025-12-30 corrected by hand: 100 → 90"),
            ("note", "asked the readers"),
            ("baseline", f"late baseline replaced: 110 → 100, {start}"),
            ("baseline", "baseline frozen at 110 (late): the first reading after 2026-01-01"),
            ("definition", "configured"),
        ]
        or log
    )
    assert [entry.at for entry in last.log("people")] == sorted((e.at for e in last.log("people")), reverse=True)


def test_an_import_that_corrects_many_is_one_entry(world: World) -> None:
    workspace = world.open(TALKS)
    for amount in (1, 2):
        rows = (f"hand.count,2026-03-01,{amount},k{number}\n" for number in range(1_200))
        workspace.import_csv(["signal,observed_at,value,key\n", *rows])
    assert told(workspace, "talks") == [
        ("correction", "1,200 measurements of hand.count corrected by import"),
        ("definition", "configured"),
    ]


def test_what_a_pull_revises_and_retracts_is_told_with_what_it_was(world: World) -> None:
    world.sources = FILE
    data = world.folder / "data.csv"
    data.write_text("Day,Amount,Id\n2026-02-01,1,a\n2026-03-01,2,b\n2026-04-01,3,c\n")
    workspace = world.open("- {id: talks, title: T, value: file.talks, target: 10}")
    workspace.pull()
    world.wall.at += DAY
    data.write_text("Day,Amount,Id\n2026-02-01,4,a\n2026-03-05,2,b\n")
    workspace.pull()
    assert told(workspace, "talks") == [
        ("correction", "file.talks of 2026-04-01 retracted by a pull: 3"),
        ("correction", "2 measurements of file.talks corrected by a pull"),
        ("definition", "configured"),
    ]
    world.wall.at += DAY
    data.write_text("Day,Amount,Id\n2026-02-01,4,a\n2026-03-09,2,b\n")
    workspace.pull()
    assert told(workspace, "talks")[0][1] == "file.talks of 2026-03-05 corrected by a pull: 2 → 2 of 2026-03-09"


@pytest.mark.parametrize(
    ("key_result", "signal", "day", "told_of"),
    [
        (TALKS, "hand.count", "2026-03-01", True),
        (TALKS, "hand.count", "2025-03-01", False),
        (TALKS.replace("target: 10", "target: +10%"), "hand.count", "2025-03-01", True),
        (TALKS.replace("target: 10", "target: +10%"), "hand.count", "2024-12-31", False),
        (TALKS.replace("target: 10", "target: +10% per month"), "hand.count", "2025-10-02", True),
        (TALKS, "hand.count", "2027-01-02", False),
        (GROWING, "hand.level", "2025-12-30", True),
        (GROWING, "hand.level", "2025-12-01", False),
        (GROWING.replace("hand.level", "hand.views"), "hand.views", "2024-12-30", True),
    ],
)
def test_a_correction_is_told_where_it_lies_under_the_window_or_the_baseline(
    world: World, key_result: str, signal: str, day: str, told_of: bool
) -> None:
    workspace = world.open(key_result)
    name = "people" if "people" in key_result else "talks"
    workspace.record(world.item("hand.level", 100, "2025-12-30"))
    key = "a" if signal == "hand.count" else None
    for value in (5, 6):
        workspace.record(world.item(signal, value, day, key))
    assert ("correction" in {kind for kind, _ in told(workspace, name)}) is told_of


def test_what_never_counted_is_no_correction(world: World) -> None:
    workspace = world.open(TALKS)
    at = world.at("2026-03-01")
    workspace.take([Item("hand.count", amount, at, "a") for amount in (1, 2)])
    assert told(workspace, "talks") == [("definition", "configured")]


def test_a_log_ends_at_the_time_that_is_asked_for(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.card()
    ends = [world.wall.at + HOUR]
    for target in (20, 30):
        world.wall.at += DAY
        workspace = world.open(TALKS.replace("10", str(target)))
        workspace.note("talks", f"now {target}")
        ends.append(world.wall.at + HOUR)
    assert [len(workspace.log("talks", end)) for end in ends] == [1, 3, 5]
    assert [len(workspace.log("talks", None, end)) for end in ends] == [1, 3, 5]
    assert workspace.log("talks", ends[0], ends[1]) == workspace.log("talks", ends[0])
    assert told(workspace, "talks", ends[1])[1] == ("definition", "target: 10 → 20")


def test_pages_of_a_log_follow_each_other_without_gap_or_double(world: World) -> None:
    workspace = world.open(GROWING)
    for number in range(7):
        workspace.record(world.item("hand.level", 100 + number, "2025-12-30"))
        workspace.note("people", str(number))
    whole = workspace.log("people")
    assert len(whole) == 1 + 1 + 7 + 6 + 6
    for size in (1, 2, 5, 30):
        pages = [workspace.log("people", limit=size, skip=skip) for skip in range(0, len(whole), size)]
        assert [entry for page in pages for entry in page] == list(whole)


@pytest.mark.parametrize("more", ["target: 200, baseline: 100", "target: stay >= 5", "target: 200"])
def test_a_rebaseline_of_what_has_nothing_frozen_is_no_event(world: World, more: str) -> None:
    workspace = world.open(f"- {{id: k, title: T, value: hand.level, {more}}}")
    world.wall.at += DAY
    workspace.rebaseline(["k"])
    assert [entry.text for entry in workspace.log("k")] == ["configured"]
    assert workspace.why("k").baseline is None

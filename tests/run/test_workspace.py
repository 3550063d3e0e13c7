"""What a command does with a workspace: pull, record, forget, import, export."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.connector.outcome import Outcome
from ingest.okr.instant import from_rfc3339, rfc3339
from ingest.run.name import UnknownName
from ingest.run.round import Progress
from ingest.run.taking import Item, Refusal
from ingest.run.workspace import Workspace
from ingest.store.unit import By, Result
from tests.run.world import QUICK, World, score_of

TALKS = "- {id: talks, title: T, value: hand.count, target: 10}"
SHEET = """
file:
  connector: spreadsheet
  path: data.csv
  signals:
    people: {date: date, value: people}
"""
PEOPLE = "- {id: people, title: T, value: file.people, target: +20%}"


def sheet(world: World, *rows: str) -> None:
    (world.folder / "data.csv").write_text("\n".join(["date,people", *rows]) + "\n")


def test_a_pull_keeps_what_a_file_says_and_tells_its_progress(world: World) -> None:
    world.sources = SHEET
    sheet(world, "2025-12-30,100", "2026-06-01,112")
    workspace = world.open(PEOPLE)
    told: list[Progress] = []
    [pulled] = workspace.pull(progress=told.append)
    assert pulled.kept is not None
    assert (pulled.source, pulled.kept.created) == ("file", 2)
    assert [(one.done, one.total, one.pulled) for one in told] == [(0, 1, None), (1, 1, pulled)]
    assert (score_of(workspace, "people").value, score_of(workspace, "people").baseline) == (112, 100)


def test_a_dry_run_stores_nothing(world: World) -> None:
    world.sources = SHEET
    sheet(world, "2026-06-01,112")
    workspace = world.open(PEOPLE)
    [pulled] = workspace.pull(dry_run=True)
    assert (pulled.kept, [one.value for one in pulled.unit.measurements]) == (None, [112])
    assert workspace.runs() == []
    assert workspace.measurements("file.people") == []


def test_a_failed_pull_writes_a_run_and_nothing_else(world: World) -> None:
    world.sources = SHEET
    sheet(world, "2026-06-01,112")
    workspace = world.open(PEOPLE)
    workspace.pull()
    before = workspace.signals()
    world.wall.at += 1_000_000
    sheet(world, "2026-06-01,many")
    [pulled] = workspace.pull(patience=QUICK)
    assert pulled.unit.ending.outcome is Outcome.BROKEN
    assert workspace.signals() == before
    [health, _] = sorted(workspace.sources(), key=lambda one: one.id)
    assert (health.id, health.outcome, health.consecutive_failures) == ("file", Outcome.BROKEN, 1)
    assert [run.outcome for run in workspace.runs("file")] == [Outcome.BROKEN, Outcome.OK]


@pytest.mark.parametrize(
    ("name", "said"), [("fiel", "did you mean 'file'"), ("hand", "is not pulled"), ("zzz", "there is no source")]
)
def test_sources_that_cannot_be_pulled_are_named(world: World, name: str, said: str) -> None:
    world.sources = SHEET
    with pytest.raises(UnknownName, match=said):
        world.open(PEOPLE).pull([name])


def test_what_is_recorded_by_hand_is_pinned(world: World) -> None:
    world.sources = SHEET
    sheet(world, "2026-06-01,112")
    workspace = world.open(PEOPLE)
    workspace.pull()
    assert workspace.record(world.item("file.people", 120, "2026-06-01")).result is Result.REVISED
    sheet(world, "2026-06-01,113")
    workspace.pull()
    [one] = workspace.measurements("file.people")
    assert (one.value, one.pinned) == (120, True)


def test_a_slip_is_undone_by_its_key(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 1, "2026-06-01", "a"))
    workspace.forget("hand.count", "a")
    assert score_of(workspace, "talks").value == 0
    with pytest.raises(UnknownName, match="has no measurement"):
        workspace.forget("hand.count", "a")
    with pytest.raises(UnknownName, match=r"did you mean 'hand\.count'"):
        workspace.forget("hand.cuont", "a")


def test_a_list_of_measurements_is_taken_whole(world: World) -> None:
    workspace = world.open(TALKS)
    items = [world.item("hand.count", 2, "2026-06-01", "a"), Item("hand.level", "51:30")]
    first, second = workspace.take(items)
    assert (first.key, first.result) == ("a", Result.CREATED)
    assert (second.key, second.result) == (rfc3339(world.wall.at), Result.CREATED)
    assert [one.value for one in workspace.measurements("hand.level")] == [3090]
    assert [one.result for one in workspace.take(items)] == [Result.DUPLICATE, Result.DUPLICATE]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Item("hand.cuont", 1, key="a"), "did you mean 'hand.count'"),
        (Item("hand.count", 1), "an event needs a key"),
        (Item("hand.count", 1, key=""), "an event needs a key"),
        (Item("hand.count", 1, key="a\nb"), "printable"),
        (Item("hand.level", float("nan")), "finite"),
        (Item("hand.level", float("inf")), "finite"),
        (Item("hand.level", 10**400), "finite"),
        (Item("hand.level", True), "no number"),
        (Item("hand.level", None), "no number"),
        (Item("hand.level", "many"), "no number"),
        (Item("hand.level", "5,000"), "5000"),
        (Item("hand.level", 1, key="mine"), "its time"),
        (Item("hand.level", 1, at=10**18), "calendar"),
    ],
)
def test_one_bad_item_refuses_all_and_is_named(world: World, item: Item, said: str) -> None:
    workspace = world.open(TALKS)
    with pytest.raises(Refusal) as refused:
        workspace.take([world.item("hand.count", 1, "2026-06-01", "good"), item], By.PUSH)
    [(index, message)] = refused.value.problems
    assert index == 1
    assert said in message
    assert workspace.runs() == []


def test_names_are_resolved_by_their_last_part(world: World) -> None:
    workspace = world.open(TALKS)
    assert workspace.resolve("talks") == ("key_result", "o.talks")
    assert workspace.resolve("hand.count") == ("signal", "hand.count")
    with pytest.raises(UnknownName, match="did you mean"):
        workspace.resolve("o.tlaks")


def test_measurements_come_in_pages(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.take([world.item("hand.count", n, "2026-06-01", f"k{n:04}") for n in range(2_500)])
    assert len(workspace.measurements("hand.count")) == 2_500
    page = workspace.measurements("hand.count", limit=3, skip=1_200)
    assert [one.key for one in page] == ["k1200", "k1201", "k1202"]
    assert workspace.measurements("hand.count", at=world.at("2026-05-01")) == []


def test_a_note_stands_in_the_log(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.note("talks", "asked twice")
    assert [(entry.kind, entry.text) for entry in workspace.log("talks")] == [
        ("note", "asked twice"),
        ("definition", "configured"),
    ]


CSV = """signal,observed_at,value,key
hand.count,2026-03-01,2,a
hand.level,2026-03-01T08:00:00Z,"1,234.5",
hand.level,2026-03-02 09:00,12:30,2026-03-02T09:00:00Z
"""


def test_rows_are_imported_once(world: World) -> None:
    workspace = world.open(TALKS)
    first, second = (workspace.import_csv(io.StringIO(CSV)) for _ in range(2))
    assert (first.created, first.written, first.bad) == (3, True, ())
    assert (second.created, second.duplicate) == (0, 3)
    levels = workspace.measurements("hand.level")
    assert [(one.observed_at, one.value) for one in levels] == [
        (from_rfc3339("2026-03-01T08:00:00Z"), 1234.5),
        (from_rfc3339("2026-03-02T09:00:00Z"), 750),
    ]


BAD = """\ufeffSignal,Observed_At,Value,Key
hand.count,2026-03-01,2,a
hand.cuont,2026-03-01,2,b
hand.count,yesterday,2,c
hand.count,2026-03-01,nan,d
hand.count,2026-03-01,2,
hand.count,2026-03-01
hand.count,2026-03-01,3,"e"
"""


def test_bad_rows_are_listed_with_their_line_and_nothing_is_written(world: World) -> None:
    workspace = world.open(TALKS)
    done = workspace.import_csv(io.StringIO(BAD))
    assert not done.written
    assert [row.line for row in done.bad] == [3, 4, 5, 6, 7]
    assert "did you mean 'hand.count'" in done.bad[0].message
    assert workspace.measurements("hand.count") == []
    skipped = workspace.import_csv(io.StringIO(BAD), skip_bad=True)
    assert (skipped.written, skipped.created, len(skipped.bad)) == (True, 2, 5)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "signal;observed_at;value\n"])
def test_a_file_without_the_columns_says_which(world: World, text: str) -> None:
    done = world.open(TALKS).import_csv(io.StringIO(text))
    assert not done.written
    assert "signal, observed_at, value, key" in done.bad[0].message


def exported(workspace: Workspace, form: str) -> str:
    out = io.StringIO()
    workspace.export(form, out)  # type: ignore[arg-type]
    return out.getvalue()


def test_an_export_can_be_imported_elsewhere(world: World, tmp_path: Path) -> None:
    workspace = world.open(TALKS)
    workspace.import_csv(io.StringIO(CSV))
    (tmp_path / "elsewhere").mkdir()
    other = World(tmp_path / "elsewhere")
    copy = other.open(TALKS)
    assert copy.import_csv(io.StringIO(exported(workspace, "csv"))).created == 3
    assert exported(copy, "csv") == exported(workspace, "csv")
    other.close()


def test_json_lines_have_a_measurement_each(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.record(world.item("hand.count", 2, "2026-06-01", "a"))
    [line] = exported(workspace, "jsonl").splitlines()
    assert json.loads(line) == {
        "signal": "hand.count",
        "observed_at": "2026-06-01T00:00:00Z",
        "value": 2.0,
        "key": "a",
    }


def test_openmetrics_has_each_family_in_one_piece_and_events_as_their_sum(world: World) -> None:
    workspace = world.open(TALKS)
    workspace.take([world.item("hand.count", n, f"2026-06-0{n}", f"k{n}") for n in (1, 2)])
    workspace.take([world.item("hand.level", 5, "2026-06-01"), world.item("hand.views", 6, "2026-06-01")])
    assert exported(workspace, "openmetrics").splitlines() == [
        "# TYPE okr_signal_value gauge",
        "# HELP okr_signal_value The reading of a level or counter.",
        'okr_signal_value{source="hand",signal="level"} 5.0 1780272000.000',
        'okr_signal_value{source="hand",signal="views"} 6.0 1780272000.000',
        "# TYPE okr_signal_events gauge",
        "# HELP okr_signal_events The sum of the amounts of the events so far.",
        'okr_signal_events{source="hand",signal="count"} 1.0 1780272000.000',
        'okr_signal_events{source="hand",signal="count"} 3.0 1780358400.000',
        "# EOF",
    ]


def test_promtool_makes_blocks_of_an_openmetrics_export(world: World, tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    workspace = world.open(TALKS)
    start = world.at("2026-06-01")
    workspace.take([Item("hand.count", 1, start + 400 * n, f"k{n}") for n in range(10)])
    workspace.take([Item("hand.level", n / 7, start + 400 * n) for n in range(10)])
    file = tmp_path / "export.om"
    file.write_text(exported(workspace, "openmetrics"))
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(file), str(tmp_path / "blocks")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)

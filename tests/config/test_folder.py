"""A folder of files as one configuration."""

from pathlib import Path

from ingest.config.load import load
from tests.config.writing import GOOD, said, warned

SOURCES, OBJECTIVES = GOOD.split("objectives:")
TEAM = (
    "objectives:\n"
    "  - {id: team, title: Team, period: 2026, key_results: [{title: a, value: hand.readers, target: 5}]}\n"
)


def folder(where: Path, **files: str) -> Path:
    for name, text in files.items():
        (where / f"{name}.yaml").write_text(text, encoding="utf-8")
    return where


def test_a_folder_is_all_its_files(tmp_path: Path) -> None:
    folder(tmp_path, a="objectives:" + OBJECTIVES, b=TEAM, main=SOURCES)
    (tmp_path / "notes.txt").write_text("x: [")
    (tmp_path / ".hidden.yaml").write_text("x: [")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.yaml").write_text("x: [")
    (tmp_path / ".env").write_text("A=b\n")
    config = load(tmp_path, {})
    assert [objective.id for objective in config.objectives] == ["expert", "team"]
    assert list(config.sources) == ["hand"]
    assert [path.name for path in config.files] == ["a.yaml", "b.yaml", "main.yaml", ".env"]
    assert config.home == tmp_path
    assert config.database == f"sqlite:///{tmp_path}/okr.db"


def test_ids_are_unique_over_all_files_and_a_clash_names_both_places(tmp_path: Path) -> None:
    folder(tmp_path, a=GOOD, b=SOURCES.replace("timezone: Europe/Berlin\n", "") + "objectives:" + OBJECTIVES)
    assert said(tmp_path) == [
        "b.yaml:2:3: sources.hand: the id is taken: a.yaml:3:3",
        "b.yaml:10:9: objectives[0].id: the id 'expert' is taken: a.yaml:11:9",
        "b.yaml:14:13: objectives[0].key_results[0].id: the id 'readers' is taken: a.yaml:15:13",
    ]


def test_one_file_alone_holds_what_is_there_once(tmp_path: Path) -> None:
    once = "timezone: UTC\nmission: m\nnotify: [{url: 'a://b'}]\ndatabase: sqlite:///a.db\nserver: {public: no}\n"
    folder(tmp_path, a=once, b=once, c="sources:\n")
    assert said(tmp_path) == [
        f"b.yaml:{line}:1: {key}: is in a.yaml:{line}:1 already; one file alone may hold it"
        for line, key in enumerate(("timezone", "mission", "notify", "database", "server"), 1)
    ]


def test_a_file_that_cannot_be_read_hides_no_mistake_elsewhere_and_brings_no_others(tmp_path: Path) -> None:
    folder(tmp_path, a=SOURCES + "  - x\n", b="objectives:" + OBJECTIVES.replace("+20%", "lots"))
    found = said(tmp_path)
    assert [line.split(": ")[0] for line in found] == ["a.yaml:10:3", "b.yaml:9:17"]


def test_names_are_found_over_files(tmp_path: Path) -> None:
    tactics = "tactics: [{title: t, started: 2026-01-01, affects: [team, expert.readers, team.x]}]\n"
    folder(tmp_path, a=tactics, b=GOOD, c=TEAM.replace("title: Team,", "title: Team, aligns_to: expert,"))
    assert said(tmp_path) == [
        "a.yaml:1:75: tactics[0].affects[2]: there is no key result 'team.x'; did you mean 'team.a'?"
    ]


def test_a_folder_without_files_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "okr.yml").write_text(GOOD)
    assert said(tmp_path)[0].endswith(":1:1: there is no *.yaml in this folder; `okr init` writes one")


def test_a_file_with_another_ending_is_a_warning(tmp_path: Path) -> None:
    folder(tmp_path, a=GOOD)
    (tmp_path / "b.yml").write_text(GOOD)
    assert warned(load(tmp_path, {})) == ["b.yml:1:1: is not read: a folder is its *.yaml; rename it"]

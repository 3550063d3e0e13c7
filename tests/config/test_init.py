"""What `okr init` writes: files that load as they are, are complete, and replace nothing."""

import re
from datetime import date
from pathlib import Path

import pytest

from ingest.config.generated import copies
from ingest.config.init import quarter, starter, write
from ingest.config.load import load
from ingest.config.offer import offer
from ingest.connector.find import built_in, find
from ingest.connector.page import page_of
from tests.config.writing import PLUGIN, said

TODAY = date(2026, 2, 10)
CONFIG = Path(__file__).parent.parent.parent / "config"


def test_the_starter_passes_as_it_is(tmp_path: Path) -> None:
    write(starter("Europe/Berlin", TODAY), tmp_path)
    config = load(tmp_path / "okr.yaml", {})
    assert config.warnings == ()
    assert config.zone.key == "Europe/Berlin"
    assert [len(objective.key_results) for objective in config.objectives] == [2]
    assert config.objectives[0].period.text == "2026-Q1"


def test_what_is_commented_out_in_the_starter_can_be_used(tmp_path: Path) -> None:
    write(starter("UTC", TODAY), tmp_path)
    path = tmp_path / "okr.yaml"
    text = re.sub(r"^# ((?:notify|  - url|    when|      - |database).*)", r"\1", path.read_text(), flags=re.MULTILINE)
    path.write_text(text)
    config = load(path, {"NOTIFY_URL": "slack://a/b/c"})
    assert config.notify[0].when == ("achieved", "off_track", "source_failing")


def test_every_file_has_its_mode_and_the_secrets_are_private(tmp_path: Path) -> None:
    written = write(starter("UTC", TODAY), tmp_path / "new" / "folder")
    modes = {path.name: path.stat().st_mode & 0o777 for path in written}
    assert modes == {"okr.yaml": 0o644, "okr.schema.json": 0o644, ".env": 0o600, ".gitignore": 0o644}
    assert {".env", "*.db"} <= set((tmp_path / "new" / "folder" / ".gitignore").read_text().split())


@pytest.mark.parametrize("name", ["okr.yaml", ".env", ".gitignore", "okr.schema.json"])
def test_nothing_is_written_where_a_file_is_there(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileExistsError, match=re.escape(f"{tmp_path / name} exists already")):
        write(starter("UTC", TODAY), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    with pytest.raises(OSError, match="file"):
        write({"a": ("a", 0o644), "file/b": (b"b", 0o644)}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("today", "text"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 1), "2026-Q1"),
        (date(2026, 3, 2), "2026-Q2"),
        (date(2026, 12, 31), "2027-Q1"),
        (date(2028, 2, 29), "2028-Q1"),
    ],
)
def test_one_begins_in_the_quarter_that_has_a_month_left(today: date, text: str) -> None:
    assert quarter(today)[0] == text


@pytest.mark.parametrize("name", sorted(built_in()))
def test_every_connector_is_offered_with_all_its_settings_and_asks_for_what_is_missing(
    tmp_path: Path, name: str
) -> None:
    write(offer([name], "UTC", TODAY, tmp_path), tmp_path)
    text, env = (tmp_path / "okr.yaml").read_text(), (tmp_path / ".env").read_text()
    page = page_of(name, find(name, tmp_path))
    for setting in (*page.settings, *page.signal_settings):
        assert re.search(rf"^ +(# )?{setting.name}:", text, re.MULTILINE)
    for setting in page.settings:
        if setting.secret:
            assert f"{name}_{setting.name}=".upper() in env
    assert f"value: {name}." in text
    filled = {f"{name}_{setting.name}".upper(): "made-up-us19" for setting in page.settings if setting.secret}
    found = said(tmp_path / "okr.yaml", filled, find(name, tmp_path).needs_allow or "")
    assert not any("unknown" in line or "must" in line for line in found)


_FORMED = {
    "GHOST_API_KEY": "0a1b:0c0d",
    "CALENDAR_URL": "https://example.org/a.ics",
    "RSS_URL": "https://example.org/feed.xml",
    "SQL_URL": "sqlite:///a.db",
}
"""Made-up secrets where not every text will do."""


@pytest.mark.parametrize("name", sorted(built_in()))
def test_what_is_offered_loads_as_it_is_once_the_secrets_are_there(tmp_path: Path, name: str) -> None:
    write(offer([name], "UTC", TODAY, tmp_path), tmp_path)
    asked = re.findall(r"^([A-Z0-9_]+)=$", (tmp_path / ".env").read_text(), re.MULTILINE)
    allowed = frozenset(filter(None, [find(name, tmp_path).needs_allow]))
    filled = {secret: _FORMED.get(secret, "made-up-us19") for secret in asked}
    config = load(tmp_path / "okr.yaml", filled, allow=allowed)
    assert config.objectives[0].key_results


@pytest.mark.parametrize("name", sorted(built_in()))
def test_a_default_that_is_offered_can_be_written_as_it_stands_there(tmp_path: Path, name: str) -> None:
    write(offer([name], "UTC", TODAY, tmp_path), tmp_path)
    page = page_of(name, find(name, tmp_path))
    defaults = {one.name for one in (*page.settings, *page.signal_settings) if one.default and not one.secret}
    written = re.compile(rf"^( +)# ((?:{'|'.join(defaults or ['every'])}): \S)", re.MULTILINE)
    file = tmp_path / "okr.yaml"
    file.write_text(written.sub(r"\1\2", file.read_text()))
    asked = re.findall(r"^([A-Z0-9_]+)=$", (tmp_path / ".env").read_text(), re.MULTILINE)
    filled = {secret: _FORMED.get(secret, "made-up-us19") for secret in asked}
    allowed = frozenset(filter(None, [find(name, tmp_path).needs_allow]))
    assert load(file, filled, allow=allowed).sources


@pytest.mark.parametrize("name", sorted(built_in()))
def test_who_begins_reads_where_a_credential_comes_from(tmp_path: Path, name: str) -> None:
    needs = find(name, tmp_path).needs
    lines = str(offer([name], "UTC", TODAY, tmp_path)["okr.yaml"][0]).splitlines()
    assert needs in " ".join(line.strip().removeprefix("# ") for line in lines)


def test_a_mapping_of_secrets_is_offered_as_one(tmp_path: Path) -> None:
    text = str(offer(["http_json"], "UTC", TODAY, tmp_path)["okr.yaml"][0])
    assert '    # headers: {NAME: "${HTTP_JSON_HEADERS}"}\n' in text


@pytest.mark.parametrize("name", sorted(built_in()))
def test_nobody_is_told_to_aim_at_more_who_leave(tmp_path: Path, name: str) -> None:
    text = str(offer([name], "UTC", TODAY, tmp_path)["okr.yaml"][0])
    titles = re.findall(r"^ {8}title: (.+)$", text, re.MULTILINE)
    assert titles
    assert not [one for one in titles if re.search("lost|cancellations|pending|following|posts|more open rate", one)]
    assert not [
        one for one in titles if re.search(" (events|activities|distance|time 10k)$", one) and "less" not in one
    ]


def test_where_less_is_better_the_best_is_to_go_down_and_what_comes_by_the_hundred_is_to_be_more(
    tmp_path: Path,
) -> None:
    write(offer(["strava", "umami"], "UTC", TODAY, tmp_path), tmp_path)
    config = load(tmp_path / "okr.yaml", {"STRAVA_TOKEN": "t", "UMAMI_API_KEY": "k"})
    told = [(one.title, one.target_text, one.take) for one in config.objectives[0].key_results]
    assert told == [
        ("10% less time 10k", "-10%", "best"),
        ("20% more visitors", "+20%", "last"),
        ("20% more views", "+20%", "last"),
    ]


@pytest.mark.parametrize("name", ["cal_com", "hubspot", "umami"])
def test_what_a_source_needs_is_said_beside_its_secrets_too(tmp_path: Path, name: str) -> None:
    assert find(name, tmp_path).needs in str(offer([name], "UTC", TODAY, tmp_path)[".env"][0])


def test_several_connectors_are_offered_together_and_ones_own_too(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(PLUGIN)
    write(offer(["manual", "./my.py:Mine", "manual"], "UTC", TODAY, tmp_path), tmp_path)
    config = load(tmp_path / "okr.yaml", {"MY_PY_MINE_API_KEY": "k"})
    assert list(config.sources) == ["manual", "my_py_mine"]
    assert [one.name for one in config.objectives[0].key_results] == [
        "first_objective.manual_my_signal",
        "first_objective.my_py_mine_readers",
        "first_objective.my_py_mine_invites",
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["manul"], "unknown connector 'manul'; did you mean 'manual'?"),
        (["zzz"], "unknown connector 'zzz'; `okr connectors` lists them"),
        (["./broken.py"], "the connector ./broken.py: "),
        ([], "name at least one connector"),
    ],
)
def test_what_cannot_be_offered_is_said(tmp_path: Path, names: list[str], message: str) -> None:
    (tmp_path / "broken.py").write_text("raise RuntimeError")
    with pytest.raises(ValueError, match=re.escape(message)):
        offer(names, "UTC", TODAY, tmp_path)


@pytest.mark.parametrize(("name", "text"), copies().items())
def test_the_copies_in_config_are_those_that_are_made(name: str, text: str) -> None:
    assert (CONFIG / name).read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.parametrize("path", sorted(CONFIG.glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_loads(path: Path) -> None:
    assert load(path, {}).objectives

"""The terminal, as a person meets it: what is printed, where it goes, and the exit code."""

import csv
import json
import stat
import subprocess
from pathlib import Path

import pytest

from tests.face.conftest import OKR, Terminal

MANUAL = """\
timezone: Europe/Berlin
sources:
  hand:
    connector: manual
    since: 2026-01-01
    signals:
      people:
        kind: level
      requests:
        kind: events
objectives:
  - id: growth
    title: Grow
    period: 2026
    key_results:
      - id: people
        title: 20% more people
        value: hand.people
        target: +20%
      - id: requests
        title: 10 requests
        value: hand.requests
        target: 10
"""


@pytest.fixture
def manual(terminal: Terminal) -> Terminal:
    (terminal.home / "okr.yaml").write_text(MANUAL)
    return terminal


def test_init_writes_a_configuration_that_passes_check(terminal: Terminal) -> None:
    terminal.good("init")
    assert stat.S_IMODE((terminal.home / ".env").stat().st_mode) == 0o600
    assert "good" in terminal.good("check")
    again = terminal.run("init")
    assert again.returncode == 2
    assert "okr.yaml" in again.stderr
    assert "nothing was written" in again.stderr


def test_init_from_connectors_explains_their_settings(terminal: Terminal) -> None:
    terminal.good("init", "--from", "mailchimp,spreadsheet", "mine")
    text = (terminal.home / "mine" / "okr.yaml").read_text()
    assert "${" in text
    assert "audience" in text
    wrong = terminal.run("init", "--from", "mailchump", "other")
    assert wrong.returncode == 2
    assert "mailchimp" in wrong.stderr
    assert not (terminal.home / "other").exists()


def test_every_problem_is_told_at_once_with_its_place(terminal: Terminal) -> None:
    (terminal.home / "okr.yaml").write_text(MANUAL.replace("kind: level", "kimd: level").replace("+20%", "more"))
    done = terminal.run("check")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert any(line.startswith("okr.yaml:8:") and "did you mean 'kind'?" in line for line in lines)
    assert any(line.startswith("okr.yaml:19:") for line in lines)
    assert not list(terminal.home.glob("*.db"))


def test_without_a_configuration_it_says_how_to_get_one(terminal: Terminal) -> None:
    done = terminal.run("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "okr init" in done.stderr


def test_the_configuration_is_found_by_option_environment_and_place(manual: Terminal) -> None:
    moved = manual.home / "config"
    moved.mkdir()
    (manual.home / "okr.yaml").rename(moved / "okr.yaml")
    assert "config/okr.yaml" in manual.good("check")
    (moved / "okr.yaml").rename(moved / "other.yaml")
    assert "other.yaml" in manual.good("check", OKR_CONFIG="config/other.yaml")
    assert "other.yaml" in manual.good("-c", "config/other.yaml", "check")


def test_what_is_recorded_by_hand_is_scored_and_can_be_undone(manual: Terminal) -> None:
    manual.good("record", "hand.people", "100", "--at", "2026-01-01")
    manual.good("record", "hand.people", "115", "--at", "2026-03-01")
    manual.good("record", "hand.requests", "1", "--key", "Ada", "--at", "2026-02-01", "--note", "by mail")
    [objective] = json.loads(manual.good("status", "--json", "--at", "2026-06-30"))
    people, requests = objective["key_results"]
    assert (people["value"], people["baseline"], people["target"], people["raw_progress"]) == (115, 100, 120, 0.75)
    assert (requests["value"], requests["target"]) == (1, 10)
    manual.good("forget", "hand.requests", "Ada")
    [objective] = json.loads(manual.good("status", "--json", "--at", "2026-06-30"))
    assert objective["key_results"][1]["value"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["hand.nobody", "1"], "no signal"),
        (["hand.people", "many"], "no number"),
        (["hand.people", "nan"], "number"),
        (["hand.people", "5,000"], "5000"),
        (["hand.requests", "1"], "key"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_the_reason(manual: Terminal, words: list[str], told: str) -> None:
    done = manual.run("record", *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_import_writes_all_rows_or_none_and_names_the_bad_ones(manual: Terminal) -> None:
    file = manual.home / "rows.csv"
    file.write_text("signal,observed_at,value,key\nhand.people,2026-01-01,100,\nhand.people,yesterday,1,\n")
    done = manual.run("import", "rows.csv")
    assert done.returncode == 1
    assert "rows.csv:3:" in done.stderr
    assert manual.good("export").splitlines() == ["signal,observed_at,value,key"]
    manual.good("import", "rows.csv", "--skip-bad")
    [_, row] = csv.reader(manual.good("export").splitlines())
    assert row[:3] == ["hand.people", "2025-12-31T23:00:00Z", "100.0"]
    exported = manual.good("export")
    assert "1 known" in manual.good("import", "-", stdin=exported)


def test_a_backup_holds_everything_and_overwrites_nothing(manual: Terminal) -> None:
    manual.good("record", "hand.people", "100", "--at", "2026-01-01")
    manual.good("backup", "copy.db")
    assert stat.S_IMODE((manual.home / "copy.db").stat().st_mode) == 0o600
    again = manual.run("backup", "copy.db")
    assert again.returncode == 1
    assert "exists" in again.stderr
    text = MANUAL + "database: sqlite:///copy.db\n"
    (manual.home / "okr.yaml").write_text(text)
    assert "100" in manual.good("history", "hand.people")


def test_status_shows_bars_and_numbers_without_colour_where_it_is_piped(demo: Terminal) -> None:
    text = demo.good("status", NO_COLOR="")
    assert "█" in text
    assert "on track" in text
    assert "\x1b" not in text


def test_json_of_the_status_has_the_contracts_fields(demo: Terminal) -> None:
    objectives = json.loads(demo.good("status", "--json"))
    assert set(objectives[0]) == {
        "id", "title", "owner", "scope", "aligns_to", "period", "progress", "coverage", "status", "key_results",
    }  # fmt: skip
    for objective in objectives:
        for key_result in objective["key_results"]:
            assert set(key_result) == {
                "name", "title", "customer", "unit", "period", "weight", "lead", "value", "baseline", "target",
                "target_text", "raw_progress", "progress", "expected", "pace", "status", "reason", "last_known_status",
                "measured_at", "days_ahead", "due", "final", "forecast", "notices",
            }  # fmt: skip
            assert key_result["forecast"] is None


def test_why_names_each_signal_with_its_coverage(demo: Terminal) -> None:
    text = demo.good("why", "recognized_expert.connections")
    for signal in ("linkedin.connections", "followers.x", "followers.instagram"):
        assert signal in text
    assert "covered" in text
    assert "baseline" in text


def test_history_is_a_table_csv_or_json(demo: Terminal) -> None:
    rows = list(csv.DictReader(demo.good("history", "followers.x", "--csv").splitlines()))
    objects = json.loads(demo.good("history", "followers.x", "--json"))
    assert len(rows) == len(objects) > 10
    assert objects[-1]["signal"] == "followers.x"
    assert "observed at" in demo.good("history", "followers.x")
    points = json.loads(demo.good("history", "connections", "--json"))
    assert {"at", "value", "progress", "expected", "status"} == set(points[0])


def test_an_unknown_name_is_told_with_what_may_have_been_meant(demo: Terminal) -> None:
    done = demo.run("why", "recognized_expert.conections")
    assert done.returncode == 1
    assert "recognized_expert.connections" in done.stderr


def test_a_dry_run_stores_nothing(terminal: Terminal) -> None:
    terminal.good("init", "--demo", ".")
    assert "calendar.talks" in terminal.good("pull", "calendar", "--dry-run")
    assert terminal.good("export").splitlines() == ["signal,observed_at,value,key"]


def test_a_source_that_fails_is_told_with_the_cure_and_the_others_are_kept(terminal: Terminal) -> None:
    terminal.good("init", "--demo", ".")
    (terminal.home / "requests.csv").unlink()
    done = terminal.run("pull")
    assert done.returncode == 1
    assert "requests: refused" in done.stdout
    assert "calendar: " in done.stdout
    assert "requests.csv" in terminal.good("status")


def test_check_live_asks_every_source(demo: Terminal) -> None:
    assert "followers: " in demo.good("check", "--live")


MINE = """\
from datetime import date, datetime, timezone
from ingest.connector import Ask, Connector, Cursor, Reading, Refused, Seen, hours, level

class Mine(Connector):
    \"""Numbers of mine.\"""
    needs = "a key that may read (Settings, Keys)"
    ends = date(2026, 1, 1)
    fastest = hours(1)
    signals = {"subscribers": level("people", "who reads")}
    names: bool = True

    async def pull(self, ask: Ask):
        if ask.cursor is None:
            yield Reading("subscribers", 1000, datetime(2026, 3, 1, tzinfo=timezone.utc))
        yield Reading("subscribers", 1204)
        yield Cursor(1)

    async def seen(self, ask: Ask):
        if not self.names:
            raise Refused("it does not allow this (403)", "ask for more")
        return Seen("News", ("the key can also write: a read-only one is enough",))
"""


@pytest.fixture
def mine(terminal: Terminal) -> Terminal:
    (terminal.home / "my.py").write_text(MINE)
    sources = "".join(f"  {id_}:\n    connector: ./my.py\n    names: {names}\n" for id_, names in SOURCES.items())
    (terminal.home / "okr.yaml").write_text(f"timezone: Europe/Berlin\nsources:\n{sources}")
    return terminal


SOURCES = {"mine": "true", "nameless": "false"}


def test_check_live_tells_in_words_what_a_credential_can_see(mine: Terminal) -> None:
    expected = (
        "mine: 1,204 subscribers on 'News'; history back to 2026-03-01; the key can also write: a read-only one is"
    )
    assert f"{expected} enough" in mine.good("check", "--live").splitlines()
    mine.good("pull", "mine")
    assert expected in mine.good("check", "--live"), "also when a cursor is kept"
    assert len(mine.good("history", "mine.subscribers", "--csv").splitlines()) == 3, "a look stores nothing"


def test_a_name_that_cannot_be_asked_is_no_failure(mine: Terminal) -> None:
    told = mine.good("check", "--live")
    remark = "what it is called could not be asked (it does not allow this (403))"
    assert f"nameless: 1,204 subscribers; history back to 2026-03-01; {remark}" in told.splitlines()


def test_the_end_of_an_api_is_told_with_its_date(mine: Terminal) -> None:
    done = mine.run("check")
    assert done.returncode == 0
    assert (
        "warning: sources.mine: the vendor ended the version of its API that is asked on 2026-01-01 → update okr-ingest"
        in done.stderr
    )


def test_the_page_of_a_connector_says_what_it_needs_and_what_is_allowed(mine: Terminal) -> None:
    page = mine.good("connectors", "./my.py")
    assert "It needs a key that may read (Settings, Keys)." in page
    assert "Asked every 1h. At most every 1h." in page
    assert "The vendor ends this version of its API on 2026-01-01." in page


def test_a_source_is_not_asked_more_often_than_its_vendor_allows(mine: Terminal) -> None:
    text = (mine.home / "okr.yaml").read_text()
    for often in ("every: 30m", 'cron: "*/30 * * * *"'):
        (mine.home / "okr.yaml").write_text(f"{text}    {often}\n")
        done = mine.run("check")
        assert done.returncode == 2
        assert "too often: such a source may be asked every 1h at most" in done.stderr


def test_output_that_nobody_reads_to_the_end_is_no_error(demo: Terminal) -> None:
    with subprocess.Popen(
        [OKR, "export"], cwd=demo.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "signal,observed_at,value,key\n"
        process.stdout.close()
        assert process.stderr.read() == ""


def test_the_version_and_the_help_are_told(terminal: Terminal) -> None:
    assert terminal.good("--version").startswith("okr-ingest ")
    assert "status" in terminal.good("--help")
    wrong = terminal.run("nonsense")
    assert wrong.returncode == 2
    assert "No such command" in wrong.stderr


def test_every_connector_has_a_page(terminal: Terminal) -> None:
    listed = terminal.good("connectors").splitlines()
    names = [line.split()[0] for line in listed]
    assert {"spreadsheet", "linkedin_export", "calendar", "mailchimp", "manual", "push"} <= set(names)
    assert "worksheet" in terminal.good("connectors", "spreadsheet")
    assert terminal.run("connectors", "spredsheet").returncode == 1


def test_a_folder_is_a_configuration(manual: Terminal) -> None:
    folder = manual.home / "okr.d"
    folder.mkdir()
    head, tail = MANUAL.split("objectives:\n")
    (folder / "sources.yaml").write_text(head)
    (folder / "growth.yaml").write_text("objectives:\n" + tail)
    assert "2 key results" in manual.good("-c", "okr.d", "check")


def test_secrets_are_in_no_output(terminal: Terminal) -> None:
    (terminal.home / "okr.yaml").write_text(
        "sources:\n  news:\n    connector: mailchimp\n    api_key: ${KEY}\n    audience: a1\n    nonsense: ${KEY}\n"
    )
    done = terminal.run("check", KEY="very-secret-us1")
    assert done.returncode == 2
    assert "very-secret" not in done.stdout + done.stderr


def test_a_file_that_is_missing_is_no_traceback(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("-c", str(tmp_path / "no.yaml"), "status")
    assert done.returncode == 2
    assert "no.yaml" in done.stderr

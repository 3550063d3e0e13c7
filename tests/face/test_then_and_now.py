"""`--at` and `--known-at`, in the terminal, the API and on the page: a past review is shown again. Semantics §7."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.okr.instant import from_rfc3339
from ingest.run.workspace import Workspace
from tests.face.conftest import Served, Terminal, free_port, serve

APRIL = ("--at", "2026-04-30", "--known-at", "2026-04-30")
TEXT = """\
timezone: UTC
sources:
  hand:
    connector: manual
    signals:
      people:
        kind: level
objectives:
  - id: growth
    title: Grow
    period: 2026
    key_results:
      - id: people
        title: More people
        value: hand.people
        target: +20%
server: {listen: "127.0.0.1:PORT"}
"""
KEY = "2025-12-30T00:00:00Z"


def lived(home: Path, port: int) -> Path:
    """A database with a year in it: reviewed in April; changed in May; corrected and forgotten in June."""
    clock = [0]

    def workspace_at(day: str, text: str) -> Workspace:
        clock[0] = from_rfc3339(f"2026-{day}T12:00:00Z")
        (home / "okr.yaml").write_text(text.replace("PORT", str(port)))
        return Workspace.open(home / "okr.yaml", {}, clock=lambda: clock[0])

    with workspace_at("04-01", TEXT) as workspace:
        rows = ["signal,observed_at,value,key\n", "hand.people,2025-12-30,100,\n", "hand.people,2026-03-01,110,\n"]
        workspace.import_csv(rows)
        workspace.record(parcel(workspace, "2026-03-01", 110))
    changed = TEXT.replace("+20%", "+50%")
    with workspace_at("05-10", changed) as workspace:
        workspace.note("people", "we want more")
    with workspace_at("06-10", changed) as workspace:
        workspace.record(parcel(workspace, "2025-12-30", 90))
        workspace.forget("hand.people", "2026-03-01T00:00:00Z")
    return home


def parcel(workspace: Workspace, day: str, value: float) -> Any:
    from ingest.run.taking import Item

    return Item("hand.people", value, from_rfc3339(f"{day}T00:00:00Z"))


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(lived(tmp_path_factory.mktemp("lived"), 8321))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    port = free_port()
    running: Served = serve(lived(tmp_path_factory.mktemp("served_life"), port), port)
    with running.client(None) as client:
        yield client
    running.stop()


def test_status_shows_what_the_review_of_april_showed(review: Terminal) -> None:
    def shown(*words: str) -> tuple[Any, ...]:
        [objective] = json.loads(review.good("status", "--json", *words))
        [one] = objective["key_results"]
        *noticed, last = one["notices"]
        assert last.startswith("no forecast: ")
        return one["value"], one["baseline"], one["target"], one["target_text"], len(noticed)

    assert shown(*APRIL) == (110, 100, 120, "+20%", 0)
    assert shown("--at", "2026-04-30") == (110, 100, 150, "+50%", 1)
    assert shown("--at", "2026-02-01", "--known-at", "2026-04-30") == (100, 100, 120, "+20%", 0)


def test_history_shows_key_results_and_signals_as_they_were_known(review: Terminal) -> None:
    [*_, last] = json.loads(review.good("history", "people", "--json", *APRIL))
    assert (last["value"], last["progress"]) == (110, 0.5)
    then = json.loads(review.good("history", "hand.people", "--json", *APRIL))
    assert [(one["value"], one["pinned"], one["revision"]) for one in then] == [(100, False, 0), (110, True, 0)]
    now = [*csv.DictReader(review.good("history", "hand.people", "--csv").splitlines())]
    assert [(one["value"], one["pinned"], one["revision"]) for one in now] == [
        ("90.0", "true", "1"),
        ("110.0", "false", "0"),
    ]


def test_why_shows_the_definition_and_the_log_of_then(review: Terminal) -> None:
    then, now = review.good("why", "people", *APRIL), review.good("why", "people")
    assert "(+20%)" in then
    assert "log " in then
    assert "we want more" not in then
    assert "definition: target: +20% → +50%" in now
    assert "note: we want more" in now
    assert "correction: hand.people of 2025-12-30 corrected by hand: 100 → 90" in now
    assert "okr rebaseline growth.people" in now


def get(api: httpx.Client, path: str, **query: str) -> Any:
    answer = api.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


REVIEW = {"at": "2026-04-30", "known_at": "2026-04-30"}


def test_the_api_shows_objectives_and_key_results_of_then(api: httpx.Client) -> None:
    [objective] = get(api, "objectives", **REVIEW)["items"]
    [listed] = get(api, "key-results", **REVIEW)["items"]
    alone = get(api, "key-results/growth.people", **REVIEW)
    for one in (*objective["key_results"], listed, alone):
        assert (one["value"], one["baseline"], one["target"], one["progress"]) == (110, 100, 120, 0.5)
    assert get(api, "key-results/growth.people", at="2026-04-30")["target"] == 150
    assert "give 90" in get(api, "key-results/growth.people")["notices"][0]
    [*_, last] = get(api, "key-results/growth.people/history", **REVIEW)["items"]
    assert (last["value"], last["progress"]) == (110, 0.5)


def test_the_api_lists_measurements_of_then(api: httpx.Client) -> None:
    then = get(api, "signals/hand.people/measurements", **REVIEW)["items"]
    assert [(one["value"], one["pinned"]) for one in then] == [(100, False), (110, True)]
    assert [one["value"] for one in get(api, "signals/hand.people/measurements")["items"]] == [90, 110]
    early = get(api, "signals/hand.people/measurements", at="2026-01-31", known_at="2026-04-30")["items"]
    assert [one["key"] for one in early] == [KEY]


def test_the_api_gives_the_log_of_then_and_pages_of_it(api: httpx.Client) -> None:
    whole = get(api, "key-results/growth.people/log")["items"]
    changed = next(one for one in whole if "→ +50%" in one["text"])
    assert (changed["kind"], changed["text"]) == ("definition", "target: +20% → +50%")
    assert changed["at"].startswith("2026-05-10T12:00:00")
    then = [one for one in whole if datetime.fromisoformat(one["at"]) < datetime(2026, 5, 1, tzinfo=UTC)]
    assert get(api, "key-results/growth.people/log", **REVIEW)["items"] == then
    assert get(api, "key-results/growth.people/log", at="2026-04-30")["items"] == then
    assert {one["kind"] for one in whole} == {"note", "definition", "baseline", "correction"}
    paged, url = [], "/api/v1/key-results/growth.people/log?limit=2"
    while url:
        page = api.get(url).json()
        paged += page["items"]
        url = page["next"]
    assert paged == whole


def test_the_page_shows_the_review_of_then(api: httpx.Client) -> None:
    then, now = (api.get("/key-results/growth.people", params=query).text for query in (REVIEW, {}))
    assert "+20%" in then
    assert "we want more" not in then
    assert "we want more" in now
    assert "target: +20% → +50%" in now
    assert "the measurements under it give 90" in now
    assert api.get("/", params=REVIEW).status_code == 200


def test_a_key_result_that_was_removed_since_is_shown_where_the_review_showed_it(tmp_path: Path) -> None:
    port = free_port()
    text = TEXT.replace("PORT", str(port))
    visitors = "      - {id: visitors, title: More visitors, value: hand.people, target: 200}\n"
    head = "objectives:\n  - id: gone\n    title: Gone\n    period: 2026-H1\n    key_results:\n"
    gone = text.replace("objectives:\n", head + visitors)
    for day, configured in (("04-01", gone), ("05-10", text)):
        (tmp_path / "okr.yaml").write_text(configured)
        at = from_rfc3339(f"2026-{day}T12:00:00Z")
        with Workspace.open(tmp_path / "okr.yaml", {}, clock=lambda at=at: at) as workspace:  # type: ignore[misc]
            workspace.record(parcel(workspace, "2025-12-30", 100))
    terminal = Terminal(tmp_path)
    then, now = (json.loads(terminal.good("status", "--json", *words)) for words in (APRIL, ()))
    assert [(one["id"], one["title"], len(one["key_results"])) for one in then] == [
        ("growth", "Grow", 1),
        ("gone", "Gone", 1),
    ]
    assert [one["id"] for one in now] == ["growth"]
    assert "More visitors" in terminal.good("status", *APRIL)
    assert "gone.visitors: More visitors" in terminal.good("why", "visitors", *APRIL)
    assert json.loads(terminal.good("history", "visitors", "--json", *APRIL))[-1]["value"] == 100
    assert terminal.run("why", "visitors").returncode == 1
    running = serve(tmp_path, port)
    with running.client(None) as client:
        assert get(client, "key-results/gone.visitors", **REVIEW)["value"] == 100
        assert len(get(client, "objectives", **REVIEW)["items"]) == 2
        assert len(get(client, "objectives")["items"]) == 1
        for path in ("history", "log"):
            assert get(client, f"key-results/gone.visitors/{path}", **REVIEW)["items"]
        page = client.get("/key-results/gone.visitors", params=REVIEW)
        assert "More visitors" in page.text
        assert client.get("/api/v1/key-results/gone.visitors").status_code == 404
    running.stop()

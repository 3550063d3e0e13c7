"""The page, the API and the probes of a real `okr serve` over the demo."""

import re
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.face.conftest import TOKEN, Served, Terminal, free_port


def get(served: Served, path: str, token: str | None = TOKEN, **more: Any) -> httpx.Response:
    with served.client(token) as client:
        return client.get(path, **more)


def post(served: Served, path: str, token: str | None = TOKEN, **more: Any) -> httpx.Response:
    with served.client(token) as client:
        return client.post(path, **more)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sources",
        "/key-results/recognized_expert.connections",
        "/key-results/local_community.mentions",
        "/docs",
        "/login",
    ],
)
def test_every_page_stands_by_itself(served: Served, path: str) -> None:
    page = get(served, path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert "<script>" not in page.text
    assert "style=" not in page.text
    for asset in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", page.text):
        assert get(served, asset).status_code == 200


def test_the_page_shows_each_objective_with_words_for_its_states(served: Served) -> None:
    page = get(served, "/").text
    assert "Become a recognized expert" in page
    for words in ("on track", "at risk", "off track", "achieved", "no data"):
        assert words in page


def test_a_key_result_that_does_not_exist_is_a_404_with_a_suggestion(served: Served) -> None:
    answer = get(served, "/api/v1/key-results/recognized_expert.conections")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 404
    assert "recognized_expert.connections" in problem["detail"]


def test_lists_are_paged_to_their_end(served: Served) -> None:
    names: list[str] = []
    url: str | None = "/api/v1/key-results?limit=5"
    while url:
        page = get(served, url).json()
        names += [one["name"] for one in page["items"]]
        url = page["next"]
    assert len(names) == len(set(names)) == 12
    assert get(served, "/api/v1/key-results?limit=1001").status_code == 422
    assert get(served, "/api/v1/key-results?limit=0").status_code == 422


def test_runs_and_measurements_are_paged_to_their_end(served: Served) -> None:
    for path in ("runs?limit=3", "signals/followers.x/measurements?limit=7"):
        seen: list[str] = []
        url: str | None = f"/api/v1/{path}"
        while url:
            page = get(served, url).json()
            seen += [str(one) for one in page["items"]]
            url = page["next"]
        assert len(seen) == len(set(seen)) >= 7


def test_the_api_shows_any_time(served: Served) -> None:
    now = get(served, "/api/v1/key-results/recognized_expert.connections").json()
    start = now["period"]["start"][:10]
    then = get(served, f"/api/v1/key-results/recognized_expert.connections?at={start}").json()
    assert then["value"] < now["value"]
    assert get(served, "/api/v1/objectives?at=tomorrow").status_code == 422
    assert get(served, "/api/v1/objectives", params={"known_at": "1999-01-01"}).status_code == 200


def test_the_openapi_description_names_every_path_of_the_contract(served: Served) -> None:
    paths = get(served, "/openapi.json").json()["paths"]
    for path in (
        "objectives", "key-results", "key-results/{name}", "key-results/{name}/history", "key-results/{name}/log",
        "sources", "runs", "signals", "signals/{name}/measurements", "measurements", "sources/{source}/pull",
        "key-results/{name}/notes", "key-results/{name}/tactics", "signals/{name}/measurements/{key}/accept",
        "signals/{name}/measurements/{key}/reject",
    ):  # fmt: skip
        assert f"/api/v1/{path}" in paths


def test_tactics_are_told_with_rates_interval_and_verdict(served: Served) -> None:
    [found] = get(served, "/api/v1/key-results/fit.friends/tactics").json()["items"]
    assert (found["id"], found["ended"], found["verdict"], found["per"]) == ("intervals", None, "working", "week")
    assert found["during"] - found["before"] == pytest.approx(found["difference"])
    assert 0 < found["low"] < found["difference"] < found["high"]
    assert found["beyond_trend"]["low"] > 0
    assert (found["needed"], found["unit"], found["weeks_during"] > 4) == (None, None, True)
    started = found["started"]
    [then] = get(served, f"/api/v1/key-results/fit.friends/tactics?at={started}").json()["items"]
    assert (then["verdict"], then["difference"], then["low"]) == ("too early to say", None, None)
    assert then["needed"].startswith("4 weeks more, until ")
    assert get(served, "/api/v1/key-results/recognized_expert.talks/tactics").json() == {"items": [], "next": None}
    assert get(served, "/api/v1/key-results/fit.friend/tactics").status_code == 404
    assert get(served, "/api/v1/key-results/fit.friends/tactics?known_at=soon").status_code == 422


def test_the_page_of_a_key_result_shows_its_tactics(served: Served) -> None:
    page = get(served, "/key-results/fit.friends").text
    assert "<h2>Tactics</h2>" in page
    assert "Intervals on Wednesdays, together" in page
    assert "working" in page
    assert "<h2>Tactics</h2>" not in get(served, "/key-results/recognized_expert.talks").text


def test_measurements_are_posted_once(served: Served) -> None:
    items = [
        {"signal": "notebook.mentions", "value": 2, "key": "city news", "observed_at": "2026-01-05T10:00:00+01:00"}
    ]
    first, second = (post(served, "/api/v1/measurements", json=items) for _ in range(2))
    assert (first.status_code, first.json()) == (200, [{"key": "city news", "result": "created"}])
    assert second.json() == [{"key": "city news", "result": "duplicate"}]
    items[0]["value"] = 3
    assert post(served, "/api/v1/measurements", json=items).json()[0]["result"] == "revised"
    [kept] = get(served, "/api/v1/signals/notebook.mentions/measurements?start=2026-01-05&end=2026-01-06").json()[
        "items"
    ]
    assert (kept["value"], kept["revision"], kept["observed_at"]) == (3, 1, "2026-01-05T09:00:00Z")


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"[", 400, "JSON"),
        (b"{}", 422, "list"),
        (b'[{"signal": "notebook.mentions", "value": NaN, "key": "a"}]', 400, "NaN"),
        (b'[{"signal": "notebook.mentions", "value": 1e400, "key": "a"}]', 400, ""),
        (b'[{"signal": "notebook.mentions", "value": true, "key": "a"}]', 422, "value"),
        (b'[{"signal": "notebook.mentions", "value": "1", "key": "a"}]', 422, "value"),
        (b'[{"signal": "notebook.mentions", "value": 1}]', 422, "key"),
        (b'[{"signal": "notebook.nothing", "value": 1, "key": "a"}]', 422, "no signal"),
        (
            b'[{"signal": "notebook.mentions", "value": 1, "key": "a", "observed_at": "2026-01-05T10:00:00"}]',
            422,
            "offset",
        ),
        (b'[{"signal": "notebook.mentions", "value": 1, "key": "a", "when": "now"}]', 422, "when"),
        (b'[{"signal": "notebook.mentions", "value": 1, "key": "a", "key": "b"}]', 400, "key"),
        (b"[" * 100_000, 400, ""),
        (b'["' + b"x" * (9 * 2**20) + b'"]', 413, "MiB"),
    ],
)
def test_a_bad_post_stores_nothing_and_says_why(served: Served, body: bytes, status: int, told: str) -> None:
    before = get(served, "/api/v1/signals/notebook.mentions/measurements").json()
    answer = post(served, "/api/v1/measurements", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text
    assert get(served, "/api/v1/signals/notebook.mentions/measurements").json() == before


def test_each_bad_item_of_a_list_is_named_and_the_good_ones_are_not_stored(served: Served) -> None:
    items = [
        {"signal": "notebook.mentions", "value": 1, "key": "good"},
        {"signal": "notebook.mentions", "value": "x", "key": "bad"},
        {"signal": "nobody.knows", "value": 1, "key": "bad"},
    ]
    answer = post(served, "/api/v1/measurements", json=items)
    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert "#/1" in pointers
    kept = get(served, "/api/v1/signals/notebook.mentions/measurements").json()["items"]
    assert not any(one["key"] == "good" for one in kept)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"signal": "notebook.mentions", "value": "5", "key": "k"}, "value: Input should be a number"),
        ({"signal": "notebook.mentions", "value": True, "key": "k"}, "value: Input should be a number"),
        ({"signal": "notebook.mentions", "value": None, "key": "k"}, "value: Input should be a number"),
        ({"signal": "notebook.mentions", "key": "k"}, "value: is missing"),
        ({"signal": "notebook.mentions", "value": 1, "key": "k", "valeu": 2}, "valeu: unknown key"),
        (["notebook.mentions", 1], "should be an object"),
        ("notebook.mentions", "should be an object"),
    ],
)
def test_one_mistake_in_a_list_is_told_once_and_in_words(served: Served, item: object, told: str) -> None:
    answer = post(served, "/api/v1/measurements", json=[item]).json()
    assert answer["detail"].startswith("1 of the measurements cannot be taken")
    [error] = answer["errors"]
    assert error["pointer"] == "#/0"
    assert error["detail"].startswith(told)


def test_a_pull_is_asked_for_and_answered_with_its_run(served: Served) -> None:
    run = post(served, "/api/v1/sources/calendar/pull").json()
    assert (run["source"], run["outcome"]) == ("calendar", "ok")
    assert post(served, "/api/v1/sources/nobody/pull").status_code == 404
    assert post(served, "/api/v1/sources/notebook/pull").status_code == 404


def test_a_note_is_in_the_log(served: Served) -> None:
    name = "recognized_expert.talks"
    assert post(served, f"/api/v1/key-results/{name}/notes", json={"text": "<b>called five</b>"}).status_code == 201
    log = get(served, f"/api/v1/key-results/{name}/log").json()["items"]
    assert any("called five" in one["text"] for one in log)
    assert "<b>called five" not in get(served, f"/key-results/{name}").text
    assert post(served, f"/api/v1/key-results/{name}/notes", json={"text": ""}).status_code == 422


def test_without_the_token_nothing_is_written(served: Served) -> None:
    for path in ("/api/v1/measurements", "/api/v1/sources/calendar/pull", "/-/reload"):
        answer = post(served, path, token=None, json=[])
        assert answer.status_code == 401
        assert TOKEN not in answer.text
        assert post(served, path, token="wrong", json=[]).status_code == 401


def test_a_foreign_host_name_is_not_answered(served: Served) -> None:
    for path in ("/", "/api/v1/objectives", "/metrics", "/-/healthy"):
        assert get(served, path, headers={"Host": "evil.example"}).status_code == 421


def test_people_log_in_with_the_token_and_the_cookie_writes_from_our_own_origin_only(served: Served) -> None:
    with served.client(None) as client:
        assert client.post("/login", data={"token": "wrong"}).status_code == 401
        answer = client.post("/login", data={"token": TOKEN})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert TOKEN not in cookie
        assert client.post("/api/v1/sources/calendar/pull", headers={"Origin": served.url}).status_code == 200
        assert (
            client.post("/api/v1/sources/calendar/pull", headers={"Origin": "http://evil.example"}).status_code == 403
        )
        assert client.post("/api/v1/sources/calendar/pull").status_code == 403


def test_metrics_in_both_formats_pass_promtool(served: Served) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: apt install prometheus")
    text = get(served, "/metrics").content
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    form = get(served, "/metrics", headers={"Accept": "application/openmetrics-text"})
    assert form.headers["content-type"].startswith("application/openmetrics-text")
    assert form.text.endswith("# EOF\n")


def test_what_was_pulled_is_counted_and_no_number_is_nan(served: Served) -> None:
    post(served, "/api/v1/sources/calendar/pull")
    text = get(served, "/metrics").text
    assert re.search(r'^okr_source_pulls_total\{source="calendar"\} [1-9]', text, re.MULTILINE)
    assert 'okr_source_up{connector="calendar",source="calendar"} 1.0' in text
    assert "NaN" not in text
    assert not re.search(r"^okr_key_result_progress_ratio\{key_result=\"mentions\"", text, re.MULTILINE)


def test_a_bad_reload_is_refused_and_the_last_good_configuration_runs_on(own: Served) -> None:
    good = (own.home / "okr.yaml").read_text()
    (own.home / "okr.yaml").write_text(good.replace("connector: calendar", "connector: calender"))
    answer = post(own, "/-/reload")
    assert answer.status_code == 422
    assert "did you mean" in answer.text
    assert "okr_config_last_reload_successful 0.0" in get(own, "/metrics").text
    assert "last good one runs on" in get(own, "/").text
    (own.home / "okr.yaml").write_text(good.replace("Enjoy running again", "Enjoy running at last"))
    assert post(own, "/-/reload").json() == {"successful": True}
    assert "Enjoy running at last" in get(own, "/").text


def test_a_second_service_on_the_same_database_is_refused(own: Served) -> None:
    other = own.home / "other"
    other.mkdir()
    text = (own.home / "okr.yaml").read_text()
    port = free_port()
    own_port = own.url.rpartition(":")[2]
    text = re.sub(r"(?m)^( *)path: ", r"\1path: ../", text).replace(f":{own_port}", f":{port}")
    (other / "okr.yaml").write_text(re.sub(r"(?m)^database: .*", f"database: sqlite:///{own.home / 'okr.db'}", text))
    (other / ".env").write_text(f"OKR_TOKEN={TOKEN}\n")
    done = Terminal(other).run("serve")
    assert done.returncode == 1
    assert str(own.process.pid) in done.stderr
    taken = Terminal(own.home).run("serve")
    assert taken.returncode == 2
    assert "cannot listen" in taken.stderr


def test_a_configuration_that_others_could_reach_needs_a_token(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.good("init", "--demo", ".")
    text = (tmp_path / "okr.yaml").read_text()
    (tmp_path / "okr.yaml").write_text(text.replace("127.0.0.1:8321", "0.0.0.0:8321"))
    done = terminal.run("serve")
    assert done.returncode == 2
    assert "token" in done.stderr


def test_an_implausible_event_waits_until_it_is_accepted_or_rejected(own: Served) -> None:
    text = (own.home / "okr.yaml").read_text()
    (own.home / "okr.yaml").write_text(text.replace("      mentions:\n", "      mentions:\n        max_step: 5\n", 1))
    assert post(own, "/-/reload").json() == {"successful": True}
    base = "/api/v1/signals/notebook.mentions/measurements"
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    items = [{"signal": "notebook.mentions", "value": 50, "key": key, "observed_at": at} for key in ("a/b c", "2")]
    assert [one["result"] for one in post(own, "/api/v1/measurements", json=items).json()] == ["created"] * 2
    assert [(one["key"], one["quarantined"]) for one in get(own, base).json()["items"]] == [
        ("2", True),
        ("a/b c", True),
    ]
    metrics = 'okr_signal_quarantined{signal="mentions",source="notebook"} '
    assert soon(own, "/metrics", metrics + "2.0")
    for page in ("/", "/sources", "/key-results/local_community.mentions"):
        assert soon(own, page, "2 implausible readings of notebook.mentions wait: the first is 50 on")
    assert post(own, f"{base}/a/b%20c/accept", None).status_code == 401
    accepted = post(own, f"{base}/a%2Fb%20c/accept")
    assert accepted.status_code == 200
    decided = accepted.json()
    assert (decided["key"], decided["value"], decided["accepted"], decided["released"]) == ("a/b c", 50, True, 0)
    refused = post(own, f"{base}/a/b%20c/accept")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    assert "it was accepted; what waits: 2" in refused.json()["detail"]
    assert post(own, "/api/v1/signals/notebook.nothing/measurements/2/reject").status_code == 404
    assert post(own, f"{base}/2/reject").json()["accepted"] is False
    assert soon(own, "/metrics", metrics + "0.0")
    assert soon(own, "/metrics", 'okr_signal_events{signal="mentions",source="notebook"} 50.0')
    assert [(one["key"], one["quarantined"]) for one in get(own, base).json()["items"]] == [("a/b c", False)]


def soon(served: Served, path: str, told: str) -> bool:
    """Whether a page says something, before long."""
    with served.client() as client:
        for _ in range(100):
            if told in client.get(path).text:
                return True
            time.sleep(0.05)
    return False


def test_what_was_acknowledged_survives_kill_9(own: Served) -> None:
    items = [
        {"signal": "notebook.mentions", "value": 1, "key": f"n{n}", "observed_at": "2026-01-05T10:00:00Z"}
        for n in range(500)
    ]
    assert post(own, "/api/v1/measurements", json=items).status_code == 200
    own.process.kill()
    own.process.wait(10)
    kept = Terminal(own.home).good("history", "notebook.mentions", "--csv").splitlines()
    assert len(kept) == 501


def test_what_is_recorded_beside_the_service_is_soon_shown(own: Served) -> None:
    Terminal(own.home).good("record", "notebook.mentions", "1", "--key", "a")
    with own.client() as client:
        for _ in range(100):
            if 'okr_signal_events{signal="mentions",source="notebook"} 1.0' in client.get("/metrics").text:
                return
    raise AssertionError("it was not shown")

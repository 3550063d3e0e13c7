"""The whole way of an alert: `okr serve`, Prometheus with our rules, Alertmanager, and somebody who is told."""

from pathlib import Path
from typing import Any

import httpx

from tests.deploy.watched import hurried_alertmanager, hurried_prometheus, served_demo
from tests.face.conftest import Served
from tests.servers.prometheus import alertmanager, query, scraping, told, wait_for

Identity = tuple[str, str, str]
"""Name, objective, key result of an alert."""
FIRING = {"OkrKeyResultOffTrack", "OkrObjectiveUncovered", "OkrSourceFailing", "OkrCredentialExpiring"}
"""What is to be told of the demo and of the two sources."""


def test_somebody_is_told_and_the_alerts_stay_when_the_service_is_gone(tmp_path: Path) -> None:
    with served_demo(tmp_path / "okr") as served, told() as (receiver, alerts):
        hurried_alertmanager(tmp_path, receiver)
        with alertmanager(tmp_path) as managing:
            hurried_prometheus(tmp_path, served, managing)
            with scraping(tmp_path) as url:
                off_track = is_told_of_what_is_off_track(served, url, alerts)
                firing = FIRING | unlikely(served)
                wait_for(lambda: names(alerts) >= firing, lambda: names(alerts))
                assert names(but_missing(alerts)) == firing

                (served.home / "okr.yaml").write_text("timezone: nowhere\n")
                wait_for(lambda: "OkrReloadFailed" in names(alerts), lambda: names(alerts))

                assert served.stop() == 0
                wait_for(lambda: not query(url, "okr_key_result_status"))
                wait_for(lambda: "OkrServiceMissing" in names(alerts), lambda: names(alerts))
                active = httpx.get(f"{managing}/api/v2/alerts", trust_env=False).json()
                assert names(active) == firing | {"OkrReloadFailed", "OkrServiceMissing"}
                assert {identity(one) for one in active} >= off_track
                assert {one["status"] for one in but_missing(alerts)} == {"firing"}


def is_told_of_what_is_off_track(served: Served, url: str, alerts: list[dict[str, Any]]) -> set[Identity]:
    """Each key result that is off track, with its team and a link that leads there; and no other one."""
    with served.client() as client:
        teams = {one["id"]: one["owner"] for one in client.get("/api/v1/objectives").json()["items"]}
        listed = client.get("/api/v1/key-results").json()["items"]
        wanted = {("OkrKeyResultOffTrack", *one["name"].split(".")) for one in listed if one["status"] == "off_track"}
        assert wanted
        wait_for(lambda: wanted <= {identity(one) for one in alerts}, lambda: names(alerts))
        heard = [one for one in alerts if one["labels"]["alertname"] == "OkrKeyResultOffTrack"]
        assert {identity(one) for one in heard} == wanted
        for one in heard:
            _, objective, key_result = identity(one)
            assert one["labels"]["team"] == teams[objective]
            assert "okr_url" not in one["labels"]
            assert one["annotations"]["url"] == f"{served.url}/key-results/{objective}.{key_result}"
            assert client.get(one["annotations"]["url"]).status_code == 200
    assert len(query(url, 'okr_key_result_status{status="off_track"} == 1')) == len(wanted)
    return wanted


def unlikely(served: Served) -> set[str]:
    """What is told where a key result that goes on has hardly a chance: it depends on the day of the demo's story."""
    with served.client() as client:
        listed = client.get("/api/v1/key-results").json()["items"]
    running = [one["forecast"] for one in listed if one["status"] in {"on_track", "at_risk", "off_track"}]
    return {"OkrKeyResultUnlikely"} if any(one and one["probability"] < 0.3 for one in running) else set()


def names(alerts: list[dict[str, Any]]) -> set[str]:
    return {one["labels"]["alertname"] for one in alerts}


def but_missing(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what a slow machine may say in between: that a scrape or two came late."""
    return [one for one in alerts if one["labels"]["alertname"] != "OkrServiceMissing"]


def identity(alert: dict[str, Any]) -> Identity:
    labels = alert["labels"]
    return labels["alertname"], labels.get("objective", ""), labels.get("key_result", "")

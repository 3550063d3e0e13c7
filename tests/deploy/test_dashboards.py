"""The dashboards: well formed, and each of their questions is answered of the demo by a real Prometheus.

No Grafana can be had where this is built, so that nobody has looked at them in one.
"""

import itertools
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.face.metrics.families import ALL
from tests.deploy.watched import DEPLOY, hurried_prometheus, read, served_demo
from tests.servers.prometheus import query, scraping, wait_for

BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((DEPLOY / "grafana" / "dashboards").iterdir())}
CHOSEN = {
    "$job": "okr",
    "$team": ".*",
    "$source": ".*",
    "$objective": "newsletter",
    "$key_result": "subscribers",
    "$__rate_interval": "1m",
}
"""What somebody who looks at them chose."""
SCRAPED = {one.name for one in ALL}
LATER = {"okr_key_result_success_probability"} - SCRAPED
"""Named by the contract; it is scraped once there is a forecast, and then it is asked for here."""
each_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS.keys())


def expressions(board: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def metrics(text: str) -> set[str]:
    return set(re.findall(r"\bokr_[a-z_]+", text))


@each_board
def test_the_panels_have_ids_of_their_own_and_lie_side_by_side(board: dict[str, Any]) -> None:
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (column, row)
        for place in (panel["gridPos"] for panel in panels)
        for column, row in itertools.product(
            range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        )
    ]
    assert len(set(taken)) == len(taken)
    assert max(column for column, _ in taken) == 23


@each_board
def test_the_panels_are_of_kinds_that_grafana_11_has_and_ask_the_chosen_prometheus(board: dict[str, Any]) -> None:
    assert board["schemaVersion"] == 41
    assert board["uid"] in BOARDS
    for panel in board["panels"]:
        assert panel["type"] in ("stat", "bargauge", "table", "timeseries", "state-timeline")
        assert panel["title"]
        references = [target["refId"] for target in panel["targets"]]
        assert references
        assert len(set(references)) == len(references)
        for asked in (panel, *panel["targets"]):
            assert asked["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@each_board
def test_a_board_names_only_variables_that_it_has_and_metrics_that_there_are(board: dict[str, Any]) -> None:
    variables = {one["name"] for one in board["templating"]["list"]}
    text = json.dumps(board["panels"])
    named = set(re.findall(r"\$(\w+)", text)) | set(re.findall(r"\$\{(\w+)(?::\w+)?\}", text))
    assert {name for name in named if not name.startswith("__")} <= variables
    parts = {f"{one.name}_bucket" for one in ALL if one.kind == "histogram"}
    assert metrics(" ".join(expressions(board))) <= SCRAPED | parts | LATER


def test_the_overview_leads_to_the_board_of_a_key_result() -> None:
    links = re.findall(r'"url": "([^"]*)"', json.dumps(BOARDS["okr-objectives"]["panels"]))
    [(uid, asked)] = [re.fullmatch(r"/d/([\w-]+)/\?(.*)", link).groups() for link in links]
    wanted = {one["name"] for one in BOARDS[uid]["templating"]["list"]}
    given = set(re.findall(r"var-(\w+)=", asked)) | set(re.findall(r"\{(\w+):queryparam\}", asked))
    assert given == wanted
    for board in BOARDS.values():
        [link] = board["links"]
        assert set(link["tags"]) <= set(board["tags"])


def test_what_is_provisioned_is_there() -> None:
    [provider] = read("grafana", "provisioning", "dashboards", "okr.yml")["providers"]
    assert provider["type"] == "file"
    [source] = read("grafana", "provisioning", "datasources", "okr.yml")["datasources"]
    assert source["type"] == "prometheus"


def test_a_real_prometheus_answers_each_of_them_with_the_numbers_of_the_demo(tmp_path: Path) -> None:
    with served_demo(tmp_path / "okr") as served:
        hurried_prometheus(tmp_path, served)
        with scraping(tmp_path) as url:
            wait_for(lambda: query(url, "okr_source_pull_duration_seconds_count"))
            with served.client() as client:  # what happened between two scrapes has a rate
                assert client.post("/api/v1/sources/newsletter/pull").is_success

            open_ones = {chosen(expression) for board in BOARDS.values() for expression in expressions(board)}
            open_ones |= {chosen(expression) for board in BOARDS.values() for expression in choices(board)}
            unanswerable = {expression for expression in open_ones if metrics(expression) & LATER}
            assert all(query(url, expression) == [] for expression in unanswerable)
            open_ones -= unanswerable
            assert len(open_ones) > 50

            def answered() -> bool:
                open_ones.difference_update([one for one in open_ones if has_numbers(query(url, one))])
                return not open_ones

            wait_for(answered, lambda: open_ones)


def chosen(expression: str) -> str:
    for variable, value in CHOSEN.items():
        expression = re.sub(re.escape(variable) + r"\b", value, expression)
    assert "$" not in expression
    return expression


def choices(board: dict[str, Any]) -> list[str]:
    """What the variables ask for, as an expression."""
    asked = [one["query"]["query"] for one in board["templating"]["list"] if one["type"] == "query"]
    found = [re.fullmatch(r"label_values\((.+), (\w+)\)", each).groups() for each in asked]
    return [f"count by ({label}) ({series})" for series, label in found]


def has_numbers(found: list[dict[str, Any]]) -> bool:
    return any(not math.isnan(float(one["value"][1])) for one in found)

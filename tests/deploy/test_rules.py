"""The rules that we ship: what each does is said by promtool's own tests, which lie beside them."""

import re
import subprocess
from pathlib import Path

import pytest

from ingest.face.metrics.families import ALL
from tests.deploy.watched import DEPLOY, read
from tests.servers.prometheus import program

FOLDER = DEPLOY / "prometheus"
TESTS = sorted(path.name for path in FOLDER.glob("*.test.yml"))
RULES = [rule for group in read("prometheus", "okr.rules.yml")["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]
FORECAST = "okr_key_result_success_probability"
"""Named by the contract; it is scraped once there is a forecast."""


@pytest.mark.parametrize("name", TESTS)
def test_each_rule_does_what_its_cases_say(name: str) -> None:
    done = subprocess.run([program("promtool"), "test", "rules", FOLDER / name], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or done.stdout


@pytest.mark.parametrize("alert", [rule["alert"] for rule in ALERTS])
def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(alert: str) -> None:
    cases = [
        bool(case["exp_alerts"])
        for name in TESTS
        for group in read("prometheus", name)["tests"]
        for case in group.get("alert_rule_test", ())
        if case["alertname"] == alert
    ]
    assert set(cases) == {True, False}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_each_alert_says_how_bad_it_is_what_to_do_and_where_to_look(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in ("info", "warning")
    assert set(rule["annotations"]) == {"summary", "description", "url"}


def test_the_rules_name_only_what_is_scraped_or_recorded() -> None:
    scraped = {one.name for one in ALL} | {FORECAST}
    scraped |= {f"{one.name}_{part}" for one in ALL if one.kind == "histogram" for part in ("bucket", "count", "sum")}
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    texts = [rule["expr"] for rule in RULES]
    assert set(re.findall(r"\bokr_[a-z_]+", " ".join(texts))) <= scraped
    assert set(re.findall(r"\bokr:[a-z0-9_:]+", " ".join(texts))) == recorded


@pytest.mark.parametrize(
    ("command", "package", "words"),
    [
        ("promtool", "prometheus", ("check", "config", FOLDER / "prometheus.yml")),
        ("amtool", "prometheus-alertmanager", ("check-config", FOLDER / "alertmanager.yml")),
    ],
)
def test_the_configuration_that_we_ship_is_one(command: str, package: str, words: tuple[str | Path, ...]) -> None:
    done = subprocess.run([program(command, package), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

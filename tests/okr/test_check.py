"""What does not go together in a key result."""

from typing import Any

import pytest

from ingest.okr.check import faults, objective_faults, warnings
from ingest.okr.expression import Number
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.signal import Kind
from tests.okr.tables import day, key_result

LEVEL = {"kind": Kind.LEVEL}


@pytest.mark.parametrize(
    ("value", "target", "more", "field", "cure"),
    [
        ("a.b", "+10% per month", {"baseline": 5.0}, "baseline", "leave it out"),
        ("a.b", "stay >= 5", {"baseline": day("2026-02-01"), **LEVEL}, "baseline", "leave it out"),
        ("a.b", "stay >= 5", {"take": "best", **LEVEL}, "take", "leave it out"),
        ("a.b", "learn", {"take": "best", **LEVEL}, "take", "write a target to reach"),
        ("a.b", "5", {"take": "best"}, "take", "levels alone"),
        ("a.b / c.d", "5", {"take": "best", "kind": {"a.b": Kind.LEVEL, "c.d": Kind.EVENTS}}, "take", "levels alone"),
        ("a.b", "5", {"baseline": day("2026-01-01")}, "baseline", "levels alone: write a number"),
        ("a.b", "5", {"baseline": day("2027-01-01"), **LEVEL}, "baseline", "a day up to 2026-12-31"),
        ("a.b", "5", {"baseline": float("inf")}, "baseline", "finite"),
        ("a.b", "+10% per month", {"milestones": ((day("2026-06-30"), 0.4),)}, "milestones", "leave them out"),
        ("a.b", "stay <= 5", {"milestones": ((day("2026-06-30"), 0.4),)}, "milestones", "leave them out"),
        ("a.b", "learn", {"milestones": ((day("2026-06-30"), 0.4),)}, "milestones", "leave them out"),
        ("a.b", "<= 5", {"milestones": ((day("2026-06-30"), 0.4),)}, "milestones", "leave them out"),
        ("a.b", "-50%", {"milestones": ((day("2026-06-30"), 0.4),)}, "milestones", "leave them out"),
        ("a.b", "5", {"milestones": ((day("2025-12-31"), 0.4),)}, "milestones", "from 2026-01-01"),
        ("a.b", "5", {"milestones": ((day("2027-01-01"), 0.4),)}, "milestones", "outside 2026"),
        ("a.b", "5", {"milestones": ((day("2026-12-31"), 1.0),)}, "milestones", "the last day"),
        ("a.b", "5", {"milestones": ((day("2026-03-01"), 1.4),)}, "milestones", "0% to 100%"),
        ("a.b", "5", {"milestones": ((day("2026-03-01"), -0.1),)}, "milestones", "0% to 100%"),
        (
            *("a.b", "5", {"milestones": ((day("2026-03-01"), 0.4), (day("2026-06-01"), 0.3))}),
            *("milestones", "asks for less than 2026-03-01"),
        ),
        (
            "a.b",
            "stay >= 5 per quarter",
            {"period": "2026-02"},
            "target",
            "no whole calendar quarter lies inside 2026-02",
        ),
        ("a.b", "+5% per month", {"period": "2026-02-02..2026-03-30"}, "target", "a longer period"),
        ("a.b", "5", {"weight": -1.0}, "weight", "0 or more"),
        ("a.b", "5", {"weight": float("nan")}, "weight", "0 or more"),
    ],
)
def test_what_does_not_go_together_is_refused(
    value: str, target: str, more: dict[str, Any], field: str, cure: str
) -> None:
    found = faults(key_result(value, target, **more))
    assert [name for name, _ in found] == [field]
    assert cure in found[0][1]


@pytest.mark.parametrize(
    ("value", "target", "more"),
    [
        ("a.b", "5", {}),
        ("a.b", "5", {"baseline": 12.0, "weight": 0.0}),
        ("a.b", "5", {"baseline": day("2025-12-01"), **LEVEL}),
        ("a.b", "45", {"take": "best", "baseline": 52.0, **LEVEL}),
        ("a.b", "+20%", {"take": "best", **LEVEL}),
        ("a.b", "5", {"milestones": ((day("2026-01-01"), 0.0), (day("2026-06-01"), 0.4), (day("2026-12-30"), 0.4))}),
        ("a.b", "<= 5", {"milestones": ((day("2026-06-01"), 0.4),), **LEVEL}),
        ("a.b", "learn", {"baseline": 3.0}),
        ("a.b", "stay >= 5 per week", {"period": "2026-02-02..2026-02-08"}),
        ("a.b", "+5% per month", {"period": "2026-01-15..2026-03-02"}),
    ],
)
def test_what_goes_together_is_not_refused(value: str, target: str, more: dict[str, Any]) -> None:
    assert faults(key_result(value, target, **more)) == []


def test_a_value_names_a_signal() -> None:
    one = key_result("a.b", "5")
    alone = KeyResult("o.k", "", Number(5), "5", one.target, "5", one.period, {})
    assert [field for field, _ in faults(alone)] == ["value"]


def test_all_faults_are_told_at_once() -> None:
    one = key_result("a.b", "stay >= 5", baseline=3.0, take="best", weight=-1.0)
    assert [field for field, _ in faults(one)] == ["baseline", "take", "weight"]


@pytest.mark.parametrize(
    ("value", "target", "more", "words"),
    [
        ("a.b", "20%", {}, "did you mean +20%?"),
        ("a.b / c.d", "20%", {}, None),
        ("1 - a.b / c.d", "20%", {}, None),
        ("a.b", ">= 20%", {}, None),
        ("a.b", "+20%", {}, None),
        ("a.b", "+20%", {"baseline": 0.0}, "give a number"),
        ("a.b", "+20%", {"baseline": 5.0}, None),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(
    value: str, target: str, more: dict[str, Any], words: str | None
) -> None:
    found = warnings(key_result(value, target, **more))
    assert [field for field, _ in found] == ([] if words is None else ["target"])
    assert words is None or words in found[0][1]


@pytest.mark.parametrize(("weights", "refused"), [([0.0, 0.0], True), ([0.0, 1.0], False), ([1.0], False)])
def test_an_objective_has_a_weight_above_zero(weights: list[float], refused: bool) -> None:
    parts = tuple(key_result("a.b", "5", weight=weight) for weight in weights)
    objective = Objective("o", "", parts[0].period, parts)
    assert bool(objective_faults(objective)) is refused

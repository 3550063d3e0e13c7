"""What is said of customers, sources, periods, baselines and forecasts."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from ingest.okr.expression import parse_expression, signals_of
from ingest.okr.forecast import Forecast
from ingest.okr.lint.case import Case, Origin
from ingest.okr.lint.lint import lint
from ingest.okr.lint.rule import RULES, Finding
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.period import parse_period
from ingest.okr.score import Score, Status
from ingest.okr.signal import Kind
from ingest.okr.target import parse_target

QUARTER = parse_period("2026-Q2", ZoneInfo("Europe/Berlin"))
SCORE = Score(
    value=110.0,
    baseline=100.0,
    target=120.0,
    raw_progress=0.5,
    progress=0.5,
    expected=0.5,
    pace=1.0,
    status=Status.ON_TRACK,
    reason=None,
    last_known_status=None,
    measured_at=None,
    days_ahead=None,
    due=None,
    final=False,
)


def key_result(
    value: str = "a.x",
    target: str = "120",
    kind: Kind = Kind.LEVEL,
    customer: str | None = "readers",
    title: str = "20 more readers",
    unit: str | None = "people",
) -> KeyResult:
    expression = parse_expression(value)
    return KeyResult(
        name="o.k",
        title=title,
        value=expression,
        value_text=value,
        target=parse_target(target),
        target_text=target,
        period=QUARTER,
        kinds=dict.fromkeys(signals_of(expression), kind),
        customer=customer,
        unit=unit,
    )


def objective(*key_results: KeyResult) -> Objective:
    return Objective("o", "Write what people look forward to", QUARTER, key_results, owner="jo")


def case(
    one: KeyResult,
    *,
    elapsed: float = 0.3,
    score: Score = SCORE,
    forecast: float | None = None,
    origins: dict[str, Origin] | None = None,
) -> Case:
    now = QUARTER.start + int((QUARTER.end - QUARTER.start) * elapsed)
    told = None if forecast is None else Forecast(110.0, 105.0, 115.0, forecast)
    apart = {name: Origin(False, number) for number, name in enumerate(one.kinds)}
    return Case(one, objective(one, one), apart if origins is None else origins, score, told, now)


def said(one: Case) -> list[tuple[str, str]]:
    return [(found.rule.id, found.severity) for found in lint([one.objective], [one])]


def test_a_good_key_result_is_left_alone() -> None:
    assert said(case(key_result(), forecast=0.6)) == []


@pytest.mark.parametrize(
    ("one", "rules"),
    [
        (case(key_result(customer=None)), ["no-customer"]),
        (case(key_result(customer="Jo"), origins={"a.x": Origin(True, 0)}), ["own-customer"]),
        (case(key_result(customer="myself"), origins={"a.x": Origin(True, 0)}), ["own-customer"]),
        (case(key_result(customer="Jo"), origins={"a.x": Origin(False, 0)}), []),
        (case(key_result(customer="readers"), origins={"a.x": Origin(True, 0)}), []),
        (case(key_result("a.x + a.y")), []),
        (case(key_result("a.x + b.x"), origins={"a.x": Origin(False, 0), "b.x": Origin(False, 0)}), ["counted-twice"]),
        (case(key_result("a.x - b.x"), origins={"a.x": Origin(False, 0), "b.x": Origin(False, 0)}), []),
        (case(key_result("a.x / b.x"), origins={"a.x": Origin(False, 0), "b.x": Origin(False, 0)}), []),
        (case(key_result("a.x + a.y + a.x")), ["counted-twice"]),
        (case(key_result("(a.x + a.x) / a.y")), ["counted-twice"]),
        (case(key_result("a.x - (a.y - a.x)")), ["counted-twice"]),
        (case(key_result("a.x / (a.x + a.y)")), []),
        (case(key_result(target="90")), ["met-at-start"]),
        (case(key_result(target="<= 130")), ["met-at-start"]),
        (case(key_result(target="<= 90")), []),
        (case(key_result(target="90", kind=Kind.EVENTS)), []),
        (case(key_result(), forecast=0.98), ["certain"]),
        (case(key_result(), forecast=0.97), []),
        (case(key_result(), forecast=0.99, elapsed=0.6), []),
        (case(key_result(), forecast=0.99, score=SCORE._replace(status=Status.ACHIEVED)), []),
        (case(key_result(), forecast=0.02), ["out-of-reach"]),
        (case(key_result(), forecast=0.03), []),
        (case(key_result(), forecast=0.0, elapsed=0.1), []),
        (case(key_result(), forecast=0.0, score=SCORE._replace(final=True)), []),
        (case(key_result(target="+10% per month"), forecast=0.0), []),
        (case(key_result(title="Read 10 books")), ["task"]),
        (case(key_result(title="20 more readers some day")), ["no-deadline"]),
    ],
)
def test_a_key_result_is_told_what_it_lacks(one: Case, rules: list[str]) -> None:
    target = one.key_result.target_text
    number = float(target.split()[-1]) if target.split()[-1].isdigit() else one.score.target
    moved = one._replace(score=one.score._replace(target=number))
    assert said(moved) == [(rule, "warning") for rule in rules]


def test_a_target_that_is_still_to_be_learnt_is_a_warning_from_the_middle_on() -> None:
    assert said(case(key_result(target="learn"), elapsed=0.4)) == [("no-number", "note")]
    assert said(case(key_result(target="learn"), elapsed=0.5)) == [("no-number", "warning")]


def test_a_target_of_one_is_all_or_nothing() -> None:
    one = case(key_result(target="1", kind=Kind.EVENTS, unit=None))
    assert said(one) == [("yes-no", "note")]


def of(one: Objective) -> list[tuple[str, str]]:
    return [(found.rule.id, found.severity) for found in lint([one], [])]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"scope": "individual"}, [("individual-scope", "warning")]),
        ({"key_results": (key_result(),)}, [("few-key-results", "warning")]),
        ({"key_results": (key_result(),) * 5}, []),
        ({"key_results": (key_result(),) * 6}, [("many-key-results", "warning")]),
        ({"title": "Grow the newsletter by 20%"}, [("objective-number", "warning")]),
        ({"title": "Marketing"}, [("objective-vague", "warning")]),
        ({"period": parse_period("2026", QUARTER.zone)}, [("period-length", "note")]),
        ({"period": parse_period("2026-02", QUARTER.zone)}, []),
        ({"period": parse_period("2026-Q3", QUARTER.zone)}, []),
        ({"period": parse_period("2026-04-01..2026-04-14", QUARTER.zone)}, [("period-length", "warning")]),
        ({"period": parse_period("2026-01-01..2027-12-31", QUARTER.zone)}, [("period-length", "warning")]),
    ],
)
def test_an_objective_is_told_what_it_lacks(change: dict[str, object], rules: list[tuple[str, str]]) -> None:
    assert of(replace(objective(key_result(), key_result()), **change)) == rules  # type: ignore[arg-type]


def test_more_than_five_objectives_of_one_owner_at_a_time_are_too_many() -> None:
    some = [replace(objective(key_result(), key_result()), id=f"o{number}") for number in range(6)]
    assert [found.rule.id for found in lint(some, [])] == ["too-many-objectives"]
    assert list(lint(some[:5], [])) == []
    later = replace(some[5], period=parse_period("2026-Q3", QUARTER.zone))
    assert list(lint([*some[:5], later], [])) == []
    assert list(lint([*some[:5], replace(some[5], owner="mia")], [])) == []


def test_every_rule_says_why_and_how() -> None:
    assert all(name == rule.id and rule.why and rule.how for name, rule in RULES.items())
    assert Finding("", RULES["task"], "x").severity == "warning"

"""Tactics in words."""

from datetime import date

import pytest

from ingest.face.tactic import change, lines, rate, tactic_shape, when
from ingest.okr.objective import Tactic
from ingest.okr.signal import Kind
from ingest.okr.tactic.contrast import Interval
from ingest.okr.tactic.effect import Effect
from ingest.okr.tactic.verdict import Verdict
from tests.okr.tables import key_result

PLAIN = key_result("s.a", "100")
SHARE = key_result("s.a / s.b", "30%", Kind.EVENTS)
TACTIC = Tactic("t", "Tried <b>it</b>", date(2026, 3, 1), date(2026, 5, 31), ("o.k",))


def effect(before: float | None, during: float | None, found: Interval | None, per: str | None = "week") -> Effect:
    return Effect(TACTIC, Verdict.TOO_EARLY, "why", per, 8, 0, before, during, found, found, "more", ("a notice",))


def test_all_of_an_effect_is_told() -> None:
    assert list(lines(effect(2.5, None, Interval(5.25, -1, 1500)), PLAIN)) == [
        "Tried <b>it</b> (2026-03-01 to 2026-05-31): too early to say",
        "  why",
        "  before 2.5 a week (8 weeks), difference +5.25 (90 %: -1 to +1,500)",
        "  beyond the trend +5.25 (90 %: -1 to +1,500)",
        "  needed: more",
        "  a notice",
    ]


@pytest.mark.parametrize(
    ("value", "per", "plain", "share"),
    [
        (None, "week", "–", "–"),
        (0.25, None, "0.25", "25 %"),
        (0.0, "week", "0 a week", "0 % a week"),
        (-0.00042, "week", "-0.00042 a week", "-0.042 % a week"),
        (0.0000042, None, "4.2e-06", "0.00042 %"),
    ],
)
def test_rates_are_in_the_values_own_terms(value: float | None, per: str | None, plain: str, share: str) -> None:
    one = effect(value, None, None, per)
    assert (rate(value, one, PLAIN), rate(value, one, SHARE)) == (plain, share)


def test_what_is_unknown_is_null_or_a_dash() -> None:
    assert change(None, PLAIN) == "–"
    shape = tactic_shape(effect(None, None, None), PLAIN)
    assert (shape["before"], shape["difference"], shape["low"], shape["beyond_trend"]) == (None, None, None, None)
    assert (shape["started"], shape["ended"], shape["notices"]) == ("2026-03-01", "2026-05-31", ["a notice"])


def test_a_tactic_that_goes_on_has_no_last_day() -> None:
    assert when(Tactic("t", "T", date(2026, 3, 1), None, ())) == "since 2026-03-01"

"""Where nothing changes a tactic is called working in 7 of 100 cases at most; where much changes it is seen."""

from math import comb

import pytest

from ingest.okr.tactic.verdict import Verdict
from tests.tactics.families import FAMILIES, Family
from tests.tactics.trial import LENGTHS, SEED, Trial, upper

BAR = 0.07
BARRED = [family for family in FAMILIES if family.barred]


@pytest.mark.parametrize("family", BARRED, ids=lambda family: family.name)
def test_what_changes_nothing_is_seldom_called_working(family: Family) -> None:
    found = [Trial(family, weeks, 1.0).verdicts(120, SEED) for weeks in LENGTHS]
    for verdict in (Verdict.WORKING, Verdict.WORSE):
        assert sum(one[verdict] for one in found) <= BAR * 120 * len(LENGTHS)


@pytest.mark.slow
@pytest.mark.parametrize("family", BARRED, ids=lambda family: family.name)
@pytest.mark.parametrize("weeks", LENGTHS)
def test_of_2500_series_that_do_not_change_7_in_100_at_most_are_called_working(family: Family, weeks: int) -> None:
    found = Trial(family, weeks, 1.0).verdicts(2_500, SEED)
    assert upper(found[Verdict.WORKING], 2_500) <= BAR
    assert upper(found[Verdict.WORSE], 2_500) <= BAR


@pytest.mark.parametrize(
    ("name", "weeks", "factor", "least"),
    [
        ("counts, 10 a week", 12, 2.0, 0.9),
        ("counts, 2 a week", 26, 3.0, 0.8),
        ("amounts, AR(1) from day to day, φ 0.6", 12, 2.0, 0.9),
        ("a level, random walk that rises, read weekly", 26, 3.0, 0.9),
        ("a level whose gain rises steadily, from 10 a week by 0.5", 12, 1.5, 0.6),
        ("a share, 30 % of 5 a week", 26, 2.0, 0.6),
    ],
)
def test_what_changes_much_is_mostly_seen(name: str, weeks: int, factor: float, least: float) -> None:
    family = next(one for one in FAMILIES if one.name == name)
    found = Trial(family, weeks, factor).verdicts(60, SEED)
    assert found[Verdict.WORKING] >= 60 * least
    assert found[Verdict.WORSE] == 0


def test_what_falls_by_half_is_called_worse() -> None:
    found = Trial(FAMILIES[2], 26, 0.4).verdicts(60, SEED)
    assert found[Verdict.WORSE] >= 45
    assert found[Verdict.WORKING] == 0


@pytest.mark.parametrize(("hits", "number"), [(50, 1000), (120, 2500), (7, 360)])
def test_at_the_bound_so_few_are_found_in_one_of_twenty_cases(hits: int, number: int) -> None:
    share = upper(hits, number)
    tail = sum(comb(number, few) * share**few * (1 - share) ** (number - few) for few in range(hits + 1))
    assert tail == pytest.approx(0.05, abs=0.012)

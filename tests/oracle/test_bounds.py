"""Exactly on the bounds of the page, and beside them: the product against the oracle where chance seldom leads."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ingest.okr.expression import SignalName
from ingest.okr.instant import BEGINNING, DAY, FOREVER, SECOND, Instant, from_rfc3339
from ingest.okr.objective import KeyResult
from ingest.okr.period import Period
from ingest.okr.scoring import score
from ingest.okr.signal import Kind, Series
from ingest.okr.target import Change, Hold, Reach, Target
from ingest.okr.unit import Per
from tests.oracle import reckoning
from tests.oracle.agreement import differences

START = from_rfc3339("2026-04-01T00:00:00Z")
HUNDRED_DAYS = Period("2026-04-01..2026-07-09", date(2026, 4, 1), date(2026, 7, 9), ZoneInfo("UTC"))
NEAR = [1.0, 1 - 1e-12, 1 + 1e-12, 1 - 1e-7, 1 + 1e-7]
"""On a bound; beside it within the tolerance; beside it beyond the tolerance."""


def agree(target: Target, series: Series, now: Instant, baseline: float | None = None) -> None:
    value = SignalName("s.s")
    key_result = KeyResult("o.k", "", value, "", target, "", HUNDRED_DAYS, {"s.s": series.kind}, baseline=baseline)
    mine = reckoning.score(key_result, {"s.s": series}, now)
    assert not differences(mine, score(key_result, {"s.s": series}, now))


def level(number: float, covered_until: Instant = FOREVER, stale_after: int | None = None) -> Series:
    return Series(Kind.LEVEL, [START], [number], BEGINNING, covered_until, (), stale_after)


def events(*told: tuple[Instant, float], covered_from: Instant = BEGINNING) -> Series:
    return Series(Kind.EVENTS, [at for at, _ in told], [amount for _, amount in told], covered_from, FOREVER)


@pytest.mark.parametrize("pace", [0.7, 0.9, 1.0, 2.0])
@pytest.mark.parametrize("near", NEAR)
def test_pace(pace: float, near: float) -> None:
    agree(Reach(1.0), level(0.5 * pace * near), START + 50 * DAY, baseline=0.0)


@pytest.mark.parametrize("days", [5, 10, 100])
@pytest.mark.parametrize("nudge", [0, 1, -1, SECOND, -SECOND, DAY // 24])
def test_early_and_late_shares_of_the_time(days: int, nudge: int) -> None:
    agree(Reach(1.0), level(0.01), START + days * DAY + nudge, baseline=0.0)


@pytest.mark.parametrize("near", NEAR)
@pytest.mark.parametrize("target", [Reach(10.0), Reach(10.0, at_most=False), Reach(10.0, at_most=True)])
@pytest.mark.parametrize("baseline", [None, 10.0, 9.0, 11.0, 20.0])
def test_what_is_attained(near: float, target: Target, baseline: float | None) -> None:
    for days in (0, 50, 100):
        agree(target, level(10.0 * near), START + days * DAY, baseline)
        agree(target, events((START, 10.0 * near)), START + days * DAY, baseline)


@pytest.mark.parametrize("near", NEAR)
@pytest.mark.parametrize("hold", [Hold(10.0, None), Hold(None, 10.0), Hold(10.0, 10.0), Hold(10.0, None, Per.DAY)])
def test_what_stays_inside(near: float, hold: Hold) -> None:
    for days in (0, 1, 30, 40, 100):
        agree(hold, level(10.0 * near), START + days * DAY)


@pytest.mark.parametrize("number", [-1.0, -2.0, -5.0, 0.0])
@pytest.mark.parametrize("baseline", [None, -8.0, -2.0, 3.0])
@pytest.mark.parametrize("at_most", [None, True, False])
def test_totals_below_zero(number: float, baseline: float | None, at_most: bool | None) -> None:
    for amount in (-4.0, -2.0, 0.0, 2.0):
        for days in (0, 40, 100):
            agree(Reach(number, at_most), events((START, amount)), START + days * DAY, baseline)


@pytest.mark.parametrize(
    "target", [Change(2.0, relative=False), Change(-2.0, relative=False), Change(0.5, relative=True)]
)
@pytest.mark.parametrize("before", [-6.0, 0.0, 4.0])
def test_changes_of_totals_around_zero(target: Target, before: float) -> None:
    for amount in (-4.0, 0.0, 2.0, 5.0):
        for days in (0, 40, 100):
            agree(target, events((START - DAY, before), (START, amount)), START + days * DAY)


@pytest.mark.parametrize("days", [0, 1, 40, 99, 100, 101])
def test_coverage_that_begins_at_the_moment(days: int) -> None:
    now = START + days * DAY
    for nudge in (-SECOND, 0, SECOND):
        agree(Reach(3.0), events((START, 1.0), (now, 2.0), covered_from=now + nudge), now)


@pytest.mark.parametrize("nudge", [-SECOND, 0, SECOND])
@pytest.mark.parametrize("days", [40, 100, 120])
def test_staleness(nudge: int, days: int) -> None:
    t = START + min(days, 100) * DAY
    for number in (5.0, 10.0):
        series = level(number, covered_until=t - 2 * DAY + nudge, stale_after=2 * DAY)
        agree(Reach(10.0), series, START + days * DAY, baseline=0.0)

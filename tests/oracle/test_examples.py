"""The page checks the oracle: the worked examples of semantics §8, period 2026, UTC, now 1 July 00:00."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.okr.expression import Expression, Operation, SignalName
from ingest.okr.instant import BEGINNING, DAY, FOREVER, Instant, instant
from ingest.okr.objective import KeyResult
from ingest.okr.period import Period
from ingest.okr.score import Score, Status
from ingest.okr.signal import Kind, Series
from ingest.okr.target import Change, Growth, Reach, Target
from ingest.okr.unit import Per
from tests.oracle.case import Case, value
from tests.oracle.reckoning import score

YEAR = Period("2026", date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("UTC"))
F = 181 / 365
A, B, C = SignalName("a.a"), SignalName("a.b"), SignalName("a.c")


def at(year: int, month: int, day: int) -> Instant:
    return instant(datetime(year, month, day, tzinfo=UTC))


JULY = at(2026, 7, 1)


def key_result(value: Expression, kind: Kind, target: Target, period: Period = YEAR, **more: object) -> KeyResult:
    kinds = {name.name: kind for name in (A, B, C)}
    return KeyResult("o.k", "", value, "", target, "", period, kinds, **more)  # type: ignore[arg-type]


def events(*spans: tuple[int, Instant]) -> Series:
    """So many events, one a day from each instant on; everything is covered."""
    times = [start + number * DAY for count, start in spans for number in range(count)]
    return Series(Kind.EVENTS, times, [1.0] * len(times), BEGINNING, FOREVER)


def levels(*readings: tuple[Instant, float]) -> Series:
    return Series(Kind.LEVEL, [time for time, _ in readings], [level for _, level in readings], BEGINNING, FOREVER)


def says(told: Score, status: Status | None, **fields: float | None) -> None:
    assert status is None or told.status is status
    for name, expected in fields.items():
        assert getattr(told, name) == (None if expected is None else pytest.approx(expected, rel=1e-9)), name


def test_twice_as_many_gigs_count_from_the_year_before() -> None:
    gigs = key_result(A, Kind.EVENTS, Change(1.0, relative=True))
    told = score(gigs, {"a.a": events((6, at(2025, 3, 1)), (5, at(2026, 2, 1)))}, JULY)
    says(told, Status.ON_TRACK, baseline=6, target=12, raw_progress=5 / 12, expected=5 / 12)


def test_two_of_five_guest_posts_by_midyear_are_on_track() -> None:
    told = score(key_result(A, Kind.EVENTS, Reach(5.0)), {"a.a": events((2, at(2026, 2, 1)))}, JULY)
    says(told, Status.ON_TRACK, raw_progress=0.4, expected=0.4, due=0)


def test_connections_over_three_networks_are_at_risk() -> None:
    connections = key_result(Operation("+", Operation("+", A, B), C), Kind.LEVEL, Change(0.2, relative=True))
    start = at(2026, 1, 1)
    series = {
        "a.a": levels((start, 500.0), (JULY, 530.0)),
        "a.b": levels((start, 400.0), (JULY, 450.0)),
        "a.c": levels((start, 600.0), (JULY, 650.0)),
    }
    told = score(connections, series, JULY)
    says(told, Status.AT_RISK, target=1800, raw_progress=130 / 300, pace=130 / 300 / F, due=300 * F - 130)
    assert told.pace == pytest.approx(0.874, abs=5e-4)
    assert told.due == pytest.approx(18.8, abs=0.05)


def test_growth_counts_each_closed_month_by_itself() -> None:
    quarter = Period("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), ZoneInfo("UTC"))
    attendees = key_result(A, Kind.EVENTS, Growth(0.1, Per.MONTH), quarter)
    times = [at(2025, 12, 10), at(2026, 1, 10), at(2026, 2, 10)]
    told = score(attendees, {"a.a": Series(Kind.EVENTS, times, [40.0, 46.0, 45.0], BEGINNING, FOREVER)}, at(2026, 3, 1))
    says(told, Status.OFF_TRACK, raw_progress=1 / 3, expected=2 / 3, value=0, baseline=45, target=49.5)


def test_a_share_is_a_reading_and_starts_where_it_was_last_year() -> None:
    share = key_result(Operation("/", A, B), Kind.EVENTS, Reach(0.3, at_most=False))
    series = {
        "a.a": events((5, at(2025, 3, 1)), (5, at(2026, 3, 1))),
        "a.b": events((20, at(2025, 3, 1)), (20, at(2026, 3, 1))),
    }
    says(score(share, series, JULY), Status.OFF_TRACK, baseline=0.25, raw_progress=0)


def test_the_best_run_so_far_counts() -> None:
    runs = key_result(A, Kind.LEVEL, Reach(45.0), take="best", baseline=52.0)
    series = {"a.a": levels((at(2026, 2, 1), 51.0), (at(2026, 3, 1), 49.5), (at(2026, 4, 1), 50.2))}
    says(score(runs, series, JULY), None, value=49.5, raw_progress=2.5 / 7)


def test_an_order_that_is_worth_the_same_has_made_no_progress() -> None:
    order = key_result(Operation("/", A, B), Kind.EVENTS, Change(0.07, relative=True))
    revenue = Series(Kind.EVENTS, [at(2025, 5, 1), at(2026, 5, 1)], [500.0, 500.0], BEGINNING, FOREVER)
    told = score(order, {"a.a": revenue, "a.b": events((10, at(2025, 5, 1)), (10, at(2026, 5, 1)))}, JULY)
    says(told, None, baseline=50, value=50, raw_progress=0)


def test_more_incidents_than_allowed_are_off_track() -> None:
    incidents = key_result(A, Kind.EVENTS, Reach(100.0, at_most=True))
    told = score(incidents, {"a.a": events((105, at(2026, 1, 2)))}, JULY)
    says(told, Status.OFF_TRACK, value=105, expected=1, raw_progress=100 / (105 / F))


def test_a_counter_that_restarts_adds_what_it_has_counted_since() -> None:
    views = key_result(A, Kind.COUNTER, Reach(100.0))
    times = [at(2025, 12, 31), at(2026, 1, 2), at(2026, 1, 3), at(2026, 1, 4)]
    series = {"a.a": Series(Kind.COUNTER, times, [10_000.0, 10_050.0, 10_040.0, 12.0], BEGINNING, FOREVER)}
    assert value(Case(views, series, JULY), None) == 52


def test_a_tenth_more_customers_is_achieved_in_spite_of_rounding() -> None:
    customers = key_result(A, Kind.LEVEL, Change(0.1, relative=True), baseline=110.0)
    told = score(customers, {"a.a": levels((at(2026, 6, 1), 121.0))}, JULY)
    assert 110.0 * (1 + 0.1) > 121.0
    says(told, Status.ACHIEVED, value=121)

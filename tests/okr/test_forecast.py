"""Forecasts in examples. Period 2026 in UTC unless said."""

from math import pi, sin
from random import Random

import pytest

from ingest.okr.forecast import Forecast, NoForecast, forecast
from ingest.okr.instant import BEGINNING, DAY, FOREVER, HOUR
from ingest.okr.signal import Kind, Series
from tests.okr.tables import at, counts, events, key_result, levels, series

MID = at("2026-07-01")
START = at("2026-01-01")
END = at("2027-01-01")


def said(value: str, target: str, now: int = MID, **more: Series) -> Forecast:
    found = tried(value, target, now, **more)
    assert isinstance(found, Forecast), found
    return found


def tried(
    value: str, target: str, now: int = MID, take: str = "last", period: str = "2026", **more: Series
) -> Forecast | NoForecast:
    """Of signals `a.NAME`."""
    data = {f"a.{name}": one for name, one in more.items()}
    kinds = {name: one.kind for name, one in data.items()}
    return forecast(key_result(value, target, kinds, period=period, take=take), data, now)


def daily(kind: Kind, values: list[float], until: int = MID) -> Series:
    times = [until - (len(values) - place) * DAY + 6 * HOUR for place in range(len(values))]
    return Series(kind, times, values, min(times[0] - 6 * HOUR, START), FOREVER)


FIVE = events("2026-01-20", "2026-02-11", "2026-03-30", "2026-04-20", "2026-06-02", covered_from=START)


def test_half_of_the_events_at_half_of_the_time_is_about_an_even_chance() -> None:
    found = said("a.b", "10", b=FIVE)
    assert 0.4 < found.probability < 0.6
    assert found.at_end == pytest.approx(10, abs=0.5)
    assert (found.low, found.high) == (6, 16)


@pytest.mark.parametrize(
    ("target", "least", "most"), [("6", 0.9, 1), ("5", 1, 1), ("20", 0, 0.05), ("<= 4", 0, 0), ("<= 30", 0.97, 1)]
)
def test_a_count_that_is_there_is_certain(target: str, least: float, most: float) -> None:
    assert least <= said("a.b", target, b=FIVE).probability <= most


def test_where_no_event_came_yet_one_may_still_come() -> None:
    found = said("a.b", "1", b=events(covered_from=START))
    assert 0.1 < found.probability < 0.7
    assert (found.at_end, found.low) == (0, 0)
    assert found.high >= 1


def test_a_line_goes_on() -> None:
    rng = Random(4)
    found = said("a.b", ">= 350", b=daily(Kind.LEVEL, [day + rng.gauss(0, 2) for day in range(181)]))
    assert found.at_end == pytest.approx(365, abs=8)
    assert found.probability > 0.9


def test_a_level_that_never_moved_may_still_move() -> None:
    found = said("a.b", ">= 101", b=daily(Kind.LEVEL, [100.0] * 100))
    assert found.at_end == pytest.approx(100)
    assert found.high - found.low > 0.1
    assert 0 < found.probability < 0.5


@pytest.mark.parametrize("outlier", [1e6, -1e6, 0.0])
def test_one_slip_of_a_level_changes_little(outlier: float) -> None:
    rng = Random(1)
    plain = [1000 + rng.gauss(0, 2) for _ in range(120)]
    slipped = [*plain[:60], outlier, *plain[61:]]
    before, after = (
        said("a.b", ">= 1010", b=daily(Kind.LEVEL, plain)),
        said("a.b", ">= 1010", b=daily(Kind.LEVEL, slipped)),
    )
    assert after.at_end == pytest.approx(before.at_end, abs=1)
    assert after.high - after.low == pytest.approx(before.high - before.low, rel=0.3)


def test_a_counter_goes_on_over_a_restart() -> None:
    standings = [float(place * 3 % 200) for place in range(181)]
    found = said("a.b", "1000", b=daily(Kind.COUNTER, standings))
    assert found.at_end == pytest.approx(365 * 3, rel=0.02)


@pytest.mark.parametrize("day", ["01", "15", "28"])
def test_amounts_that_come_once_a_month_come_twelve_times_a_year(day: str) -> None:
    rows = [(f"{year}-{month:02}-{day} 12:00", 100 + month % 2) for year in (2025, 2026) for month in range(1, 13)]
    now = at("2026-07-01")
    found = said("a.b", "1200", now, b=series(Kind.EVENTS, *rows, covered_from=at("2025-01-01")))
    assert found.at_end == pytest.approx(1206, abs=4)


def test_three_readings_a_month_are_enough() -> None:
    rng = Random(8)
    rows = [(f"2026-{month:02}-{day:02}", 200 + rng.gauss(0, 4)) for month in range(1, 7) for day in (2, 9, 25)]
    found = said("a.b", ">= 230", b=levels(*rows))
    assert found.at_end == pytest.approx(200, abs=6)
    assert found.low < 200 < found.high < 230
    assert found.probability < 0.1


def test_a_time_of_the_year_comes_again() -> None:
    rng = Random(2)
    wave = [50 * sin(2 * pi * day / 365.25) + rng.gauss(0, 2) for day in range(-600, 90)]
    found = said("a.b", ">= 40", START + 90 * DAY, b=daily(Kind.LEVEL, wave, START + 90 * DAY))
    assert found.at_end == pytest.approx(0, abs=8)


def test_a_silent_source_is_not_a_run_of_zeros() -> None:
    """What was asked until May speaks of the rate until May."""
    times = [START + day * DAY + HOUR * (day % 7) for day in range(120)]
    asked = Series(Kind.EVENTS, times, [1.0] * 120, START, START + 120 * DAY)
    answered = Series(Kind.EVENTS, times, [1.0] * 120, START, FOREVER)
    assert said("a.b", "300", b=asked).at_end == pytest.approx(365, rel=0.05)
    assert said("a.b", "300", b=answered).at_end < 300


def test_a_flow_counts_from_where_it_is_covered() -> None:
    days = [f"2026-04-{day:02} 10:30" for day in range(1, 31)] + [f"2026-05-{day:02} 17:00" for day in range(1, 31)]
    found = said("a.b", "100", at("2026-05-31"), b=events(*days, covered_from=at("2026-04-01")))
    assert found.at_end == pytest.approx(60 + 215, rel=0.1)


# Values that are expressions


def test_levels_are_added_before_they_are_forecast() -> None:
    one, other = [10.0 + day for day in range(100)], [500.0 - day for day in range(100)]
    found = said("a.b + a.c", ">= 505", b=daily(Kind.LEVEL, one), c=daily(Kind.LEVEL, other))
    assert found.at_end == pytest.approx(510, abs=1)


def test_a_quotient_of_flows_is_one_of_their_totals() -> None:
    rng = Random(3)
    orders = [float(rng.randrange(80, 120)) for _ in range(181)]
    revenue = [50 * count + rng.gauss(0, 20) for count in orders]
    found = said("a.b / a.c", ">= 50.5", b=daily(Kind.EVENTS, revenue), c=daily(Kind.EVENTS, orders))
    assert found.at_end == pytest.approx(50, abs=0.2)
    assert found.low > 49
    assert found.probability < 0.2


def test_a_flow_times_a_level_and_a_difference_of_flows_have_a_forecast() -> None:
    flow, level = daily(Kind.EVENTS, [2.0, 4.0] * 90), daily(Kind.LEVEL, [9.0, 11.0] * 90)
    assert said("a.b * a.c", "10000", b=flow, c=level).at_end == pytest.approx(365 * 3 * 10, rel=0.15)
    more = daily(Kind.EVENTS, [5.0] * 180)
    assert said("a.c - a.b", "700", b=flow, c=more).at_end == pytest.approx(365 * 2, rel=0.05)


# Targets


def test_a_total_that_must_fall_is_judged_by_what_it_will_be() -> None:
    flow = daily(Kind.EVENTS, [1.0] * 546)
    assert said("a.b", "<= 400", b=flow).probability > 0.9
    assert said("a.b", "<= 330", b=flow).probability < 0.1
    assert said("a.b", "-50%", b=flow).probability == 0  # 365 in 2025, 181 by now


def test_a_best_is_never_lost() -> None:
    rng = Random(5)
    laps = daily(Kind.LEVEL, [52 - day / 60 + rng.gauss(0, 0.5) for day in range(181)])
    best = min(laps.values)
    found = said("a.b", "<= 45", take="best", b=laps)
    assert found.high <= best
    assert found.at_end == pytest.approx(52 - 365 / 60 - 0.5, abs=1.2)
    assert 0.2 < found.probability < 1
    assert said("a.b", "<= 49.9", take="best", b=laps).probability == 1


@pytest.mark.parametrize(
    ("target", "least", "most"),
    [
        ("stay >= 60 per month", 0.9, 1),
        ("stay >= 95 per month", 0, 0),
        ("stay <= 120", 0.9, 1),
        ("stay 60..130 per quarter", 0, 0),
    ],
)
def test_holding_is_the_chance_that_every_sub_period_does(target: str, least: float, most: float) -> None:
    rng = Random(6)
    flow = daily(Kind.EVENTS, [float(rng.randrange(0, 7)) for _ in range(546)])
    found = said("a.b", target, b=flow)
    assert least <= found.probability <= most
    if "quarter" not in target:
        assert found.at_end == pytest.approx(93, abs=8)
        assert found.low > 60


def test_holding_a_level_through_many_days_is_less_likely_than_through_one() -> None:
    rng = Random(7)
    walk = [100.0]
    for _ in range(180):
        walk.append(walk[-1] + rng.gauss(0, 0.5))
    low = min(walk) - 1
    every = said("a.b", f"stay >= {low:.2f} per day", b=daily(Kind.LEVEL, walk)).probability
    last = said("a.b", f">= {low:.2f}", b=daily(Kind.LEVEL, walk)).probability
    assert 0 < every < last


def test_growth_is_the_chance_that_every_sub_period_grows() -> None:
    growing = daily(Kind.EVENTS, [1000 * 1.004**day for day in range(181)])
    steady = said("a.b", "+1% per quarter", b=growing, period="2026-07-01..2026-12-31")
    hopeless = said("a.b", "+90% per quarter", b=growing, period="2026-07-01..2026-12-31")
    assert steady.probability > 0.8
    assert hopeless.probability < 0.05
    assert steady.at_end == hopeless.at_end


def test_what_was_broken_once_is_not_attained_again() -> None:
    flow = events(*[f"2026-0{month}-10" for month in (1, 2, 4, 5, 6)], covered_from=START)
    assert said("a.b", "stay >= 1 per month", b=flow).probability == 0


# None


@pytest.mark.parametrize(
    ("target", "now", "data", "reason"),
    [
        ("5", START - 1, FIVE, "the period has not begun"),
        ("5", END, FIVE, "the period is over"),
        ("learn", MID, FIVE, "no target yet: set one when you know what to aim at"),
        (">= 5", MID, levels(("2026-02-01", 3), ("2026-03-01", 4)), "a.b has 2 readings so far, 4 are needed"),
        (">= 5", MID, levels(("2026-02-01", 3)), "a.b has 1 reading so far, 4 are needed"),
        ("5", START + 2 * DAY, events(covered_from=START), "2 steps of the past are known, 3 are needed"),
        ("5", MID, events(covered_from=None), "a.b is unknown"),
        ("5", MID, levels(), "a.b has no reading yet"),
    ],
)
def test_without_enough_to_go_by_it_says_so(target: str, now: int, data: Series, reason: str) -> None:
    found = tried("a.b", target, now, b=data)
    assert isinstance(found, NoForecast)
    assert found.reason.startswith(reason)


def test_what_cannot_be_computed_with_is_said() -> None:
    found = tried("a.b", ">= 5", b=daily(Kind.LEVEL, [1e300, 1e299] * 20))
    assert isinstance(found, NoForecast)
    assert "too large" in found.reason


def test_a_counter_of_before_the_coverage_is_not_looked_at() -> None:
    rows = [(f"2026-0{month}-0{day}", 100.0 * month + day) for month in range(1, 7) for day in (1, 4, 8)]
    found = tried("a.b", "900", b=counts(*rows, covered_from=BEGINNING))
    assert isinstance(found, Forecast)
    assert found.at_end == pytest.approx(500 * 12 / 5.25, rel=0.15)

"""The worked examples: period 2026, UTC, seen on 1 July 00:00 unless said."""

import pytest

from ingest.okr.instant import BEGINNING
from ingest.okr.score import Status
from ingest.okr.scoring import score, value_at
from ingest.okr.signal import Kind
from tests.okr.tables import at, counts, events, key_result, levels, series

NOW = at("2026-07-01")
F = 181 / 365


def test_gigs_doubled_against_the_year_before() -> None:
    gigs = events(*(f"2025-{month:02}-10" for month in range(1, 7)), *(f"2026-{month:02}-10" for month in range(1, 6)))
    seen = score(key_result("cal.gigs", "+100%"), {"cal.gigs": gigs}, NOW)
    assert (seen.baseline, seen.target, seen.value) == (6, 12, 5)
    assert seen.raw_progress == pytest.approx(0.4167, abs=5e-5)
    assert seen.expected == pytest.approx(5 / 12)
    assert seen.status is Status.ON_TRACK


def test_two_of_five_guest_posts() -> None:
    seen = score(key_result("mail.guest_posts", "5"), {"mail.guest_posts": events("2026-02-01", "2026-06-01")}, NOW)
    assert (seen.raw_progress, seen.expected, seen.status, seen.due) == (0.4, 0.4, Status.ON_TRACK, 0)


def test_connections_over_three_networks() -> None:
    networks = key_result("linkedin.connections + x.followers + instagram.followers", "+20%", Kind.LEVEL)
    data = {
        "linkedin.connections": levels(("2026-01-01", 800), ("2026-06-30", 880)),
        "x.followers": levels(("2026-01-01", 400), ("2026-07-01", 420)),
        "instagram.followers": levels(("2025-12-31", 300), ("2026-06-30 12:00", 330)),
    }
    seen = score(networks, data, NOW)
    assert (seen.value, seen.baseline, seen.target) == (1630, 1500, 1800)
    assert seen.raw_progress == pytest.approx(0.4333, abs=5e-5)
    assert seen.expected == pytest.approx(F)
    assert seen.pace == pytest.approx(0.874, abs=5e-4)
    assert seen.status is Status.AT_RISK
    assert seen.due == pytest.approx(18.8, abs=0.05)
    assert seen.days_ahead == pytest.approx(-22.8, abs=0.05)
    assert seen.measured_at == NOW


def test_attendees_month_over_month() -> None:
    attendees = series(Kind.EVENTS, ("2025-12-10", 40), ("2026-01-10", 46), ("2026-02-10", 45))
    growth = key_result("sheet.attendees", "+10% per month", period="2026-Q1")
    seen = score(growth, {"sheet.attendees": attendees}, at("2026-03-01"))
    assert seen.raw_progress == pytest.approx(1 / 3)
    assert seen.expected == pytest.approx(2 / 3)
    assert seen.status is Status.OFF_TRACK
    assert (seen.value, seen.baseline) == (0, 45)
    assert seen.target == pytest.approx(49.5)


def test_a_share_is_a_reading_whose_baseline_is_the_year_before() -> None:
    using = events(*["2025-05-01"] * 5, *["2026-05-01"] * 5)
    conferences = events(*["2025-05-01"] * 20, *["2026-05-01"] * 20)
    share = key_result("sheet.using_us / sheet.conferences", ">= 30%")
    seen = score(share, {"sheet.using_us": using, "sheet.conferences": conferences}, NOW)
    assert (seen.baseline, seen.raw_progress, seen.status) == (0.25, 0, Status.OFF_TRACK)


def test_the_best_time_over_ten_kilometres_so_far() -> None:
    minutes = levels(("2026-02-01", 51), ("2026-03-01", 49.5), ("2026-05-01", 50.2))
    run = key_result("sheet.minutes", "45", Kind.LEVEL, take="best", baseline=52.0)
    seen = score(run, {"sheet.minutes": minutes}, NOW)
    assert seen.value == 49.5
    assert seen.raw_progress == pytest.approx(0.357, abs=5e-4)


def test_order_value_as_the_year_before() -> None:
    revenue = series(Kind.EVENTS, ("2025-05-01", 100), ("2026-05-01", 200))
    orders = series(Kind.EVENTS, ("2025-05-01", 2), ("2026-05-01", 4))
    seen = score(key_result("shop.revenue / shop.orders", "+7%"), {"shop.revenue": revenue, "shop.orders": orders}, NOW)
    assert (seen.value, seen.baseline, seen.raw_progress) == (50, 50, 0)


def test_incidents_beyond_their_limit() -> None:
    incidents = series(Kind.EVENTS, ("2026-03-01", 105))
    seen = score(key_result("ops.incidents", "<= 100"), {"ops.incidents": incidents}, NOW)
    assert seen.status is Status.OFF_TRACK


def test_views_that_were_corrected_and_restarted() -> None:
    views = counts(
        ("2025-12-31", 10_000),
        ("2026-01-02", 10_050),
        ("2026-01-03", 10_040),
        ("2026-01-04", 12),
        covered_from=BEGINNING,
    )
    assert value_at(key_result("news.views", "100", Kind.COUNTER), {"news.views": views}, NOW) == 52


def test_customers_that_reach_their_target_but_for_rounding() -> None:
    customers = levels(("2025-12-31", 110), ("2026-06-01", 121))
    seen = score(key_result("shop.customers", "+10%", Kind.LEVEL), {"shop.customers": customers}, NOW)
    assert seen.target == 110 * 1.1 > 121
    assert seen.status is Status.ACHIEVED

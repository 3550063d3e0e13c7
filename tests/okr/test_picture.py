"""What a chart shows beside the value: where it should be, and the sub-periods of growth and hold."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import fsum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.bar import bars
from ingest.okr.book import open_book
from ingest.okr.instant import DAY, Instant
from ingest.okr.measure import measure
from ingest.okr.path import expected_path
from ingest.okr.scoring import score
from ingest.okr.signal import Series
from ingest.okr.trace import value_at, values_at
from tests.okr.tables import at, day, events, key_result, levels

START, END = at("2026-01-01"), at("2027-01-01")
LEVEL = levels(("2025-12-31", 100), ("2026-03-01", 104))
EVENTS = events("2026-02-02", "2026-03-03")


def height(path: tuple[tuple[Instant, float], ...], time: Instant) -> float:
    """How high a path lies: after a step at that very time."""
    found = path[0][1]
    for (begins, low), (ends, high) in pairwise(path):
        if begins <= time < ends:
            found = low + (high - low) * (time - begins) / (ends - begins)
        elif time >= ends:
            found = high
    return found


@pytest.mark.parametrize(
    ("target", "data", "more"),
    [
        ("+50%", LEVEL, {}),
        ("200", LEVEL, {}),
        ("60", levels(("2026-01-02", 119)), {"baseline": 120.0}),
        ("200", LEVEL, {"milestones": ((day("2026-06-30"), 0.8),)}),
        ("40", EVENTS, {}),
        ("400", EVENTS, {}),
        ("+300%", events("2025-02-02", "2025-03-03", "2025-04-04", "2026-02-02"), {}),
    ],
)
@given(days=st.integers(65, 364))
def test_what_is_due_is_what_the_value_lacks_to_its_path(
    target: str, data: Series, more: Mapping[str, Any], days: int
) -> None:
    now = START + days * DAY + DAY // 3
    wanted = key_result("a.b", target, data.kind, **more)
    told = score(wanted, {"a.b": data}, now)
    path = expected_path(wanted, measure(wanted, {"a.b": data}, now))
    assert path[0][0] == START
    assert path[-1] == (END, pytest.approx(told.target))
    assert told.due is not None
    assert told.value is not None
    assert told.due > 0
    assert told.due == pytest.approx(abs(height(path, now) - told.value))


@pytest.mark.parametrize("target", ["learn", "+10% per month", "stay <= 5 per month"])
def test_what_has_no_expected_value_has_no_path(target: str) -> None:
    wanted = key_result("a.b", target)
    assert expected_path(wanted, measure(wanted, {"a.b": EVENTS}, at("2026-07-01"))) == ()


def test_a_total_that_must_go_down_should_stay_under_a_line_from_nothing() -> None:
    wanted = key_result("a.b", "<= 100")
    assert expected_path(wanted, measure(wanted, {"a.b": EVENTS}, at("2026-07-01"))) == ((START, 0), (END, 100))


@given(
    st.lists(st.integers(0, 364), max_size=40),
    st.integers(0, 380),
    st.sampled_from(["+10% per month", "stay >= 3 per quarter"]),
)
def test_bars_say_what_the_score_says(days: list[int], now: int, target: str) -> None:
    data = events(*(f"{date_of(one)} 12:00" for one in days))
    wanted, time = key_result("a.b", target), START + now * DAY
    drawn = bars(open_book(wanted, {"a.b": data}), time)
    told = score(wanted, {"a.b": data}, time)
    assert len(drawn) == (12 if "month" in target else 4)
    for bar in drawn:
        begun, over = bar.start <= time, bar.end <= time
        assert (bar.value is not None) is begun
        assert bar.kept is None or over
        if over:
            assert bar.value == sum(bar.start <= START + one * DAY + DAY // 2 < bar.end for one in days)
    running = next((bar for bar in drawn if bar.start <= time < bar.end), drawn[-1])
    assert running.value == told.value
    assert running.low == told.target
    if "stay" in target and told.raw_progress is not None:
        assert told.raw_progress == pytest.approx(fsum(bar.kept is True for bar in drawn) / len(drawn))


def date_of(number: int) -> str:
    return str(date(2026, 1, 1) + timedelta(days=number))


def test_other_targets_have_no_bars() -> None:
    assert bars(open_book(key_result("a.b", "5"), {"a.b": EVENTS}), at("2026-07-01")) == ()


def test_values_at_several_times_are_those_at_each() -> None:
    wanted = key_result("a.b", "5")
    times = [at("2026-01-01"), at("2026-02-03"), at("2026-12-31")]
    assert values_at(wanted, {"a.b": EVENTS}, times) == [value_at(wanted, {"a.b": EVENTS}, one) for one in times]
    assert values_at(wanted, {"a.b": EVENTS}, times) == [0, 1, 2]

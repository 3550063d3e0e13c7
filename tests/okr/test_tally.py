"""Levels, counters and events: what is read at a time and totalled over a window."""

from math import inf

import pytest

from ingest.okr.signal import Kind, Series
from ingest.okr.tally import Tally, step


@pytest.mark.parametrize(("at", "level"), [(9, None), (10, 1.0), (19, 1.0), (20, -2.0), (99, -2.0)])
def test_a_level_is_the_last_reading_up_to_a_time(at: int, level: float | None) -> None:
    assert Tally(Series(Kind.LEVEL, [10, 20], [1.0, -2.0])).level(at) == level


@pytest.mark.parametrize(
    ("start", "end", "closed", "total"),
    [
        (10, 20, True, 3.0),  # the event at the start counts, the one at its own end does not
        (10, 20, False, 7.0),  # a window that ends now includes what happens now
        (11, 20, True, 2.0),
        (20, 20, True, 0.0),
        (20, 20, False, 4.0),
        (0, 9, False, 0.0),
        (0, 99, True, 7.0),
    ],
)
def test_events_are_totalled_from_the_start_and_before_the_end(
    start: int, end: int, closed: bool, total: float
) -> None:
    events = Series(Kind.EVENTS, [10, 15, 20], [1.0, 2.0, 4.0])
    assert Tally(events).total(start, end, closed) == total


@pytest.mark.parametrize(
    ("start", "end", "total"),
    [
        (10, 40, 52.0),  # the reading at the start is the base
        (0, 40, 52.0),  # the first ever adds nothing
        (20, 40, 2.0),
        (20, 30, -10.0),
        (39, 40, 12.0),
        (40, 99, 0.0),
    ],
)
def test_a_counter_is_totalled_by_its_steps(start: int, end: int, total: float) -> None:
    views = Series(Kind.COUNTER, [10, 20, 30, 40], [10_000.0, 10_050.0, 10_040.0, 12.0])
    assert Tally(views).total(start, end, closed=True) == total


@pytest.mark.parametrize(
    ("before", "after", "counted"), [(10, 15, 5), (10, 10, 0), (10, 5, -5), (10, 4.9, 4.9), (10, 0, 0), (0, 3, 3)]
)
def test_a_step_down_to_less_than_half_is_a_restart(before: float, after: float, counted: float) -> None:
    assert step(before, after) == counted


def test_a_sum_beyond_a_float_is_infinite_and_not_an_error() -> None:
    assert Tally(Series(Kind.EVENTS, [1, 2, 3], [1e308, 1e308, -1e308])).total(0, 9, closed=True) in (inf, 1e308)


def test_tenths_add_up() -> None:
    assert Tally(Series(Kind.EVENTS, list(range(10)), [0.1] * 10)).total(0, 10, closed=True) == 1.0

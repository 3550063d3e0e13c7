"""Small pictures and axes: whatever the numbers, what is drawn lies inside."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.face import words
from ingest.face.web.drawing import HEIGHT, WIDTH, bounds, round_values, spark
from ingest.run.card import Trail

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.none() | NUMBERS, min_size=1, max_size=24), st.none() | NUMBERS, st.booleans())
def test_a_spark_lies_inside_its_picture(values: list[float | None], target: float | None, stepped: bool) -> None:
    times = tuple(range(1000, 1000 + 10 * len(values), 10))
    drawn = spark(Trail(times, tuple(values), stepped), 1000, 2000, target)
    pairs = re.findall(r"[ML](\S+) ([^MLh\s]+)", drawn.path)
    points = [(float(x), float(y)) for x, y in pairs] + [(x, y) for x, y, _, _ in drawn.bars]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert all(0 <= y + height <= HEIGHT + 1 for _, y, _, height in drawn.bars)
    assert len(points) == sum(value is not None for value in values)
    assert (drawn.target is not None) is (target is not None and bool(points))
    assert drawn.target is None or 0 <= drawn.target <= HEIGHT


def test_a_gap_is_not_bridged_and_one_point_is_seen() -> None:
    drawn = spark(Trail((0, 10, 20, 30), (1.0, None, 2.0, 3.0), False), 0, 40, None)
    assert drawn.path.count("M") == 2
    assert "h.1" in drawn.path


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_an_axis_holds_all_numbers_and_its_round_values_lie_on_it(numbers: list[float]) -> None:
    low, high = bounds(numbers)
    assert low < high
    assert low <= max(min(numbers), -1.7e308)
    assert high >= min(max(numbers), 1.7e308)
    ticks = round_values(low, high)
    assert len(ticks) <= 10
    assert all(low - (high / 2 - low / 2) * 1e-6 <= one <= high + (high / 2 - low / 2) * 1e-6 for one in ticks)


def test_what_is_never_negative_is_not_drawn_below_nothing() -> None:
    assert bounds([0, 10])[0] == 0
    assert bounds([-1, 10])[0] < -1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (words.likely(0.334), "33 % likely"),
        (words.likely(0.0), "almost out of reach"),
        (words.likely(0.999), "almost certain"),
        (words.counted(1, "row"), "1 row"),
        (words.counted(1204, "row"), "1,204 rows"),
        (words.bounds(None, None), "–"),
        (words.bounds(5, None), "at least 5"),
        (words.bounds(None, 0.02, percent=True), "at most 2 %"),
        (words.bounds(40, 60), "40 to 60"),
        (words.first_words("short"), "short"),
        (words.first_words("one two three, four", 15), "one two three …"),
        (words.first_words("x" * 300, 10), "xxxxxxxxxx …"),
    ],
)
def test_what_the_page_says(told: str, expected: str) -> None:
    assert told == expected

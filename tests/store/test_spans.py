"""Spans that touch are one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.store.coverage import merged

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@given(SPANS)
def test_merged_spans_cover_the_same_time_and_do_not_touch(spans: list[tuple[int, int]]) -> None:
    whole = merged(spans)
    for tick in range(80):  # half units, so that time between two integers is looked at too
        at = tick / 2
        assert any(start <= at <= end for start, end in whole) == any(start <= at <= end for start, end in spans)
    assert all(left[1] < right[0] for left, right in pairwise(whole))

"""Coverage grows with each pull; holes are kept; what was covered when is known."""

import pytest

from ingest.okr.instant import BEGINNING, FOREVER
from ingest.store.error import UnitError
from ingest.store.row import Coverage
from ingest.store.store import Store
from ingest.store.unit import Covered
from tests.store.units import EVENTS, LEVEL, T0, day, level, register, span, unit, write


@pytest.fixture(autouse=True)
def registered(store: Store) -> None:
    register(store)


def covered(store: Store, known_at: int | None = None) -> Coverage:
    with store.read() as reader:
        return reader.coverage([LEVEL], known_at=known_at)[LEVEL]


def test_spans_that_touch_are_one_and_a_hole_stays_until_it_is_filled(store: Store) -> None:
    assert covered(store) == Coverage()
    first = write(store, coverage=[span(0, 1)])
    write(store, coverage=[span(1, 2)])
    gap = write(store, coverage=[span(5, 6)])
    assert covered(store) == Coverage(day(0), day(6), ((day(2), day(5)),))
    write(store, coverage=[span(1.5, 5.5)])
    assert covered(store) == Coverage(day(0), day(6), ())
    assert covered(store, first.recorded_at) == Coverage(day(0), day(1), ())
    assert covered(store, gap.recorded_at) == Coverage(day(0), day(6), ((day(2), day(5)),))
    assert covered(store, first.recorded_at - 1) == Coverage()


def test_only_coverage_that_grows_changes_a_signal(store: Store) -> None:
    assert write(store, coverage=[span(0, 9)]).signals == {LEVEL}
    assert write(store, coverage=[span(3, 4), span(0, 9)]).signals == frozenset()


def test_all_time_can_be_covered(store: Store) -> None:
    write(store, coverage=[Covered(LEVEL, BEGINNING, FOREVER)])
    with store.read() as reader:
        series = reader.all_series(LEVEL)
        assert (series.covered_from, series.covered_until, series.holes) == (BEGINNING, FOREVER, ())
        assert reader.coverage()[EVENTS] == Coverage()


def test_a_span_that_ends_before_it_starts_is_refused(store: Store) -> None:
    (answer,) = store.write([unit(level(1, 1), coverage=[span(2, 1)])], now=T0)
    assert isinstance(answer, UnitError)

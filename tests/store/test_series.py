"""A score is given the part of a series that it needs, and it is the same as the whole where it looks."""

import sqlite3
from bisect import bisect_right
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.okr.signal import Kind, Need, Series
from ingest.store import open_store
from ingest.store.backend import Sqlite
from ingest.store.error import UnknownSignal
from ingest.store.row import StoredSignal
from ingest.store.series import around
from ingest.store.store import Store
from tests.store.units import COUNTER, EVENTS, LEVEL, T0, day, event, level, register, span, whole, write

TIMES = [1, 2, 3, 5, 8, 13, 21]


@pytest.fixture
def filled(store: Store) -> Store:
    register(store)
    write(store, *[level(time, time * 10) for time in TIMES], *[level(time, 1, COUNTER) for time in TIMES])
    write(store, *[event(f"{time}{twin}", time) for time in TIMES for twin in "ab"])
    write(store, level(5, 55), level(34, 340), event("5a", 5.5), event("13a", 13, 2.0), coverage=[span(0, 9)])
    write(store, *[event(f"{time}b", time) for time in TIMES], coverage=[whole(0, 40)])
    return store


def at_or_before(series: Series, at: int) -> object:
    place = bisect_right(series.times, at)
    return series.values[place - 1] if place else None


def first_after(series: Series, at: int) -> object:
    place = bisect_right(series.times, at)
    return series.values[place] if place < len(series.times) else None


NEED = st.builds(
    Need,
    points=st.frozensets(st.integers(0, 70).map(lambda half: day(half / 2)), max_size=3),
    spans=st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 20)).map(lambda s: (day(s[0] / 2), day((s[0] + s[1]) / 2))),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(need=NEED, signal=st.sampled_from([LEVEL, COUNTER, EVENTS]), run=st.sampled_from([None, 0, 1, 2, 3, 4]))
def test_a_part_answers_as_the_whole_does(filled: Store, need: Need, signal: str, run: int | None) -> None:
    known_at = None if run is None else T0 + run - 1
    with filled.read() as reader:
        everything = reader.all_series(signal, known_at=known_at)
        part = reader.series({signal: need}, known_at=known_at)[signal]
    assert (part.kind, part.covered_from, part.holes) == (everything.kind, everything.covered_from, everything.holes)
    for point in need.points:
        assert at_or_before(part, point) == at_or_before(everything, point)
        assert first_after(part, point) == first_after(everything, point)
    for start, end in need.spans:
        inside = [pair for pair in zip(everything.times, everything.values, strict=True) if start <= pair[0] <= end]
        assert [pair for pair in zip(part.times, part.values, strict=True) if start <= pair[0] <= end] == inside
        assert at_or_before(part, start - 1) == at_or_before(everything, start - 1)
    assert set(zip(part.times, part.values, strict=True)) <= set(zip(everything.times, everything.values, strict=True))


def test_the_whole_is_ordered_and_knows_what_counted_when(filled: Store) -> None:
    with filled.read() as reader:
        now = reader.all_series(LEVEL)
        assert list(now.times) == [day(time) for time in (1, 2, 3, 5, 8, 13, 21, 34)]
        assert list(now.values) == [10, 20, 30, 55, 80, 130, 210, 340]
        assert list(reader.all_series(LEVEL, known_at=T0 + 1).values) == [10, 20, 30, 50, 80, 130, 210]
        assert len(reader.all_series(EVENTS).times) == 7
        assert len(reader.all_series(EVENTS, known_at=T0 + 2).times) == 14


def test_many_signals_are_read_at_once(store: Store) -> None:
    names = [f"s.x{number}" for number in range(1_200)]
    store.sync_signals([StoredSignal(name, "s", Kind.LEVEL, None) for name in names], T0)
    write(store, *[level(time, number, name) for number, name in enumerate(names) for time in (1, 2)])
    need = Need(points=frozenset([day(1.5)]))
    with store.read() as reader:
        found = reader.series(dict.fromkeys(names, need))
    assert {name: list(series.values) for name, series in found.items()} == {
        name: [number, number] for number, name in enumerate(names)
    }


def test_a_signal_without_measurements_has_an_empty_series(filled: Store) -> None:
    with filled.read() as reader:
        assert reader.series({"mail.offers": Need()}) == {"mail.offers": Series(Kind.EVENTS, [], [])}
        with pytest.raises(UnknownSignal, match=r"x\.none"):
            reader.all_series("x.none")


def test_the_latest_measurement_and_the_sum_of_events_leave_out_what_comes_later(filled: Store) -> None:
    with filled.read() as reader:
        latest = reader.latest([LEVEL, EVENTS, "mail.offers"], at=day(20))
        assert {name: (one.observed_at, one.value) for name, one in latest.items()} == {
            LEVEL: (day(13), 130),
            EVENTS: (day(13), 1),
        }
        assert reader.latest([LEVEL])[LEVEL].value == 340
        assert reader.event_sum([EVENTS, LEVEL]) == {EVENTS: 7.0}
        assert reader.event_sum([EVENTS], at=day(8)) == {EVENTS: 5.0}


def test_totals_of_events_do_not_keep_the_rounding_of_what_is_gone(store: Store) -> None:
    register(store)
    write(store, event("huge", 1, 1e18), event("small", 2, 0.25))
    write(store, event("huge", 1, 0.5))
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 0.75}


def test_a_reader_sees_one_moment(filled: Store) -> None:
    with filled.read() as reader:
        before = len(reader.all_series(LEVEL).times)
        write(filled, level(50, 1))
        assert len(reader.all_series(LEVEL).times) == before
        assert reader.last_run() == 4
    with filled.read() as reader:
        assert reader.last_run() == 5


@pytest.mark.parametrize(("table", "key"), [("reading", "''"), ("event", "r.key"), ("superseded", "r.key")])
def test_what_lies_around_an_interval_is_sought_by_its_time(tmp_path: Path, table: str, key: str) -> None:
    """SQLite knows of no statistics, and would take reading all events of a signal for cheap."""
    with open_store(f"sqlite:///{tmp_path}/okr.db"), closing(sqlite3.connect(tmp_path / "okr.db")) as connection:
        rows, parameters = Sqlite().given({"signal_id": [1], "start_at": [2], "end_at": [3]})
        plan = connection.execute(f"EXPLAIN QUERY PLAN WITH {rows} {around(table, key, '')}", parameters)
        searches = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN r", "SCAN p"))]
    assert len(searches) == 5
    assert all("observed_at" in search for search in searches), searches

"""Measurements page by page, and all of them for export."""

import pytest
from sqlalchemy import create_engine, insert, select

from ingest.okr.instant import Instant, rfc3339
from ingest.store import schema
from ingest.store.engine import database_url
from ingest.store.row import StoredMeasurement
from ingest.store.store import Store
from ingest.store.unit import Measured
from tests.store.units import COUNTER, EVENTS, LEVEL, T0, by_hand, day, event, level, register, write, write_unit


@pytest.fixture
def filled(store: Store) -> Store:
    register(store)
    write(store, level(2, 20), level(1, 10), level(3, 30), event("b", 1), event("a", 1), event("Z", 1), event("c", 0))
    write(store, level(2, 21))
    write_unit(store, by_hand(level(2, 22)))
    return store


def test_a_measurement_says_when_it_was_recorded_and_how_often_revised(filled: Store) -> None:
    with filled.read() as reader:
        assert reader.measurements(LEVEL, day(2), day(3)) == [
            StoredMeasurement(LEVEL, rfc3339(day(2)), day(2), 22, T0 + 3 - 1, 2, pinned=True, quarantined=False)
        ]
        (then,) = reader.measurements(LEVEL, day(2), day(3), known_at=T0 + 1)
        assert (then.value, then.recorded_at, then.revision) == (21, T0 + 1, 1)


def test_pages_follow_each_other_without_gap_or_double(filled: Store) -> None:
    for signal, whole in ((EVENTS, ["c", "Z", "a", "b"]), (LEVEL, [rfc3339(day(n)) for n in (1, 2, 3)])):
        found: list[str] = []
        after = None
        with filled.read() as reader:
            while page := reader.measurements(signal, limit=2, after=after):
                found += [row.key for row in page]
                after = (page[-1].observed_at, page[-1].key, page[-1].quarantined)
        assert found == whole


def test_export_has_all_that_counts_by_signal_and_time(filled: Store) -> None:
    with filled.read() as reader:
        assert list(reader.export()) == [
            Measured(EVENTS, day(0), 1, "c"),
            *[Measured(EVENTS, day(1), 1, key) for key in ("Z", "a", "b")],
            *[Measured(LEVEL, day(number), value) for number, value in ((1, 10), (2, 22), (3, 30))],
        ]
        assert [row.value for row in reader.export(known_at=T0)][-3:] == [10, 20, 30]
        first = next(iter(reader.export()))
        assert first.key == "c"


def test_what_is_in_quarantine_is_shown_and_does_not_count(filled: Store, url: str) -> None:
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        number = connection.execute(select(schema.signal.c.id).where(schema.signal.c.name == LEVEL)).scalar_one()
        row = {"key": rfc3339(day(9)), "observed_at": day(9), "value": 9e9, "run_id": 3, "reason": "too large a step"}
        connection.execute(insert(schema.quarantine).values(signal_id=number, **row))
    engine.dispose()
    with filled.read() as reader:
        (*_, last) = reader.measurements(LEVEL)
        assert (last.value, last.quarantined, last.revision) == (9e9, True, 0)
        assert list(reader.all_series(LEVEL).values) == [10, 22, 30]
        assert [row.quarantined for row in reader.measurements(LEVEL, known_at=T0)] == [False] * 3
        assert 9e9 not in [row.value for row in reader.export()]
        assert reader.quarantined() == {LEVEL: 1}


def test_a_pin_is_shown_for_as_long_as_it_was_in_place(store: Store) -> None:
    register(store)
    write(store, level(1, 5), now=day(1))
    write_unit(store, by_hand(level(1, 5)), day(2))
    store.forget(LEVEL, rfc3339(day(1)), day(3))
    write_unit(store, by_hand(level(1, 6)), day(4))

    def pinned(known_at: Instant | None) -> list[bool]:
        with store.read() as reader:
            return [row.pinned for row in reader.measurements(LEVEL, known_at=known_at)]

    assert [pinned(day(number)) for number in (1, 2, 3, 4)] == [[False], [True], [False], [True]]
    assert pinned(None) == [True]


def test_what_was_recorded_by_hand_is_told_by_its_time(store: Store) -> None:
    register(store)
    write(store, level(1, 5), level(2, 6), event("x", 4))
    write_unit(store, by_hand(level(3, 7), level(1, 8)), day(10))
    write_unit(store, by_hand(event("a", 5), event("b", 2), source="mail"), day(11))
    store.forget(LEVEL, rfc3339(day(3)), day(12))
    with store.read() as reader:
        assert reader.pinned(LEVEL) == [day(1)]
        assert reader.pinned(LEVEL, known_at=day(11)) == [day(3), day(1)]
        assert reader.pinned(LEVEL, known_at=day(9)) == []
        assert reader.pinned(EVENTS) == [day(5), day(2)]
        assert reader.pinned(EVENTS, newest=1) == [day(5)]


def test_rows_are_those_that_count(store: Store) -> None:
    register(store)
    write(store, level(1, 5), level(2, 6), event("x", 4))
    write(store, level(1, 7))
    with store.read() as reader:
        told = reader.rows([LEVEL, EVENTS, COUNTER])
    assert {name: (one.count, one.first) for name, one in told.items()} == {
        LEVEL: (2, day(1)),
        EVENTS: (1, day(4)),
        COUNTER: (0, None),
    }

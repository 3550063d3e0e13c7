"""The store against the slow, obvious ledger: any sequence of units and forgettings, on both databases."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from ingest.okr.instant import rfc3339
from ingest.okr.signal import Kind
from ingest.store.engine import database_url
from ingest.store.error import SuddenlyEmpty, UnknownMeasurement
from ingest.store.store import Store
from ingest.store.unit import By, Covered, Kept, Measured, Unit
from tests.oracle.ledger import Forgotten, Ledger, Recorded
from tests.store.units import COUNTER, EVENTS, LEVEL, SIGNALS, T0, day, register, unit

KINDS = {one.name: one.kind for one in SIGNALS}
TIMES = st.integers(0, 5).map(day)
VALUES = st.sampled_from([0.0, 1.0, 2.5])
NAMES = st.sampled_from([LEVEL, COUNTER, EVENTS])
READINGS = st.builds(Measured, st.sampled_from([LEVEL, COUNTER]), TIMES, VALUES)
HAPPENINGS = st.builds(Measured, st.just(EVENTS), TIMES, VALUES, st.sampled_from("abc"))
SPANS = st.builds(
    lambda name, start, days, whole: Covered(name, day(start), day(start + days), whole),
    NAMES, st.integers(0, 5), st.integers(0, 5), st.booleans(),
)  # fmt: skip
UNITS = st.builds(
    lambda measurements, spans, by: unit(*measurements, coverage=spans, by=by, pin=by is By.HAND),
    st.lists(st.one_of(READINGS, HAPPENINGS), max_size=6), st.lists(SPANS, max_size=2), st.sampled_from(By),
)  # fmt: skip
FORGETTINGS = st.one_of(
    st.tuples(st.sampled_from([LEVEL, COUNTER]), TIMES), st.tuples(st.just(EVENTS), st.sampled_from("abc"))
)
KEPT = ("meta", "alembic_version", "source", "signal")
STEPS = st.lists(st.one_of(UNITS, UNITS, FORGETTINGS), max_size=7)


@pytest.fixture
def emptied(store: Store, url: str) -> Callable[[], Store]:
    """The store, emptied of what the example before wrote."""
    engine = create_engine(database_url(url))
    tables = [name for name in inspect(engine).get_table_names() if name not in KEPT]
    engine.dispose()

    def empty() -> Store:
        with engine.begin() as connection:
            for table in tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own tables
            connection.exec_driver_sql("UPDATE signal SET total = 0")
            connection.exec_driver_sql("UPDATE meta SET value = '0' WHERE name = 'recorded'")
        engine.dispose()
        return store

    register(store)
    return empty


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_store_holds_what_the_ledger_holds(emptied: Callable[[], Store], steps: list[object]) -> None:
    store, ledger = emptied(), Ledger(KINDS)
    for number, step in enumerate(steps):
        now = T0 + 10 * number
        if isinstance(step, Unit):
            _write(store, ledger, step, now)
        else:
            _forget(store, ledger, *step, now)  # type: ignore[misc]
    for known_at in (None, *(T0 + 10 * number for number in range(-1, len(steps)))):
        _compare(store, ledger, known_at)


def _write(store: Store, ledger: Ledger, one: Unit, now: int) -> None:
    (answer,) = store.write([one], now=now)
    if ledger.suddenly_empty(one):
        assert isinstance(answer, SuddenlyEmpty)
        assert answer.signal in ledger.suddenly_empty(one)
        return
    told = ledger.apply(Recorded(one, now))
    assert isinstance(answer, Kept), answer
    assert (tuple(answer.results), answer.retracted) == (told.results, told.retracted)


def _forget(store: Store, ledger: Ledger, signal: str, key: int | str, now: int) -> None:
    told = ledger.apply(Forgotten(signal, key, now))
    text = rfc3339(key) if isinstance(key, int) else key
    if told.retracted:
        store.forget(signal, text, now)
    else:
        with pytest.raises(UnknownMeasurement):
            store.forget(signal, text, now)


def _compare(store: Store, ledger: Ledger, known_at: int | None) -> None:
    with store.read() as reader:
        for name, kind in KINDS.items():
            said = ledger.series(name) if known_at is None else ledger.series(name, known_at)
            found = reader.all_series(name, known_at=known_at)
            pairs = list(zip(found.times, found.values, strict=True))
            assert sorted(pairs) == sorted(zip(said.times, said.values, strict=True))
            assert (found.covered_from, found.covered_until) == (said.covered_from, said.covered_until)
            assert list(found.holes) == list(said.holes)
            if kind is Kind.EVENTS and known_at is None:
                assert reader.event_sum([name]) == {name: pytest.approx(sum(said.values))}

"""What is new, a duplicate or a revision; pins; what was known when."""

import math

import pytest

from ingest.okr.instant import DAY
from ingest.store.error import UnitError, UnknownSignal
from ingest.store.store import Store
from ingest.store.unit import By, Kept
from tests.store.units import (
    COUNTER,
    EVENTS,
    LEVEL,
    T0,
    by_hand,
    day,
    event,
    level,
    register,
    results,
    unit,
    values,
    write,
    write_unit,
)


@pytest.fixture(autouse=True)
def registered(store: Store) -> None:
    register(store)


def test_a_new_measurement_is_created_and_the_same_again_is_a_duplicate(store: Store) -> None:
    assert results(write(store, level(1, 10), event("a", 1))) == ["created", "created"]
    again = write(store, level(1, 10), event("a", 1))
    assert results(again) == ["duplicate", "duplicate"]
    assert (again.created, again.duplicate, again.signals) == (0, 2, frozenset())


@pytest.mark.parametrize("other", [event("a", 1, 2.0), event("a", 2, 1.0)], ids=["amount", "time"])
def test_an_event_with_other_content_is_a_revision(store: Store, other: object) -> None:
    write(store, event("a", 1, 1.0))
    assert results(write(store, other)) == ["revised"]  # type: ignore[arg-type]
    with store.read() as reader:
        (row,) = reader.measurements(EVENTS)
        assert (row.observed_at, row.value, row.revision) == (other.observed_at, other.value, 1)  # type: ignore[attr-defined]


def test_a_level_is_found_again_by_its_time_and_a_new_value_revises_it(store: Store) -> None:
    first = write(store, level(1, 10), now=day(1))
    assert results(write(store, level(1, 11), now=day(2))) == ["revised"]
    assert values(store) == [11]
    assert values(store, known_at=first.recorded_at) == [10]
    assert values(store, known_at=first.recorded_at - 1) == []


def test_of_two_measurements_with_one_key_in_a_unit_the_later_revises_or_repeats_the_earlier(store: Store) -> None:
    kept = write(store, event("a", 1), event("a", 1), event("a", 1, 5.0), level(1, 1), level(1, 2))
    assert results(kept) == ["created", "duplicate", "revised", "created", "revised"]
    assert values(store, EVENTS) == [5]
    assert values(store) == [2]
    assert values(store, known_at=kept.recorded_at) == [2]


def test_results_come_in_the_order_of_the_measurements_whatever_their_kind(store: Store) -> None:
    write(store, event("old", 1), level(1, 10))
    kept = write(store, event("new", 1), level(1, 11), event("old", 1), level(2, 5, COUNTER), level(1, 11))
    assert results(kept) == ["created", "revised", "duplicate", "created", "duplicate"]


def test_large_units_say_exactly_which_rows_were_known(store: Store) -> None:
    rows = [level(number / 1000, float(number)) for number in range(25_000)]
    assert write(store, *rows).created == 25_000
    assert write(store, *rows).duplicate == 25_000
    mixed = [level(number / 1000, float(number) + (number % 5_000 == 7)) for number in range(12_000, 40_000)]
    kept = write(store, *mixed)
    assert (kept.created, kept.duplicate, kept.revised) == (15_000, 12_998, 3 - 1)
    assert results(kept)[15_007 - 12_000] == "revised"
    assert results(kept)[25_000 - 12_000] == "created"


def test_a_large_new_unit_with_one_double_keeps_both_in_order(store: Store) -> None:
    rows = [event(str(number), number / 1000) for number in range(3_000)]
    kept = write(store, *rows, event("17", 0.017, 9.0))
    assert (kept.created, kept.revised) == (3_000, 1)
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 3_008.0}


@pytest.mark.parametrize("value", [0.0, -1.5, 1e-300, 1.7976931348623157e308, 0.1 + 0.2, 5e-324])
def test_every_finite_number_comes_back_as_it_was(store: Store, value: float) -> None:
    write(store, level(1, value))
    assert values(store) == [value]
    assert results(write(store, level(1, value))) == ["duplicate"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_refuses_its_unit_and_no_other(store: Store, value: float) -> None:
    bad, good = store.write([unit(level(1, 1), level(2, value)), unit(level(3, 3))], now=T0)
    assert isinstance(bad, UnitError)
    assert isinstance(good, Kept)
    assert values(store) == [3]


@pytest.mark.parametrize("key", [None, "a\0b", "half \ud800"])
def test_an_event_without_a_key_that_can_be_stored_is_refused(store: Store, key: str | None) -> None:
    (answer,) = store.write([unit(event("a", 1)._replace(key=key))], now=T0)
    assert isinstance(answer, UnitError)


@pytest.mark.parametrize("key", ["", "Ünïcödé 🎉", "a'b\"c\\d{},NULL", "%s ? :x", " " * 300])
def test_keys_are_any_text(store: Store, key: str) -> None:
    write(store, event(key, 1))
    assert results(write(store, event(key, 1))) == ["duplicate"]
    assert write(store, event(key, 1, 2.0)).revised == 1


def test_an_unregistered_signal_refuses_its_unit_alone(store: Store) -> None:
    bad, good = store.write([unit(level(1, 1, "x.unknown")), unit(level(1, 1))], now=T0)
    assert isinstance(bad, UnknownSignal)
    assert isinstance(good, Kept)


@pytest.mark.parametrize("by", [By.PULL, By.PUSH, By.IMPORT])
def test_what_was_recorded_by_hand_is_not_replaced(store: Store, by: By) -> None:
    write(store, level(1, 10), event("a", 1))
    assert results(write_unit(store, by_hand(level(1, 12), event("a", 2)))) == ["revised", "revised"]
    assert results(write(store, level(1, 13), event("a", 3), by=by)) == ["duplicate", "duplicate"]
    assert values(store) == [12]
    with store.read() as reader:
        (row,) = reader.measurements(EVENTS)
        assert (row.observed_at, row.pinned) == (day(2), True)


def test_a_hand_replaces_what_a_hand_recorded(store: Store) -> None:
    write_unit(store, by_hand(level(1, 12)))
    assert results(write_unit(store, by_hand(level(1, 13)))) == ["revised"]
    assert values(store) == [13]


def test_recording_by_hand_what_is_known_pins_it(store: Store) -> None:
    write(store, level(1, 10))
    assert results(write_unit(store, by_hand(level(1, 10)))) == ["duplicate"]
    assert results(write(store, level(1, 11))) == ["duplicate"]
    assert values(store) == [10]


def test_recorded_at_grows_even_where_the_clock_stands_or_goes_back(store: Store) -> None:
    first = write(store, level(1, 1), now=T0)
    second = write(store, level(2, 1), now=T0)
    third = write(store, level(3, 1), now=T0 - DAY)
    fourth = write(store, level(4, 1), now=T0 + DAY)
    assert [kept.recorded_at for kept in (first, second, third, fourth)] == [T0, T0 + 1, T0 + 2, T0 + DAY]


def test_units_of_one_transaction_share_its_instant(store: Store) -> None:
    one, two = store.write([unit(level(1, 1)), unit(level(1, 2))], now=T0)
    assert isinstance(one, Kept)
    assert isinstance(two, Kept)
    assert one.recorded_at == two.recorded_at
    assert two.run == one.run + 1
    assert values(store, known_at=T0) == [2]


def test_changed_signals_are_named(store: Store) -> None:
    write(store, level(1, 1))
    kept = write(store, level(1, 1), level(1, 1, COUNTER))
    assert kept.signals == {COUNTER}
    assert write(store, level(1, 2)).signals == {LEVEL}

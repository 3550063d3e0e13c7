"""What is gone from a whole listing, and what somebody takes back."""

import pytest

from ingest.okr.instant import rfc3339
from ingest.store.error import SuddenlyEmpty, UnknownMeasurement, UnknownSignal
from ingest.store.store import Store
from ingest.store.unit import Kept
from tests.store.units import (
    EVENTS,
    LEVEL,
    T0,
    by_hand,
    day,
    event,
    keys,
    level,
    register,
    results,
    span,
    unit,
    values,
    whole,
    write,
    write_unit,
)


@pytest.fixture(autouse=True)
def registered(store: Store) -> None:
    register(store)


def test_an_event_missing_from_a_whole_listing_is_retracted_inside_its_span_only(store: Store) -> None:
    first = write(store, event("before", 0), event("start", 1), event("in", 2), event("end", 3), now=day(1))
    kept = write(store, event("new", 2.5), coverage=[whole(1, 3)], now=day(2))
    assert (kept.created, kept.retracted) == (1, 2)
    assert keys(store) == ["before", "new", "end"]
    assert keys(store, known_at=first.recorded_at) == ["before", "start", "in", "end"]
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 3.0}


def test_what_was_planned_and_is_listed_no_more_is_retracted_though_nothing_of_it_is_covered(store: Store) -> None:
    ahead = whole(0, 3)._replace(listed_until=day(9))
    write(store, event("a", 1), event("planned", 5), event("farther", 9), coverage=[ahead])
    assert write(store, event("a", 1), coverage=[ahead]).retracted == 1
    assert keys(store) == ["a", "farther"]
    with store.read() as reader:
        assert reader.coverage([EVENTS])[EVENTS].end == day(3)


def test_a_listing_that_shows_all_that_is_known_retracts_nothing(store: Store) -> None:
    rows = [event("a", 1), event("b", 2)]
    write(store, *rows, coverage=[whole(0, 3)])
    again = write(store, *rows, coverage=[whole(0, 3)])
    assert (again.duplicate, again.retracted, again.signals) == (2, 0, frozenset())


def test_an_event_that_moved_is_revised_and_not_retracted(store: Store) -> None:
    write(store, event("a", 1), event("b", 2))
    kept = write(store, event("a", 9), event("b", 2), coverage=[whole(0, 3)])
    assert (kept.revised, kept.retracted) == (1, 0)


def test_one_event_in_place_of_another_is_noticed(store: Store) -> None:
    write(store, event("a", 1), event("b", 2))
    assert write(store, event("a", 1), event("c", 2), coverage=[whole(0, 3)]).retracted == 1
    assert keys(store) == ["a", "c"]


def test_a_retracted_event_that_comes_back_is_a_revision(store: Store) -> None:
    write(store, event("a", 1), event("b", 2))
    write(store, event("b", 2), coverage=[whole(0, 3)])
    assert results(write(store, event("a", 1), event("b", 2), coverage=[whole(0, 3)])) == ["revised", "duplicate"]
    assert keys(store) == ["a", "b"]
    many = [event(str(number), 4 + number / 1000) for number in range(300)]
    write(store, *many)
    write(store, event("b", 2), coverage=[whole(0, 9)])
    assert write(store, *many).revised == 300


def test_a_suddenly_empty_listing_keeps_nothing_of_its_unit(store: Store) -> None:
    write(store, event("a", 1), event("b", 2))
    broken, other = store.write(
        [unit(level(1, 5), coverage=[whole(0, 3), span(0, 3)], cursor="new"), unit(level(2, 6))], now=T0
    )
    assert isinstance(broken, SuddenlyEmpty)
    assert (broken.signal, broken.known) == (EVENTS, 2)
    assert isinstance(other, Kept)
    assert values(store) == [6]
    assert keys(store) == ["a", "b"]
    with store.read() as reader:
        assert reader.cursor("news") is None
        assert reader.coverage([LEVEL])[LEVEL].start is None
        assert len(reader.runs()) == 2


@pytest.mark.parametrize("where", [whole(2, 3), whole(0, 1)])
def test_an_empty_listing_of_a_span_without_events_is_a_real_zero(store: Store, where: object) -> None:
    write(store, event("a", 1))
    assert write(store, coverage=[where]).retracted == 0
    with store.read() as reader:
        assert reader.coverage([EVENTS])[EVENTS].start == where.start  # type: ignore[attr-defined]


def test_what_was_recorded_by_hand_is_not_retracted_and_makes_no_listing_suddenly_empty(store: Store) -> None:
    write_unit(store, by_hand(event("mine", 1)))
    write(store, event("a", 2), coverage=[whole(0, 3)])
    assert write(store, event("b", 2), coverage=[whole(0, 3)]).retracted == 1
    assert keys(store) == ["mine", "b"]
    write_unit(store, by_hand(event("b", 2)))
    assert write(store, coverage=[whole(0, 3)]).retracted == 0


def test_two_whole_spans_are_both_looked_at(store: Store) -> None:
    write(store, event("a", 1), event("b", 5), event("c", 9))
    kept = write(store, event("b", 5), coverage=[whole(0, 2), whole(4, 6), whole(8, 10)])
    assert kept.retracted == 2


def test_forgetting_retracts_a_slip(store: Store) -> None:
    before = write_unit(store, by_hand(level(1, 99), event("slip", 1)), now=day(1))
    for signal, key in ((LEVEL, rfc3339(day(1))), (EVENTS, "slip")):
        kept = store.forget(signal, key, day(2))
        assert (kept.retracted, kept.signals) == (1, {signal})
        assert values(store, signal) == []
        assert len(values(store, signal, known_at=before.recorded_at)) == 1
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 0.0}
        assert reader.last_runs() == {}
    assert results(write(store, level(1, 10), event("slip", 1))) == ["revised", "revised"]


def test_forgetting_what_replaced_a_pulled_value_lets_that_count_again(store: Store) -> None:
    write(store, level(1, 10), event("a", 1, 3.0))
    write_unit(store, by_hand(level(1, 98), event("a", 5)))
    wrong = write_unit(store, by_hand(level(1, 99), event("a", 6)))
    store.forget(LEVEL, rfc3339(day(1)), T0)
    store.forget(EVENTS, "a", T0)
    assert values(store) == [10]
    with store.read() as reader:
        (row,) = reader.measurements(EVENTS)
        assert (row.observed_at, row.value, row.pinned, row.revision) == (day(1), 3.0, False, 3)
        assert reader.event_sum([EVENTS]) == {EVENTS: 3.0}
    assert values(store, known_at=wrong.recorded_at) == [99]
    assert results(write(store, level(1, 10))) == ["duplicate"]
    assert results(write(store, level(1, 11))) == ["revised"]


def test_forgetting_what_confirmed_a_pulled_value_takes_the_pin_away_only(store: Store) -> None:
    write(store, level(1, 10))
    write_unit(store, by_hand(level(1, 10)))
    assert store.forget(LEVEL, rfc3339(day(1)), T0).retracted == 0
    assert values(store) == [10]
    assert results(write(store, level(1, 11))) == ["revised"]


def test_forgetting_twice_takes_the_pulled_value_too(store: Store) -> None:
    write(store, level(1, 10))
    write_unit(store, by_hand(level(1, 99)))
    store.forget(LEVEL, rfc3339(day(1)), T0)
    store.forget(LEVEL, rfc3339(day(1)), T0)
    assert values(store) == []


def test_what_was_gone_before_it_was_recorded_by_hand_does_not_come_back(store: Store) -> None:
    write(store, event("a", 1), event("b", 2))
    write(store, event("b", 2), coverage=[whole(0, 3)])
    write_unit(store, by_hand(event("a", 1, 7.0)))
    store.forget(EVENTS, "a", T0)
    assert keys(store) == ["b"]


@pytest.mark.parametrize(("signal", "key"), [(EVENTS, "none"), (LEVEL, "2026-01-09T00:00:00Z"), (LEVEL, "no time")])
def test_what_is_not_there_cannot_be_forgotten(store: Store, signal: str, key: str) -> None:
    with pytest.raises(UnknownMeasurement, match="has no measurement with the key"):
        store.forget(signal, key, T0)


def test_an_unknown_signal_cannot_be_forgotten(store: Store) -> None:
    with pytest.raises(UnknownSignal):
        store.forget("x.none", "a", T0)

"""Implausible readings: what is kept aside, what is let in, and what somebody decides."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.okr.instant import Instant, rfc3339
from ingest.okr.plausible import Limit, is_plausible, limit_of
from ingest.okr.signal import Kind
from ingest.store.decision import Decided
from ingest.store.error import NothingWaits
from ingest.store.store import Store
from ingest.store.unit import By, Kept, Measured
from tests.oracle.waiting import WaitingRoom
from tests.store.units import (
    COUNTER,
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
    unit,
    values,
    whole,
    write,
    write_unit,
)

LIMITS = {
    LEVEL: limit_of("20%", Kind.LEVEL),
    COUNTER: limit_of("100", Kind.COUNTER),
    EVENTS: limit_of("50", Kind.EVENTS),
}


@pytest.fixture(autouse=True)
def registered(store: Store) -> None:
    register(store)


def pull(store: Store, *measurements: Measured, **more: Any) -> Kept:
    return write(store, *measurements, limits=LIMITS, **more)


def waiting(store: Store, signal: str = LEVEL, known_at: Instant | None = None) -> list[float]:
    with store.read() as reader:
        rows = reader.measurements(signal, known_at=known_at, limit=1000)
    return [row.value for row in rows if row.quarantined]


def decide(store: Store, key: str, accepted: bool = True, signal: str = LEVEL, now: Instant = T0) -> Decided:
    return store.decide(signal, key, now, accepted=accepted, limit=LIMITS[signal])


def at(number: float) -> str:
    return rfc3339(day(number))


def test_a_reading_beyond_its_limit_is_kept_and_does_not_count(store: Store) -> None:
    pull(store, level(1, 1000))
    kept = pull(store, level(2, 12_000), level(3, 1010))
    assert (results(kept), kept.created, kept.quarantined) == (["created", "created"], 2, 1)
    assert kept.signals == {LEVEL}
    assert (values(store), waiting(store)) == ([1000, 1010], [12_000])
    with store.read() as reader:
        one = reader.waiting([(LEVEL, day(9))])[LEVEL, day(9)]
        assert reader.quarantined() == {LEVEL: 1}
    assert (one.count, one.key, one.later) == (1, at(2), None)
    assert one.reason == "12,000 on 2026-01-03 after 1,000, limit 20%"


def test_the_same_again_is_a_duplicate_and_does_not_grow(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 12_000))
    for _ in range(3):
        again = pull(store, level(1, 1000), level(2, 12_000))
        assert (results(again), again.quarantined, again.signals) == (["duplicate", "duplicate"], 0, frozenset())
    assert waiting(store) == [12_000]


def test_another_value_under_its_key_takes_the_place_of_what_waits(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 12_000))
    assert results(pull(store, level(2, 13_000))) == ["revised"]
    assert (values(store), waiting(store)) == ([1000], [13_000])
    assert results(pull(store, level(2, 1100))) == ["created"]
    assert (values(store), waiting(store)) == ([1000, 1100], [])


def test_after_a_jump_one_acceptance_lets_in_all_that_is_plausible_after_it(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 1500), level(3, 1510))
    pull(store, level(4, 9000), level(5, 1520), now=T0 + 5)
    assert (values(store), waiting(store)) == ([1000], [1500, 1510, 9000, 1520])
    decided = decide(store, at(2), now=day(6))
    assert (decided.value, decided.observed_at, decided.accepted) == (1500, day(2), True)
    assert (decided.kept.created, decided.kept.released, decided.kept.signals) == (1, 2, {LEVEL})
    assert (values(store), waiting(store)) == ([1000, 1500, 1510, 1520], [9000])
    assert values(store, known_at=day(6) - 1) == [1000]
    assert waiting(store, known_at=day(6) - 1) == [1500, 1510, 9000, 1520]
    with store.read() as reader:
        run = reader.runs(limit=1)[0]
        assert (run.by, run.message, run.created) == (By.HAND, f"{LEVEL} {at(2)} was accepted", 1)
        assert LEVEL not in reader.last_runs()


def test_acceptance_reaches_no_farther_than_the_next_that_counts(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 1500), level(4, 1000), level(5, 1510))
    assert waiting(store) == [1500, 1510]
    assert decide(store, at(2)).kept.released == 0
    assert (values(store), waiting(store)) == ([1000, 1500, 1000], [1510])


def test_what_is_rejected_is_not_asked_about_again_until_it_changes(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 12_000), now=day(3))
    decided = decide(store, at(2), accepted=False, now=day(4))
    assert (decided.accepted, decided.kept.created, decided.kept.signals) == (False, 0, {LEVEL})
    assert results(pull(store, level(2, 12_000), now=day(5))) == ["duplicate"]
    assert (values(store), waiting(store), waiting(store, known_at=day(3))) == ([1000], [], [12_000])
    assert pull(store, level(2, 13_000), now=day(6)).quarantined == 1
    assert results(pull(store, level(2, 12_000), now=day(7))) == ["duplicate"]
    assert waiting(store) == []  # what waited is not what the source says any more


def test_a_revision_beyond_the_limit_leaves_the_old_content_counting(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 1100))
    assert results(pull(store, level(2, 5000))) == ["revised"]
    assert (values(store), waiting(store)) == ([1000, 1100], [5000])
    assert results(pull(store, level(2, 5000), level(3, 1110))) == ["duplicate", "created"]
    assert results(pull(store, level(2, 1100))) == ["duplicate"]
    assert waiting(store) == []
    pull(store, level(2, 5000))
    assert decide(store, at(2)).kept.revised == 1
    assert values(store) == [1000, 5000, 1110]


def test_a_page_between_what_counts_and_what_waits_under_one_key_loses_neither(store: Store) -> None:
    pull(store, level(1, 1000))
    pull(store, level(2, 1100))
    pull(store, level(2, 5000))
    with store.read() as reader:
        first = reader.measurements(LEVEL, limit=2)
        rest = reader.measurements(LEVEL, limit=2, after=(first[1].observed_at, first[1].key, first[1].quarantined))
    assert [(row.value, row.quarantined) for row in (*first, *rest)] == [(1000, False), (1100, False), (5000, True)]


def test_what_a_hand_records_is_never_doubted(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 12_000), level(3, 12_100))
    kept = write_unit(store, by_hand(level(2, 11_900), limits=LIMITS))
    assert (results(kept), kept.quarantined, kept.released) == (["created"], 0, 1)
    assert (values(store), waiting(store)) == ([1000, 11_900, 12_100], [])
    assert results(pull(store, level(2, 12_000))) == ["duplicate"]
    assert values(store) == [1000, 11_900, 12_100]


@pytest.mark.parametrize("by", [By.PULL, By.PUSH, By.IMPORT])
def test_pulls_pushes_and_imports_are_judged(store: Store, by: By) -> None:
    assert pull(store, level(1, 1000), level(2, 2000), by=by).quarantined == 1


def test_the_past_that_comes_later_makes_plausible_what_waits(store: Store) -> None:
    pull(store, level(1, 1000), level(9, 1600))
    assert waiting(store) == [1600]
    kept = pull(store, level(8, 1500), level(3, 1100), level(5, 1300), level(7, 1450))
    assert (kept.created, kept.quarantined, kept.released) == (4, 0, 1)
    assert (values(store), waiting(store)) == ([1000, 1100, 1300, 1450, 1500, 1600], [])


def test_several_in_a_pull_are_judged_in_the_order_of_time(store: Store) -> None:
    kept = pull(store, level(3, 1400), level(1, 1000), level(2, 1200))
    assert (kept.quarantined, values(store)) == (0, [1000, 1200, 1400])


def test_a_counter_may_restart(store: Store) -> None:
    kept = pull(store, level(1, 10_000, COUNTER), level(2, 12, COUNTER), level(3, 200, COUNTER))
    assert (kept.quarantined, values(store, COUNTER), waiting(store, COUNTER)) == (1, [10_000, 12], [200])


def test_an_event_is_judged_by_its_amount_and_its_total_is_right(store: Store) -> None:
    kept = pull(store, event("a", 1, 10), event("gift/1", 2, 60), event("c", 3, -51))
    assert (kept.quarantined, keys(store)) == (2, ["a", "gift/1", "c"])
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 10}
    assert decide(store, "gift/1", signal=EVENTS).kept.released == 0
    decide(store, "c", accepted=False, signal=EVENTS)
    with store.read() as reader:
        assert reader.event_sum([EVENTS]) == {EVENTS: 70}
    assert (values(store, EVENTS), waiting(store, EVENTS)) == ([10, 60], [])


def test_an_event_that_waits_and_is_missing_from_a_whole_listing_waits_no_more(store: Store) -> None:
    listed = {"coverage": [whole(0, 9)]}
    pull(store, event("a", 1, 10), event("b", 2, 60), **listed)
    assert waiting(store, EVENTS) == [60]
    kept = pull(store, event("a", 1, 10), **listed)
    assert (kept.retracted, kept.signals, waiting(store, EVENTS)) == (0, {EVENTS}, [])


def test_what_waits_hides_no_retraction(store: Store) -> None:
    """As many are listed as are stored, but one of them waits and another is gone."""
    listed = {"coverage": [whole(0, 9)]}
    pull(store, event("a", 1), event("b", 2), **listed)
    kept = pull(store, event("a", 1), event("c", 3, 99), **listed)
    assert (kept.retracted, values(store, EVENTS), waiting(store, EVENTS)) == (1, [1], [99])


def test_a_listed_event_whose_revision_waits_is_not_retracted(store: Store) -> None:
    listed = {"coverage": [whole(0, 9)]}
    pull(store, event("a", 1), event("b", 2), **listed)
    kept = pull(store, event("a", 1), event("b", 2, 99), **listed)
    assert (kept.retracted, kept.revised, values(store, EVENTS), waiting(store, EVENTS)) == (0, 1, [1, 1], [99])


def test_signals_with_and_without_a_limit_are_kept_side_by_side(store: Store) -> None:
    kept = write(
        store, level(1, 10), event("a", 1, 99), level(1, 5, COUNTER), level(2, 99), event("b", 1, 9),
        limits={LEVEL: LIMITS[LEVEL], EVENTS: LIMITS[EVENTS]},
    )  # fmt: skip
    assert (results(kept), kept.quarantined) == (["created"] * 5, 2)
    assert (values(store), values(store, COUNTER), values(store, EVENTS)) == ([10], [5], [9])


def test_a_large_history_told_again_writes_nothing(store: Store) -> None:
    rows = [level(number / 10, 1000 + number) for number in range(3_000)]
    assert pull(store, *rows, level(300, 99_999)).quarantined == 1
    again = pull(store, *rows, level(300, 99_999))
    assert (again.duplicate, again.quarantined, again.signals) == (3_001, 0, frozenset())


def test_units_of_one_commit_follow_each_other(store: Store) -> None:
    answers = store.write([unit(level(1, 1000), limits=LIMITS), unit(level(2, 2000), limits=LIMITS)], now=T0)
    assert [one.quarantined for one in answers if isinstance(one, Kept)] == [0, 1]


def test_a_unit_that_is_refused_leaves_nothing_waiting(store: Store) -> None:
    pull(store, level(1, 1000))
    good, bad = store.write(
        [unit(level(2, 1100), limits=LIMITS), unit(level(3, 9000), level(4, float("nan")), limits=LIMITS)], now=T0
    )
    assert isinstance(good, Kept)
    assert isinstance(bad, ValueError)
    assert (values(store), waiting(store)) == ([1000, 1100], [])


def test_a_decision_on_what_does_not_wait_says_what_does(store: Store) -> None:
    with pytest.raises(NothingWaits, match=rf"nothing waits under the key 'noon'; nothing of {LEVEL} waits"):
        decide(store, "noon")
    pull(store, level(1, 1000), *(level(2 + number, 9000 + number) for number in range(7)))
    with pytest.raises(NothingWaits, match=rf"what waits: {at(2)}, .*{at(6)}, 2 more"):
        decide(store, at(1))
    decide(store, "2026-01-03T01:00:00+01:00", accepted=False)
    with pytest.raises(NothingWaits, match=r"any more: it was rejected; .*`okr record`"):
        decide(store, at(2))
    decide(store, at(3))
    with pytest.raises(NothingWaits, match="any more: it was accepted"):
        decide(store, at(3))


def test_without_a_limit_nothing_waits(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 9000), level(3, 50_000))
    (kept,) = store.release([LEVEL, COUNTER], T0)
    assert (kept.created, kept.signals) == (2, {LEVEL})
    assert (values(store), waiting(store)) == ([1000, 9000, 50_000], [])
    assert store.release([LEVEL], T0) == []


def test_what_waits_is_told_up_to_a_time_and_as_it_was_known(store: Store) -> None:
    pull(store, level(1, 1000), level(2, 9000), level(5, 9100), now=day(6))
    decide(store, at(5), accepted=False, now=day(7))
    asked = [(LEVEL, day(1)), (LEVEL, day(3)), (LEVEL, day(9)), (COUNTER, day(9))]
    with store.read() as reader:
        now, then = reader.waiting(asked), reader.waiting(asked, known_at=day(6))
        before = reader.waiting(asked, known_at=day(6) - 1)
    assert [(one.count, one.key, one.later) for one in now.values()] == [
        (0, None, day(2)), (1, at(2), None), (1, at(2), None)
    ]  # fmt: skip
    assert [(one.count, one.later) for one in then.values()] == [(0, day(2)), (1, day(5)), (2, None)]
    assert before == {}


@pytest.fixture
def fresh(store: Store, url: str) -> Callable[[], Store]:
    """The store, emptied of what the example before wrote."""
    from sqlalchemy import create_engine

    from ingest.store.engine import database_url

    tables = ("reading", "event", "superseded", "pin", "quarantine", "run")

    def empty() -> Store:
        engine = create_engine(database_url(url))
        with engine.begin() as connection:
            for table in tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own tables
            connection.exec_driver_sql("UPDATE meta SET value = '0' WHERE name = 'recorded'")
        engine.dispose()
        return store

    return empty


TIMES = st.integers(0, 6)
NUMBERS = st.sampled_from([0.0, 10.0, 11.0, 13.0, 40.0, 60.0, 200.0])
TOLD = st.lists(st.tuples(TIMES, NUMBERS, st.sampled_from("abcd")), min_size=1, max_size=6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pull"), TOLD), st.tuples(st.just("pull"), TOLD), st.tuples(st.just("hand"), TOLD),
        st.tuples(st.sampled_from(["accept", "reject"]), st.integers(0, 5)),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from([(LEVEL, "20%"), (LEVEL, "25"), (COUNTER, "20"), (COUNTER, "50%"), (EVENTS, "50")]),
    steps=STEPS,
)
def test_the_store_keeps_aside_what_the_slow_waiting_room_does(
    fresh: Callable[[], Store], which: tuple[str, str], steps: list[tuple[str, Any]]
) -> None:
    store, (signal, text) = fresh(), which
    kind = {LEVEL: Kind.LEVEL, COUNTER: Kind.COUNTER, EVENTS: Kind.EVENTS}[signal]
    limit = limit_of(text, kind)
    room = WaitingRoom(lambda before, value: is_plausible(limit, before, value), events=kind is Kind.EVENTS)
    seen = []
    for number, (what, told) in enumerate(steps):
        _apply(store, room, signal, limit, what, told, T0 + 10 * number)
        seen.append((T0 + 10 * number, _state(room)))
        assert _stored(store, signal, None) == seen[-1][1]
    for known_at, state in seen:
        assert _stored(store, signal, known_at) == state


def _apply(store: Store, room: WaitingRoom, signal: str, limit: Limit, what: str, told: Any, now: Instant) -> None:
    if what in ("accept", "reject"):
        if room.waits:
            key = sorted(room.waits)[told % len(room.waits)]
            name = key if room.events else rfc3339(key)
            store.decide(signal, name, now, accepted=what == "accept", limit=limit)
            (room.accept if what == "accept" else room.reject)(key)
        return
    rows = [Measured(signal, day(time), value, key if room.events else None) for time, value, key in told]
    by = By.HAND if what == "hand" else By.PULL
    write(store, *rows, now=now, limits={signal: limit}, by=by, pin=by is By.HAND)
    contents = [(row.key if room.events else row.observed_at, (row.observed_at, row.value)) for row in rows]
    room.tell(contents, by_hand=by is By.HAND)


def _state(room: WaitingRoom) -> tuple[list[Any], list[Any]]:
    return sorted(room.counts.items()), sorted(room.waits.items())


def _stored(store: Store, signal: str, known_at: Instant | None) -> tuple[list[Any], list[Any]]:
    with store.read() as reader:
        rows = reader.measurements(signal, known_at=known_at, limit=1000)
    found = [(row.quarantined, row.key if signal == EVENTS else row.observed_at, row) for row in rows]
    counts, waits = (
        sorted((key, (row.observed_at, row.value)) for aside, key, row in found if aside is wanted)
        for wanted in (False, True)
    )
    return counts, waits


def test_what_waits_is_listed_the_earliest_first(store: Store) -> None:
    pull(store, level(1, 100))
    pull(store, level(3, 9000), level(2, 5000))
    with store.read() as reader:
        listed = reader.waits(LEVEL)
        assert [(one.key, one.value, one.quarantined) for one in listed] == [(at(2), 5000, True), (at(3), 9000, True)]
        assert reader.waits(LEVEL, limit=1) == listed[:1]
        assert reader.waits(COUNTER) == []

"""A delivery to a hook is kept once, for as long as senders repeat theirs."""

from pathlib import Path

import pytest

from ingest.okr.instant import DAY
from ingest.store import open_store
from ingest.store.delivery import REMEMBERED
from ingest.store.error import Repeated, UnitError
from ingest.store.store import Store
from ingest.store.unit import By, Kept
from tests.store.units import EVENTS, LEVEL, T0, event, level, register, unit, values, write


def test_a_repeated_delivery_changes_nothing(store: Store) -> None:
    register(store)
    write(store, level(1, 5), by=By.PUSH, delivery="d1")
    with pytest.raises(Repeated):
        write(store, level(2, 6), by=By.PUSH, delivery="d1")
    assert values(store) == [5]
    with store.read() as reader:
        assert len(reader.runs()) == 1


def test_of_two_in_one_commit_the_first_counts(store: Store) -> None:
    register(store)
    first, second = (unit(level(n, n), by=By.PUSH, delivery="d1") for n in (1, 2))
    kept, repeated = store.write([first, second], now=T0)
    assert isinstance(kept, Kept)
    assert isinstance(repeated, Repeated)
    assert values(store) == [1]


def test_each_source_has_deliveries_of_its_own(store: Store) -> None:
    register(store)
    write(store, level(1, 5), by=By.PUSH, delivery="d1")
    write(store, event("a", 1), source="mail", by=By.PUSH, delivery="d1")
    assert (values(store, LEVEL), values(store, EVENTS)) == ([5], [1])


def test_a_delivery_that_could_not_be_kept_may_come_again(store: Store) -> None:
    register(store)
    with pytest.raises(UnitError):
        write(store, level(1, float("nan")), by=By.PUSH, delivery="d1")
    write(store, level(1, 5), by=By.PUSH, delivery="d1")
    assert values(store) == [5]


def test_a_delivery_without_measurements_is_remembered_too(store: Store) -> None:
    register(store)
    write(store, by=By.PUSH, delivery="d1")
    with pytest.raises(Repeated):
        write(store, by=By.PUSH, delivery="d1")


def test_deliveries_are_remembered_after_a_restart(tmp_path: Path) -> None:
    for expected in ([5.0], [5.0]):
        with open_store(f"sqlite:///{tmp_path}/okr.db") as store:
            register(store)
            store.write([unit(level(1, 5), by=By.PUSH, delivery="d1")], now=T0)
            assert values(store) == expected
            with store.read() as reader:
                assert len(reader.runs()) == 1


def test_deliveries_are_forgotten_when_nobody_repeats_them_any_more(store: Store) -> None:
    register(store)
    write(store, level(1, 5), by=By.PUSH, delivery="d1")
    write(store, level(2, 6), now=T0 + REMEMBERED - DAY, by=By.PUSH, delivery="d2")
    write(store, level(3, 7), now=T0 + REMEMBERED + DAY, by=By.PUSH, delivery="d3")
    write(store, level(4, 8), now=T0 + REMEMBERED + DAY, by=By.PUSH, delivery="d1")
    with pytest.raises(Repeated):
        write(store, level(5, 9), now=T0 + REMEMBERED + DAY, by=By.PUSH, delivery="d2")
    assert values(store) == [5, 6, 7, 8]

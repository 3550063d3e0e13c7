"""Runs, how sources stand after them, cursors, and what other processes changed."""

import pytest

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import HOUR
from ingest.store import open_store
from ingest.store.error import UnitError
from ingest.store.row import Run
from ingest.store.store import Store
from ingest.store.unit import By, Unit
from tests.store.units import (
    EVENTS,
    LEVEL,
    T0,
    by_hand,
    day,
    event,
    level,
    register,
    span,
    unit,
    values,
    write,
    write_unit,
)

FAILED = Ending(Outcome.UNAVAILABLE, "timed out after 30 s", "wait", retry_at=T0 + HOUR)


@pytest.fixture(autouse=True)
def registered(store: Store) -> None:
    register(store)


def test_a_run_says_what_came_of_a_unit(store: Store) -> None:
    write(store, level(1, 1), level(2, 2))
    more = {"refused": 3, "fingerprint": "f", "note": "a\0b", "credential_expires_at": day(90), "finished_at": T0 + 9}
    kept = write(store, level(1, 1), level(2, 3), level(3, 3), now=day(1), **more)
    with store.read() as reader:
        assert reader.runs(limit=1) == [
            Run(
                kept.run,
                "news",
                By.PULL,
                T0,
                T0 + 9,
                day(1),
                Outcome.OK,
                "",
                None,
                None,
                "f",
                1,
                1,
                1,
                3,
                0,
                day(90),
                "a\ufffdb",
            )
        ]


def test_runs_are_listed_newest_first_page_by_page_and_by_source(store: Store) -> None:
    for number in range(5):
        write(store, level(number, 1))
        write(store, event(str(number), number), source="mail")
    with store.read() as reader:
        first = reader.runs(limit=4)
        rest = reader.runs(before=first[-1].id)
        assert [run.id for run in (*first, *rest)] == list(range(10, 0, -1))
        assert [run.id for run in reader.runs("mail", limit=2, before=8)] == [6, 4]
        assert reader.runs("nothing") == []


def test_a_failed_pull_writes_a_run_and_nothing_else(store: Store) -> None:
    write(store, level(1, 1), coverage=[span(0, 1)], cursor={"page": 2})
    kept = write(store, ending=FAILED)
    assert (kept.created, kept.signals) == (0, frozenset())
    assert values(store) == [1]
    with store.read() as reader:
        assert reader.cursor("news") == {"page": 2}
        (run, _) = reader.runs()
        assert (run.outcome, run.message, run.cure, run.retry_at) == (
            Outcome.UNAVAILABLE, "timed out after 30 s", "wait", T0 + HOUR,
        )  # fmt: skip


@pytest.mark.parametrize(
    "one",
    [
        unit(level(1, 1), ending=FAILED),
        unit(coverage=[span(0, 1)], ending=FAILED),
        unit(cursor=None, ending=FAILED),
    ],
    ids=["measurement", "coverage", "cursor"],
)
def test_a_failed_pull_that_brings_something_is_refused(store: Store, one: Unit) -> None:
    (answer,) = store.write([one], now=T0)
    assert isinstance(answer, UnitError)


def test_a_source_stands_as_its_last_pulls_and_posts_left_it(store: Store) -> None:
    with store.read() as reader:
        assert reader.last_runs() == {}
    write(store, level(1, 1), finished_at=day(1), credential_expires_at=day(90))
    write(store, ending=FAILED)
    failed = write(store, ending=FAILED)
    write_unit(store, by_hand(level(2, 5)))
    write(store, level(3, 5), by=By.IMPORT)
    with store.read() as reader:
        stands = reader.last_runs()["news"]
        assert (stands.last.id, stands.last.outcome) == (failed.run, Outcome.UNAVAILABLE)
        assert (stands.last_success_at, stands.consecutive_failures) == (day(1), 2)
        assert stands.credential_expires_at == day(90)
    write(store, by=By.PUSH, finished_at=day(2))
    with store.read() as reader:
        stands = reader.last_runs()["news"]
        assert (stands.last_success_at, stands.consecutive_failures) == (day(2), 0)


@pytest.mark.parametrize("cursor", [None, "text", 7, {"a": [1, None, "é"]}])
def test_a_cursor_is_given_back_as_it_was_and_kept_until_there_is_a_new_one(store: Store, cursor: object) -> None:
    write(store, cursor="older")
    write(store, cursor=cursor)
    write(store, level(1, 1))
    with store.read() as reader:
        assert reader.cursor("news") == cursor
        assert reader.cursor("mail") is None


def test_what_another_process_wrote_is_noticed(store: Store, url: str) -> None:
    write(store, level(1, 1))
    with store.read() as reader:
        seen, instant = reader.last_run(), reader.last_recorded()
    with open_store(url) as other:
        write(other, event("a", 1), source="mail")
    with store.read() as reader:
        change = reader.changes(seen)
        assert change.last_run == reader.last_run() == seen + 1
        assert EVENTS in change.signals
        assert LEVEL not in change.signals
        assert reader.changes(change.last_run).signals == frozenset()
        assert reader.last_recorded() > instant


def test_syncing_what_is_known_writes_nothing(store: Store) -> None:
    with store.read() as reader:
        before = reader.last_recorded()
    register(store)
    store.sync_definitions({}, T0)
    store.rename(T0, sources={"new": "none"}, signals={"new.a": "none.a"}, key_results={"o.new": "o.none"})
    with store.read() as reader:
        assert reader.last_recorded() == before


def test_the_salt_is_the_installations_own(store: Store, url: str) -> None:
    with store.read() as reader, open_store(url) as other, other.read() as again:
        assert reader.salt() == again.salt()
        assert len(reader.salt()) == 16

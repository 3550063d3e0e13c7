"""Definitions, baselines and notes: every version with its time; renames take history along."""

from collections.abc import Iterator, Mapping

import pytest

from ingest.okr.instant import FOREVER, Instant, rfc3339
from ingest.okr.objective import Frozen
from ingest.okr.signal import Kind
from ingest.store import open_store
from ingest.store.reader import Reader
from ingest.store.row import Definition, FrozenBaseline, Note, StoredSignal
from ingest.store.store import Store
from tests.store.units import EVENTS, LEVEL, T0, day, event, keys, level, register, span, unit, values, whole, write

KR = "expert.connections"


def test_a_changed_definition_is_a_version_with_its_time(store: Store) -> None:
    assert store.sync_definitions({KR: "one", "o.k": "x"}, day(1)) == {KR, "o.k"}
    assert store.sync_definitions({KR: "one", "o.k": "x"}, day(2)) == frozenset()
    assert store.sync_definitions({KR: "two", "o.k": "x"}, day(3)) == {KR}
    with store.read() as reader:
        assert reader.definitions()[KR] == Definition("two", day(3), day(1))
        assert reader.definitions(known_at=day(2))[KR].body == "one"
        assert reader.definitions(known_at=day(0))[KR].body == "one"
        assert [one.body for one in reader.definition_versions(KR)] == ["one", "two"]


def test_the_newest_baseline_counts_and_the_others_stay(store: Store) -> None:
    late, real = Frozen(5.0, late=True, measured_at=day(2), origin="first reading"), Frozen(4.0, False, day(0), "start")
    store.save_baselines([FrozenBaseline(KR, late)], day(2))
    store.save_baselines([FrozenBaseline(KR, real)], day(3))
    with store.read() as reader:
        assert reader.baselines() == {KR: FrozenBaseline(KR, real, day(3))}
        assert reader.baselines(known_at=day(2)) == {KR: FrozenBaseline(KR, late, day(2))}
        assert reader.baselines(known_at=day(1)) == {}
    store.sync_definitions({KR: "anew"}, day(4), baselines=[FrozenBaseline(KR, None)])
    with store.read() as reader:
        assert reader.baselines() == {}
        assert [one.frozen for one in reader.baseline_versions(KR)] == [late, real, None]
        assert reader.definitions()[KR].recorded_at == reader.baseline_versions(KR)[-1].recorded_at


def test_notes_are_remembered(store: Store) -> None:
    store.add_note(KR, "moved the deadline", day(1))
    store.add_note(KR, "moved it back", day(2))
    with store.read() as reader:
        assert reader.notes(KR) == [Note(KR, "moved the deadline", day(1)), Note(KR, "moved it back", day(2))]
        assert len(reader.notes(KR, known_at=day(1))) == 1
        assert reader.notes("o.other") == []


class Freezer:
    """Freezes what it sees; or breaks."""

    def __init__(self) -> None:
        self.seen: list[tuple[Mapping[str, Instant], list[float]]] = []
        self.broken = False

    def __call__(self, reader: Reader, changed: Mapping[str, Instant], now: Instant) -> Iterator[FrozenBaseline]:
        if self.broken:
            raise ArithmeticError("broken")
        found = list(reader.all_series(LEVEL).values)
        self.seen.append((changed, found))
        yield FrozenBaseline(KR, Frozen(found[-1], late=False, measured_at=now, origin="test"))


def test_a_baseline_is_frozen_in_the_transaction_that_makes_it_known(url: str) -> None:
    freezer = Freezer()
    with open_store(url, on_write=freezer) as store:
        register(store)
        store.write([unit(level(1, 7)), unit(level(2, 8), event("a", 1))], now=day(2))
        assert freezer.seen == [({LEVEL: day(1), EVENTS: day(1)}, [7.0, 8.0])]
        write(store, level(1, 7), now=day(3))
        assert len(freezer.seen) == 1
        with store.read() as reader:
            (baseline,) = reader.baselines().values()
            assert baseline.frozen is not None
            assert (baseline.frozen.value, baseline.recorded_at) == (8.0, day(2))
            assert reader.runs(limit=1, before=3)[0].recorded_at == day(2)


def test_what_the_hook_raises_undoes_the_transaction(url: str) -> None:
    freezer = Freezer()
    freezer.broken = True
    with open_store(url, on_write=freezer) as store:
        register(store)
        with pytest.raises(ArithmeticError):
            write(store, level(1, 7))
        assert values(store) == []


def test_a_renamed_source_keeps_its_runs_cursor_and_signals(store: Store) -> None:
    register(store)
    write(store, level(1, 1), coverage=[span(0, 1)], cursor=5)
    store.rename(T0, sources={"letter": "news"}, signals={"letter.readers": "letter.subscribers"})
    assert values(store, "letter.readers") == [1]
    with store.read() as reader:
        assert reader.cursor("letter") == 5
        assert set(reader.last_runs()) == {"letter"}
        assert reader.signals()["letter.views"] == StoredSignal("letter.views", "letter", Kind.COUNTER, None)
    assert write(store, level(1, 1, "letter.readers"), source="letter").duplicate == 1


def test_a_name_with_history_of_its_own_keeps_it(store: Store) -> None:
    register(store)
    write(store, event("a", 1), event("b", 1, signal="mail.offers"))
    store.rename(T0, signals={"mail.offers": EVENTS})
    assert (keys(store), keys(store, "mail.offers")) == (["a"], ["b"])
    write(store, level(1, 1))
    store.rename(T0, sources={"mail": "news"})
    assert values(store, LEVEL) == [1]


def test_a_new_name_that_was_registered_already_takes_the_history_over(store: Store) -> None:
    register(store)
    write(store, event("a", 1))
    store.rename(T0, signals={"mail.offers": EVENTS})
    assert keys(store, "mail.offers") == ["a"]
    store.sync_signals([StoredSignal("post.offers", "post", Kind.EVENTS, None)], T0)
    store.rename(T0, sources={"post": "news"})
    with store.read() as reader:
        assert "post.subscribers" in reader.signals()


def test_what_another_process_renamed_is_found_under_its_new_name(url: str) -> None:
    renamed = [StoredSignal("post.offers", "post", Kind.EVENTS, None)]
    with open_store(url) as service, open_store(url) as other:
        service.sync_signals([*renamed, StoredSignal(EVENTS, "mail", Kind.EVENTS, None)], T0)
        write(service, event("a", 1), source="mail")
        other.rename(T0, sources={"post": "mail"}, signals={"post.offers": "post.requests"})
        service.sync_signals(renamed, T0)
        write(service, event("b", 2, signal="post.offers"), source="post")
        assert keys(service, "post.offers") == ["a", "b"]
        with service.read() as reader:
            assert [run.source for run in reader.runs()] == ["post", "post"]


def test_a_definition_that_another_process_kept_meanwhile_is_no_second_version(url: str) -> None:
    with open_store(url) as service, open_store(url) as other:
        grown = FrozenBaseline(KR, Frozen(2.0, False, day(0), "grown"), why="grown")
        service.sync_definitions({KR: "one"}, day(1))

        def meanwhile() -> Iterator[FrozenBaseline]:
            other.sync_definitions({KR: "two"}, day(2), baselines=[grown])
            yield grown

        assert service.sync_definitions({KR: "two"}, day(3), baselines=meanwhile()) == frozenset()
        with service.read() as reader:
            assert [one.body for one in reader.definition_versions(KR)] == ["one", "two"]
            assert len(reader.baseline_versions(KR)) == 1


def test_a_definition_that_is_written_otherwise_takes_the_place_of_the_one_that_was_read_alone(store: Store) -> None:
    store.sync_definitions({KR: "one", "o.other": "one"}, day(1))
    store.sync_definitions({KR: "two"}, day(2))  # another process, after the first was read
    store.sync_definitions({}, day(3), restated={KR: ("one", "one, anew"), "o.other": ("one", "one, anew")})
    with store.read() as reader:
        assert [one.body for one in reader.definition_versions(KR)] == ["one", "two"]
        assert [one.body for one in reader.definition_versions("o.other")] == ["one, anew"]


def test_a_baseline_that_another_process_froze_meanwhile_is_kept_once(url: str) -> None:
    found = FrozenBaseline(KR, Frozen(2.0, False, day(0), "the reading at the start of the period"))
    with open_store(url) as service, open_store(url) as other:
        other.save_settled([found], day(1))
        service.save_settled([found, FrozenBaseline("o.other", found.frozen)], day(2))
        with service.read() as reader:
            assert [one.recorded_at for one in reader.baseline_versions(KR)] == [day(1)]
            assert reader.baselines()["o.other"].recorded_at == day(2)


def test_a_renamed_key_result_keeps_its_facts(store: Store) -> None:
    store.sync_definitions({KR: "one"}, day(1))
    store.save_baselines([FrozenBaseline(KR, Frozen(1.0, False, day(0), "x"))], day(1))
    store.add_note(KR, "text", day(1))
    store.rename(day(2), key_results={"o.new": KR})
    with store.read() as reader:
        assert set(reader.definitions()) == set(reader.baselines()) == {"o.new"}
        assert len(reader.notes("o.new")) == 1
    store.sync_definitions({KR: "again"}, day(3))
    store.rename(day(4), key_results={"o.new": KR})
    with store.read() as reader:
        assert reader.definitions()["o.new"].body == "one"


def test_a_signal_may_change_its_kind(store: Store) -> None:
    register(store)
    write(store, level(1, 1))
    store.sync_signals([StoredSignal(LEVEL, "news", Kind.COUNTER, "people")], T0)
    with store.read() as reader:
        assert reader.all_series(LEVEL).kind is Kind.COUNTER
    store.sync_signals([StoredSignal(LEVEL, "news", Kind.EVENTS, "people")], T0)
    assert write(store, event("a", 1, signal=LEVEL)).created == 1
    assert keys(store, LEVEL) == ["a"]


def test_a_write_tells_when_the_earliest_of_what_changed_was_observed(url: str) -> None:
    freezer = Freezer()
    with open_store(url, on_write=freezer) as store:
        register(store)
        write(store, level(5, 7), event("a", 3), event("b", 9), now=day(10))
        write(store, level(5, 8), level(6, 1), now=day(11))
        write(store, event("b", 20), now=day(12))
        write(store, event("b", 20), coverage=[whole(0, 10)], now=day(13))
        write(store, level(6, 1), coverage=[span(0, 5)], now=day(14))
        store.forget(LEVEL, rfc3339(day(5)), day(15))
        assert [changed for changed, _ in freezer.seen] == [
            {LEVEL: day(5), EVENTS: day(3)},
            {LEVEL: day(5)},
            {EVENTS: day(9)},
            {EVENTS: day(3)},
            {LEVEL: FOREVER},
            {LEVEL: day(5)},
        ]


def test_why_a_baseline_came_and_what_was_corrected_under_it_are_kept(store: Store) -> None:
    frozen = Frozen(5.0, False, day(0), "start", replaces=4.0, corrected_at=day(2), gives=None)
    store.save_baselines([FrozenBaseline(KR, frozen, why="corrected")], day(3))
    with store.read() as reader:
        assert reader.baseline_versions(KR) == [FrozenBaseline(KR, frozen, day(3), "corrected")]


def test_only_the_newest_versions_are_read_where_no_more_are_wanted(store: Store) -> None:
    for number in range(1, 5):
        store.sync_definitions({KR: str(number)}, day(number))
        store.add_note(KR, str(number), day(number) + 1)
    with store.read() as reader:
        assert [one.body for one in reader.definition_versions(KR, newest=2)] == ["3", "4"]
        assert [one.body for one in reader.definition_versions(KR, known_at=day(3), newest=2)] == ["2", "3"]
        assert {one.first_recorded_at for one in reader.definition_versions(KR, newest=1)} == {day(1)}
        assert [one.text for one in reader.notes(KR, known_at=day(3), newest=1)] == ["2"]

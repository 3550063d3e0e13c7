"""What people were told is a fact: kept with the news that follow, delivered once, and it follows a rename."""

from ingest.okr.instant import DAY
from ingest.store.store import Store
from ingest.store.tiding import Mailbox, Tiding
from tests.store.units import T0, day, level, register, values, write

ADA, BOB = "ada", "bob"


def news(recipient: str, text: str, at: int = T0) -> Tiding:
    return Tiding(recipient, "achieved", at, text)


def waiting(store: Store, recipient: str = ADA, most: int = 10) -> list[str]:
    with store.read() as reader:
        return [one.tiding.text for one in reader.waiting_news(recipient, most=most)]


def test_news_wait_until_they_are_delivered(store: Store) -> None:
    store.keep_news({("key_result", "o.k"): "1"}, [news(ADA, "a"), news(BOB, "b"), news(ADA, "c")], T0)
    assert (waiting(store), waiting(store, BOB), waiting(store, most=1)) == (["a", "c"], ["b"], ["a"])
    with store.read() as reader:
        first = reader.waiting_news(ADA, most=1)[0]
    store.delivered_news([first.id], T0 + 1)
    assert waiting(store) == ["c"]
    with store.read() as reader:
        assert reader.mailboxes() == {ADA: Mailbox(1, T0 + 1), BOB: Mailbox(1, None)}


def test_what_was_told_is_replaced_and_the_rest_stays(store: Store) -> None:
    store.keep_news({("key_result", "o.k"): "1", ("week", ""): "2"}, [], T0)
    store.keep_news({("key_result", "o.k"): "3"}, [], T0)
    with store.read() as reader:
        assert reader.told() == {("key_result", "o.k"): "3", ("week", ""): "2"}


def test_what_waits_too_long_or_for_nobody_is_given_up(store: Store) -> None:
    store.keep_news({}, [news(ADA, "old"), news(ADA, "new", T0 + DAY), news(BOB, "b", T0 + DAY)], T0)
    assert store.drop_news([ADA], T0 + DAY) == 2
    assert (waiting(store), waiting(store, BOB)) == (["new"], [])
    assert store.drop_news([], T0) == 1


def test_what_was_delivered_is_forgotten_after_90_days(store: Store) -> None:
    store.keep_news({}, [news(ADA, "a"), news(BOB, "b")], T0)
    with store.read() as reader:
        numbers = [one.id for one in reader.waiting_news(ADA, most=1)]
    store.delivered_news(numbers, T0)
    store.keep_news({}, [news(BOB, "c")], T0 + 91 * DAY)
    with store.read() as reader:
        assert reader.mailboxes() == {BOB: Mailbox(2, None)}


def test_what_was_told_follows_a_rename(store: Store) -> None:
    register(store)
    write(store, level(1, 1))
    store.sync_definitions({"o.old": "one"}, day(1))
    store.keep_news({("key_result", "o.old"): "1", ("source", "news"): "2", ("key_result", "o.new"): "3"}, [], T0)
    store.rename(T0, sources={"letter": "news"}, key_results={"o.new": "o.old"})
    with store.read() as reader:
        assert reader.told() == {("key_result", "o.new"): "1", ("source", "letter"): "2"}


def test_telling_is_no_write_that_scores_notice(store: Store) -> None:
    register(store)
    write(store, level(1, 1))
    with store.read() as reader:
        before = reader.last_recorded()
    store.keep_news({("week", ""): "1"}, [news(ADA, "a")], day(9))
    with store.read() as reader:
        assert reader.last_recorded() == before
    assert len(values(store)) == 1

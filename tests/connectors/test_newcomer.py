"""How far back those who joined are asked for, and what is kept of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors.parts.newcomer import AGAIN, MOST, Newcomers
from ingest.connector import Ask, Broken, Cursor, Span

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def ask(now: datetime = NOW, since: datetime | None = None, cursor: Any = None, key: bytes = b"k") -> Ask:
    return Ask(
        client=httpx.AsyncClient, now=now, zone=ZoneInfo("UTC"), home=Path(), key=key, since=since, cursor=cursor
    )


def told(newcomers: Newcomers) -> tuple[Span, Any]:
    span, cursor = newcomers.told()
    assert isinstance(span, Span)
    assert isinstance(cursor, Cursor)
    return span, cursor.value


@pytest.mark.parametrize(
    ("first", "then", "start"),
    [
        (None, None, NOW - AGAIN),
        (None, MARCH, NOW - AGAIN),
        (MARCH, MARCH, NOW - AGAIN),
        (MARCH, MAY, NOW - AGAIN),
        (MARCH, None, None),  # nobody limits it any more
        (MAY, MARCH, MARCH),
        (NOW - DAY, NOW - DAY, NOW - DAY),
    ],
)
def test_later_pulls_ask_for_the_last_days_unless_an_earlier_day_is_wanted(
    first: datetime | None, then: datetime | None, start: datetime
) -> None:
    before = Newcomers(ask(since=first))
    span, cursor = told(before)
    assert (before.start, span) == (first, Span("new_subscribers", first))
    later = Newcomers(ask(NOW + DAY, then, cursor))
    assert later.start == start
    assert told(later)[0] == Span("new_subscribers", later.start)


def test_who_joined_before_the_time_that_is_asked_for_is_left_out() -> None:
    newcomers = Newcomers(ask(since=MAY))
    assert not list(newcomers.reading("7", MAY - DAY))
    assert [one.at for one in newcomers.reading("7", MAY)] == [MAY]


def test_the_same_person_is_found_again_under_a_hash_that_another_installation_does_not_have() -> None:
    (one,), (again,) = Newcomers(ask()).reading("7", MAY), Newcomers(ask(NOW + DAY)).reading("7", MAY)
    (other,) = Newcomers(ask()).reading("8", MAY)
    (elsewhere,) = Newcomers(ask(key=b"other")).reading("7", MAY)
    assert one == again
    assert len({one.key, other.key, elsewhere.key}) == 3


def test_a_listing_of_many_ends_is_covered_from_there_and_is_not_begun_again() -> None:
    before = Newcomers(ask(since=MARCH))
    assert not before.over([NOW] * (MOST - 1), "data")
    assert before.over([MAY], "data")
    span, cursor = told(before)
    assert span == Span("new_subscribers", MAY)
    assert Newcomers(ask(NOW + DAY, MARCH, cursor)).start == NOW - AGAIN


@pytest.mark.parametrize(
    ("since", "page", "over"),
    [
        (None, [MAY, MARCH], False),
        (MAY, [MAY, MAY], False),
        (MAY, [MAY, MAY - DAY], True),
        (MAY, [], False),
    ],
)
def test_a_listing_is_over_with_the_page_that_reaches_far_enough(
    since: datetime | None, page: list[datetime], over: bool
) -> None:
    assert Newcomers(ask(since=since)).over(page, "data") is over


@pytest.mark.parametrize("pages", [[[MARCH, MAY], [MARCH]], [[MAY], [NOW], [MARCH]]])
def test_a_listing_that_does_not_come_newest_first_is_read_to_its_end(pages: list[list[datetime]]) -> None:
    newcomers = Newcomers(ask(since=MAY))
    assert not any(newcomers.over(page, "data") for page in pages)
    assert told(newcomers)[0] == Span("new_subscribers", MAY)


def test_a_listing_in_another_order_that_is_too_long_to_be_read_to_its_end_is_broken() -> None:
    newcomers = Newcomers(ask())
    newcomers.over([MARCH, MAY], "data")
    with pytest.raises(Broken, match="newest first"):
        newcomers.over([MAY] * (MOST - 2), "data")


def test_what_is_new_is_what_no_pull_told_of() -> None:
    first = Newcomers(ask())
    later = Newcomers(ask(NOW + DAY, cursor=told(first)[1]))
    assert [first.is_new(at) for at in (MARCH, NOW)] == [True, True]
    assert [later.is_new(at) for at in (MARCH, NOW, NOW + DAY)] == [False, False, True]

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.parts.onward import Onward, onward
from ingest.connector import Ask
from ingest.connector.kit import ZONE
from ingest.connector.record import Conversation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def at(since: datetime | None, cursor: Any = None, now: datetime = NOW, back: timedelta | None = None) -> Onward:
    client = Conversation((), now).client()
    ask = Ask(client=lambda: client, now=now, zone=ZONE, home=Path(), key=b"k" * 32, since=since, cursor=cursor)
    return onward(ask, DAY, back)


@pytest.mark.parametrize("since", [None, NOW - 30 * DAY])
def test_the_first_pull_lists_all_that_is_wanted_and_the_next_goes_on_with_an_overlap(since: datetime | None) -> None:
    first = at(since)
    assert (first.since, first.start) == (since, since)
    after = at(since, first.cursor.value, NOW + 2 * DAY)
    assert (after.since, after.start) == (since, NOW - DAY)
    assert (first.told_until, after.told_until) == (None, NOW)


@pytest.mark.parametrize("older", [None, NOW - 60 * DAY])
def test_where_older_things_are_wanted_than_before_all_is_listed_anew(older: datetime | None) -> None:
    after = at(older, at(NOW - 30 * DAY).cursor.value)
    assert (after.since, after.start) == (older, older)


@pytest.mark.parametrize("before", [None, NOW - 30 * DAY])
def test_where_less_is_wanted_than_before_it_goes_on_and_forgets_nothing(before: datetime | None) -> None:
    after = at(NOW - 2 * DAY, at(before).cursor.value, NOW + DAY)
    assert (after.since, after.start) == (before, NOW - DAY)


def test_the_overlap_ends_where_older_things_do_not_count() -> None:
    since = NOW - timedelta(hours=1)
    assert at(since, at(since).cursor.value, NOW + timedelta(hours=1)).start == since


def test_where_nobody_wants_more_or_less_a_listing_may_begin_some_days_ago() -> None:
    first = at(None, back=90 * DAY)
    assert first.start == NOW - 90 * DAY
    assert at(None, first.cursor.value, NOW + 2 * DAY, 90 * DAY).start == NOW - DAY
    assert at(NOW - 200 * DAY, first.cursor.value, NOW + DAY, 90 * DAY).start == NOW - 200 * DAY

"""Which events are asked about one by one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st

from connectors.parts.held import AT_ONCE, turn
from ingest.connector import Ask
from ingest.connector.kit import ZONE

NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def ask_on(now: datetime, since: datetime | None, cursor: object = None) -> Ask:
    return Ask(
        client=lambda: httpx.AsyncClient(), now=now, zone=ZONE, home=Path(), key=b"k", since=since, cursor=cursor
    )


@given(
    ages=st.lists(st.integers(-30, 900), max_size=200),
    wanted=st.one_of(st.none(), st.integers(0, 1000)),
    steps=st.lists(st.integers(0, 40), min_size=6, max_size=6),
)
def test_after_some_pulls_every_event_was_asked_about_and_no_stretch_leaves_one_out(
    ages: list[int], wanted: int | None, steps: list[int]
) -> None:
    since = None if wanted is None else NOW - wanted * DAY
    events = [one for one in (NOW - age * DAY for age in ages) if since is None or one >= since]
    now, cursor, asked = NOW, None, set()
    for step in steps:
        one = turn(ask_on(now, since, cursor), events, lambda at: at)
        for stretch in one.stretches:
            inside = [
                at
                for at in events
                if (stretch.start is None or at >= stretch.start) and (stretch.end is None or at < stretch.end)
            ]
            assert sorted(stretch.events) == sorted(inside), "a stretch is listed whole"
            asked.update(stretch.events)
        now, cursor = now + step * DAY, one.cursor.value
    assert asked == set(events)
    assert cursor is not None
    assert cursor["first"] == (None if since is None else since.isoformat().replace("+00:00", "Z"))


def test_the_past_comes_in_parts_newest_first() -> None:
    events = [NOW - age * DAY for age in range(3 * AT_ONCE)]
    first = turn(ask_on(NOW, None), events, lambda at: at)
    assert [len(one.events) for one in first.stretches] == [AT_ONCE]
    assert first.stretches[0].start == NOW - (AT_ONCE - 1) * DAY
    second = turn(ask_on(NOW + DAY, None, first.cursor.value), events, lambda at: at)
    assert [len(one.events) for one in second.stretches] == [15, AT_ONCE]
    assert second.stretches[1].end == first.stretches[0].start


def test_an_earlier_past_is_asked_for_when_it_is_wanted() -> None:
    known = turn(ask_on(NOW, NOW - 10 * DAY), [], lambda at: at).cursor.value
    later = turn(ask_on(NOW, None, known), [NOW - 20 * DAY], lambda at: at)
    assert later.stretches[1].events == [NOW - 20 * DAY]
    assert (later.stretches[1].start, later.stretches[1].end) == (None, NOW - 10 * DAY)

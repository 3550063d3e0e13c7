"""Which days are asked for, and from which on a missing one is a zero."""

from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from connectors.parts.daily import Known, first_day, told, within
from ingest.connector import Ask, Broken
from tests.connectors.pulling import BERLIN, NOW

TODAY = date(2026, 11, 22)


def asking(since: datetime | None = None, now: datetime = NOW) -> Ask:
    def nobody() -> httpx.AsyncClient:
        raise AssertionError("no request is made")

    return Ask(client=nobody, now=now, zone=BERLIN, home=Path(), key=b"k", since=since)


@pytest.mark.parametrize(
    ("since", "known", "first"),
    [
        (None, None, date(2026, 8, 24)),
        (None, Known(date(2026, 8, 24), TODAY, date(2026, 8, 24)), date(2026, 11, 18)),
        (None, Known(date(2026, 1, 1), date(2026, 3, 1), date(2026, 1, 1)), date(2026, 2, 25)),
        (None, Known(date(2026, 11, 21), TODAY, date(2026, 11, 21)), date(2026, 11, 21)),
        (date(2026, 1, 1), None, date(2025, 12, 1)),
        (date(2026, 1, 1), Known(date(2025, 12, 1), TODAY, date(2025, 12, 1)), date(2026, 11, 18)),
        (date(2025, 1, 1), Known(date(2025, 12, 1), TODAY, date(2025, 12, 1)), date(2024, 12, 1)),
        (date(2027, 1, 1), None, date(2026, 11, 21)),
    ],
    ids=["at first", "then", "after a long silence", "two days old", "wanted", "known", "more is wanted", "planned"],
)
def test_so_many_days_are_asked_for(since: date | None, known: Known | None, first: date) -> None:
    at = None if since is None else datetime(since.year, since.month, since.day, tzinfo=UTC)
    assert first_day(asking(at), known) == first


FIRST, OCTOBER = date(2026, 8, 24), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("start", "days", "known", "covered", "then"),
    [
        (FIRST, [date(2026, 9, 2), date(2026, 9, 1)], None, date(2026, 9, 1), Known(FIRST, TODAY, date(2026, 9, 1))),
        (FIRST, [], None, TODAY, Known(FIRST, TODAY, TODAY)),
        (OCTOBER, [], Known(FIRST, OCTOBER, FIRST), OCTOBER, Known(FIRST, TODAY, FIRST)),
        (date(2026, 11, 18), [], Known(FIRST, TODAY, TODAY), TODAY, Known(FIRST, TODAY, TODAY)),
        (
            FIRST,
            [date(2026, 9, 1)],
            Known(OCTOBER, TODAY, OCTOBER),
            date(2026, 9, 1),
            Known(FIRST, TODAY, date(2026, 9, 1)),
        ),
    ],
    ids=["the first with a number", "nobody ever came", "it goes on", "still nobody", "more of the past"],
)
def test_before_anybody_counted_nothing_is_zero(
    start: date, days: list[date], known: Known | None, covered: date, then: Known
) -> None:
    assert told(start, TODAY, days, known) == (covered, then)


def test_what_is_known_is_kept_from_pull_to_pull() -> None:
    ask, known = asking(), Known(FIRST, TODAY, OCTOBER)
    assert Known.of(ask) is None
    ask.cursor = known.cursor().value
    assert Known.of(ask) == known


def test_an_answer_may_hold_more_of_the_past_and_not_only_the_past() -> None:
    start, numbers = date(2026, 11, 18), {date(2026, 11, day): day for day in (16, 18, 21)}
    assert within(numbers, start, "rows") == {date(2026, 11, 18): 18, date(2026, 11, 21): 21}
    assert within({}, start, "rows") == {}
    with pytest.raises(Broken, match="is of 2026-11-17 and before, and the first day that was asked for is 2026-11-18"):
        within({date(2026, 11, 17): 1, date(2026, 11, 2): 1}, start, "rows")

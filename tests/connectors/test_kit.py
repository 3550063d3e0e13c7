"""Kit: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.kit import Kit, Known, month_ends, stretches
from ingest.connector import Ask, Connector, Cursor, Reading, Span
from ingest.connector.kit import ZONE
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.descriptions import Mocked

TODAY = date(2026, 10, 10)


class TestKit(Mocked):
    connector: ClassVar[type[Connector]] = Kit
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "kit_0123456789abcdef"}
    recorded: ClassVar[Path] = Path(__file__).parent / "kit"
    since: ClassVar[datetime | None] = datetime(2026, 10, 8, 12, tzinfo=UTC)
    beyond: ClassVar[Mapping[str, str]] = {
        "answer.pagination.total_count": "the description of `include_total_count` says that it is there",
    }
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # its example has no total_count

    def read(self, signal: str) -> dict[str, float]:
        """By their time in UTC, or `now`."""
        readings = self.drained(self.ask()).readings
        return {f"{one.at:%d %H:%M}" if one.at else "now": one.value for one in readings if one.signal == signal}

    def test_a_day_is_the_accounts_own(self) -> None:
        assert self.read("new_subscribers") == {"10 00:00": 1, "09 00:00": 4, "08 00:00": 0}
        starts = {one.at for one in self.drained(self.ask()).readings if one.signal == "new_subscribers"}
        assert min(one for one in starts if one) == datetime(2026, 10, 8, 4, tzinfo=UTC)
        assert self.read("lost_subscribers") == {"10 00:00": 0, "09 00:00": 1, "08 00:00": 0}

    def test_a_level_is_told_at_the_end_of_each_day_that_is_over(self) -> None:
        assert self.read("subscribers") == {"now": 813, "10 00:00": 812, "09 00:00": 809}

    def test_rates_are_shares(self) -> None:
        assert (self.read("open_rate"), self.read("click_rate")) == ({"now": 0.415}, {"now": 0.05})

    def test_the_days_are_covered_from_their_first_moment_on(self) -> None:
        start = datetime(2026, 10, 8, 4, tzinfo=UTC)
        assert self.drained(self.ask()).spans == (Span("new_subscribers", start), Span("lost_subscribers", start))

    def test_what_is_not_tracked_is_unknown(self) -> None:
        stats = {
            **self.conversation().exchanges[1].answer["json"]["stats"],
            "opened": 0,
            "open_tracking_enabled": False,
        }
        drained = self.drained(self._ask(self.conversation().with_answer(1, {"stats": stats})))
        assert {one.signal for one in drained.readings} == {*Kit.signals} - {"open_rate"}

    @pytest.mark.parametrize(("opened", "told"), [(0, set()), (415, {"open_rate"})])
    def test_where_nobody_says_whether_it_is_tracked_a_zero_is_unknown(self, opened: int, told: set[str]) -> None:
        stats = {"sent": 1000, "opened": opened, "clicked": 0, "email_stats_mode": "last_90"}
        drained = self.drained(self._ask(self.conversation().with_answer(1, {"stats": stats})))
        assert {one.signal for one in drained.readings} & {"open_rate", "click_rate"} == told

    def test_without_a_total_it_is_no_number(self) -> None:
        first = self.conversation().exchanges[0].answer["json"]
        pagination = {name: value for name, value in first["pagination"].items() if name != "total_count"}
        ended = self.ended(self._ask(self.conversation().with_answer(0, {**first, "pagination": pagination})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "pagination.total_count: is missing")

    def test_an_answer_about_other_days_is_broken(self) -> None:
        other = self.conversation().exchanges[4].answer["json"]
        ended = self.ended(self._ask(self.conversation().with_answer(3, other)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert "stats.starting" in ended.message

    def test_429_is_plain_text_and_says_no_time(self) -> None:
        def slow(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(429, text="Retry later")

        ended = self.ended(self._ask(self.conversation().with_fault(slow)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, None)

    def test_who_is_refused_is_told_which_key_it_takes(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(401, json={"errors": ["The access token is invalid"]})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert "The access token is invalid" in ended.message
        assert "it needs a key for version 4" in (ended.cure or "")

    def growing(self, days_back: int, cursor: Any = None) -> tuple[list[Reading], tuple[Span, ...], Cursor | None, int]:
        """One pull of an account that wins one subscriber a day, and how many requests it took."""
        asked = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            assert self.description.problems_of_request(request) == []
            if "growth_stats" not in request.url.path:
                recorded = next(one for one in self.conversation().exchanges if one.url.path == request.url.path)
                return recorded.response()
            start = request.url.params.get("starting", "2026-07-12")
            end = request.url.params.get("ending", TODAY.isoformat())
            level = (date.fromisoformat(end) - date(2020, 1, 1)).days
            stats = {"cancellations": 0, "net_new_subscribers": 1, "new_subscribers": 1, "subscribers": level}
            bounds = {"starting": f"{start}T00:00:00-04:00", "ending": f"{end}T23:59:59-04:00"}
            return httpx.Response(200, json={"stats": {**stats, **bounds}})

        client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        now = datetime(2026, 10, 10, 12, tzinfo=UTC)
        since = now - timedelta(days=days_back)
        ask = Ask(client=lambda: client, now=now, zone=ZONE, home=Path(), key=b"k", since=since, cursor=cursor)
        drained = self.drained(ask)
        return list(drained.readings), drained.spans, drained.cursor, len(asked)

    def test_a_long_past_comes_in_parts_and_the_levels_at_the_ends_of_months_at_once(self) -> None:
        readings, spans, cursor, asked = self.growing(365)
        assert asked < 60, "a key may ask 120 times in a minute, and people check and pull"
        levels = {one.at.date() for one in readings if one.signal == "subscribers" and one.at}
        assert {date(2026, 1, 1), date(2025, 12, 31), date(2025, 11, 1)} <= levels
        assert cursor == Cursor(["2026-09-07", "2026-10-10"])
        assert {one.start for one in spans} == {datetime(2026, 9, 7, 4, tzinfo=UTC)}

        readings, spans, cursor, asked = self.growing(365, cursor.value if cursor else None)
        assert cursor == Cursor(["2026-07-24", "2026-10-10"])
        assert asked < 60
        older = spans[2]
        assert (older.start, older.end) == (datetime(2026, 7, 24, 4, tzinfo=UTC), datetime(2026, 9, 7, 4, tzinfo=UTC))

    @pytest.mark.parametrize("days_back", [1, 60, 90, 400, 730, 1100, 4000])
    def test_a_first_pull_asks_for_half_of_what_a_key_may_in_a_minute(self, days_back: int) -> None:
        assert self.growing(days_back)[3] < 60

    def test_what_is_known_is_asked_for_again_only_a_few_days_back(self) -> None:
        _, spans, cursor, asked = self.growing(20, ["2026-09-20", "2026-10-09"])
        assert (asked, cursor) == (3 + 5, Cursor(["2026-09-20", "2026-10-10"]))
        assert {one.start for one in spans} == {datetime(2026, 10, 6, 4, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("oldest", "known", "expected"),
    [
        (date(2026, 10, 9), None, [["10-10", "10-09"]]),
        (
            date(2026, 10, 8),
            Known(date(2026, 10, 10), TODAY),
            [["10-10", "10-09", "10-08", "10-07"], ["10-09", "10-08"]],
        ),
        (date(2026, 10, 8), Known(date(2026, 10, 8), TODAY), [["10-10", "10-09", "10-08", "10-07"]]),
        (date(2027, 1, 1), Known(TODAY, TODAY), [["10-10", "10-09", "10-08", "10-07"]]),
    ],
)
def test_days_are_asked_from_the_newest_back(oldest: date, known: Known | None, expected: list[list[str]]) -> None:
    assert [[f"{day:%m-%d}" for day in one] for one in stretches(TODAY, oldest, known)] == expected


def test_of_each_month_two_days_are_told_so_that_one_is_over_at_every_zones_midnight() -> None:
    days = month_ends(date(2026, 4, 1), date(2026, 1, 31))
    assert [f"{day:%m-%d}" for day in days] == ["03-31", "03-30", "02-28", "02-27", "01-31"]
    assert len(month_ends(TODAY, date(2010, 1, 1))) == 48

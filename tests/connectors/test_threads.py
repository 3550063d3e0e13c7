from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.parts.insights import Value
from connectors.threads import Threads
from ingest.connector import Connector, Cursor, Expiry, Reading, Span
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.renewing import RENEWED, Renewing
from tests.descriptions import Described

HERE = Path(__file__).parent / "threads"


class TestThreads(Renewing, Described):
    refresh = "https://graph.threads.net/refresh_access_token?grant_type=th_refresh_token"
    connector: ClassVar[type[Connector]] = Threads
    settings: ClassVar[Mapping[str, Any]] = {"token": "a-made-up-token", "token_ends": "2026-11-30"}
    recorded: ClassVar[Path] = HERE
    since: ClassVar[datetime | None] = datetime(2026, 8, 31, 22, tzinfo=UTC)
    beyond: ClassVar[Mapping[str, str]] = {
        "?since": "Meta's documentation has it, in seconds since 1970; the collection leaves it out",
        "?until": "as since",
    }

    def refused(self, status: int, **error: Any) -> Ending:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            said = {"message": "No", "type": "OAuthException", "fbtrace_id": "A", **error}
            return httpx.Response(status, json={"error": said})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        return ended

    def test_followers_are_those_of_now_and_told_once(self) -> None:
        readings = self.drained(self.ask()).readings
        assert [one for one in readings if one.signal == "followers"] == [Reading("followers", 412)]

    def test_on_the_first_day_of_a_period_some_time_is_asked_for(self) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.now = ask.since = datetime(2026, 10, 9, 22, 30, tzinfo=UTC)  # here tomorrow, there today
        self.ended(ask)
        asked = [one.url.params for one in recorded.asked if "since" in one.url.params]
        assert asked
        assert all(int(one["since"]) < int(one["until"]) for one in asked)

    def test_views_are_those_of_the_day_that_ends_in_california(self) -> None:
        views = {one.key: one for one in self.drained(self.ask()).readings if one.signal == "views"}
        assert {key: one.value for key, one in views.items()} == {
            "2026-09-01": 10,
            "2026-09-30": 4,
            "2026-10-01": 7,
            "2026-10-09": 31,
        }
        assert views["2026-09-01"].at == datetime(2026, 8, 31, 22, tzinfo=UTC)

    def test_the_days_that_came_are_covered_and_those_left_out_are_unknown(self) -> None:
        drained = self.drained(self.ask())
        assert drained.spans == tuple(
            Span("views", datetime(*start, 22, tzinfo=UTC), datetime(*end, 22, tzinfo=UTC), whole=True)
            for start, end in [
                ((2026, 8, 31), (2026, 9, 1)),
                ((2026, 9, 29), (2026, 10, 1)),
                ((2026, 10, 8), (2026, 10, 9)),
            ]
        )
        assert drained.cursor == Cursor({"since": "2026-09-01", "until": "2026-10-09"})

    def test_an_empty_list_of_views_is_not_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, drained.spans, drained.cursor) == ((Reading("followers", 0),), (), None)

    def test_an_empty_answer_is_broken(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_answer(0, {"data": []})))
        assert isinstance(ended, Ending)
        assert ended.message == "data[followers_count].total_value: is missing"

    def test_later_the_newest_days_are_enough(self) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.cursor = {"since": "2026-09-01", "until": "2026-10-09"}
        self.ended(ask)
        assert [int(one.url.params["since"]) for one in recorded.asked] == [1_791_270_000]  # 6 October

    def test_nothing_is_asked_of_before_april_2024(self) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since = datetime(2020, 1, 1, tzinfo=UTC)
        self.ended(ask)
        assert int(recorded.asked[0].url.params["since"]) >= 1_712_991_600
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since, ask.cursor = datetime(2020, 1, 1, tzinfo=UTC), {"since": "2024-04-14", "until": "2026-10-09"}
        self.ended(ask)
        assert [int(one.url.params["since"]) for one in recorded.asked] == [1_791_270_000]  # 6 October

    def test_the_renewal_is_as_meta_describes_it(self) -> None:
        _, [renewal, *_], _ = self.pulled(httpx.Response(200, json=RENEWED))
        problems = [str(one) for one in self.description.problems_of_request(renewal)]
        assert len(problems) == 1, problems
        assert problems[0].startswith("?access_token"), "the collection adds it to every request by its `auth`"

    def test_the_end_of_the_token_is_told(self) -> None:
        assert self.drained(self.ask()).expiry == Expiry(datetime(2026, 11, 29, 23, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("status", "error", "outcome", "cure"),
        [
            (400, {"code": 190, "error_subcode": 463}, Outcome.REFUSED, "make a new token"),
            (403, {"code": 10}, Outcome.REFUSED, "it needs a token with threads_basic"),
            (400, {"code": 200}, Outcome.REFUSED, "permission"),
            (400, {"code": 100}, Outcome.REFUSED, "check the source's settings"),
            (403, {"code": 4}, Outcome.UNAVAILABLE, ""),
            (400, {"code": 17}, Outcome.UNAVAILABLE, ""),
            (400, {"code": 32}, Outcome.UNAVAILABLE, ""),
            (429, {"code": 613}, Outcome.UNAVAILABLE, ""),
            (400, {"code": 2, "is_transient": True}, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_a_code_says_what_the_matter_is(
        self, status: int, error: Mapping[str, Any], outcome: Outcome, cure: str
    ) -> None:
        ended = self.refused(status, **error)
        assert ended.outcome is outcome
        assert cure in (ended.cure or "")


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("2026-10-10T07:00:00+0000", date(2026, 10, 9)),
        ("2026-12-10T08:00:00+0000", date(2026, 12, 9)),
        ("2026-03-09T07:00:00+0000", date(2026, 3, 8)),  # 23 hours long
        ("2026-11-02T08:00:00+0000", date(2026, 11, 1)),  # 25
    ],
)
def test_the_day_that_ends_then(end: str, day: date) -> None:
    assert Value.model_validate_json(f'{{"value": 1, "end_time": "{end}"}}', strict=True).day() == day

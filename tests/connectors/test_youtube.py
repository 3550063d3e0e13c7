from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import ValidationError

from connectors.parts.google_refusal import next_quota
from connectors.youtube import Youtube
from ingest.connector import Connector, Cursor, Reading, Span
from ingest.connector.granted import TOKEN
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation, Exchange
from ingest.okr.instant import instant
from tests.descriptions import Described

HERE = Path(__file__).parent / "youtube"
KEY = {"api_key": "a-made-up-key", "channel": "@example"}
CLIENT = {**KEY, "client_id": "me.example.com", "client_secret": "a-made-up-secret"}


class TestYoutubeOfItsOwner(Described):
    connector: ClassVar[type[Connector]] = Youtube
    settings: ClassVar[Mapping[str, Any]] = CLIENT
    recorded: ClassVar[Path] = HERE
    described_in: ClassVar[tuple[str, ...]] = ("description.json", "description-analytics.json")

    def test_days_are_events_of_their_day(self) -> None:
        told = [one for one in self.drained(self.ask()).readings if one.key]
        assert told[:3] == [
            Reading("views", 120, datetime(2026, 10, 4, 22, tzinfo=UTC), "2026-10-05"),
            Reading("new_followers", 3, datetime(2026, 10, 4, 22, tzinfo=UTC), "2026-10-05"),
            Reading("lost_followers", 0, datetime(2026, 10, 4, 22, tzinfo=UTC), "2026-10-05"),
        ]
        assert len(told) == 9

    def test_what_is_not_told_yet_is_not_covered(self) -> None:
        drained = self.drained(self.ask())
        start, end = datetime(2024, 10, 9, 22, tzinfo=UTC), datetime(2026, 10, 7, 22, tzinfo=UTC)
        assert set(drained.spans) == {
            Span(signal, start, end, whole=True) for signal in ("views", "new_followers", "lost_followers")
        }

    def test_no_rows_are_not_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert {one.signal for one in drained.readings} == {"followers", "posts", "total_views"}
        assert (drained.spans, drained.cursor) == ((), None)

    @pytest.mark.parametrize(
        ("since", "cursor", "asked"),
        [
            (None, None, "2024-10-10"),
            (datetime(2025, 12, 31, 23, tzinfo=UTC), None, "2026-01-01"),
            (None, {"since": "2024-10-10", "until": "2026-10-07"}, "2026-09-27"),
            (datetime(2025, 12, 31, 23, tzinfo=UTC), {"since": "2026-01-01", "until": "2026-10-07"}, "2026-09-27"),
            (datetime(2024, 12, 31, 23, tzinfo=UTC), {"since": "2026-01-01", "until": "2026-10-07"}, "2025-01-01"),
        ],
    )
    def test_only_the_newest_days_are_asked_for_again(
        self, since: datetime | None, cursor: Mapping[str, str] | None, asked: str
    ) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since, ask.cursor = since, cursor
        self.ended(ask)
        assert recorded.asked[-1].url.params["startDate"] == asked

    def test_a_day_that_has_not_begun_in_california_is_not_asked_for(self) -> None:
        """A key result that begins today, somewhere where it is the day already."""
        recorded = self.conversation()
        tokyo, client = ZoneInfo("Asia/Tokyo"), recorded.client()
        ask = self._ask(recorded)
        ask.zone, ask.now, ask.since = tokyo, *([datetime(2026, 10, 11, tzinfo=tokyo)] * 2)
        ask._client = lambda: client
        drained = self.drained(ask)
        assert [one.url.path for one in recorded.asked] == ["/youtube/v3/channels"]
        assert (drained.spans, drained.cursor) == ((), None)
        ask.now = datetime(2026, 10, 11, 17, tzinfo=tokyo)  # an hour past midnight in California
        self.ended(ask)
        params = recorded.asked[-1].url.params
        assert (params["startDate"], params["endDate"]) == ("2026-10-11", "2026-10-11")

    def test_how_far_it_got_is_remembered(self) -> None:
        assert self.drained(self.ask()).cursor == Cursor({"since": "2024-10-10", "until": "2026-10-07"})
        ask = self._ask(self.conversation())
        ask.since = datetime(2024, 10, 9, 22, tzinfo=UTC)
        ask.cursor = {"since": "2025-01-01", "until": "2026-10-08"}
        assert self.drained(ask).cursor == Cursor({"since": "2024-10-10", "until": "2026-10-08"})

    def test_the_token_goes_to_the_reports_alone(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        sent = [(one.headers.get("authorization"), one.headers.get("x-goog-api-key")) for one in recorded.asked]
        assert sent == [(None, "a-made-up-key"), (f"Bearer {TOKEN}", None)]

    def test_columns_in_another_order_are_broken(self) -> None:
        recorded = self.conversation()
        report = dict(recorded.exchanges[1].answer["json"])
        report["columnHeaders"] = report["columnHeaders"][::-1]
        ended = self.ended(self._ask(recorded.with_answer(1, report)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message[:13]) == (Outcome.BROKEN, "columnHeaders")


class TestYoutube(Described):
    connector: ClassVar[type[Connector]] = Youtube
    settings: ClassVar[Mapping[str, Any]] = KEY
    recorded: ClassVar[Path] = HERE

    def conversation(self, name: str = "full") -> Conversation:
        """What everybody sees alone."""
        whole = super().conversation(name)
        return Conversation(whole.exchanges[:1], whole.now)

    def told(self, **statistics: Any) -> dict[str, float] | Ending:
        recorded = self.conversation()
        answer = dict(recorded.exchanges[0].answer["json"])
        (channel,) = answer["items"]
        changed = {name: value for name, value in {**channel["statistics"], **statistics}.items() if value is not None}
        ended = self.ended(
            self._ask(recorded.with_answer(0, {**answer, "items": [{**channel, "statistics": changed}]}))
        )
        return ended if isinstance(ended, Ending) else {one.signal: one.value for one in ended.readings}

    def refused(self, status: int, body: Any) -> Ending:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=body)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        return ended

    def test_numbers_that_come_as_text_are_numbers_and_stay_rounded_as_youtube_rounds(self) -> None:
        assert self.told() == {"followers": 1230, "posts": 41, "total_views": 90211}
        large = self.told(subscriberCount="18400000000")
        assert isinstance(large, dict)
        assert large["followers"] == 18_400_000_000

    @pytest.mark.parametrize("count", [None, "0", "1230"])
    def test_a_hidden_number_of_subscribers_is_unknown_and_not_zero(self, count: str | None) -> None:
        told = self.told(hiddenSubscriberCount=True, subscriberCount=count)
        assert told == {"posts": 41, "total_views": 90211}

    @pytest.mark.parametrize("count", ["", "-1", "1.2K", "NaN", "1,230"])
    def test_text_that_is_no_number_is_broken(self, count: str) -> None:
        ended = self.told(subscriberCount=count)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert "subscriberCount" in ended.message

    def test_a_missing_number_of_subscribers_is_broken(self) -> None:
        ended = self.told(subscriberCount=None)
        assert isinstance(ended, Ending)
        assert ended.message == "items[0].statistics.subscriberCount: is missing"

    def test_a_channel_that_hides_it_is_remarked_when_one_looks(self) -> None:
        recorded = self.conversation("seen")
        answer = recorded.exchanges[0].answer["json"]
        answer["items"][0]["statistics"] = {"viewCount": "1", "hiddenSubscriberCount": True, "videoCount": "1"}
        assert "Advanced settings" in str(self.seen(recorded).remarks)

    def test_an_unknown_channel_is_a_200_without_items(self) -> None:
        page = {"totalResults": 0, "resultsPerPage": 5}
        unknown = {"kind": "youtube#channelListResponse", "etag": "abc", "pageInfo": page}
        ended = self.ended(self._ask(self.conversation().with_answer(0, unknown)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.REFUSED, "YouTube knows no channel @example")

    def test_a_quota_that_is_used_up_comes_as_403_and_begins_anew_at_midnight_in_california(self) -> None:
        reason = {"message": "exceeded", "domain": "youtube.quota", "reason": "quotaExceeded"}
        ended = self.refused(403, {"error": {"code": 403, "message": "exceeded", "errors": [reason]}})
        assert ended.outcome is Outcome.UNAVAILABLE
        assert ended.retry_at == instant(datetime(2026, 10, 11, 7, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("status", "error", "outcome", "words"),
        [
            (400, {"errors": [{"reason": "keyInvalid"}]}, Outcome.REFUSED, "copy the key"),
            (400, {"details": [{"reason": "API_KEY_INVALID"}]}, Outcome.REFUSED, "copy the key"),
            (403, {"errors": [{"reason": "accessNotConfigured"}]}, Outcome.REFUSED, "switch the API on"),
            (403, {"errors": [{"reason": "forbidden"}]}, Outcome.REFUSED, "it needs an API key"),
            (403, {"errors": [{"reason": "rateLimitExceeded"}]}, Outcome.UNAVAILABLE, ""),
            (429, {"status": "RESOURCE_EXHAUSTED"}, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_google_says_in_the_reason_what_the_matter_is(
        self, status: int, error: Mapping[str, Any], outcome: Outcome, words: str
    ) -> None:
        ended = self.refused(status, {"error": {"code": status, "message": "No", **error}})
        assert ended.outcome is outcome
        assert words in (ended.cure or "")


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (datetime(2026, 10, 10, 12, tzinfo=UTC), datetime(2026, 10, 11, 7, tzinfo=UTC)),
        (datetime(2026, 12, 10, 7, 59, tzinfo=UTC), datetime(2026, 12, 10, 8, tzinfo=UTC)),
    ],
)
def test_midnight_in_california(now: datetime, at: datetime) -> None:
    assert next_quota(now) == at
    assert next_quota(now).date() > date(2026, 10, 10)


@pytest.mark.parametrize(
    "channel", ["", "example", "UCshort", "@a", "@a b", "@ab/../x", "https://youtube.com/@example"]
)
def test_a_channel_is_a_handle_or_an_id(channel: str) -> None:
    with pytest.raises(ValidationError):
        Youtube.model_validate({**KEY, "channel": channel})


def test_half_a_client_is_none() -> None:
    with pytest.raises(ValidationError, match="belong together"):
        Youtube.model_validate({**KEY, "client_id": "me"})

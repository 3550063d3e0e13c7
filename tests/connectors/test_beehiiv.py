"""The connector `beehiiv`: rates of an unknown scale, and a listing that is asked for newest first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from connectors.beehiiv import Beehiiv
from ingest.connector import Connector, Reading, Span
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation, Exchange

NEWEST = datetime(2026, 10, 9, 23, 30, tzinfo=UTC)


class TestBeehiiv(HttpConformance):
    connector: ClassVar[type[Connector]] = Beehiiv
    settings: ClassVar[Mapping[str, Any]] = {
        "api_key": "a-made-up-key",
        "publication": "pub_00000000-0000-4000-8000-000000000001",
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "beehiiv"

    def came(self, conversation: Conversation, cursor: Any = None) -> tuple[list[datetime | None], tuple[Span, ...]]:
        ask = self._ask(conversation)
        ask.cursor = cursor
        drained = self.drained(ask)
        assert not conversation.unknown
        return [one.at for one in drained.readings if one.signal == "new_subscribers"], drained.spans

    def test_the_open_rate_is_made_of_numbers_since_the_scale_of_the_average_is_unknown(self) -> None:
        """It is 44.1 in one of these answers and 0.441 in the other."""
        first = self.drained(self.ask()).cursor
        assert first is not None
        later = self._ask(self.conversation("again"))
        later.cursor = first.value
        for ask in (self.ask(), later):
            assert [one.value for one in self.drained(ask).readings if one.signal == "open_rate"] == [0.4]

    def test_without_a_mail_there_is_no_open_rate(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("paid_subscribers", 0))

    def test_who_came_is_told_by_time_and_by_nothing_that_says_who(self) -> None:
        assert self.came(self.conversation()) == (
            [NEWEST, datetime(2026, 10, 8, 7, 30, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC)],
            (Span("new_subscribers"),),
        )
        told = repr(self.drained(self.ask()))
        assert not any(secret in told for secret in ("example.com", "sub_", "code"))

    def test_later_the_listing_ends_with_the_first_who_is_known_for_long(self) -> None:
        first = self.drained(self.ask()).cursor
        assert first is not None
        times, spans = self.came(self.conversation("again"), first.value)
        assert times == [NEWEST, datetime(2026, 10, 8, 7, 30, tzinfo=UTC)]
        assert spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

    def test_a_pull_lists_the_newest_10000_and_covers_them(self) -> None:
        """They are 100 requests; the whole organization may ask 180 times a minute."""
        recorded = self.conversation()
        pages = [recorded.exchanges[0]]
        for number in range(101):
            rows = [{"id": f"sub_{number}_{row}", "created": 1791588600 - number * 100 - row} for row in range(100)]
            answer = {"data": rows, "has_more": True, "next_cursor": str(number + 1)}
            url = recorded.exchanges[1].url.copy_merge_params({"cursor": str(number)} if number else {})
            pages.append(Exchange("GET", url, {"json": answer}))
        long = Conversation(tuple(pages), recorded.now)
        times, spans = self.came(long)
        assert len(times) == 10_000
        assert spans == (Span("new_subscribers", times[-1]),)

    def test_a_listing_in_another_order_tells_the_same(self) -> None:
        recorded = self.conversation()
        page = recorded.exchanges[1].answer["json"]
        times, spans = self.came(recorded.with_answer(1, {**page, "data": page["data"][::-1]}))
        assert (sorted(filter(None, times), reverse=True), spans) == self.came(recorded)

    def test_pages_that_are_counted_are_followed_to_the_last(self) -> None:
        """That is the old way, and the one of which the number of all is always told."""
        recorded = self.conversation()
        listing = recorded.exchanges[1]
        pages = [recorded.exchanges[0]]
        for number in (1, 2, 3):
            rows = [{"id": f"sub_{number}", "created": 1791588600 - number}]
            answer = {"data": rows, "limit": 100, "page": number, "total_pages": 3, "total_results": 3}
            url = listing.url.copy_merge_params({"page": str(number)} if number > 1 else {})
            pages.append(Exchange("GET", url, {"json": answer}))
        assert len(self.came(Conversation(tuple(pages), recorded.now))[0]) == 3

    def test_a_page_that_tells_neither_a_cursor_nor_its_number_is_broken(self) -> None:
        recorded = self.conversation()
        rows = recorded.exchanges[1].answer["json"]["data"]
        ended = self.ended(self._ask(recorded.with_answer(1, {"data": rows})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "has_more: is missing")

    def test_more_without_a_place_is_broken(self) -> None:
        recorded = self.conversation()
        page = recorded.exchanges[1].answer["json"]
        ended = self.ended(self._ask(recorded.with_answer(1, {**page, "next_cursor": None})))
        assert isinstance(ended, Ending)
        assert ended.message == "has_more: says that there are more, and not where"

    def test_a_429_without_retry_after_is_waited_for(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(429, json={"status": 429, "statusText": "too_many_requests", "errors": []})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, None)

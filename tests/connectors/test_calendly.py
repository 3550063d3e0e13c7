from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.calendly import Calendly
from ingest.connector import Connector, Span
from ingest.connector.drain import Drained
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import SECOND, instant
from tests.connectors.pulling import answering
from tests.descriptions import Mocked

HERE = Path(__file__).parent / "calendly"
BOOKED = {
    "EV1": datetime(2026, 10, 2, 3, 4, 5, 92_125, tzinfo=UTC),
    "EV2": datetime(2026, 10, 30, 8, 0, 0, 500_000, tzinfo=UTC),
    "EV3": datetime(2026, 11, 21, 10, tzinfo=UTC),
}
CANCELLED = {"EV2": datetime(2026, 11, 2, 9, 0, 0, 250_000, tzinfo=UTC)}


def told(drained: Drained, signal: str) -> dict[str | None, datetime | None]:
    assert all(one.value == 1 for one in drained.readings)
    return {one.key: one.at for one in drained.readings if one.signal == signal}


class TestCalendly(Mocked):
    connector: ClassVar[type[Connector]] = Calendly
    settings: ClassVar[Mapping[str, Any]] = {"token": "eyJhb-a-made-up-token"}
    recorded: ClassVar[Path] = HERE
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # each page of the mock leads to the same next one

    def test_a_meeting_counts_when_it_was_booked_and_not_when_it_begins(self) -> None:
        assert told(self.drained(self.ask()), "bookings") == BOOKED

    def test_one_that_was_called_off_was_booked_all_the_same(self) -> None:
        assert told(self.drained(self.ask()), "cancellations") == CANCELLED

    def test_several_invitees_are_one_meeting(self) -> None:
        assert told(self.drained(self.ask()), "bookings")["EV3"] == BOOKED["EV3"]

    def test_a_last_page_may_leave_the_token_out_and_another_may_not(self) -> None:
        recorded = self.conversation("empty")
        answer = recorded.exchanges[1].answer["json"]
        last = recorded.with_answer(1, {**answer, "pagination": {"count": 0, "next_page": None}})
        assert self.drained(self._ask(last)) == self.drained(self._ask(recorded))
        more = recorded.with_answer(
            1, {**answer, "pagination": {"count": 0, "next_page": "https://api.calendly.com/x"}}
        )
        ended = self.ended(self._ask(more))
        assert isinstance(ended, Ending)
        assert ended.message == "pagination.next_page_token: is missing, though there is another page"

    def test_an_empty_listing_is_a_real_zero_for_all_time(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, drained.spans) == ((), (Span("bookings"), Span("cancellations")))

    def test_what_was_booked_before_does_not_count_although_it_is_still_to_come(self) -> None:
        since = datetime(2026, 11, 1, tzinfo=UTC)
        drained, _ = self.listed_since(since)
        assert told(drained, "bookings") == {"EV3": BOOKED["EV3"]}
        assert told(drained, "cancellations") == CANCELLED
        assert drained.spans == (Span("bookings", since), Span("cancellations", since))

    def test_meetings_are_asked_for_by_their_beginning_in_utc(self) -> None:
        _, asked = self.listed_since(datetime(2026, 11, 1, 1, tzinfo=UTC))
        assert asked.url.params["min_start_time"] == "2026-11-01T01:00:00.000000Z"

    def test_the_next_pull_asks_for_what_begins_after_the_last(self) -> None:
        drained = self.drained(self.ask())
        assert drained.cursor is not None
        after, asked = self.listed_since(None, drained.cursor.value)
        start = self.conversation().now - timedelta(days=1)
        assert asked.url.params["min_start_time"] == f"{start:%Y-%m-%dT%H:%M:%S.%fZ}"
        assert {span.start for span in after.spans} == {start}

    def listed_since(self, since: datetime | None, cursor: Any = None) -> tuple[Drained, httpx.Request]:
        """What comes, whatever the beginning is that is asked for; and the first request for meetings."""
        recorded = self.conversation()
        asked: list[httpx.Request] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            plain = httpx.Request("GET", request.url.copy_remove_param("min_start_time"))
            return next(one for one in recorded.exchanges if one.fits(plain)).response()

        ask = self._ask(recorded)
        ask.since, ask.cursor = since, cursor
        answering(ask, answered)
        return self.drained(ask), asked[1]

    def test_only_meetings_of_a_name_are_counted_where_one_is_given(self) -> None:
        class Named(TestCalendly):
            settings: ClassVar[Mapping[str, Any]] = {**TestCalendly.settings, "name": "speaking"}

        assert set(told(Named().drained(self.ask()), "bookings")) == {"EV2", "EV3"}

    def test_the_whole_organization_may_be_asked_for(self) -> None:
        class Whole(TestCalendly):
            settings: ClassVar[Mapping[str, Any]] = {**TestCalendly.settings, "scope": "organization"}

        recorded = self.conversation()
        Whole().ended(self._ask(recorded))
        assert recorded.asked[1].url.params["organization"].endswith("/organizations/BBBBBBBBBBBBBBBB")
        assert "user" not in recorded.asked[1].url.params

    def test_the_reset_of_its_limit_is_a_number_of_seconds(self) -> None:
        def limit(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "42"}
            return httpx.Response(429, headers=headers, json={"title": "Too Many", "message": "Slow down"})

        recorded = self.conversation()
        ended = self.ended(self._ask(recorded.with_fault(limit)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE
        assert 42 * SECOND <= (ended.retry_at or 0) - instant(recorded.now) < 72 * SECOND


@pytest.mark.parametrize("name", ["", "/(/"])
def test_a_name_is_words_or_a_regular_expression(name: str) -> None:
    with pytest.raises(ValidationError):
        Calendly.model_validate({"token": "t", "name": name})

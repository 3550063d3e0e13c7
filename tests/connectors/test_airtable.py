"""Airtable: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.airtable import Airtable
from ingest.connector import Connector, Reading, Seen
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import SECOND, instant


class TestAirtable(HttpConformance):
    connector: ClassVar[type[Connector]] = Airtable
    settings: ClassVar[Mapping[str, Any]] = {
        "token": "pat-made-up-token",
        "base": "appAbCdEfGhIjKlMn",
        "signals": {
            "attendees": {"table": "Events", "date": "Date", "value": "Attendees", "kind": "events"},
            "meetups": {"table": "Events", "date": "Date", "kind": "events"},
            "subscribers": {"table": "tblNews0000000000", "column": "fldSubscribers000"},
        },
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "airtable"

    def test_a_token_that_reaches_further_than_it_needs_is_remarked_upon(self) -> None:
        recorded = self.conversation("seen")
        structure, bases = self.seen(recorded).remarks
        assert ("schema.bases:read" in structure, "1 more" in bases) == (True, True)
        alone = recorded.with_answer(0, {"bases": recorded.exchanges[0].answer["json"]["bases"][:1]})
        assert self.seen(alone) == Seen("Meetup", (structure,))

    def test_a_token_that_may_read_records_alone_is_told_no_name(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(403, json={"error": {"type": "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"}})

        assert self.seen(self.conversation("seen").with_fault(refuse)) == Seen()

    def readings(self, signal: str) -> list[Reading]:
        return [one for one in self.drained(self.ask()).readings if one.signal == signal]

    def test_a_field_that_is_left_out_is_empty_and_not_zero(self) -> None:
        assert self.readings("attendees") == [
            Reading("attendees", 40, datetime(2026, 1, 13, 23, tzinfo=UTC), "recA1"),
            Reading("attendees", 51, datetime(2026, 3, 10, 23, tzinfo=UTC), "recC3"),
        ]
        assert [one.key for one in self.readings("meetups")] == ["recA1", "recB2", "recC3"]

    def test_the_last_value_is_that_of_the_record_that_was_made_last_in_whatever_order_they_come(self) -> None:
        assert self.readings("subscribers") == [Reading("subscribers", 431)]

    def test_only_the_fields_that_are_looked_at_are_asked_for(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        asked = [request.url.params for request in conversation.asked]
        assert [params.get_list("fields[]") for params in asked] == [["Date", "Attendees"]] * 2 + [
            ["fldSubscribers000"]
        ]
        assert [params.get("returnFieldsByFieldId") for params in asked] == [None, None, "true"]

    def refused(self, status: int, told: Any) -> Ending:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=told)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        return ended

    @pytest.mark.parametrize(
        ("status", "told", "outcome", "words"),
        [
            (
                422,
                {"error": {"type": "UNKNOWN_FIELD_NAME", "message": 'Unknown field name: "Date"'}},
                Outcome.REFUSED,
                'Unknown field name: "Date"',
            ),
            (
                403,
                {"error": {"type": "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "message": "Invalid permissions"}},
                Outcome.REFUSED,
                "Invalid permissions",
            ),
            (404, {"error": "NOT_FOUND"}, Outcome.REFUSED, "NOT_FOUND"),
            (422, {"error": {"type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"}}, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_what_airtable_refuses_is_told_in_its_words(
        self, status: int, told: Any, outcome: Outcome, words: str
    ) -> None:
        ended = self.refused(status, told)
        assert ended.outcome is outcome
        assert words in ended.message

    def test_who_asks_too_often_comes_again_in_half_a_minute(self) -> None:
        ended = self.refused(429, {"errors": [{"error": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded"}]})
        assert ended.outcome is Outcome.UNAVAILABLE
        assert 29 * SECOND <= (ended.retry_at or 0) - instant(self.ask().now) <= 31 * SECOND

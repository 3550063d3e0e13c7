"""Buttondown: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.buttondown import Buttondown
from ingest.connector import Connector, Cursor, Span
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation, Exchange
from ingest.okr.instant import SECOND, instant
from tests.descriptions import Mocked


class TestButtondown(Mocked):
    connector: ClassVar[type[Connector]] = Buttondown
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "0123-made-up-key"}
    recorded: ClassVar[Path] = Path(__file__).parent / "buttondown"
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it makes up `string` for the address of the next page

    def values(self, signal: str) -> list[tuple[str, float]]:
        readings = [one for one in self.drained(self.ask()).readings if one.signal == signal]
        return [(f"{one.at.astimezone(UTC):%m-%dT%H:%M}" if one.at else "now", one.value) for one in readings]

    def test_the_total_is_of_the_types_that_get_mails(self) -> None:
        assert self.values("subscribers") == [("now", 431)]
        assert self.values("paid_subscribers") == [("now", 12)]

    def test_each_who_came_or_left_is_an_event_of_its_time(self) -> None:
        assert self.values("new_subscribers") == [("08-01T10:00", 1), ("08-02T21:30", 1), ("09-03T08:00", 1)]
        assert self.values("lost_subscribers") == [("09-30T07:00", 1), ("10-01T12:00", 1)]

    def test_who_left_at_a_time_that_nobody_knows_is_no_event(self) -> None:
        recorded = self.conversation()
        at = next(place for place, one in enumerate(recorded.exchanges) if "unsubscription_date__start" in str(one.url))
        page = recorded.exchanges[at].answer["json"]
        rows = [{**page["results"][0], "id": "sub_unknown", "unsubscription_date": None}, *page["results"]]
        drained = self.drained(self._ask(recorded.with_answer(at, {**page, "results": rows})))
        assert drained == self.drained(self.ask())

    def test_nobodys_id_or_address_is_kept(self) -> None:
        keys = [one.key for one in self.drained(self.ask()).readings if one.key]
        assert len(set(keys)) == 5
        assert not any("sub_" in key or "@" in key for key in keys)

    def test_from_the_cursor_on_only_what_may_have_changed_is_listed_again(self) -> None:
        drained = self.drained(self.ask())
        assert drained.cursor == Cursor({"since": "2026-07-12T12:00:00Z", "until": "2026-10-10T12:00:00Z"})
        assert drained.spans[0] == Span("new_subscribers", datetime(2026, 7, 12, 12, tzinfo=UTC))
        conversation = self.conversation()
        ask = self._ask(conversation)
        ask.cursor = drained.cursor.value
        self.ended(ask)
        assert self._starts(conversation) == ["2026-09-09"]

    def test_where_older_days_are_wanted_than_before_they_are_listed(self) -> None:
        conversation = self.conversation()
        ask = self._ask(conversation)
        ask.since = datetime(2026, 1, 1, 12, tzinfo=UTC)
        ask.cursor = {"since": "2026-07-12T12:00:00Z", "until": "2026-10-10T12:00:00Z"}
        self.ended(ask)
        assert self._starts(conversation) == ["2025-12-31"]

    def _starts(self, conversation: Conversation) -> list[str]:
        asked = [request.url.params for request in conversation.asked]
        return [params["date__start"] for params in asked if "date__start" in params]

    def test_a_newsletter_that_is_set_to_an_older_version_is_asked_in_this_one(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.headers["x-api-version"] for request in conversation.asked} == {"2026-04-01"}
        assert {request.headers["authorization"] for request in conversation.asked} == {"Token 0123-made-up-key"}

    @pytest.mark.parametrize(
        ("status", "outcome", "words"),
        [
            (401, Outcome.REFUSED, "Invalid token"),
            (403, Outcome.REFUSED, "Invalid token"),
            (429, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_the_vendors_own_words_are_told(self, status: int, outcome: Outcome, words: str) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            problem = {"code": "authentication_invalid", "detail": "Invalid token.", "metadata": {}}
            return httpx.Response(status, json=problem, headers={"Retry-After": "30"} if status == 429 else {})

        ask = self._ask(self.conversation().with_fault(refuse))
        ended = self.ended(ask)
        assert isinstance(ended, Ending)
        assert ended.outcome is outcome
        assert words in ended.message
        if status == 429:
            assert 30 * SECOND <= (ended.retry_at or 0) - instant(ask.now) < 60 * SECOND
        else:
            assert "may read subscribers" in (ended.cure or "")

    def test_a_total_that_is_missing_is_not_zero(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_answer(0, {"results": []})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "count: is missing")


def test_a_type_that_there_is_not_is_told_when_it_is_configured() -> None:
    with pytest.raises(ValidationError, match="types"):
        Buttondown.model_validate({"api_key": "k", "types": ["free"]})

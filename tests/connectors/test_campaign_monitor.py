"""The connector `campaign_monitor`: totals, times without a zone, and a key that is a user's name."""

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.campaign_monitor import CampaignMonitor
from ingest.connector import Connector, Reading, Span
from ingest.connector.drain import drain
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange


class TestCampaignMonitor(HttpConformance):
    connector: ClassVar[type[Connector]] = CampaignMonitor
    settings: ClassVar[Mapping[str, Any]] = {
        "api_key": "a-made-up-key",
        "list_id": "0123456789abcdef0123456789abcdef",
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "campaign_monitor"

    def came(self, **settings: str) -> list[datetime | None]:
        made = CampaignMonitor.model_validate({**self.settings, **settings})
        readings = asyncio.run(drain(made, self.ask())).readings
        return [one.at and one.at.astimezone(UTC) for one in readings if one.signal == "new_subscribers"]

    def test_those_who_left_are_of_three_kinds(self) -> None:
        assert self.drained(self.ask()).readings[:2] == (
            Reading("subscribers", 1200),
            Reading("total_lost_subscribers", 47),
        )

    def test_times_without_a_zone_are_of_the_configured_one(self) -> None:
        assert self.came() == [
            datetime(2026, 1, 5, 9, tzinfo=UTC),
            datetime(2026, 10, 8, 5, 30, tzinfo=UTC),
            datetime(2026, 10, 9, 21, 30, tzinfo=UTC),
        ]

    def test_or_of_the_one_that_the_client_has(self) -> None:
        assert self.came(timezone="Australia/Sydney") == [
            datetime(2026, 1, 4, 23, tzinfo=UTC),
            datetime(2026, 10, 7, 20, 30, tzinfo=UTC),
            datetime(2026, 10, 9, 12, 30, tzinfo=UTC),
        ]

    @pytest.mark.parametrize("zone", ["Sydney", "", "/etc/passwd", "../UTC", "(GMT+10:00) Canberra, Melbourne, Sydney"])
    def test_what_is_no_zone_is_refused(self, zone: str) -> None:
        with pytest.raises(ValidationError, match="timezone"):
            self.came(timezone=zone)

    def test_without_the_day_of_joining_that_on_which_somebody_became_active_is_taken(self) -> None:
        recorded = self.conversation()
        page = recorded.exchanges[1].answer["json"]
        rows = [{"EmailAddress": "a@example.com", "Date": "2026-01-05 10:00:00", "State": "Active"}]
        answer = {**page, "Results": rows, "NumberOfPages": 1}
        readings = self.drained(self._ask(recorded.with_answer(1, answer))).readings
        times = [one.at and one.at.astimezone(UTC) for one in readings if one.signal == "new_subscribers"]
        assert times == [datetime(2026, 1, 5, 9, tzinfo=UTC)]

    def test_nothing_is_told_that_says_who(self) -> None:
        drained = self.drained(self.ask())
        assert drained.spans == (Span("new_subscribers"),)
        assert not any(told in repr(drained) for told in ("example.com", "eader"))

    def test_later_only_those_of_the_last_days_are_asked_for(self) -> None:
        """And of one day more, as the vendor's days may be those of any zone."""
        first = self.drained(self.ask())
        assert first.cursor is not None
        recorded = self.conversation("again")
        ask = self._ask(recorded)
        ask.cursor = first.cursor.value
        again = self.drained(ask)
        assert not recorded.unknown
        assert {one.key for one in again.readings if one.key} < {one.key for one in first.readings if one.key}
        assert again.spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

    def test_a_list_without_subscribers_has_no_pages(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("total_lost_subscribers", 0))

    def test_the_key_is_sent_as_the_name_of_a_user(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        sent = {request.headers["authorization"].removeprefix("Basic ") for request in conversation.asked}
        assert {b64decode(one) for one in sent} == {b"a-made-up-key:x"}

    def test_the_vendors_own_words_about_a_bad_key_are_told(self) -> None:
        said = {"Code": 50, "Message": "Must supply a valid HTTP Basic Authorization header"}

        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(401, json=said)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "valid HTTP Basic" in ended.message

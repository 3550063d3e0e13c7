import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.mailchimp import Mailchimp
from ingest.connector import Connector, Reading, Refused, Span
from ingest.connector.drain import drain
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.descriptions import Mocked

HERE = Path(__file__).parent / "mailchimp"
KEY = "0123456789abcdef-us19"


class TestMailchimp(Mocked):
    connector: ClassVar[type[Connector]] = Mailchimp
    settings: ClassVar[Mapping[str, Any]] = {"api_key": KEY, "audience": "a1b2c3"}
    recorded: ClassVar[Path] = HERE
    anywhere: ClassVar[bool] = True  # each data centre has its own host
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it makes up `string` for a day

    def readings(self, signal: str, name: str = "full") -> dict[str, float]:
        """By their time in UTC, or `now`."""
        return {
            f"{reading.at.astimezone(UTC):%Y-%m-%dT%H:%M}" if reading.at else "now": reading.value
            for reading in self.drained(self._ask(self.conversation(name))).readings
            if reading.signal == signal
        }

    def test_the_level_now_stands_beside_those_at_the_ends_of_past_months(self) -> None:
        assert self.readings("subscribers") == {
            "now": 1204,
            "2025-12-31T23:00": 1010,
            "2026-08-31T22:00": 1150,
            "2026-09-30T22:00": 1180,
        }

    def test_who_came_and_went_is_counted_by_day(self) -> None:
        assert self.readings("new_subscribers") == {
            "2026-10-09T22:00": 2,
            "2026-10-08T22:00": 5,
            "2026-10-07T22:00": 0,
            "2026-10-06T22:00": 43,
            "2026-04-13T22:00": 1,
        }
        assert list(self.readings("lost_subscribers").values()) == [0, 1, 0, 9, 0]

    def test_percentages_become_shares(self) -> None:
        assert self.readings("open_rate") == {"now": 0.415}
        assert self.readings("click_rate") == {"now": 0.05}

    def test_the_days_are_covered_from_the_first_that_was_listed(self) -> None:
        start = datetime(2026, 4, 13, 22, tzinfo=UTC)
        spans = self.drained(self.ask()).spans
        assert spans == (Span("new_subscribers", start, whole=True), Span("lost_subscribers", start, whole=True))

    def test_an_empty_audience_is_a_real_zero_from_today_on(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        today = datetime(2026, 10, 9, 22, tzinfo=UTC)
        assert drained.readings == (Reading("subscribers", 0),)
        assert {span.start for span in drained.spans} == {today}

    def test_history_that_is_not_wanted_is_left_out(self) -> None:
        ask = self.ask()
        ask.since = datetime(2026, 9, 1, tzinfo=UTC)
        drained = self.drained(ask)
        assert min(reading.at for reading in drained.readings if reading.at) == datetime(2026, 9, 30, 22, tzinfo=UTC)
        assert {span.start for span in drained.spans} == {datetime(2026, 10, 6, 22, tzinfo=UTC)}

    def test_a_listing_that_ends_too_early_is_broken(self) -> None:
        recorded = self.conversation()
        cut = recorded.with_answer(2, {"activity": [], "list_id": "a1b2c3", "total_items": 5})
        ended = self.ended(self._ask(cut))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "total_items: only 3 of 5 rows came")

    def test_the_vendors_own_words_about_a_bad_key_are_told(self) -> None:
        problem = {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": "API Key Invalid",
            "status": 401,
            "detail": "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
            "instance": "995c5cb0",
        }
        url = self.conversation().exchanges[0].url
        assert self.description.problems_of_answer("GET", url, 401, problem) == []

        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(401, json=problem, headers={"content-type": "application/problem+json"})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert "Your API key may be invalid" in ended.message

    def test_another_address_may_be_given(self) -> None:
        settings = {"api_key": "of-a-mock", "audience": "a1b2c3", "url": "http://127.0.0.1:9/mock/"}
        recorded = self.conversation()
        with pytest.raises(Refused):
            asyncio.run(drain(Mailchimp.model_validate(settings), self._ask(recorded)))
        assert recorded.unknown == ["GET http://127.0.0.1:9/mock/lists/a1b2c3"]


@pytest.mark.parametrize("key", ["", "0123456789abcdef", "-xy99", "abc-", "abc-us19.evil.example/", "abc-US19"])
def test_a_key_without_its_data_centre_is_refused_without_being_told(key: str) -> None:
    with pytest.raises(ValidationError, match="data centre") as caught:
        Mailchimp.model_validate({"api_key": key, "audience": "a1b2c3"})
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("audience", ["", "../reports", "a b", "a1?x=1", "ä"])
def test_an_audience_is_an_id(audience: str) -> None:
    with pytest.raises(ValidationError):
        Mailchimp.model_validate({"api_key": KEY, "audience": audience})

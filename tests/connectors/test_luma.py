"""Luma: what is recorded, and its traps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx

from connectors.luma import Luma
from ingest.connector import Connector
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.descriptions import Mocked

SETTINGS = {"api_key": "secret-of-a-calendar"}


class TestLuma(Mocked):
    connector: ClassVar[type[Connector]] = Luma
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "luma"
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it makes up that there is always more

    def told(self, signal: str) -> dict[str, float]:
        readings = self.drained(self.ask()).readings
        return {f"{one.at:%m-%d %H:%M}": one.value for one in readings if one.signal == signal and one.at}

    def test_events_and_attendees_are_dated_by_the_event_and_those_to_come_do_not_count_yet(self) -> None:
        assert self.told("events") == {"09-15 16:30": 1, "06-09 16:30": 1}
        assert self.told("attendees") == {"09-15 16:30": 4, "06-09 16:30": 0}

    def test_a_guest_with_two_tickets_is_two_people(self) -> None:
        assert self.told("registrations")["09-01 08:00"] == 2

    def test_who_was_invited_and_never_signed_up_is_no_registration(self) -> None:
        assert set(self.told("registrations")) == {"10-09 08:00", "09-01 08:00", "09-14 21:59"}

    def test_no_guest_is_known_again(self) -> None:
        drained = self.drained(self.ask())
        assert "gst-" not in repr(drained)
        assert "example.com" not in repr(drained)

    def test_the_key_goes_in_lumas_own_header_and_to_no_other_host(self) -> None:
        def lead_away(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            assert request.headers["x-luma-api-key"] == SETTINGS["api_key"]
            return httpx.Response(302, headers={"location": "https://other.example.com/"})

        ended = self.ended(self._ask(self.conversation().with_fault(lead_away)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "a credential is not sent to another host" in ended.message

    def test_more_without_a_cursor_is_broken(self) -> None:
        first = self.conversation().exchanges[0].answer["json"]
        ended = self.ended(self._ask(self.conversation().with_answer(0, {**first, "next_cursor": ""})))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (
            Outcome.BROKEN,
            "next_cursor: is missing, though there is more",
        )

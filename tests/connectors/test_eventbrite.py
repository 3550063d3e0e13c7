"""Eventbrite: what is recorded, and its traps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.eventbrite import Eventbrite
from ingest.connector import Ask, Connector
from ingest.connector.drain import Drained
from ingest.connector.kit import ZONE
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.descriptions import Mocked

SETTINGS = {"token": "a-made-up-private-token"}


class TestEventbrite(Mocked):
    connector: ClassVar[type[Connector]] = Eventbrite
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "eventbrite"
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it makes up `string` for an id

    def told(self, signal: str) -> dict[str, float]:
        readings = self.drained(self.ask()).readings
        return {f"{one.at:%m-%d %H:%M}": one.value for one in readings if one.signal == signal and one.at}

    def failing(self, status: int, said: Mapping[str, Any], **headers: str) -> Ending | Drained:
        def fault(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=said, headers=headers)

        return self.ended(self._ask(self.conversation().with_fault(fault)))

    def test_attendees_are_tickets_at_the_time_of_the_event(self) -> None:
        assert self.told("attendees") == {"09-15 16:30": 3, "06-09 16:30": 0}

    def test_what_was_refunded_does_not_count(self) -> None:
        assert "09-03 08:00" not in self.told("registrations")

    def test_an_event_with_tickets_elsewhere_was_held_and_nobody_knows_who_came(self) -> None:
        assert set(self.told("events")) == {"09-15 16:30", "07-14 16:30", "06-09 16:30"}
        assert "07-14 16:30" not in self.told("attendees")

    def test_a_ticket_counts_when_it_was_ordered_also_for_an_event_to_come(self) -> None:
        assert self.told("registrations")["10-09 08:00"] == 1

    def test_a_token_on_the_last_page_leads_nowhere(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert not any("AEt2" in str(one.url) for one in conversation.asked)

    def test_more_without_a_token_is_broken(self) -> None:
        page = self.conversation().exchanges[1].answer["json"]
        changed = {**page, "pagination": {"has_more_items": True}}
        ended = self.ended(self._ask(self.conversation().with_answer(1, changed)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_400_means_that_the_token_is_wrong(self) -> None:
        said = {"error": "INVALID_AUTH", "error_description": "The token is invalid.", "status_code": 400}
        url = self.conversation().exchanges[0].url
        assert self.description.problems_of_answer("GET", url, 400, said) == []
        ended = self.failing(400, said)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "private token" in (ended.cure or "")

    def test_the_limit_of_an_hour_is_waited_for(self) -> None:
        ended = self.failing(429, {"error": "HIT_RATE_LIMIT", "error_description": "Slow", "status_code": 429})
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE

    def test_a_redirect_on_its_own_host_is_followed_with_the_token(self) -> None:
        """As Eventbrite does where the slash at the end is missing."""
        conversation = self.conversation()
        players = {str(one.url): one for one in conversation.exchanges}

        def answer(request: httpx.Request) -> httpx.Response:
            assert request.headers["authorization"] == f"Bearer {SETTINGS['token']}"
            if not request.url.path.startswith("/v3/moved"):
                return httpx.Response(301, headers={"location": str(request.url).replace("/v3/", "/v3/moved/")})
            return players[str(request.url).replace("/v3/moved/", "/v3/")].response()

        client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        ask = Ask(client=lambda: client, now=conversation.now, zone=ZONE, home=Path(), key=b"conformance")
        assert self.ended(ask) == self.drained(self.ask())

    def ended_by(self, made: Connector, ask: Ask) -> Ending:
        class Other(TestEventbrite):
            def made(self) -> Connector:
                return made

        ended = Other().ended(ask)
        assert isinstance(ended, Ending)
        return ended

    @pytest.mark.parametrize(
        ("organization", "message"),
        [(None, "belongs to several organizations"), ("99", "does not see the organization")],
    )
    def test_which_organization_is_meant_is_asked(self, organization: str | None, message: str) -> None:
        page = self.conversation().exchanges[0].answer["json"]
        both = {**page, "organizations": [*page["organizations"], {"id": "13", "name": "Other\nTalks"}]}
        made = Eventbrite.model_validate({**SETTINGS, "organization": organization})
        ended = self.ended_by(made, self._ask(self.conversation().with_answer(0, both)))
        assert message in ended.message
        assert ended.cure == "write organization, one of: 12 (Berlin Product Talks), 13 (Other Talks)"

    def test_nobody_is_known_again(self) -> None:
        drained = self.drained(self.ask())
        assert not any(part in repr(drained) for part in ("'901'", "a@example.com"))

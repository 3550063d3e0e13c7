"""pretix: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any, ClassVar

import httpx

from connectors.pretix import Pretix
from ingest.connector import Connector
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange

SETTINGS = {"token": "a-made-up-api-token", "organizer": "talks"}


class TestPretix(HttpConformance):
    connector: ClassVar[type[Connector]] = Pretix
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "pretix"

    def told(self, signal: str) -> dict[str, float]:
        return self.of(self.drained(self.ask()), signal)

    def of(self, drained: Drained | Ending, signal: str) -> dict[str, float]:
        assert isinstance(drained, Drained)
        found = [one for one in drained.readings if one.signal == signal and one.at]
        return {f"{one.at.astimezone(UTC):%m-%d %H:%M}": one.value for one in found if one.at}

    def changed(self, at: int, value: Any) -> Drained | Ending:
        return self.ended(self._ask(self.conversation().with_answer(at, value)))

    def test_attendees_count_when_the_event_begins_and_registrations_when_they_were_ordered(self) -> None:
        assert self.told("attendees") == {"09-15 16:30": 4, "06-09 16:30": 1}
        assert self.told("registrations") == {"10-09 08:00": 1, "09-01 08:00": 2, "09-14 21:59": 2, "06-01 08:00": 1}

    def test_what_is_no_admission_and_an_add_on_are_no_people(self) -> None:
        assert "09-02 08:00" not in self.told("registrations")

    def test_of_a_series_each_date_is_an_event_and_the_series_is_none(self) -> None:
        drained = self.drained(self.ask())
        assert {one.key for one in drained.readings if one.signal == "events"} == {"conf", "meetup/31"}

    def test_orders_and_events_in_test_mode_are_never_asked_for(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        for request in conversation.asked:
            if request.url.path.endswith(("/orders/", "/events/")):
                assert request.url.params["testmode"] == "false"

    def test_what_is_in_test_mode_unpaid_or_no_ticket_does_not_count_where_it_comes_all_the_same(self) -> None:
        right, recorded = self.drained(self.ask()), self.conversation()
        orders = recorded.exchanges[4].answer["json"]
        [one] = orders["results"]
        others = [{**one, "code": "T1", "testmode": True}, {**one, "code": "T2", "status": "n"}]
        assert self.changed(4, {**orders, "results": [{**one, "testmode": False, "status": "p"}, *others]}) == right
        items = recorded.exchanges[3].answer["json"]
        assert self.changed(3, {**items, "results": [*items["results"], {"id": 9, "admission": False}]}) == right

    def test_a_server_may_believe_to_have_another_address(self) -> None:
        orders = self.conversation().exchanges[6].answer["json"]
        inside = {**orders, "next": orders["next"].replace("https://pretix.eu", "http://web:8345")}
        assert self.changed(6, inside) == self.drained(self.ask())

    def test_a_series_in_test_mode_has_no_dates(self) -> None:
        ended = self.changed(1, {"count": 0, "next": None, "previous": None, "results": []})
        assert set(self.of(ended, "events")) == {"09-15 16:30"}

    def test_names_and_addresses_are_never_asked_for(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        asked = [one for one in conversation.asked if one.url.path.endswith("/orders/")]
        assert asked
        assert all(set(one.url.params.get_list("include")) == INCLUDED for one in asked)

    def test_what_is_not_live_and_sold_nothing_was_not_held(self) -> None:
        page = self.conversation().exchanges[0].answer["json"]
        page["results"][0]["live"] = False
        assert "09-15 16:30" in self.of(self.changed(0, page), "events"), "it sold tickets"
        dates = self.conversation().exchanges[2].answer["json"]
        dates["results"][0]["active"] = False
        nothing: Mapping[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
        recorded = self.conversation().with_answer(2, dates).with_answer(9, nothing)
        assert set(self.of(self.ended(self._ask(recorded)), "events")) == {"09-15 16:30"}

    def test_only_some_events_may_count(self) -> None:
        class Only(TestPretix):
            settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "only": ["meetup"]}

        assert Only().told("attendees") == {"06-09 16:30": 1}

    def test_an_event_that_is_not_there_is_said_to_be_forbidden(self) -> None:
        def forbid(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            assert request.headers["authorization"] == f"Token {SETTINGS['token']}"
            return httpx.Response(403, json={"detail": "You do not have permission to perform this action."})

        ended = self.ended(self._ask(self.conversation().with_fault(forbid)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "a team that may view orders" in (ended.cure or "")

    def test_codes_are_kept_as_hashes_alone(self) -> None:
        keys = {one.key for one in self.drained(self.ask()).readings if one.signal == "registrations"}
        assert not any(key and ("A1" in key or len(key) < 32) for key in keys)


INCLUDED = {"code", "datetime", *(f"positions.{name}" for name in ("item", "addon_to", "subevent", "checkins"))}

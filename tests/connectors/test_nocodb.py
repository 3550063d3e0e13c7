"""NocoDB: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.nocodb import NocoDB
from ingest.connector import Connector, Reading
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.pulling import pull


class TestNocoDB(HttpConformance):
    connector: ClassVar[type[Connector]] = NocoDB
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "https://nocodb.example.com/",
        "api_token": "nc-made-up-token",
        "base": "pabc",
        "signals": {
            "attendees": {"table": "mevents", "date": "Date", "value": "Attendees", "kind": "events"},
            "meetups": {"table": "mevents", "date": "Date", "kind": "events"},
            "subscribers": {"table": "mnews", "column": "Subscribers"},
        },
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "nocodb"

    def test_records_of_all_pages_are_events_under_their_own_ids(self) -> None:
        readings = [one for one in self.drained(self.ask()).readings if one.signal == "attendees"]
        assert readings == [
            Reading("attendees", 40, datetime(2026, 1, 13, 23, tzinfo=UTC), "1"),
            Reading("attendees", 46, datetime(2026, 2, 10, 23, tzinfo=UTC), "2"),
            Reading("attendees", 51, datetime(2026, 3, 10, 23, tzinfo=UTC), "3"),
        ]

    def test_a_table_is_listed_once_for_all_its_signals(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert len(conversation.asked) == 7

    def test_the_next_page_is_asked_at_our_address_whatever_the_server_believes_to_be_its_own(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.url.host for request in conversation.asked} == {"nocodb.example.com"}
        assert {request.headers["xc-token"] for request in conversation.asked} == {"nc-made-up-token"}

    def test_after_the_last_page_next_is_left_out_so_the_records_are_counted(self) -> None:
        """As a real server does."""
        ended = self.ended(self._ask(self.conversation().with_answer(4, {"records": []})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE
        assert ended.message == "mevents: 0 of 3 records came; did it change meanwhile?"

    def test_a_field_that_was_renamed_is_named_also_in_an_empty_table(self) -> None:
        fields = [{"id": "c1", "title": "Date", "type": "Date"}, {"id": "c2", "title": "Guests", "type": "Number"}]
        renamed = self.conversation("empty").with_answer(0, {"title": "Events", "fields": fields})
        ended = self.ended(self._ask(renamed))
        assert isinstance(ended, Ending)
        assert (
            ended.message
            == "mevents: there is no row with the header 'Attendees'; there is 'Date', 'Guests', '(id of the record)'"
        )

    def test_a_table_that_is_not_there_is_refused_in_the_servers_words(self) -> None:
        def gone(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            told = {"error": "ERR_TABLE_NOT_FOUND", "message": "Table 'mevents' not found"}
            return httpx.Response(422, json=told)

        ended = self.ended(self._ask(self.conversation().with_fault(gone)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "Table 'mevents' not found" in ended.message


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("Helpers", "Ada, Bo"),
        ("Lead", "Ada"),
        ("Names", "Ada, Bo"),
        ("Nobody", ""),
        ("Id", "7"),
        ("Stars", ""),
        ("Given", "4"),
        ("Count", "0"),
    ],
)
def test_a_field_is_what_people_see_in_it(field: str, text: str) -> None:
    """As a real server sends them: a linked record as an object, the id beside the fields, no rating as 0."""
    ada, bo = ({"id": number, "fields": {"Name": name}} for number, name in ((1, "Ada"), (2, "Bo")))
    fields = {
        "Day": ("Date", "2026-01-14"),
        "Helpers": ("LinkToAnotherRecord", [ada, bo]),
        "Lead": ("LinkToAnotherRecord", ada),
        "Names": ("Lookup", ["Ada", "Bo"]),
        "Nobody": ("LinkToAnotherRecord", None),
        "Stars": ("Rating", 0),
        "Given": ("Rating", 4),
        "Count": ("Number", 0),
    }
    about = [{"title": "Id", "type": "ID"}, *({"title": name, "type": type} for name, (type, _) in fields.items())]
    records = [{"id": 7, "fields": {name: value for name, (_, value) in fields.items()}}]

    def answer(request: httpx.Request) -> httpx.Response:
        if "/meta/" in request.url.path:
            return httpx.Response(200, json={"fields": about})
        return httpx.Response(200, json={"count": 1} if request.url.path.endswith("/count") else {"records": records})

    signal = {"table": "m1", "date": "Day", "kind": "events", "where": {field: text}}
    made = NocoDB.model_validate({"api_token": "made up", "base": "pabc", "signals": {"it": signal}})
    assert [one.key for one in pull(made, Path(), answer=answer).readings] == ["7"]

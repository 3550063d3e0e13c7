"""Baserow: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from connectors.baserow import Baserow
from ingest.connector import Connector, Reading
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange


class TestBaserow(HttpConformance):
    connector: ClassVar[type[Connector]] = Baserow
    settings: ClassVar[Mapping[str, Any]] = {
        "token": "a-made-up-token",
        "signals": {"attendees": {"table": "1234", "date": "Date", "value": "Attendees", "kind": "events"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "baserow"

    def test_a_number_is_text_with_a_decimal_point_and_never_thousands(self) -> None:
        assert self.drained(self.ask()).readings == (
            Reading("attendees", 1.234, datetime(2026, 1, 13, 23, tzinfo=UTC), "1"),
            Reading("attendees", 51, datetime(2026, 3, 10, 23, tzinfo=UTC), "3"),
        )

    def of(self, signal: Mapping[str, Any], column: Mapping[str, Any], *values: Any) -> Drained | Ending:
        """What comes of rows with one field."""
        source = Baserow.model_validate({**self.settings, "signals": {"it": {"table": "1234", **signal}}})
        self.made = lambda: source  # type: ignore[method-assign]
        rows = [{"id": number, "order": "1", column["name"]: value} for number, value in enumerate(values, 1)]
        conversation = self.conversation("empty").with_answer(0, [column])
        page = {"count": len(rows), "next": None, "results": rows}
        return self.ended(self._ask(conversation.with_answer(1, page)))

    def test_the_result_of_a_formula_or_a_lookup_is_a_number_too(self) -> None:
        looked_up = [[{"id": 1, "value": "2.500"}], []]
        for column, values in (({"type": "formula"}, ["2.500"]), ({"type": "lookup"}, looked_up)):
            told = self.of({"column": "N"}, {"name": "N", "formula_type": "number", **column}, *values)
            assert isinstance(told, Drained)
            assert told.readings == (Reading("it", 2.5),)

    def test_text_in_a_field_for_text_is_not_taken_for_a_number_of_one_kind(self) -> None:
        told = self.of({"column": "N"}, {"name": "N", "type": "text"}, "1.234")
        assert isinstance(told, Ending)
        assert (told.outcome, told.message.partition(":")[0]) == (Outcome.BROKEN, "1234, record 1, N")

    def test_what_is_not_finite_is_an_error_of_its_row(self) -> None:
        told = self.of({"column": "N"}, {"name": "N", "type": "number"}, "NaN")
        assert isinstance(told, Ending)
        assert told.message == "1234, record 1, N: the cell holds the error NaN"

    def test_pages_are_asked_for_at_our_address(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.url.host for request in conversation.asked} == {"api.baserow.io"}
        assert {request.headers["authorization"] for request in conversation.asked} == {"Token a-made-up-token"}

    def test_a_table_that_may_not_be_read_is_refused(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            told = {"error": "ERROR_NO_PERMISSION_TO_TABLE", "detail": "The token does not have permission."}
            return httpx.Response(401, json=told)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "right to read" in (ended.cure or "")

"""Baserow: what is recorded, and its traps."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

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

    @pytest.mark.parametrize(
        ("column", "values"),
        [
            ({"type": "formula", "formula_type": "number"}, ["2.500"]),
            ({"type": "rollup", "formula_type": "number"}, ["2.500"]),
            (
                {"type": "lookup", "formula_type": "array", "array_formula_type": "number"},
                [[{"id": 1, "value": "2.500"}]],
            ),
            ({"type": "formula", "formula_type": "array", "array_formula_type": "number"}, [[{"value": "2.500"}], []]),
            ({"type": "duration"}, [2.5]),
        ],
    )
    def test_the_result_of_a_formula_or_a_lookup_is_a_number_too(self, column: Any, values: list[Any]) -> None:
        told = self.of({"column": "N"}, {"name": "N", **column}, *values)
        assert isinstance(told, Drained)
        assert told.readings == (Reading("it", 2.5),)

    def test_a_formula_that_is_not_valid_any_more_is_no_empty_field(self) -> None:
        """Baserow tells null in each row."""
        column = {"name": "N", "type": "formula", "formula_type": "invalid", "error": "references the deleted field"}
        told = self.of({"column": "N"}, column, None)
        assert isinstance(told, Ending)
        assert told.message == "1234, record 1, N: the cell holds the error INVALID FORMULA"

    def test_a_field_that_is_left_out_is_no_empty_one(self) -> None:
        recorded = self.conversation()
        page = json.loads(json.dumps(recorded.exchanges[1].answer["json"]))
        del page["results"][0]["Attendees"]
        del page["results"][1]["Double"]  # which nobody looks at
        ended = self.ended(self._ask(recorded.with_answer(1, page)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (
            Outcome.BROKEN,
            "1234, record 3, Attendees: the cell holds the error NOT TOLD",
        )

    def test_a_row_that_slipped_to_the_page_before_is_not_taken_for_gone(self) -> None:
        recorded = self.conversation()
        page = {**recorded.exchanges[2].answer["json"], "results": [], "count": 2}  # one of the first page is deleted
        ended = self.ended(self._ask(recorded.with_answer(2, page)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (
            Outcome.UNAVAILABLE,
            "1234: 2 of 3 rows came; did it change meanwhile?",
        )

    def test_a_token_with_rights_to_more_than_is_read_is_remarked_upon(self) -> None:
        recorded = self.conversation("seen")
        seen = self.seen(recorded)
        assert (seen.name, "1 more" in seen.remarks[0]) == ("Events", True)
        assert self.seen(recorded.with_answer(0, recorded.exchanges[0].answer["json"][:1])).remarks == ()

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

    @pytest.mark.parametrize(
        ("status", "error", "cure"),
        [
            (401, "ERROR_NO_PERMISSION_TO_TABLE", "right to read"),
            (401, "ERROR_TOKEN_DOES_NOT_EXIST", "right to read"),
            (400, "ERROR_USER_NOT_IN_GROUP", "in the workspace that the table is in"),
            (404, "ERROR_TABLE_DOES_NOT_EXIST", "check the ids"),
        ],
    )
    def test_who_is_refused_is_told_what_to_do(self, status: int, error: str, cure: str) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json={"error": error, "detail": "No."})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert cure in (ended.cure or "")

"""Excel in OneDrive: what is recorded, as CSV since answers are text, and its traps; a real workbook is below."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import httpx
from xlsxwriter import Workbook

from connectors.microsoft_excel import MicrosoftExcel
from ingest.connector import Connector, Reading, Span
from ingest.connector.drain import Drained
from ingest.connector.granted import TOKEN
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.granted import TokenOrConsent

MIDNIGHTS = [datetime(2026, 1, 13, 23, tzinfo=UTC), datetime(2026, 2, 10, 23, tzinfo=UTC)]


def workbook() -> bytes:
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("Events"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Date", "Attendees"])
        for row, (when, people) in enumerate([(date(2026, 1, 14), 40), (date(2026, 2, 11), 46)], 1):
            sheet.write_datetime(row, 0, when, day)
            sheet.write_number(row, 1, people)
    return file.getvalue()


class TestMicrosoftExcel(TokenOrConsent):
    connector: ClassVar[type[Connector]] = MicrosoftExcel
    settings: ClassVar[Mapping[str, Any]] = {
        "path": "/Documents/Our meetup.xlsx",
        "client_id": "11112222-bbbb-3333-cccc-4444dddd5555",
        "signals": {"attendees": {"date": "Date", "value": "Attendees", "kind": "events"}},
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "microsoft_excel"

    def with_file(self, body: bytes) -> Drained | Ending:
        def answer(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(200, content=body)

        return self.ended(self._ask(self.conversation().with_fault(answer, 1)))

    def test_the_rows_of_a_workbook_are_events(self) -> None:
        told = self.with_file(workbook())
        assert isinstance(told, Drained)
        assert told.readings == tuple(
            Reading("attendees", people, at) for people, at in zip((40, 46), MIDNIGHTS, strict=True)
        )
        assert told.spans == (Span("attendees", whole=True),)

    def test_half_a_workbook_is_broken(self) -> None:
        told = self.with_file(workbook()[:-200])
        assert isinstance(told, Ending)
        assert told.outcome is Outcome.BROKEN

    def test_the_file_is_fetched_from_its_host_without_the_credential(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        sent = {request.url.host: request.headers.get("authorization") for request in conversation.asked}
        assert sent == {"graph.microsoft.com": f"Bearer {TOKEN}", "example-my.sharepoint.example.com": None}

    def test_the_address_of_the_file_shows_in_no_error(self) -> None:
        told = self.with_file(b"<!doctype html><title>Sign in</title>")
        assert isinstance(told, Ending)
        assert "tempauth" not in f"{told}"

    def test_a_folder_has_no_address_to_fetch_it_from(self) -> None:
        told = self.ended(self._ask(self.conversation().with_answer(0, {"id": "01ABC", "name": "Documents"})))
        assert isinstance(told, Ending)
        assert (told.outcome, told.message) == (Outcome.BROKEN, "@microsoft.graph.downloadUrl: is missing")

    def test_a_file_that_is_not_there_is_refused_with_where_to_look(self) -> None:
        def gone(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            error = {"code": "itemNotFound", "message": "The resource could not be found."}
            return httpx.Response(404, json={"error": error})

        told = self.ended(self._ask(self.conversation().with_fault(gone)))
        assert isinstance(told, Ending)
        assert "The resource could not be found" in told.message
        assert "check path" in (told.cure or "")

    def test_it_asks_for_the_smallest_permission(self) -> None:
        oauth = self.made().authorization()
        assert oauth is not None
        assert oauth.scope == "https://graph.microsoft.com/Files.Read offline_access"

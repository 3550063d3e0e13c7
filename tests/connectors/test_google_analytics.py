"""Google Analytics: what is recorded, and its traps."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.google_analytics import GoogleAnalytics, stretches
from ingest.connector import Ask, Connector, Cursor, Reading, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.pulling import BERLIN, NOW
from tests.descriptions import Described
from tests.servers.google import Account

CLIENT = {"client_id": "123.apps.googleusercontent.com", "client_secret": "a-made-up-client-secret"}
MIDNIGHT = timedelta(hours=5)  # in New York, in winter


class TestGoogleAnalytics(Described):
    connector: ClassVar[type[Connector]] = GoogleAnalytics
    settings: ClassVar[Mapping[str, Any]] = {"property": "123456789", **CLIENT}
    recorded: ClassVar[Path] = Path(__file__).parent / "google_analytics"

    def read(self, answer: Mapping[str, Any]) -> Drained | Ending:
        told = self.conversation().exchanges[0].answer["json"]
        return self.ended(self._ask(self.conversation().with_answer(0, {**told, **answer})))

    def message(self, answer: Mapping[str, Any]) -> str:
        ended = self.read(answer)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        return ended.message

    def test_a_day_is_an_event_at_the_propertys_own_midnight(self) -> None:
        readings = [one for one in self.drained(self.ask()).readings if one.signal == "visitors"]
        assert readings == [
            Reading("visitors", 37, datetime(2026, 11, 20, tzinfo=UTC) + MIDNIGHT, "2026-11-20"),
            Reading("visitors", 12, datetime(2026, 11, 18, tzinfo=UTC) + MIDNIGHT, "2026-11-18"),
            Reading("visitors", 5, datetime(2026, 11, 22, tzinfo=UTC) + MIDNIGHT, "2026-11-22"),
        ]

    def test_numbers_are_text_and_zero_rows_are_left_out(self) -> None:
        drained = self.drained(self.ask())
        assert drained.spans == (Span(start=datetime(2026, 11, 18, tzinfo=UTC) + MIDNIGHT),)
        assert [one.value for one in drained.readings if one.signal == "views"] == [112, 30, 9]
        for text in ("", "many", "NaN", "-1"):
            rows = [{"dimensionValues": [{"value": "20261120"}], "metricValues": [{"value": text}] * 3}]
            assert self.message({"rows": rows, "rowCount": 1}).startswith("rows[0].metricValues[0].value: ")

    def test_what_is_known_is_kept(self) -> None:
        assert self.drained(self.ask()).cursor == Cursor(["2026-08-24", "2026-11-22", "2026-11-18"])

    def test_google_takes_no_day_before_there_was_such_a_property(self) -> None:
        conversation = self.conversation()
        ask = self._ask(conversation)
        ask.since = datetime(2010, 1, 1, tzinfo=UTC)
        self.ended(ask)
        [request] = conversation.asked
        assert json.loads(request.content)["dateRanges"][0]["startDate"] == "2015-08-14"

    def test_where_small_numbers_are_withheld_a_missing_day_is_not_zero(self) -> None:
        drained = self.read({"metadata": {"timeZone": "UTC", "subjectToThresholding": True}})
        assert isinstance(drained, Drained)
        assert [(span.start, span.end) for span in drained.spans] == [
            (datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)),
            (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)),
            (datetime(2026, 11, 22, tzinfo=UTC), None),
        ]
        assert stretches(dict.fromkeys([date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 4)])) == [
            (date(2026, 1, 1), date(2026, 1, 2)),
            (date(2026, 1, 4), date(2026, 1, 4)),
        ]

    def test_a_report_that_is_empty_for_a_reason_is_not_zero(self) -> None:
        drained = self.read({"rows": [], "rowCount": 0, "metadata": {"timeZone": "UTC", "emptyReason": "NO_DATA"}})
        assert isinstance(drained, Drained)
        assert (drained.readings, drained.spans) == ((), ())

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            (
                {"metadata": {"timeZone": "UTC", "samplingMetadatas": [{}]}},
                "metadata.samplingMetadatas: Google counted",
            ),
            ({"rowCount": 4}, "rowCount: says 4, and there are 3"),
            ({"metadata": {"timeZone": "Mars/Base"}}, "metadata.timeZone: nobody knows the time zone 'Mars/Base'"),
            ({"metadata": {}}, "metadata.timeZone: is missing"),
            ({"metricHeaders": [{"name": "sessions"}]}, "metricHeaders: are not those that were asked for"),
            ({"kind": "analyticsData#runPivotReport"}, "kind: should be 'analyticsData#runReport'"),
        ],
    )
    def test_what_is_no_count_of_what_was_asked_for_is_broken(self, answer: Mapping[str, Any], message: str) -> None:
        assert self.message(answer).startswith(message)

    @pytest.mark.parametrize(
        ("day", "message"),
        [
            ("(other)", "rows[0].dimensionValues[0].value: is no day"),
            ("2026112", "rows[0].dimensionValues[0].value: is no day"),
            ("20261345", "rows[0].dimensionValues[0].value: is no day"),
            ("20240101", "rows: is of 2024-01-01, and the first that was asked for is 2026-08-24"),
        ],
    )
    def test_a_row_of_no_day_is_broken(self, day: str, message: str) -> None:
        rows = [{"dimensionValues": [{"value": day}], "metricValues": [{"value": "1"}] * 3}]
        assert self.message({"rows": rows, "rowCount": 1}) == message
        rows = [{"dimensionValues": [{"value": "20261120"}], "metricValues": [{"value": "1"}] * 3}] * 2
        assert self.message({"rows": rows, "rowCount": 2}).endswith("the day is there twice")

    @pytest.mark.parametrize(
        ("code", "error", "outcome", "cure"),
        [
            (403, {"status": "PERMISSION_DENIED"}, Outcome.REFUSED, "add the account that consented as a viewer"),
            (
                403,
                {"status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]},
                Outcome.REFUSED,
                "API on",
            ),
            (429, {"status": "RESOURCE_EXHAUSTED"}, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_what_google_refuses_is_told_with_what_to_do(
        self, code: int, error: Mapping[str, Any], outcome: Outcome, cure: str
    ) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(code, json={"error": {"code": code, "message": "No.", **error}})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is outcome
        assert cure in (ended.cure or "")


def test_a_service_account_signs_in_and_only_reads(tmp_path: Path) -> None:
    robot, asked = Account(), list[httpx.Request]()
    robot.file(tmp_path, "https://oauth2.example.com/token")
    recorded = TestGoogleAnalytics().conversation().exchanges[0].answer["json"]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "ya29.robot", "expires_in": 3599, "token_type": "Bearer"})
        return httpx.Response(200, json=recorded)

    async def run() -> Drained:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            source = GoogleAnalytics.model_validate({"property": "123456789", "credentials": "google.json"})
            return await drain(source, Ask(client=lambda: client, now=NOW, zone=BERLIN, home=tmp_path, key=b"k" * 32))

    assert len(asyncio.run(run()).readings) == 9
    assert asked[1].headers["authorization"] == "Bearer ya29.robot"


@pytest.mark.parametrize(
    "settings",
    [
        {"property": "G-ABC123", **CLIENT},
        {"property": "1"},
        {"property": "1", "client_id": "x"},
        {"property": "1", "credentials": "google.json", **CLIENT},
    ],
)
def test_settings_that_cannot_work_are_found_at_the_start(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GoogleAnalytics.model_validate(settings)

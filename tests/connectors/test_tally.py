from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.tally import Tally
from ingest.connector import Broken, Connector, Reading, Span
from tests.connectors.hooked import Hooked
from tests.connectors.pulling import answering

HERE = Path(__file__).parent / "tally"
SENT = {
    "responseId": "wkMx1q",
    "submissionId": "wkMx1q",
    "respondentId": "made-up",
    "formId": "mVG0aP",
    "createdAt": "2026-11-20T14:02:00.000Z",
    "fields": [],
}


class TestTally(Hooked):
    connector: ClassVar[type[Connector]] = Tally
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "tly-a-made-up-key", "form": "mVG0aP"}
    recorded: ClassVar[Path] = HERE
    signed = ("tally-signature", "")

    def test_each_submission_counts_once_when_it_was_sent(self) -> None:
        assert self.drained(self.ask()).readings == (
            Reading("responses", at=datetime(2026, 11, 20, 14, 2, tzinfo=UTC), key="wkMx1q"),
            Reading("responses", at=datetime(2026, 10, 2, 14, 2, 0, 250_000, tzinfo=UTC), key="wkMx2q"),
            Reading("responses", at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC), key="wkMx3q"),
        )

    def test_totals_that_are_of_all_time_are_not_taken_for_those_of_the_span(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))  # it tells of 55 completed ones
        assert (drained.readings, drained.spans) == ((), (Span("responses"),))

    def test_the_next_pull_reads_the_last_day_again(self) -> None:
        recorded = self.conversation("empty")
        first = self.drained(self._ask(recorded))
        assert first.cursor is not None
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            if len(asked) > 1:
                return httpx.Response(200, json={"submissions": []})
            rows = [
                {"id": age, "isCompleted": True, "submittedAt": (recorded.now - timedelta(hours=hours)).isoformat()}
                for age, hours in (("late", 1), ("old", 25))
            ]
            return httpx.Response(200, json={"submissions": rows})

        ask = self._ask(recorded)
        ask.cursor = first.cursor.value
        answering(ask, answered)
        drained = self.drained(ask)
        assert asked[0].params["startDate"] == f"{recorded.now - timedelta(days=1, seconds=1):%Y-%m-%dT%H:%M:%SZ}"
        assert [one.key for one in drained.readings] == ["late"]
        assert drained.spans == (Span("responses", recorded.now - timedelta(days=1)),)

    def test_one_that_was_only_begun_does_not_count_where_it_comes_all_the_same(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[1].answer["json"]
        begun = [{**answer["submissions"][0], "id": "begun", "isCompleted": False}, *answer["submissions"]]
        assert self.drained(self._ask(recorded.with_answer(1, {**answer, "submissions": begun}))) == self.drained(
            self.ask()
        )

    def test_where_there_is_said_to_be_no_more_no_further_page_is_asked_for(self) -> None:
        recorded = self.conversation()
        last = recorded.with_answer(1, {**recorded.exchanges[1].answer["json"], "hasMore": False})
        assert self.drained(self._ask(last)) == self.drained(self.ask())
        assert len(last.asked) == 2

    def test_what_the_hook_brings_is_what_is_read_later(self) -> None:
        [brought] = self.received({"eventId": "1", "eventType": "FORM_RESPONSE", "data": SENT})
        assert brought == self.drained(self.ask()).readings[0]

    def test_a_submission_of_another_form_is_refused(self) -> None:
        with pytest.raises(Broken, match="another form"):
            self.received({"eventType": "FORM_RESPONSE", "data": {**SENT, "formId": "other"}})

    @pytest.mark.parametrize("document", [[], {}, {"eventType": "OTHER", "data": SENT}, "text"])
    def test_what_is_no_delivery_is_broken(self, document: Any) -> None:
        with pytest.raises(ValidationError):
            self.received(document)

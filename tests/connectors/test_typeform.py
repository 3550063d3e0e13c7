from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.typeform import Typeform
from ingest.connector import Broken, Connector, Reading, Span
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.hooked import Hooked
from tests.connectors.pulling import answering

HERE = Path(__file__).parent / "typeform"
SENT = {"form_id": "u6nXL7", "token": "21085286190ffad1", "submitted_at": "2026-11-20T14:02:00Z", "answers": []}


class TestTypeform(Hooked):
    connector: ClassVar[type[Connector]] = Typeform
    settings: ClassVar[Mapping[str, Any]] = {"token": "tfp_a-made-up-token", "form": "u6nXL7"}
    recorded: ClassVar[Path] = HERE
    signed = ("typeform-signature", "sha256=")

    def test_each_response_counts_when_it_was_sent(self) -> None:
        assert self.drained(self.ask()).readings == (
            Reading("responses", at=datetime(2026, 11, 20, 14, 2, tzinfo=UTC), key="21085286190ffad1"),
            Reading("responses", at=datetime(2026, 10, 2, 14, 2, tzinfo=UTC), key="31085286190ffad1"),
            Reading("responses", at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC), key="41085286190ffad1"),
        )

    def test_an_empty_listing_is_a_real_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, drained.spans) == ((), (Span("responses"),))

    def test_the_newest_may_be_missing_so_the_last_hours_are_read_again(self) -> None:
        recorded = self.conversation("empty")
        first = self.drained(self._ask(recorded))
        assert first.cursor is not None
        asked: list[httpx.URL] = []

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            late = {"token": "late", "submitted_at": (recorded.now - timedelta(minutes=40)).isoformat()}
            return httpx.Response(200, json={"total_items": 1, "page_count": 1, "items": [late]})

        ask = self._ask(recorded)
        ask.cursor = first.cursor.value
        answering(ask, answered)
        drained = self.drained(ask)
        assert [one.key for one in drained.readings] == ["late"]
        assert asked[0].params["since"] == f"{recorded.now - timedelta(hours=6, seconds=1):%Y-%m-%dT%H:%M:%SZ}"
        assert drained.spans == (Span("responses", recorded.now - timedelta(hours=6)),)

    def test_a_listing_that_ends_too_early_is_broken(self) -> None:
        recorded = self.conversation().with_answer(1, {"total_items": 3, "page_count": 2, "items": []})
        ended = self.ended(self._ask(recorded))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "total_items: only 2 of 3 responses came")

    def test_an_account_in_the_eu_has_another_address(self) -> None:
        class European(TestTypeform):
            settings: ClassVar[Mapping[str, Any]] = {**TestTypeform.settings, "url": "https://api.eu.typeform.com"}

        recorded = self.conversation()
        European().ended(self._ask(recorded))
        assert recorded.unknown == ["GET https://api.eu.typeform.com/forms/u6nXL7/responses"]

    def test_a_form_that_is_not_there_may_be_in_another_region(self) -> None:
        def missing(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(404, json={"code": "FORM_NOT_FOUND", "description": "Non existing form"})

        ended = self.ended(self._ask(self.conversation().with_fault(missing)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "another `url`" in (ended.cure or "")

    def test_what_the_hook_brings_is_what_is_read_later(self) -> None:
        [brought] = self.received({"event_id": "1", "event_type": "form_response", "form_response": SENT})
        assert brought == self.drained(self.ask()).readings[0]

    def test_a_response_that_was_only_begun_does_not_count(self) -> None:
        assert self.received({"event_type": "form_response_partial", "form_response": {"form_id": "u6nXL7"}}) == []

    def test_a_response_to_another_form_is_refused(self) -> None:
        with pytest.raises(Broken, match="another form"):
            self.received({"event_type": "form_response", "form_response": {**SENT, "form_id": "other"}})

    @pytest.mark.parametrize("document", [[], {}, {"event_type": "form_response"}, "text"])
    def test_what_is_no_delivery_is_broken(self, document: Any) -> None:
        with pytest.raises((ValidationError, Broken)):
            self.received(document)


@pytest.mark.parametrize("form", ["", "../me", "a b", "a?b"])
def test_a_form_is_an_id(form: str) -> None:
    with pytest.raises(ValidationError):
        Typeform.model_validate({"token": "t", "form": form})

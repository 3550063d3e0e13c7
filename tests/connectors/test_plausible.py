"""Plausible: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.plausible import Plausible
from ingest.connector import Connector, Cursor, Reading, Span
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange


class TestPlausible(HttpConformance):
    connector: ClassVar[type[Connector]] = Plausible
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "a-made-up-key", "site": "example.com"}
    recorded: ClassVar[Path] = Path(__file__).parent / "plausible"

    def test_a_day_is_an_event_at_its_midnight_and_one_that_is_left_out_is_zero(self) -> None:
        drained = self.drained(self.ask())
        assert [one for one in drained.readings if one.signal == "views"] == [
            Reading("views", 112, datetime(2026, 11, 17, 23, tzinfo=UTC), "2026-11-18"),
            Reading("views", 30, datetime(2026, 11, 19, 23, tzinfo=UTC), "2026-11-20"),
        ]
        assert drained.spans == (Span(start=datetime(2026, 11, 17, 23, tzinfo=UTC)),)
        assert drained.cursor == Cursor(["2026-08-24", "2026-11-22", "2026-11-18"])

    def message(self, **answer: Any) -> str:
        told = self.conversation().exchanges[0].answer["json"]
        ended = self.ended(self._ask(self.conversation().with_answer(0, {**told, **answer})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        return ended.message

    def test_a_site_whose_days_begin_elsewhere_is_told(self) -> None:
        query = self.conversation().exchanges[0].answer["json"]["query"]
        began = {**query, "date_range": ["2026-08-24T00:00:00-04:00", "2026-11-22T23:59:59-05:00"]}
        assert self.message(query=began) == (
            "query.date_range[0]: the days of the site begin at 2026-08-24T00:00:00-04:00: write its time zone as "
            "`timezone`"
        )
        answer = {"results": [], "query": began}
        conversation = self.conversation().with_answer(0, answer)
        source = Plausible.model_validate({**self.settings, "timezone": "America/New_York"})
        self.made = lambda: source  # type: ignore[method-assign]
        assert not isinstance(self.ended(self._ask(conversation)), Ending)

    @pytest.mark.parametrize("day", ["2026-11", "2026-11-18 10:00:00", "2026-02-30", "2026-08-23"])
    def test_what_is_no_day_that_was_asked_for_is_broken(self, day: str) -> None:
        assert self.message(results=[{"metrics": [1, 1, 1], "dimensions": [day]}]).startswith(
            "results: is of 2026-08-23" if day == "2026-08-23" else "results[0].dimensions[0]"
        )

    def test_other_numbers_than_were_asked_for_are_broken(self) -> None:
        query = self.conversation().exchanges[0].answer["json"]["query"]
        assert self.message(query={**query, "metrics": ["visits", "visitors", "pageviews"]}).startswith("query.metrics")
        assert self.message(results=[{"metrics": [1], "dimensions": ["2026-11-18"]}]).startswith("results[0].metrics")

    def test_an_answer_may_begin_earlier_and_is_not_of_the_past_alone(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[0].answer["json"]
        early = {"metrics": [1, 1, 1], "dimensions": ["2026-08-20"]}
        more = recorded.with_answer(0, {**answer, "results": [early, *answer["results"]]})
        assert self.drained(self._ask(more)) == self.drained(self.ask())
        assert self.message(results=[early]).startswith("results: is of 2026-08-20 and before")

    @pytest.mark.parametrize(("status", "outcome"), [(400, Outcome.REFUSED), (401, Outcome.REFUSED)])
    def test_what_plausible_refuses_is_told_in_its_words(self, status: int, outcome: Outcome) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json={"error": "Invalid API key or site ID."})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is outcome
        assert "Invalid API key or site ID" in ended.message


def test_a_zone_that_nobody_knows_is_found_at_the_start() -> None:
    with pytest.raises(ValidationError, match="no time zone that is known"):
        Plausible.model_validate({"api_key": "k", "site": "example.com", "timezone": "Mars/Base"})

"""The connector `emailoctopus`: counts in two shapes, and contacts by the time they came."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.emailoctopus import EmailOctopus
from ingest.connector import Connector, Reading, Span
from ingest.connector.outcome import Ending, Outcome
from tests.descriptions import Mocked

NEXT = "the vendor's documentation: null after the last page"


class TestEmailOctopus(Mocked):
    connector: ClassVar[type[Connector]] = EmailOctopus
    settings: ClassVar[Mapping[str, Any]] = {
        "api_key": "eo_a-made-up-key",
        "list_id": "0a1b2c3d-0000-11ef-8000-000000000001",
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "emailoctopus"
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # the next page of its only page is that page
    beyond: ClassVar[Mapping[str, str]] = {"answer.paging.next": NEXT}

    def counted(self, counts: Any) -> tuple[Reading, ...] | Ending:
        recorded = self.conversation()
        answer = {**recorded.exchanges[0].answer["json"], "counts": counts}
        ended = self.ended(self._ask(recorded.with_answer(0, answer)))
        return ended if isinstance(ended, Ending) else ended.readings[:2]

    @pytest.mark.parametrize("listed", [False, True], ids=["alone", "in a list"])
    def test_the_counts_are_read_in_both_shapes(self, listed: bool) -> None:
        counts = {"pending": 2, "subscribed": 1200, "unsubscribed": 40}
        told = self.counted([counts] if listed else counts)
        assert told == (Reading("subscribers", 1200), Reading("total_lost_subscribers", 40))

    @pytest.mark.parametrize(
        "counts", [[], None, [{"subscribed": 1, "unsubscribed": 0}] * 2, {"subscribed": -2147483648, "unsubscribed": 0}]
    )
    def test_other_counts_are_broken_and_no_zero(self, counts: Any) -> None:
        ended = self.counted(counts)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert ended.message.startswith("counts")

    def test_who_came_is_told_by_time_and_by_nothing_that_says_who(self) -> None:
        drained = self.drained(self.ask())
        assert [one.at for one in drained.readings if one.signal == "new_subscribers"] == [
            datetime(2026, 1, 5, 10, tzinfo=UTC),
            datetime(2026, 10, 8, 7, 30, tzinfo=UTC),
            datetime(2026, 10, 9, 23, 30, tzinfo=UTC),
        ]
        assert drained.spans == (Span("new_subscribers"),)
        assert not any(told in repr(drained) for told in ("example.com", "0a1b"))

    def test_later_only_those_of_the_last_days_are_asked_for(self) -> None:
        recorded = self.conversation("again")
        ask = self._ask(recorded)
        first = self.drained(self.ask())
        assert first.cursor is not None
        ask.cursor = first.cursor.value
        again = self.drained(ask)
        assert not recorded.unknown
        assert {one.key for one in again.readings if one.key} < {one.key for one in first.readings if one.key}
        assert again.spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

    def test_a_next_page_after_an_empty_one_is_broken(self) -> None:
        recorded = self.conversation()
        empty = {"data": [], "paging": recorded.exchanges[1].answer["json"]["paging"]}
        ended = self.ended(self._ask(recorded.with_answer(1, empty)))
        assert isinstance(ended, Ending)
        assert ended.message == "paging.next: leads on from a page without contacts"

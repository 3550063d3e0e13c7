"""The connector `mailerlite`: counts by status, and rates of two scales."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from connectors.mailerlite import MailerLite
from ingest.connector import Connector, Reading
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation


class TestMailerLite(HttpConformance):
    connector: ClassVar[type[Connector]] = MailerLite
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "a-made-up-token"}
    recorded: ClassVar[Path] = Path(__file__).parent / "mailerlite"

    def counted(self, *totals: int) -> Conversation:
        """With these numbers of each status, in the order they are asked for."""
        recorded = self.conversation()
        for at, total in enumerate(totals):
            recorded = recorded.with_answer(at, {"total": total})
        return recorded

    def test_those_who_left_are_of_three_kinds(self) -> None:
        assert self.drained(self.ask()).readings[:2] == (
            Reading("subscribers", 1200),
            Reading("total_lost_subscribers", 46),
        )

    def test_rates_are_made_of_numbers_and_weighted_by_what_was_sent(self) -> None:
        assert self.drained(self.ask()).readings[2:] == (Reading("open_rate", 0.4), Reading("click_rate", 0.08))

    def test_an_account_without_subscribers_is_a_real_zero_and_has_no_rates(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("total_lost_subscribers", 0))

    def test_a_filter_that_is_not_heeded_is_broken_and_not_taken_for_the_active_ones(self) -> None:
        ended = self.ended(self._ask(self.counted(1246, 1246, 1246, 1246)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert ended.message.startswith("total: is the same for each status")

    def test_two_numbers_that_happen_to_be_the_same_are_fine(self) -> None:
        drained = self.drained(self._ask(self.counted(3, 3, 3, 0)))
        assert drained.readings[:2] == (Reading("subscribers", 3), Reading("total_lost_subscribers", 6))

    def test_json_is_asked_for_since_errors_are_web_pages_otherwise(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.headers["accept"] for request in conversation.asked} == {"application/json"}

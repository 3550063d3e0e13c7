"""The connector `brevo`: a list, what its campaigns did, and who came."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from connectors.brevo import Brevo
from ingest.connector import Connector, Reading, Span
from ingest.connector.kit import HttpConformance

CAME = [
    datetime(2026, 1, 5, 9, tzinfo=UTC),
    datetime(2026, 10, 8, 5, 30, tzinfo=UTC),
    datetime(2026, 10, 9, 21, 30, tzinfo=UTC),
]


class TestBrevo(HttpConformance):
    connector: ClassVar[type[Connector]] = Brevo
    settings: ClassVar[Mapping[str, Any]] = {"api_key": "xkeysib-a-made-up-key", "list_id": 7}
    recorded: ClassVar[Path] = Path(__file__).parent / "brevo"

    def test_blocklisted_contacts_are_no_subscribers_and_are_lost(self) -> None:
        assert self.drained(self.ask()).readings[:2] == (
            Reading("subscribers", 980),
            Reading("total_lost_subscribers", 20),
        )

    def test_rates_are_of_what_was_delivered(self) -> None:
        assert self.drained(self.ask()).readings[2:4] == (Reading("open_rate", 0.4), Reading("click_rate", 0.08))

    def test_without_a_campaign_there_are_no_rates_and_perhaps_no_list_of_them(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("total_lost_subscribers", 0))

    def test_who_came_is_told_by_time_and_by_nothing_that_says_who(self) -> None:
        drained = self.drained(self.ask())
        assert [one.at for one in drained.readings if one.signal == "new_subscribers"] == CAME
        assert drained.spans == (Span("new_subscribers"),)
        assert {one.key for one in drained.readings}.isdisjoint({"111", "222", "333"})
        assert not any(told in repr(drained) for told in ("example.com", "Reader"))

    def test_contacts_from_before_the_day_that_was_asked_for_are_left_out_if_they_come_all_the_same(self) -> None:
        """The count is of all contacts here, and the listing ends with an empty page."""
        first = self.drained(self.ask()).cursor
        assert first is not None
        recorded = self.conversation("again")
        ask = self._ask(recorded)
        ask.cursor = first.value
        drained = self.drained(ask)
        assert not recorded.unknown
        assert [one.at for one in drained.readings if one.signal == "new_subscribers"] == CAME[1:]
        assert drained.spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

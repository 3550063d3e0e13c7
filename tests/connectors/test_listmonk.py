"""The connector `listmonk`: whom a list reaches, and who joined it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.listmonk import Listmonk
from ingest.connector import Connector, Span
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.descriptions import Mocked

SOURCE = "listmonk's source, models/ and queries/ of commit 911e0b7"
ROWS = "answer.data.results.lists"


class TestListmonk(Mocked):
    connector: ClassVar[type[Connector]] = Listmonk
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "https://lists.example.com/",
        "username": "okr",
        "token": "a-made-up-token",
        "list_id": 3,
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "listmonk"
    anywhere: ClassVar[bool] = True
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it describes no `subscriber_statuses`
    beyond: ClassVar[Mapping[str, str]] = {
        "answer.data.subscriber_statuses": SOURCE,
        "answer.data.status": SOURCE,
        "answer.data.search": SOURCE,
        **{
            f"{ROWS}.{name}": SOURCE
            for name in (
                "subscription_created_at",
                "subscription_updated_at",
                "subscription_meta",
                "optin",
                "restricted",
            )
        },
    }

    def levels(self, name: str = "full") -> dict[str, float]:
        drained = self.drained(self._ask(self.conversation(name)))
        return {one.signal: one.value for one in drained.readings if one.at is None}

    def test_with_double_optin_those_who_confirmed_are_reached(self) -> None:
        """`subscriber_count` is 2400 here: one list asked for by its number counts everybody twice."""
        assert self.levels() == {"subscribers": 1100, "total_lost_subscribers": 40}

    def test_with_single_optin_the_unconfirmed_are_reached_too(self) -> None:
        recorded = self.conversation()
        answer = recorded.exchanges[0].answer["json"]["data"]
        counts = {"confirmed": 30, "unconfirmed": 60, "unsubscribed": 10}
        single = {"data": {**answer, "optin": "single", "subscriber_statuses": counts}}
        now = {one.signal: one.value for one in self.drained(self._ask(recorded.with_answer(0, single))).readings}
        assert (now["subscribers"], now["total_lost_subscribers"]) == (90, 10)

    def test_a_status_that_nobody_has_is_left_out_and_is_a_real_zero(self) -> None:
        assert self.levels("empty") == {"subscribers": 0, "total_lost_subscribers": 0}

    def test_who_joined_counts_from_the_time_on_this_list_and_is_not_told_by_name(self) -> None:
        drained = self.drained(self.ask())
        assert [one.at for one in drained.readings if one.signal == "new_subscribers"] == [
            datetime(2026, 10, 9, 21, 30, tzinfo=UTC),
            datetime(2026, 10, 8, 5, 30, tzinfo=UTC),
            datetime(2026, 3, 1, 8, tzinfo=UTC),
        ]
        assert drained.spans == (Span("new_subscribers"),)
        assert not any(told in repr(drained) for told in ("example.com", "aaaa", "Reader", "Exampleton"))

    @pytest.mark.parametrize(("optin", "came"), [("double", 2), ("single", 3)])
    def test_who_has_not_confirmed_came_only_where_nobody_has_to(self, optin: str, came: int) -> None:
        recorded = self.conversation()
        answer, page = (recorded.exchanges[at].answer["json"]["data"] for at in (0, 1))
        for one in page["results"][0]["lists"]:
            one["subscription_status"] = "unconfirmed"
        changed = recorded.with_answer(0, {"data": {**answer, "optin": optin}}).with_answer(1, {"data": page})
        told = [one for one in self.drained(self._ask(changed)).readings if one.signal == "new_subscribers"]
        assert len(told) == came

    def test_later_the_listing_ends_with_the_first_who_is_known_for_long(self) -> None:
        """The page is full and the next one is not asked for."""
        recorded = self.conversation("again")
        ask = self._ask(recorded)
        first = self.drained(self.ask()).cursor
        assert first is not None
        ask.cursor = first.value
        drained = self.drained(ask)
        assert not recorded.unknown
        assert [one.at for one in drained.readings if one.signal == "new_subscribers"] == [
            datetime(2026, 10, 9, 21, 30, tzinfo=UTC)
        ]
        assert drained.spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

    def test_beyond_the_last_full_page_there_is_null(self) -> None:
        recorded = self.conversation()
        beyond = {"data": {"search": "", "query": "", "results": None, "total": 2, "per_page": 2, "page": 2}}
        drained = self.drained(self._ask(recorded.with_answer(2, beyond)))
        assert len([one for one in drained.readings if one.signal == "new_subscribers"]) == 2

    def test_bad_credentials_are_a_403_and_told_with_what_is_needed(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(403, json={"message": "invalid API credentials"})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "invalid API credentials" in ended.message
        assert (ended.cure or "").startswith("check username and token")
        assert "subscribers:get" in (ended.cure or "")

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.instagram import Instagram
from ingest.connector import Connector, Cursor, Expiry, Reading, Span
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.renewing import Renewing


class TestInstagram(Renewing):
    refresh = "https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token"
    connector: ClassVar[type[Connector]] = Instagram
    settings: ClassVar[Mapping[str, Any]] = {"token": "a-made-up-token", "token_ends": "2026-11-30", "daily": "true"}
    recorded: ClassVar[Path] = Path(__file__).parent / "instagram"

    def test_levels_are_those_of_now(self) -> None:
        now = [one for one in self.drained(self.ask()).readings if one.key is None]
        assert now == [Reading("followers", 1204), Reading("following", 310), Reading("posts", 88)]

    def test_new_followers_are_those_of_the_day_that_ends_in_california(self) -> None:
        new = {one.key: one.value for one in self.drained(self.ask()).readings if one.key}
        assert new == {"2026-09-11": 3, "2026-10-07": 0, "2026-10-08": 5}

    def test_days_are_late_so_they_are_covered_until_the_last_that_came(self) -> None:
        drained = self.drained(self.ask())
        assert drained.spans == tuple(  # and what is left out between them is unknown
            Span("new_followers", datetime(*start, 22, tzinfo=UTC), datetime(*end, 22, tzinfo=UTC), whole=True)
            for start, end in [((2026, 9, 10), (2026, 9, 11)), ((2026, 10, 6), (2026, 10, 8))]
        )
        assert drained.cursor == Cursor({"since": "2026-09-11", "until": "2026-10-08"})
        assert drained.expiry == Expiry(datetime(2026, 11, 29, 23, tzinfo=UTC))

    def test_an_empty_list_is_not_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert [one.signal for one in drained.readings] == ["followers", "following", "posts"]
        assert (drained.spans, drained.cursor) == ((), None)

    def test_on_the_first_day_of_a_period_some_time_is_asked_for(self) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since = ask.now
        self.ended(ask)
        asked = [one.url.params for one in recorded.asked if "since" in one.url.params]
        assert asked
        assert all(int(one["since"]) < int(one["until"]) for one in asked)

    @pytest.mark.parametrize(
        ("since", "cursor", "day"),
        [
            (datetime(2020, 1, 1, tzinfo=UTC), None, datetime(2026, 9, 11, 7, tzinfo=UTC)),
            (datetime(2020, 1, 1, tzinfo=UTC), ("2026-09-01", "2026-10-08"), datetime(2026, 10, 5, 7, tzinfo=UTC)),
            (None, ("2026-06-01", "2026-07-01"), datetime(2026, 9, 11, 7, tzinfo=UTC)),
        ],
    )
    def test_no_more_than_30_days_are_asked_for_and_later_the_newest(
        self, since: datetime | None, cursor: tuple[str, str] | None, day: datetime
    ) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since = since
        ask.cursor = {"since": cursor[0], "until": cursor[1]} if cursor else None
        self.ended(ask)
        assert int(recorded.asked[-1].url.params["since"]) == day.timestamp()

    @pytest.mark.parametrize(
        ("status", "code", "outcome", "cure"),
        [
            (400, 190, Outcome.REFUSED, "make a new token"),
            (400, 10, Outcome.REFUSED, "it needs a token with instagram_business_basic"),
            (400, 4, Outcome.UNAVAILABLE, ""),
        ],
    )
    def test_a_code_says_what_the_matter_is(self, status: int, code: int, outcome: Outcome, cure: str) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json={"error": {"message": "No", "type": "OAuthException", "code": code}})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse, 1)))
        assert isinstance(ended, Ending)
        assert ended.outcome is outcome
        assert cure in (ended.cure or "")


def test_without_daily_no_insights_are_asked_for() -> None:
    assert Instagram.model_validate({"token": "t"}).offered().keys() == {"followers", "following", "posts"}

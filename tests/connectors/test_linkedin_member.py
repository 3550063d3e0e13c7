"""LinkedIn's API of a member: what is recorded, and its traps."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors.linkedin_member import LinkedInMember
from connectors.parts.linkedin import alive
from ingest.connector import Connector, Cursor, Seen, Span
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from tests.connectors.linkedin import ended_version, raw, remarks, told

SETTINGS = {"token": "AQX-a-made-up-token"}


class TestLinkedInMember(HttpConformance):
    connector: ClassVar[type[Connector]] = LinkedInMember
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "linkedin_member"
    since: ClassVar[datetime | None] = datetime(2026, 10, 7, 3, tzinfo=UTC)

    def test_one_field_is_a_total_or_a_gain_as_one_asks(self) -> None:
        assert told(self, "followers") == [("now", 1043)]
        assert told(self, "new_followers") == [("10-06 22:00", 3), ("10-07 22:00", 0), ("10-08 22:00", 5)]

    def test_connections_are_those_of_the_member_who_consented(self) -> None:
        assert told(self, "connections") == [("now", 504)]

    def test_a_name_is_asked_for_where_the_app_may_and_a_token_that_can_post_is_remarked_upon(self) -> None:
        assert self.seen(self.conversation("seen")) == Seen("Made Up")
        assert len(remarks(self, "r_1st_connections_size,w_member_social")) == 1
        known = LinkedInMember.model_validate({**SETTINGS, "person": "yrZCpj2Z12"})
        assert asyncio.run(known.seen(self.ask())) == Seen()

    def test_brackets_and_colons_are_sent_as_they_are(self) -> None:
        dates = "dateRange=(start:(year:2026,month:10,day:7),end:(year:2026,month:10,day:10))"
        assert f"/rest/memberFollowersCount?q=dateRange&{dates}" in raw(self)

    def test_the_version_is_told_where_it_is_needed_alone(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        told = {one.url.path.split("/")[1]: one.headers.get("linkedin-version") for one in conversation.asked}
        assert told == {"v2": None, "rest": "202607"}

    def test_the_days_that_are_over_are_covered(self) -> None:
        drained = self.drained(self.ask())
        start, end = datetime(2026, 10, 6, 22, tzinfo=UTC), datetime(2026, 10, 9, 22, tzinfo=UTC)
        assert drained.spans == (Span("new_followers", start, end),)
        assert drained.cursor == Cursor("2026-10-10")

    def test_a_listing_that_ends_too_early_is_broken(self) -> None:
        page = self.conversation().exchanges[3].answer["json"]
        cut = {**page, "paging": {**page["paging"], "links": []}}
        ended = self.ended(self._ask(self.conversation().with_answer(3, cut)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.BROKEN, "paging.total: only 2 of 3 came")

    def test_a_day_that_is_none_is_broken(self) -> None:
        page = self.conversation().exchanges[3].answer["json"]
        page["elements"][0]["dateRange"]["start"]["month"] = 13
        ended = self.ended(self._ask(self.conversation().with_answer(3, page)))
        assert isinstance(ended, Ending)
        assert "bug" not in ended.message
        assert ended.outcome is Outcome.BROKEN

    def test_no_total_is_no_zero(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_answer(2, {"elements": [], "paging": {"links": []}})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_a_version_that_ended_says_which_to_write(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_fault(ended_version, 2)))
        assert isinstance(ended, Ending)
        assert "version 202607" in ended.message
        assert "202608" in (ended.cure or "")

    @pytest.mark.parametrize(
        ("tells", "signals", "scope"),
        [
            (["connections"], {"connections"}, "r_1st_connections_size r_basicprofile"),
            (["followers"], {"followers", "new_followers"}, "r_member_profileAnalytics"),
        ],
    )
    def test_an_app_may_ask_for_one_of_them_alone(self, tells: list[str], signals: set[str], scope: str) -> None:
        app = {"client_id": "c", "client_secret": "s"}
        made = LinkedInMember.model_validate({**app, "tells": tells})
        oauth = made.authorization()
        assert oauth is not None
        assert (set(made.offered()), oauth.scope) == (signals, scope)

        class One(TestLinkedInMember):
            settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "tells": tells}

        assert {one.signal for one in One().drained(One().ask()).readings} == signals

    def test_a_long_past_is_a_year_and_after_that_some_days(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.query.decode())
            if "dateRange" in asked[-1]:
                return httpx.Response(200, json={"elements": [], "paging": {"links": [], "total": 0}})
            return httpx.Response(200, json={"elements": [{"memberFollowersCount": 1}], "paging": {"links": []}})

        for since, cursor in ((datetime(2020, 1, 1, tzinfo=UTC), None), (None, "2026-10-09")):
            ask = self.ask()
            client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
            made = type(ask)(
                client=lambda client=client: client, now=ask.now, zone=ask.zone, home=Path(), key=b"k", since=since,
                cursor=cursor,
            )  # fmt: skip

            class Followers(TestLinkedInMember):
                settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "tells": ["followers"]}

            Followers().drained(made)
        assert "start:(year:2025,month:10,day:10)" in asked[1]
        assert "start:(year:2026,month:10,day:6)" in asked[3]


@pytest.mark.parametrize(
    ("today", "ended", "version"),
    [
        (date(2026, 11, 22), "202512", "202605"),
        (date(2027, 1, 1), "202512", "202607"),
        (date(2026, 6, 30), "202312", "202512"),
        (date(2026, 11, 22), "202607", "202608"),
        (date(2026, 11, 22), "202612", "202701"),
    ],
)
def test_the_version_to_write_is_half_a_year_old_and_later_than_the_one_that_ended(
    today: date, ended: str, version: str
) -> None:
    assert alive(today, ended) == version

"""LinkedIn's API of a page: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.linkedin_page import LinkedInPage
from ingest.connector import Connector, Expiry, Span
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from tests.connectors.linkedin import GOOD, ask_beside, ended_version, raw, remarks, told

SETTINGS = {"token": "AQX-a-made-up-token", "organization": "2414183"}
APP = {"client_id": "78abc", "client_secret": "a-made-up-client-secret"}


class TestLinkedInPage(HttpConformance):
    connector: ClassVar[type[Connector]] = LinkedInPage
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "linkedin_page"
    since: ClassVar[datetime | None] = datetime(2026, 10, 8, 3, tzinfo=UTC)

    def test_gains_come_by_day_of_utc_organic_and_paid_together(self) -> None:
        assert told(self, "followers") == [("now", 219145)]
        assert told(self, "new_followers") == [("10-08 00:00", 4), ("10-09 00:00", 5)]
        start, end = datetime(2026, 10, 8, tzinfo=UTC), datetime(2026, 10, 10, tzinfo=UTC)
        assert self.drained(self.ask()).spans == (Span("new_followers", start, end),)

    def test_a_urn_is_encoded_and_brackets_are_not(self) -> None:
        size, gains = raw(self)
        assert size.startswith(
            "/rest/networkSizes/urn%3Ali%3Aorganization%3A2414183?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        )
        assert gains.endswith(
            "&organizationalEntity=urn%3Ali%3Aorganization%3A2414183"
            "&timeIntervals=(timeRange:(start:1791417600000,end:1791590400000),timeGranularityType:DAY)"
        )

    def test_a_token_that_can_also_write_is_remarked_upon(self) -> None:
        [remark] = remarks(self, "r_organization_admin,rw_organization_admin,w_member_social")
        assert "(rw_organization_admin, w_member_social): r_organization_admin is enough" in remark
        assert remarks(self, "r_organization_admin r_basicprofile") == ()

    def test_facets_are_never_summed(self) -> None:
        counts = {"organicFollowerCount": 4, "paidFollowerCount": 0}
        facets = {"followerCountsBySeniority": [{"seniority": "urn:li:seniority:6", "followerCounts": counts}]}
        answer = {"elements": [facets], "paging": {"start": 0, "count": 10, "links": []}}
        ended = self.ended(self._ask(self.conversation().with_answer(1, answer)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert ended.message.startswith("elements[0].timeRange: is missing")

    def test_a_version_that_ended_says_which_to_write(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_fault(ended_version)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, "202608" in (ended.cure or "")) == (Outcome.REFUSED, True)

    def test_another_version_may_be_written(self) -> None:
        class Other(TestLinkedInPage):
            settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, "version": "202610"}

        conversation = Other().conversation()
        Other().drained(Other()._ask(conversation))
        assert {one.headers["linkedin-version"] for one in conversation.asked} == {"202610"}

    def test_what_is_known_is_asked_for_again_only_a_few_days_back(self) -> None:
        ask = self.ask()
        ask.cursor = "2026-10-20T00:00:00+00:00"
        ask.now = datetime(2026, 10, 20, 12, tzinfo=UTC)
        conversation = self.conversation()
        ask = type(ask)(
            client=conversation.client, now=ask.now, zone=ask.zone, home=Path(), key=b"k", cursor=ask.cursor
        )
        self.ended(ask)
        assert "start:1792195200000,end:1792454400000" in conversation.asked[1].url.raw_path.decode()

    def test_the_end_of_a_token_is_told_where_its_app_is_known(self) -> None:
        class WithApp(TestLinkedInPage):
            settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, **APP}

        ask = ask_beside(self.conversation(), lambda _: httpx.Response(200, json=GOOD))
        ask.since = self.since
        drained = WithApp().ended(ask)
        assert isinstance(drained, Drained)
        assert drained.expiry == Expiry(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("wrong", [{"organization": "urn:li:organization:1"}, {"version": "2026-07"}, {"token": ""}])
def test_settings_that_cannot_be_meant_are_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LinkedInPage.model_validate({**SETTINGS, **wrong})

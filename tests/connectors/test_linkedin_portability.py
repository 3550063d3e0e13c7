"""LinkedIn's portability API: what is recorded, and its traps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import ValidationError

from connectors.linkedin_portability import LinkedInPortability
from ingest.connector import Connector, Expiry, Span
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.linkedin import GOOD, ask_beside, ended_version, told

SETTINGS = {"token": "AQX-a-made-up-token"}
APP = {"client_id": "78abc", "client_secret": "a-made-up-client-secret"}
NOTHING = {"status": 404, "message": "No data found for this domain and memberId"}


class TestLinkedInPortability(HttpConformance):
    connector: ClassVar[type[Connector]] = LinkedInPortability
    settings: ClassVar[Mapping[str, Any]] = SETTINGS
    recorded: ClassVar[Path] = Path(__file__).parent / "linkedin_portability"

    def failing(self, status: int, said: Any, at: int = 0) -> Ending | Drained:
        def fault(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=said)

        return self.ended(self._ask(self.conversation().with_fault(fault, at)))

    def test_all_rows_of_all_pages_are_connections_and_the_past_is_told_by_their_days(self) -> None:
        assert told(self, "connections") == [("03-05 23:00", 2), ("10-01 22:00", 3), ("10-09 22:00", 4), ("now", 5)]
        assert [at for at, _ in told(self, "new_connections")] == [
            "10-08 22:00",
            "09-30 22:00",
            "03-04 23:00",
            "03-04 23:00",
        ]

    def test_a_later_pull_leaves_the_past_as_it_was_told(self) -> None:
        ask = self.ask()
        ask.cursor = "2026-10-09T12:00:00+00:00"
        drained = self.drained(ask)
        assert [one.value for one in drained.readings if one.signal == "connections"] == [5]
        assert drained.spans == (Span("new_connections", whole=True),)

    def test_404_means_not_yet_no_more_or_that_there_is_no_such_thing(self) -> None:
        ended = self.failing(404, NOTHING)
        assert isinstance(ended, Ending)
        assert (ended.outcome, "not collected the data yet" in ended.message) == (Outcome.UNAVAILABLE, True)
        after = self.failing(404, NOTHING, at=1)
        assert isinstance(after, Drained)
        assert [one.value for one in after.readings if one.signal == "connections"][-1] == 3
        for at in (0, 1):
            ended = self.failing(404, {"status": 404, "code": "RESOURCE_NOT_FOUND"}, at)
            assert isinstance(ended, Ending)
            assert ended.outcome is Outcome.REFUSED

    def test_an_empty_snapshot_is_not_yet_and_never_zero(self) -> None:
        ended = self.failing(200, {"paging": {"start": 0, "count": 10, "links": []}, "elements": []})
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE

    def test_a_cell_that_linkedin_could_not_process_counts_without_a_day(self) -> None:
        assert len(told(self, "new_connections")) == 4

    @pytest.mark.parametrize("written", ["gestern", "31 Feb 2026"])
    def test_a_day_that_is_none_is_broken(self, written: str) -> None:
        page = self.conversation().exchanges[0].answer["json"]
        page["elements"][0]["snapshotData"][1]["Connected On"] = written
        ended = self.failing(200, page)
        assert isinstance(ended, Ending)
        assert ended.message == "snapshotData[1].Connected On: is no day"

    def test_another_domain_is_broken(self) -> None:
        page = self.conversation().exchanges[0].answer["json"]
        page["elements"][0]["snapshotDomain"] = "INBOX"
        ended = self.failing(200, page)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    @pytest.mark.parametrize(
        "href", ["https://other.example.com/", "/rest/other", "/rest/memberSnapshotData?q=criteria&domain=CONNECTIONS"]
    )
    def test_a_page_that_leads_nowhere_is_broken(self, href: str) -> None:
        page = self.conversation().exchanges[0].answer["json"]
        page["paging"]["links"][0]["href"] = href
        ended = self.failing(200, page)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN

    def test_of_a_connection_nothing_but_its_day_is_kept(self) -> None:
        assert not any(
            name in repr(self.drained(self.ask())) for name in ("Ada", "Muster", "Example", "linkedin.com/in")
        )

    def test_a_version_that_ended_says_which_to_write(self) -> None:
        ended = self.ended(self._ask(self.conversation().with_fault(ended_version)))
        assert isinstance(ended, Ending)
        assert ended.message == "LinkedIn has ended version 202312 of its API (426)"
        assert (ended.cure or "").startswith("write version: 202604, or a later one of ")

    def test_who_is_refused_is_told_who_can_have_it(self) -> None:
        said = {"status": 403, "serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": "Not enough permissions"}
        ended = self.failing(403, said)
        assert isinstance(ended, Ending)
        assert "Not enough permissions" in ended.message
        assert "r_dma_portability_self_serve" in (ended.cure or "")

    def test_the_end_of_a_token_is_told_where_its_app_is_known(self) -> None:
        def introspect(request: httpx.Request) -> httpx.Response:
            asked = parse_qs(request.content.decode())
            assert asked == {"token": [SETTINGS["token"]], **{name: [text] for name, text in APP.items()}}
            assert "authorization" not in request.headers
            return httpx.Response(200, json=GOOD)

        drained = WithApp().ended(ask_beside(self.conversation(), introspect))
        assert isinstance(drained, Drained)
        assert drained.expiry == Expiry(datetime(2026, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("status", "said", "message"),
        [
            (200, {"active": False}, "the token has ended or was revoked"),
            (401, {"error": f"bad {APP['client_secret']}"}, "LinkedIn does not take client_id and client_secret (401)"),
        ],
    )
    def test_a_token_that_ended_or_an_app_that_is_wrong_is_refused_and_shows_nothing(
        self, status: int, said: Any, message: str
    ) -> None:
        ended = WithApp().ended(ask_beside(self.conversation(), lambda _: httpx.Response(status, json=said)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.REFUSED, message)


class WithApp(TestLinkedInPortability):
    settings: ClassVar[Mapping[str, Any]] = {**SETTINGS, **APP}


def test_without_a_token_consent_is_asked_for() -> None:
    oauth = LinkedInPortability.model_validate(APP).authorization()
    assert oauth is not None
    assert oauth.scope == "r_dma_portability_self_serve"
    with pytest.raises(ValidationError, match="say token"):
        LinkedInPortability.model_validate({})

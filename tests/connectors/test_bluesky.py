from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.bluesky import Bluesky
from ingest.connector import Connector, Cursor, Reading
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import MINUTE, instant
from tests.descriptions import Described

HERE = Path(__file__).parent / "bluesky"
DID = "did:plc:exampleexampleexample"


class TestBluesky(Described):
    connector: ClassVar[type[Connector]] = Bluesky
    settings: ClassVar[Mapping[str, Any]] = {"account": "@ada.example.com"}
    recorded: ClassVar[Path] = HERE

    def profile(self, **changed: Any) -> Mapping[str, Any]:
        answer = {**self.conversation().exchanges[0].answer["json"], **changed}
        return {name: value for name, value in answer.items() if value is not None}

    def refused(self, status: int, body: Any, **headers: str) -> Ending:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            return httpx.Response(status, json=body, headers=named)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        return ended

    def test_numbers_are_those_of_now(self) -> None:
        told = [Reading("followers", 1204), Reading("following", 310), Reading("posts", 882)]
        assert list(self.drained(self.ask()).readings) == told

    def test_a_number_that_is_left_out_is_unknown_and_not_zero(self) -> None:
        recorded = self.conversation().with_answer(0, self.profile(postsCount=None))
        told = [Reading("followers", 1204), Reading("following", 310)]
        assert list(self.drained(self._ask(recorded)).readings) == told

    def test_an_answer_without_any_number_is_broken(self) -> None:
        none = self.profile(followersCount=None, followsCount=None, postsCount=None)
        ended = self.ended(self._ask(self.conversation().with_answer(0, none)))
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message[:14]) == (Outcome.BROKEN, "followersCount")

    def test_later_it_is_asked_for_by_its_id_since_handles_change(self) -> None:
        assert self.drained(self.ask()).cursor == Cursor({"did": DID})
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.cursor = {"did": DID}
        self.ended(ask)
        assert recorded.asked[0].url.params["actor"] == DID
        assert self.description.problems_of_request(recorded.asked[0]) == []

    def test_an_unknown_account_is_a_400(self) -> None:
        said = {"error": "InvalidRequest", "message": "Profile not found"}
        ended = self.refused(400, said)
        assert ended.outcome is Outcome.REFUSED
        assert "Profile not found" in ended.message
        assert "the whole handle" in (ended.cure or "")
        assert self.description.problems_of_answer("GET", self.conversation().exchanges[0].url, 400, said) == []

    def test_the_end_of_a_limit_is_seconds_since_1970(self) -> None:
        at = datetime(2026, 10, 10, 12, tzinfo=UTC)
        reset = str(int(at.timestamp()) + 60)
        ended = self.refused(429, {"error": "RateLimitExceeded"}, ratelimit_remaining="0", ratelimit_reset=reset)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, instant(at) + MINUTE)


@pytest.mark.parametrize("account", ["", "ada", "@ada", "ada@example.com", "did:key:abc", "ada.example.com/x", "a b.c"])
def test_an_account_is_a_handle_or_a_did(account: str) -> None:
    with pytest.raises(ValidationError):
        Bluesky(account=account)

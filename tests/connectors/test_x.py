from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.x import X
from ingest.connector import Connector, Reading, days
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import MINUTE, instant
from tests.descriptions import Mocked

HERE = Path(__file__).parent / "x"
PROBLEMS = "https://api.x.com/2/problems"


class TestX(Mocked):
    connector: ClassVar[type[Connector]] = X
    settings: ClassVar[Mapping[str, Any]] = {"username": "@example", "token": "a-made-up-token"}
    recorded: ClassVar[Path] = HERE
    mock_ends: ClassVar[Outcome] = Outcome.BROKEN  # it makes up numbers below 0

    def answered(self, status: int, body: Any, **headers: str) -> Ending:
        def answer(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            return httpx.Response(status, json=body, headers=named)

        ended = self.ended(self._ask(self.conversation().with_fault(answer)))
        assert isinstance(ended, Ending)
        return ended

    def described(self, status: int, body: Any, kind: str = "application/json") -> None:
        assert (
            self.description.problems_of_answer("GET", self.conversation().exchanges[0].url, status, body, kind) == []
        )

    def test_numbers_are_those_of_now(self) -> None:
        told = {"followers": 1204, "following": 310, "posts": 882, "lists": 12}
        assert list(self.drained(self.ask()).readings) == [Reading(*one) for one in told.items()]

    def test_posts_are_also_called_tweets(self) -> None:
        found = self.conversation().exchanges[0].answer["json"]
        metrics = dict(found["data"]["public_metrics"])
        metrics["tweet_count"] = metrics.pop("post_count")
        recorded = self.conversation().with_answer(0, {"data": {**found["data"], "public_metrics": metrics}})
        assert Reading("posts", 882) in self.drained(self._ask(recorded)).readings

    def test_a_name_is_not_needed_for_numbers(self) -> None:
        recorded = self.conversation()
        data = {name: value for name, value in recorded.exchanges[0].answer["json"]["data"].items() if name != "name"}
        assert Reading("posts", 882) in self.drained(self._ask(recorded.with_answer(0, {"data": data}))).readings

    def test_the_older_shape_of_an_error_is_told_in_its_words(self) -> None:
        ended = self.answered(200, {"errors": [{"message": "User has been suspended.", "code": 63}]})
        assert (ended.outcome, ended.message) == (
            Outcome.REFUSED,
            "X does not tell of @example: User has been suspended.",
        )

    def test_an_account_that_is_not_there_is_a_200_with_errors(self) -> None:
        problem = {
            "title": "Not Found Error",
            "detail": "Could not find user with username: [example].",
            "type": f"{PROBLEMS}/resource-not-found",
            "resource_type": "user",
            "resource_id": "example",
            "parameter": "username",
            "value": "example",
        }
        self.described(200, {"errors": [problem]})
        ended = self.answered(200, {"errors": [problem]})
        assert ended.outcome is Outcome.REFUSED
        assert "Could not find user" in ended.message
        assert "check the name" in (ended.cure or "")

    def test_numbers_that_may_not_be_seen_are_told_beside_the_rest(self) -> None:
        data = {"id": "12345", "name": "Ada Example", "username": "example"}
        problem = {
            "title": "Field Authorization Error",
            "detail": "Not authorized.",
            "type": f"{PROBLEMS}/not-authorized",
        }
        ended = self.answered(200, {"data": data, "errors": [problem]})
        assert (ended.outcome, ended.message) == (Outcome.REFUSED, "X does not tell of @example: Not authorized.")
        assert self.answered(200, {"data": data}).outcome is Outcome.BROKEN

    def test_the_end_of_a_limit_is_seconds_since_1970(self) -> None:
        at = datetime(2026, 10, 10, 12, tzinfo=UTC)
        reset = str(int(at.timestamp()) + 15 * 60)
        said = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        ended = self.answered(429, said, x_rate_limit_remaining="0", x_rate_limit_reset=reset)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, instant(at) + 15 * MINUTE)

    @pytest.mark.parametrize("status", [403, 429])
    def test_a_limit_of_spending_is_for_somebody_to_raise(self, status: int) -> None:
        said = {"title": "UsageCapExceeded", "detail": "Usage cap exceeded", "type": f"{PROBLEMS}/usage-capped"}
        ended = self.answered(status, said)
        assert ended.outcome is Outcome.REFUSED
        assert "spending limit" in (ended.cure or "")

    @pytest.mark.parametrize(
        "said", [{"code": 89, "message": "Invalid token"}, {"errors": [{"message": "Invalid token", "code": 89}]}]
    )
    def test_refusals_have_two_shapes(self, said: Mapping[str, Any]) -> None:
        ended = self.answered(401, said)
        assert ended.outcome is Outcome.REFUSED
        assert ended.message.endswith("Invalid token")
        assert "bearer token of an app" in (ended.cure or "")

    def test_it_costs_money_so_it_is_asked_once_a_day(self) -> None:
        assert X.every == days(1)
        assert "costs money" in (X.__doc__ or "")


@pytest.mark.parametrize("username", ["", "@", "a b", "example/../x", "a" * 16, "exämple"])
def test_a_name_is_one_of_x(username: str) -> None:
    with pytest.raises(ValidationError):
        X.model_validate({"username": username, "token": "t"})

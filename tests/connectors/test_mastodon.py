import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.mastodon import Mastodon
from ingest.connector import Connector, Reading
from ingest.connector.drain import drain
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import MINUTE, instant
from tests.descriptions import Mocked

HERE = Path(__file__).parent / "mastodon"


class TestMastodon(Mocked):
    connector: ClassVar[type[Connector]] = Mastodon
    settings: ClassVar[Mapping[str, Any]] = {"account": "@ada@example.social", "token": "a-made-up-token"}
    recorded: ClassVar[Path] = HERE
    anywhere: ClassVar[bool] = True
    mock_ends: ClassVar[Outcome] = Outcome.REFUSED  # the account of its example is at home elsewhere

    def answered(self, status: int = 200, body: Any = None, **headers: str) -> Ending:
        def answer(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            return httpx.Response(status, json=body, headers=named)

        ended = self.ended(self._ask(self.conversation().with_fault(answer)))
        assert isinstance(ended, Ending)
        return ended

    def account(self, **changed: Any) -> Mapping[str, Any]:
        return {**self.conversation().exchanges[0].answer["json"], **changed}

    def test_numbers_are_those_of_now(self) -> None:
        told = [Reading("followers", 1204), Reading("following", 310), Reading("posts", 882)]
        assert list(self.drained(self.ask()).readings) == told

    def test_another_instance_knows_some_followers_only(self) -> None:
        ended = self.answered(body=self.account(acct="ada@elsewhere.example"))
        assert (ended.outcome, ended.message) == (Outcome.REFUSED, "@ada@example.social is not at home there")

    def test_the_numbers_of_a_suspended_account_are_none(self) -> None:
        ended = self.answered(body=self.account(suspended=True, followers_count=0))
        assert ended.outcome is Outcome.REFUSED
        assert "suspended" in ended.message

    def test_an_account_that_has_moved_is_refused_with_where_it_is_now(self) -> None:
        moved = self.account(acct="ada@new.example", username="ada")
        ended = self.answered(body=self.account(moved=moved, followers_count=3))
        told = "@ada@example.social has moved to @ada@new.example, and its followers with it"
        assert (ended.outcome, ended.message, ended.cure) == (Outcome.REFUSED, told, "write the new address")

    def test_nothing_is_made_of_a_place_that_it_has_not_moved_to(self) -> None:
        recorded = self.conversation().with_answer(0, self.account(moved=None))
        assert Reading("followers", 1204) in self.drained(self._ask(recorded)).readings

    def test_a_name_is_not_needed_for_numbers(self) -> None:
        answer = {name: value for name, value in self.account().items() if name != "display_name"}
        assert (
            Reading("followers", 1204) in self.drained(self._ask(self.conversation().with_answer(0, answer))).readings
        )

    def test_the_end_of_a_limit_is_a_time(self) -> None:
        said, reset = {"error": "Too many requests"}, "2026-10-10T12:05:00.123456Z"
        ended = self.answered(429, said, x_ratelimit_remaining="0", x_ratelimit_reset=reset)
        assert ended.outcome is Outcome.UNAVAILABLE
        assert ended.retry_at == instant(datetime(2026, 10, 10, 12, 0, tzinfo=UTC)) + 5 * MINUTE + 123_456

    @pytest.mark.parametrize(
        ("status", "said", "cure"),
        [
            (
                401,
                "This method requires an authenticated user",
                "it needs a token only where the instance answers nobody else",
            ),
            (404, "Record not found", "is its instance elsewhere"),
            (410, None, "suspended or deleted"),
        ],
    )
    def test_who_is_refused_is_told_what_to_do(self, status: int, said: str | None, cure: str) -> None:
        body = {"error": said} if said else {}
        ended = self.answered(status, body)
        assert ended.outcome is Outcome.REFUSED
        assert cure in (ended.cure or "")
        url = self.conversation().exchanges[0].url
        assert not said or self.description.problems_of_answer("GET", url, status, body) == []

    def test_it_is_asked_without_a_token_and_elsewhere(self) -> None:
        recorded = self.conversation()
        made = Mastodon(account="ada@example.org", url="https://example.social/")
        drained = asyncio.run(drain(made, self._ask(recorded)))
        assert drained.readings[0] == Reading("followers", 1204)
        assert "authorization" not in recorded.asked[0].headers


@pytest.mark.parametrize("account", ["", "ada", "@ada", "@ada@localhost", "@ada@example.social/x", "a@b@c.example"])
def test_an_account_has_an_instance(account: str) -> None:
    with pytest.raises(ValidationError):
        Mastodon(account=account)

"""The connector `ghost`: its own credential, members and subscribers, and a past that Ghost forgets."""

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from connectors.ghost import Ghost, token
from ingest.connector import Connector, Reading, Span
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange

HERE = Path(__file__).parent / "ghost"
KEY = f"{'5e' * 12}:{'c0ffee00' * 8}"


class TestGhost(HttpConformance):
    connector: ClassVar[type[Connector]] = Ghost
    settings: ClassVar[Mapping[str, Any]] = {"url": "https://news.example.com/", "api_key": KEY}
    recorded: ClassVar[Path] = HERE

    def again(self) -> Drained:
        """A pull two days later, when somebody has deleted an account."""
        ask = self._ask(self.conversation("again"))
        first = self.drained(self.ask()).cursor
        assert first is not None
        ask.cursor = first.value
        return self.drained(ask)

    def test_each_request_carries_a_token_of_five_minutes_that_is_signed_with_the_key(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        for request in conversation.asked:
            scheme, _, written = request.headers["authorization"].partition(" ")
            header, claims, signature = map(decoded, written.split("."))
            assert scheme == "Ghost"
            assert json.loads(header) == {"alg": "HS256", "typ": "JWT", "kid": "5e" * 12}
            assert json.loads(claims) == {"iat": 1791633600, "exp": 1791633900, "aud": "/admin/"}
            signed = written.rpartition(".")[0].encode()
            assert signature == hmac.new(bytes.fromhex("c0ffee00" * 8), signed, "sha256").digest()
            assert request.headers["accept-version"] == "v5.0"

    def test_paths_keep_the_slash_without_which_ghost_redirects(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert all(request.url.path.endswith("/") for request in conversation.asked)

    def test_members_are_all_and_subscribers_those_who_get_mails(self) -> None:
        now = {one.signal: one.value for one in self.drained(self.ask()).readings if one.at is None}
        assert now == {"members": 5, "paid_subscribers": 1, "subscribers": 3, "open_rate": 0.4}

    def test_the_past_stands_at_the_ends_of_days_of_utc_and_today_is_not_over(self) -> None:
        past = [
            one for one in self.drained(self.ask()).readings if one.signal in {"members", "paid_subscribers"} and one.at
        ]
        assert past == [
            Reading("members", 1, datetime(2026, 1, 6, tzinfo=UTC)),
            Reading("paid_subscribers", 0, datetime(2026, 1, 6, tzinfo=UTC)),
            Reading("members", 4, datetime(2026, 10, 9, tzinfo=UTC)),
            Reading("paid_subscribers", 1, datetime(2026, 10, 9, tzinfo=UTC)),
        ]

    def test_who_came_is_told_by_time_and_by_nothing_that_says_who(self) -> None:
        drained = self.drained(self.ask())
        came = [one.at for one in drained.readings if one.signal == "new_subscribers"]
        assert came == [
            datetime(2026, 10, 9, 23, 30, tzinfo=UTC),
            datetime(2026, 10, 8, 7, 30, tzinfo=UTC),
            datetime(2026, 1, 5, 10, tzinfo=UTC),
        ]
        assert drained.spans == (Span("new_subscribers"),)
        assert not any(told in repr(drained) for told in ("example.com", "65f0", "3f1c"))

    def test_a_site_without_members_is_a_real_zero_and_has_no_open_rate(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("members", 0), Reading("paid_subscribers", 0))

    def test_of_a_total_nothing_else_is_looked_at(self) -> None:
        answer = {"members": [{"id": "65f1"}], "meta": {"pagination": {"page": 1, "total": 7, "next": 2}}}
        drained = self.drained(self._ask(self.conversation().with_answer(0, answer)))
        assert drained.readings[0] == Reading("subscribers", 7)

    @pytest.mark.parametrize(("opened", "rates"), [(0, []), (40, [0.4])])
    def test_where_nobody_says_whether_opens_are_tracked_a_zero_is_unknown(
        self, opened: int, rates: list[float]
    ) -> None:
        recorded = self.conversation()
        at = next(place for place, one in enumerate(recorded.exchanges) if "/posts/" in one.url.path)
        posts = [{"id": "1"}, {"id": "2", "email": {"email_count": 100, "opened_count": opened}}]
        drained = self.drained(self._ask(recorded.with_answer(at, {"posts": posts})))
        assert [one.value for one in drained.readings if one.signal == "open_rate"] == rates

    def test_who_deletes_the_account_does_not_change_the_past_that_was_told(self) -> None:
        """Version 5 knows no gifts, and its answer has none."""
        again = self.again()
        past = [(one.signal, one.value, one.at) for one in again.readings if one.at and one.signal != "new_subscribers"]
        end = datetime(2026, 10, 11, tzinfo=UTC)
        assert past == [("members", 4, end), ("paid_subscribers", 1, end)]

    def test_later_only_those_of_the_last_days_are_asked_for_and_known_by_the_same_keys(self) -> None:
        keys = {one.at: one.key for one in self.drained(self.ask()).readings if one.signal == "new_subscribers"}
        again = self.again()
        came = {one.at: one.key for one in again.readings if one.signal == "new_subscribers"}
        assert came
        assert came.items() <= keys.items()
        assert again.spans == (Span("new_subscribers", datetime(2026, 9, 10, 12, tzinfo=UTC)),)

    def test_a_token_that_is_not_taken_is_refused_in_ghosts_own_words(self) -> None:
        said = {
            "errors": [{"message": "Invalid token: jwt expired", "type": "UnauthorizedError", "code": "INVALID_JWT"}]
        }

        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(401, json=said)

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "jwt expired" in ended.message
        assert "Admin API key" in (ended.cure or "")


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_token_does_not_show() -> None:
    assert "." not in repr(token(SecretStr(KEY), datetime(2026, 10, 10, tzinfo=UTC)))


@pytest.mark.parametrize(
    "key", ["", "5e5e", "5e5e:", ":c0ff", "5e5e:c0f", "5E5E:C0FF", "5e5e:c0ff:00", "22444f78447824223cefc48062"]
)
def test_what_is_no_admin_key_is_refused_without_being_told(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Ghost.model_validate({"url": "https://news.example.com", "api_key": key})
    assert "an Admin API key is two groups" in str(caught.value)
    assert not key or f"'{key}'" not in str(caught.value)

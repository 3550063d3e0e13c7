"""What connectors have alike whose token is renewed by showing it: one more thing that the kit looks at."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from ingest.connector import Ask, Expiry
from ingest.connector.drain import Drained
from ingest.connector.granted import granted
from ingest.connector.kit import HttpConformance
from ingest.connector.oauth.renewal import RenewalAccount
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation
from ingest.okr.instant import DAY, instant, rfc3339

NEW = "a-token-that-follows"
RENEWED: Mapping[str, Any] = {"access_token": NEW, "token_type": "bearer", "expires_in": 5183944}


class Renewing(HttpConformance):
    refresh: ClassVar[str]
    """Where it is renewed, with `grant_type`."""
    first: ClassVar[str] = "a-made-up-token"

    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def pulled(self, answer: httpx.Response, days: int = 2) -> tuple[Drained | Ending, list[httpx.Request], str]:
        """A pull so many days after the first: how it ended, what was asked, and the token that was kept whenever it
        was asked with the new one."""
        account, conversation = granted(self.made(), self.folder), self.conversation()
        assert isinstance(account, RenewalAccount)
        self.ended(self.ask_as(account, conversation, conversation._answer))
        kept = json.loads(account.file.read_text())
        assert kept["access_token"] == self.first
        at = instant(conversation.now) - days * DAY
        account.file.write_text(json.dumps({**kept, "obtained_at": rfc3339(at)}))
        asked: list[httpx.Request] = []
        held: set[str] = set()

        def answered(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            if request.url.path.endswith("/refresh_access_token"):
                return answer
            if request.headers["authorization"] == f"Bearer {NEW}":
                held.add(json.loads(account.file.read_text())["access_token"])
            return conversation._answer(request)

        return self.ended(self.ask_as(account, conversation, answered)), asked, ", ".join(held)

    def ask_as(self, account: RenewalAccount, conversation: Conversation, handler: Any) -> Ask:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        ask = self._ask(conversation)
        ask._account, ask._client = account, lambda: client
        return ask

    def test_the_token_is_renewed_and_kept_before_it_is_used(self) -> None:
        ended, asked, held = self.pulled(httpx.Response(200, json=RENEWED))
        assert isinstance(ended, Drained)
        assert ended.trouble is None
        assert str(asked[0].url) == f"{self.refresh}&access_token={self.first}"
        assert "authorization" not in asked[0].headers
        assert {one.headers["authorization"] for one in asked[1:]} == {f"Bearer {NEW}"}
        assert held == NEW

    def test_its_end_is_then_known_and_what_was_written_by_hand_no_longer_counts(self) -> None:
        ended, _, _ = self.pulled(httpx.Response(200, json=RENEWED))
        assert isinstance(ended, Drained)
        assert isinstance(ended.expiry, Expiry)
        late = ended.expiry.at - self.conversation().now - timedelta(seconds=5183944)
        assert timedelta(0) <= late < timedelta(minutes=1)

    def test_one_that_is_not_renewed_yet_goes_on_and_that_is_told(self, caplog: pytest.LogCaptureFixture) -> None:
        error = {"message": f"The token {self.first} cannot be refreshed", "type": "OAuthException", "code": 190}
        ended, asked, _ = self.pulled(httpx.Response(400, json={"error": error}))
        assert isinstance(ended, Drained)
        assert ended.readings
        assert {one.headers["authorization"] for one in asked[1:]} == {f"Bearer {self.first}"}, "tried once a pull"
        assert ended.trouble is not None
        assert "The token … cannot be refreshed" in ended.trouble.message
        assert "make a new token" in (ended.trouble.cure or "")
        assert "developers.facebook.com" in (ended.trouble.cure or "")
        assert self.first not in f"{ended!r}{caplog.text}"

    def test_a_limit_is_no_reason_for_a_new_token(self) -> None:
        ended, _, _ = self.pulled(httpx.Response(403, json={"error": {"message": "Slow down", "code": 4}}))
        assert isinstance(ended, Drained)
        assert ended.trouble is not None
        assert ended.trouble.cure == "it is tried again at the next pull"

    def test_one_that_the_api_no_longer_takes_says_what_to_do_and_where(self) -> None:
        def refused(_: httpx.Request) -> httpx.Response:
            error = {"message": "Session has expired", "type": "OAuthException", "code": 190, "error_subcode": 463}
            return httpx.Response(400, json={"error": error})

        account = granted(self.made(), self.folder)
        assert isinstance(account, RenewalAccount)
        ended = self.ended(self.ask_as(account, self.conversation(), refused))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "make a new token and write it as `token`" in (ended.cure or "")

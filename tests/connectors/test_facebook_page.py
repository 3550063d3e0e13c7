from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.facebook_page import FacebookPage
from ingest.connector import Connector, Expiry, Reading
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange


class TestFacebookPage(HttpConformance):
    connector: ClassVar[type[Connector]] = FacebookPage
    settings: ClassVar[Mapping[str, Any]] = {
        "page": "example.page",
        "token": "a-made-up-token",
        "token_ends": "2026-11-30T12:00:00Z",
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "facebook_page"

    def test_followers_are_those_of_now(self) -> None:
        drained = self.drained(self.ask())
        assert drained.readings == (Reading("followers", 1204),)
        assert drained.expiry == Expiry(datetime(2026, 11, 30, 12, tzinfo=UTC))

    def test_a_token_that_has_ended_is_a_400(self) -> None:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            said = {"message": "Session has expired", "type": "OAuthException", "code": 190, "error_subcode": 463}
            return httpx.Response(400, json={"error": said})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "Session has expired" in ended.message
        assert "it needs a page token" in (ended.cure or "")


@pytest.mark.parametrize("page", ["", "a/b", "a?b", "https://facebook.com/example"])
def test_a_page_is_an_id_or_a_name(page: str) -> None:
    with pytest.raises(ValidationError):
        FacebookPage.model_validate({"page": page, "token": "t"})

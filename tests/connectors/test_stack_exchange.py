import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.stack_exchange import StackExchange
from ingest.connector import Connector, Reading
from ingest.connector.drain import Drained
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import DAY, SECOND, instant


class TestStackExchange(HttpConformance):
    connector: ClassVar[type[Connector]] = StackExchange
    settings: ClassVar[Mapping[str, Any]] = {"user": "99999999", "key": "made-up"}
    recorded: ClassVar[Path] = Path(__file__).parent / "stack_exchange"

    def answered(self, status: int, body: Any, **headers: str) -> Drained | Ending:
        def answer(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            named = {name.replace("_", "-"): text for name, text in headers.items()}
            return httpx.Response(status, content=content, headers=named)

        return self.ended(self._ask(self.conversation().with_fault(answer)))

    def test_numbers_are_those_of_now(self) -> None:
        told = {"reputation": 4821, "gold_badges": 2, "silver_badges": 12, "bronze_badges": 31}
        assert list(self.drained(self.ask()).readings) == [Reading(*one) for one in told.items()]

    def test_answers_are_always_compressed(self) -> None:
        body = gzip.compress(self.conversation().exchanges[0].body())
        assert self.answered(200, body, content_encoding="gzip") == self.drained(self.ask())

    def test_an_unknown_user_is_a_200_without_items(self) -> None:
        ended = self.answered(200, {"items": [], "has_more": False, "quota_max": 300, "quota_remaining": 299})
        assert isinstance(ended, Ending)
        assert (ended.outcome, ended.message) == (Outcome.REFUSED, "stackoverflow has no user 99999999")

    @pytest.mark.parametrize(
        ("words", "wait"),
        [
            ("too many requests from this IP, more requests available in 79 seconds", 79 * SECOND),
            ("too many requests from this IP, more requests available in 99999 seconds", DAY),
            ("too many requests", None),
        ],
    )
    def test_asking_too_much_is_a_400(self, words: str, wait: int | None) -> None:
        ended = self.answered(400, {"error_id": 502, "error_name": "throttle_violation", "error_message": words})
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.UNAVAILABLE
        now = instant(datetime(2026, 10, 10, 12, tzinfo=UTC))
        assert ended.retry_at == (None if wait is None else now + wait)

    def test_what_is_wrong_with_a_setting_is_a_400_too_and_told(self) -> None:
        said = {"error_id": 400, "error_name": "bad_parameter", "error_message": "No site found for name `nowhere`"}
        ended = self.answered(400, said)
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert ended.message.endswith("No site found for name `nowhere`")


def test_without_a_key_none_is_sent() -> None:
    assert StackExchange.model_validate({"user": "7"}).key is None


@pytest.mark.parametrize(
    "settings", [{"user": "0"}, {"user": "ada"}, {"user": "7", "site": "a/b"}, {"user": "7", "site": ""}]
)
def test_a_user_is_a_number_on_a_site(settings: Mapping[str, str]) -> None:
    with pytest.raises(ValidationError):
        StackExchange.model_validate(settings)

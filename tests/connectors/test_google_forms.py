import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import ValidationError

from connectors.google_forms import GoogleForms
from ingest.connector import Ask, Connector, Reading, Refused, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.granted import TokenOrConsent
from tests.connectors.pulling import BERLIN, NOW, answering
from tests.descriptions import Described
from tests.servers.google import Account

HERE = Path(__file__).parent / "google_forms"
FORM = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
CLIENT = {"client_id": "123.apps.googleusercontent.com", "client_secret": "a-made-up-client-secret"}
ROBOT = Account()


class TestGoogleForms(TokenOrConsent, Described):
    connector: ClassVar[type[Connector]] = GoogleForms
    settings: ClassVar[Mapping[str, Any]] = {"form": FORM, **CLIENT}
    recorded: ClassVar[Path] = HERE

    def test_each_response_counts_when_it_was_first_sent(self) -> None:
        assert self.drained(self.ask()).readings == (
            Reading("responses", at=datetime(2026, 11, 20, 10, 0, 0, 123_456, tzinfo=UTC), key="ACYDBNg1"),
            Reading("responses", at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC), key="ACYDBNg2"),
            Reading("responses", at=datetime(2026, 10, 5, 7, 0, 0, 123_456, tzinfo=UTC), key="ACYDBNg3"),
        )

    def test_all_are_listed_so_that_a_deleted_one_no_longer_counts(self) -> None:
        assert self.drained(self.ask()).spans == (Span("responses", None, whole=True),)

    def test_an_empty_answer_is_a_form_that_nobody_filled_in(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert (drained.readings, len(drained.spans)) == ((), 1)

    def test_an_answer_may_hold_more_than_was_asked_for(self) -> None:
        first = self.conversation().exchanges[0].answer["json"]
        more = self._ask(self.conversation().with_answer(0, {**first, "something": None, "else": 1}))
        assert self.drained(more) == self.drained(self.ask())
        empty = self.drained(self._ask(self.conversation("empty").with_answer(0, {"responses": None})))
        assert (empty.readings, len(empty.spans)) == ((), 1)

    def test_one_from_before_that_was_edited_since_does_not_move_into_the_period(self) -> None:
        since = datetime(2026, 10, 1, tzinfo=UTC)

        def filtered(request: httpx.Request) -> httpx.Response:
            assert request.url.params["filter"] == "timestamp >= 2026-10-01T00:00:00Z"
            listed = [
                {"responseId": "edited", "createTime": "2026-08-01T00:00:00Z"},
                {"responseId": "new", "createTime": "2026-10-02T00:00:00Z"},
            ]
            return httpx.Response(200, json={"responses": listed})

        ask = self.ask()
        ask.since = since
        answering(ask, filtered)
        drained = self.drained(ask)
        assert [one.key for one in drained.readings] == ["new"]
        assert drained.spans == (Span("responses", since, whole=True),)

    def test_a_form_that_is_not_shared_is_told_as_such(self) -> None:
        def hidden(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            error = {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}
            return httpx.Response(404, json={"error": error})

        ended = self.ended(self._ask(self.conversation().with_fault(hidden)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.REFUSED
        assert "share it with the account that consented" in (ended.cure or "")

    def test_an_api_that_is_switched_off_is_told_as_such(self) -> None:
        def off(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            details = [{"reason": "SERVICE_DISABLED"}]
            return httpx.Response(403, json={"error": {"status": "PERMISSION_DENIED", "details": details}})

        ended = self.ended(self._ask(self.conversation().with_fault(off)))
        assert isinstance(ended, Ending)
        assert "switch the API on" in (ended.cure or "")


def pulled(home: Path, answer: httpx.Response, token: httpx.Response) -> tuple[Drained, list[httpx.Request]]:
    """With a service account."""
    asked: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return token if request.method == "POST" else answer

    client = httpx.AsyncClient(transport=httpx.MockTransport(answered))
    ask = Ask(client=lambda: client, now=NOW, zone=BERLIN, home=home, key=b"k" * 32)
    source = GoogleForms.model_validate({"form": FORM, "credentials": "google.json"})
    return asyncio.run(drain(source, ask)), asked


def test_a_service_account_signs_for_a_token_that_can_only_read_responses(tmp_path: Path) -> None:
    ROBOT.file(tmp_path, "https://oauth2.googleapis.com/token")
    token = httpx.Response(200, json={"access_token": "ya29.of-the-robot", "expires_in": 3599, "token_type": "Bearer"})
    drained, [granting, listing] = pulled(tmp_path, httpx.Response(200, json={}), token)
    form = parse_qs(granting.content.decode())
    claims = ROBOT.signed(form["assertion"][0])
    assert str(granting.url) == "https://oauth2.googleapis.com/token"
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert claims["scope"] == "https://www.googleapis.com/auth/forms.responses.readonly"
    assert (claims["iss"], claims["aud"]) == (ROBOT.email, "https://oauth2.googleapis.com/token")
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["exp"] - claims["iat"] == 3600
    assert listing.headers["authorization"] == "Bearer ya29.of-the-robot"
    assert drained.spans == (Span("responses", whole=True),)


def test_a_service_account_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    ROBOT.file(tmp_path, "https://oauth2.googleapis.com/token")
    gone = httpx.Response(400, json={"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    with pytest.raises(Refused) as caught:
        pulled(tmp_path, httpx.Response(200, json={}), gone)
    assert "whether the service account and its key are still there" in caught.value.cure


@pytest.mark.parametrize("status", [401, 403])
def test_a_robot_that_google_does_not_know_is_told_as_such(tmp_path: Path, status: int) -> None:
    ROBOT.file(tmp_path, "https://oauth2.googleapis.com/token")
    with pytest.raises(Refused) as caught:
        pulled(tmp_path, httpx.Response(200, json={}), httpx.Response(status, json={"error": "invalid_client"}))
    assert caught.value.message == f"Google does not accept the service account ({status})"


def test_a_form_that_is_not_shared_names_the_robot_to_share_it_with(tmp_path: Path) -> None:
    ROBOT.file(tmp_path, "https://oauth2.googleapis.com/token")
    with pytest.raises(Refused) as caught:
        pulled(tmp_path, httpx.Response(403, json={}), httpx.Response(200, json={"access_token": "ya29.of-the-robot"}))
    assert f"share it with {ROBOT.email}" in caught.value.cure


def test_a_key_that_is_none_is_refused_without_being_told(tmp_path: Path) -> None:
    file = ROBOT.file(tmp_path, "https://oauth2.googleapis.com/token")
    file.write_text(file.read_text().replace("BEGIN PRIVATE KEY", "BEGIN NOTHING"))
    with pytest.raises(Refused, match="cannot be read") as caught:
        pulled(tmp_path, httpx.Response(200, json={}), httpx.Response(200, json={}))
    assert "BEGIN" not in f"{caught.value}{caught.value.cure}"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("https://docs.google.com/forms/d/e/1FAIpQLSd-made-up-made-up/viewform", "filled in"),
        ("https://forms.gle/AbCdEf", "filled in"),
        ("https://example.com/forms/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit", "no form"),
        ("Contact me", "no form"),
    ],
)
def test_what_is_no_form_is_told_with_what_to_copy(written: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        GoogleForms.model_validate({"form": written, **CLIENT})


@pytest.mark.parametrize("written", [FORM, f"https://docs.google.com/forms/u/0/d/{FORM}/edit#responses"])
def test_a_form_is_an_address_or_an_id(written: str) -> None:
    assert GoogleForms.model_validate({"form": written, **CLIENT}).form == FORM


@pytest.mark.parametrize(
    "way", [{}, {"client_id": "1"}, {"credentials": "google.json", **CLIENT}, {"client_secret": "s"}]
)
def test_there_is_one_way_in(way: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        GoogleForms.model_validate({"form": FORM, **way})

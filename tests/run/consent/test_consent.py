"""Consent with vendors that are slow, unwilling or wrong: what the person is shown, and how it ends."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from ingest.connector import Broken, Limits, OAuth, Refused, SourceError, Unavailable
from ingest.connector.answer import Answer
from ingest.connector.exchange import exchange
from ingest.connector.oauth.endpoint import LARGEST, Send
from ingest.connector.oauth.token import Token
from ingest.connector.question import Question
from ingest.connector.slots import Slots
from ingest.okr.instant import SECOND
from ingest.run.consent.code import by_browser
from ingest.run.consent.device import by_device
from ingest.run.consent.prompt import Prompt
from tests.connector.oauth.vendor import NOW, OAUTH, Vendor, granted

DEVICE = OAUTH.model_copy(update={"device_url": "https://vendor.example/device"})
BEGUN = {
    "device_code": "the device's code",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://vendor.example/go",
    "expires_in": 600,
    "interval": 2,
}


def no(code: str, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": code})


def sender(vendor: Vendor) -> Send:
    slots = Slots()

    async def send(asked: Question) -> Answer:
        async with httpx.AsyncClient(transport=httpx.MockTransport(vendor)) as client:
            return await exchange(client, asked, slots, Limits(redirects=0), LARGEST, lambda: NOW)

    return send


def device(*says: Any) -> tuple[Token | SourceError, list[float], list[Prompt]]:
    """How it ended, how long was waited before each question, and what was shown."""
    waited: list[float] = []
    shown: list[Prompt] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async def run() -> Token | SourceError:
        try:
            send = sender(Vendor(list(says)))
            return await by_device(DEVICE, send, shown.append, lambda: NOW + int(sum(waited)) * SECOND, pause)
        except SourceError as error:
            return error

    return asyncio.run(run()), waited, shown


def test_a_device_waits_as_it_is_told_until_somebody_consented() -> None:
    ended, waited, shown = device(
        BEGUN,
        no("authorization_pending"),
        no("slow_down"),
        no("authorization_pending", 428),
        httpx.Response(503),
        granted(),
    )
    assert isinstance(ended, Token)
    assert ended.access.get_secret_value() == "access 2"
    assert waited == [2, 2, 7, 7, 14]
    assert shown == [Prompt("https://vendor.example/go", 600, "ABCD-EFGH")]


def test_an_address_that_holds_the_code_is_shown_where_there_is_one() -> None:
    _, _, shown = device({**BEGUN, "verification_uri_complete": "https://vendor.example/go?c=1"}, granted())
    assert shown == [Prompt("https://vendor.example/go?c=1", 600, "ABCD-EFGH", filled_in=True)]


def test_some_vendors_name_the_address_otherwise() -> None:
    begun = {**BEGUN, "verification_url": BEGUN["verification_uri"]}
    del begun["verification_uri"]
    ended, waited, _ = device({**begun, "interval": 0}, granted())
    assert isinstance(ended, Token)
    assert waited == [1]


@pytest.mark.parametrize(
    ("says", "kind", "said"),
    [
        ((BEGUN, no("access_denied", 403)), Refused, "access was not granted"),
        ((BEGUN, no("expired_token")), Refused, "the code has ended"),
        ((BEGUN, no("invalid_grant")), Refused, "invalid_grant"),
        ((BEGUN, *[no("authorization_pending")] * 400), Refused, "nobody consented within 10 minutes"),
        ((BEGUN, httpx.Response(200, text="hello")), Broken, "not JSON"),
        ((no("unauthorized_client"),), Refused, "unauthorized_client"),
        ((no("invalid_client", 401),), Refused, "invalid_client"),
        ((httpx.Response(404),), Refused, "(404)"),
        ((httpx.Response(502),), Unavailable, "(502)"),
        (({**BEGUN, "verification_uri": "javascript:alert(1)"},), Broken, "verification_uri"),
        (({**BEGUN, "expires_in": "soon"},), Broken, "expires_in"),
    ],
)
def test_a_device_that_gets_no_consent_says_why(says: tuple[Any, ...], kind: type[SourceError], said: str) -> None:
    ended, _, _ = device(*says)
    assert isinstance(ended, kind)
    assert said in ended.ending().message
    assert "the device's code" not in ended.ending().message


def browser(
    comes: Callable[[httpx.Client, str, str], Any], *says: Any, oauth: OAuth = OAUTH, seconds: float = 5
) -> tuple[Token | SourceError, Vendor, list[str]]:
    """How it ended; `comes` is the browser: it has the address it came from, and the state."""
    vendor, urls = Vendor(list(says)), []

    def visit(prompt: Prompt) -> None:
        fields = parse_qs(urlsplit(prompt.url).query)
        with httpx.Client(trust_env=False) as client:
            comes(client, fields["redirect_uri"][0], fields["state"][0])

    async def run() -> Token | SourceError:
        tasks: list[asyncio.Task[None]] = []

        def show(prompt: Prompt) -> None:
            urls.append(prompt.url)
            tasks.append(asyncio.create_task(asyncio.to_thread(visit, prompt)))

        try:
            return await by_browser(oauth, sender(vendor), show, lambda: NOW, seconds)
        except SourceError as error:
            return error
        finally:
            await asyncio.gather(*tasks)

    return asyncio.run(run()), vendor, urls


def consents(client: httpx.Client, redirect: str, state: str) -> None:
    page = client.get(redirect, params={"code": "the code", "state": state})
    assert page.status_code == 200
    assert "Done" in page.text


def test_the_browser_is_asked_with_a_challenge_and_the_vendor_gets_its_answer() -> None:
    oauth = OAUTH.model_copy(
        update={"parameters": {"prompt": "consent"}, "authorize_url": "https://vendor.example/authorize?tenant=a%26b"}
    )
    ended, vendor, [url] = browser(consents, granted(), oauth=oauth)
    assert isinstance(ended, Token)
    fields = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    redirect = fields.pop("redirect_uri")
    assert redirect.startswith("http://127.0.0.1:")
    assert redirect.endswith("/callback")
    assert len(fields.pop("state")) >= 43
    challenge = fields.pop("code_challenge")
    assert len(challenge) == 43
    assert fields == {
        "tenant": "a&b",
        "prompt": "consent",
        "response_type": "code",
        "client_id": "us",
        "scope": "read offline_access",
        "code_challenge_method": "S256",
    }
    [asked] = vendor.asked
    assert 43 <= len(asked.pop("code_verifier")) <= 128
    assert asked == {"grant_type": "authorization_code", "code": "the code", "redirect_uri": redirect}


def test_a_vendor_that_wants_to_know_the_redirect_gets_that_one() -> None:
    from tests.face.conftest import free_port

    port = free_port()
    oauth = OAUTH.model_copy(update={"redirect": f"http://localhost:{port}/"})
    ended, vendor, _ = browser(consents, granted(), oauth=oauth)
    assert isinstance(ended, Token)
    assert vendor.asked[0]["redirect_uri"] == f"http://localhost:{port}/"


def answers(**fields: str) -> Callable[[httpx.Client, str, str], None]:
    def comes(client: httpx.Client, redirect: str, state: str) -> None:
        assert client.get(redirect, params={**fields, "state": state}).status_code == 200

    return comes


def nobody(client: httpx.Client, redirect: str, state: str) -> None:
    client.get(redirect, params={"code": "the code", "state": state[:-1]})


@pytest.mark.parametrize(
    ("comes", "says", "kind", "said"),
    [
        (answers(error="access_denied"), (), Refused, "access was not granted"),
        (answers(error="invalid_scope", error_description="no <such>"), (), Refused, "invalid_scope: no <such>"),
        (answers(error="temporarily_unavailable"), (), Unavailable, "at the moment"),
        (answers(), (), Broken, "without a code"),
        (nobody, (), Refused, "nobody consented"),
        (consents, (no("invalid_grant"),), Refused, "invalid_grant"),
        (consents, (httpx.Response(503),), Unavailable, "(503)"),
        (consents, (httpx.Response(307, headers={"location": "https://elsewhere.example/"}),), Refused, "elsewhere"),
    ],
)
def test_a_browser_that_brings_no_consent_says_why(
    comes: Callable[[httpx.Client, str, str], None], says: tuple[Any, ...], kind: type[SourceError], said: str
) -> None:
    ended, _, _ = browser(comes, *says, seconds=1)
    assert isinstance(ended, kind)
    assert said in ended.ending().message
    assert "the code" not in ended.ending().message


def test_a_port_that_is_taken_is_named() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        oauth = OAUTH.model_copy(update={"redirect": f"http://127.0.0.1:{port}/"})
        ended, _, _ = browser(consents, oauth=oauth)
    assert isinstance(ended, Refused)
    assert str(port) in ended.message


def test_those_who_only_knock_do_not_hold_it_up() -> None:
    import socket

    def comes(client: httpx.Client, redirect: str, state: str) -> None:
        address = ("127.0.0.1", httpx.URL(redirect).port or 0)
        with socket.create_connection(address), socket.create_connection(address) as long:
            long.sendall(b"GET /" + b"a" * 100_000)
            consents(client, redirect, state)

    ended, _, _ = browser(comes, granted())
    assert isinstance(ended, Token)

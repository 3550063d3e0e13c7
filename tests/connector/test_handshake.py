"""A sender's first call: what is answered to it."""

import base64
import hmac
import json
from typing import Any

import pytest
from pydantic import SecretStr

from ingest.connector.handshake import Greeting, challenge, greeting
from ingest.connector.hook import Hook
from ingest.connector.signature import Signature

LONG = "0123456789abcdef0123456789abcdef"


def hook(signature: Signature = Signature.PATH, secret: str = LONG) -> Hook:
    return Hook(signature, (SecretStr(secret),))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("signature", [Signature.PATH, Signature.MAILCHIMP, Signature.GITHUB])
def test_whoever_only_looks_finds_somebody(method: str, signature: Signature) -> None:
    assert greeting(hook(signature), method, {}) == Greeting("ready\n")


def test_a_delivery_is_no_first_call() -> None:
    assert greeting(hook(), "POST", {}) is None
    assert greeting(hook(), "POST", {"hub.challenge": "x", "crc_token": "x"}) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_token_of_microsoft_graph_comes_back_as_plain_text(method: str) -> None:
    told = "Validation: Testing client application reachability for subscription <b>id</b>"
    assert greeting(hook(), method, {"validationToken": told}) == Greeting(told, "text/plain")


@pytest.mark.parametrize("text", ["x" * 2001, "two\nlines", "\0", "a\u2028b"])
def test_what_is_no_token_is_not_sent_back(text: str) -> None:
    assert greeting(hook(), "POST", {"validationToken": text}) is None
    assert greeting(hook(), "GET", {"hub.challenge": text}) is None


def test_strava_has_its_challenge_in_json_and_others_as_text() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a9", "hub.verify_token": "mine"}
    assert greeting(hook(Signature.META), "GET", asked) == Greeting("15f7d1a9")
    told = greeting(hook(Signature.STRAVA), "GET", asked)
    assert told is not None
    assert told.media_type == "application/json"
    assert json.loads(told.text) == {"hub.challenge": "15f7d1a9"}


def test_x_has_its_token_signed() -> None:
    told = greeting(hook(Signature.X, "consumer"), "GET", {"crc_token": "OGQ4ZTZiNTgtMzYyNw=="})
    expected = base64.b64encode(hmac.new(b"consumer", b"OGQ4ZTZiNTgtMzYyNw==", "sha256").digest()).decode()
    assert told is not None
    assert json.loads(told.text) == {"response_token": f"sha256={expected}"}


@pytest.mark.parametrize("token", ['{"a":1}', "[1]", "", "a b", "x" * 201])
def test_nothing_that_could_be_a_delivery_is_signed(token: str) -> None:
    assert greeting(hook(Signature.X), "GET", {"crc_token": token}) is None


@pytest.mark.parametrize("signature", [one for one in Signature if one is not Signature.X])
def test_nobody_else_has_anything_signed(signature: Signature) -> None:
    secret = "whsec_" + base64.b64encode(LONG.encode()).decode() if signature in ("standard", "beehiiv") else LONG
    assert greeting(hook(signature, secret), "GET", {"crc_token": "abc"}) == Greeting("ready\n")


@pytest.mark.parametrize(
    ("headers", "document", "told"),
    [
        ({"x-github-event": "ping"}, {"zen": "Design for failure.", "hook_id": 1}, Greeting("pong\n")),
        ({"x-github-event": "star"}, {"action": "created"}, None),
        ({}, {"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"}, Greeting("3eZbrw1a")),
        ({}, {"type": "url_verification", "challenge": 5}, None),
        ({}, {"type": "other", "challenge": "x"}, None),
        ({}, {"challenge": "x"}, None),
        ({}, ["url_verification"], None),
    ],
)
def test_a_message_that_only_asks_is_answered(headers: dict[str, str], document: Any, told: Greeting | None) -> None:
    assert challenge(headers, document) == told

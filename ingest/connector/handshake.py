"""A sender's first call: before it delivers anything it looks whether somebody is there who wants it. Pure.

What is sent back is only what was sent, as text that no browser takes for a page.
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.connector.hook import Hook
from ingest.connector.signature import Signature

LONGEST = 2_000
_TOKEN = re.compile(r"[A-Za-z0-9+/_=.-]{1,200}")
"""No delivery has this form: what is signed here cannot be sent back as one."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What to answer, with status 200."""

    text: str
    media_type: str = "text/plain"


def greeting(hook: Hook, method: str, query: Mapping[str, str]) -> Greeting | None:
    """The answer to a call that brings nothing to keep; None: it is a delivery.

    Microsoft Graph posts `validationToken`, Meta and Strava ask for `hub.challenge`, X for proof that we have the
    secret; Mailchimp and others only look whether the address answers.
    """
    if (token := query.get("validationToken")) is not None:
        return _echo(token)
    if method not in ("GET", "HEAD"):
        return None
    if (challenge := query.get("hub.challenge")) is not None:
        return _hub(hook, challenge)
    if hook.signature is Signature.X and (token := query.get("crc_token")) is not None:
        return _proof(hook, token)
    return Greeting("ready\n")


def challenge(headers: Mapping[str, str], document: Any) -> Greeting | None:
    """The answer to a verified message that is only a question; None: it is none.

    GitHub says `ping`; Slack and those who do as it does send `{"type": "url_verification", "challenge": …}`.
    """
    if headers.get("x-github-event") == "ping":
        return Greeting("pong\n")
    if isinstance(document, dict) and document.get("type") == "url_verification":
        asked = document.get("challenge")
        return _echo(asked) if isinstance(asked, str) else None
    return None


def _echo(text: str) -> Greeting | None:
    return Greeting(text) if len(text) <= LONGEST and text.isprintable() else None


def _hub(hook: Hook, text: str) -> Greeting | None:
    told = _echo(text)
    if told is None or hook.signature is not Signature.STRAVA:
        return told
    return Greeting(json.dumps({"hub.challenge": text}), "application/json")


def _proof(hook: Hook, token: str) -> Greeting | None:
    """X wants its token signed as a delivery is. Whoever asks gets this, so nothing that could be one is signed."""
    if not _TOKEN.fullmatch(token):
        return None
    key = hook.secrets[0].get_secret_value().encode()
    proof = base64.b64encode(hmac.digest(key, token.encode(), "sha256")).decode()
    return Greeting(json.dumps({"response_token": f"sha256={proof}"}), "application/json")

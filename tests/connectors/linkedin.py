"""What the tests of LinkedIn's connectors share."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from ingest.connector import Ask
from ingest.connector.kit import ZONE, HttpConformance
from ingest.connector.record import Conversation, Exchange

GOOD = {"active": True, "expires_at": 1_767_225_600, "status": "active"}


def ask_beside(recorded: Conversation, introspect: Callable[[httpx.Request], httpx.Response]) -> Ask:
    """A pull that is told what was recorded, and of its token what is given."""
    players = {str(one.url): one for one in recorded.exchanges}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/v2/introspectToken":
            return introspect(request)
        return players[str(request.url)].response()

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Ask(client=lambda: client, now=recorded.now, zone=ZONE, home=Path(), key=b"k")


def ended_version(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    """As LinkedIn says that a version is gone."""
    message = f"Requested version {request.headers['linkedin-version']}01 is not active"
    return httpx.Response(426, json={"status": 426, "code": "NONEXISTENT_VERSION", "message": message})


def remarks(suite: HttpConformance, scope: str) -> tuple[str, ...]:
    """What `seen` remarks on a token with these permissions."""
    app = {"client_id": "78abc", "client_secret": "a-made-up-client-secret"}
    source = suite.connector.model_validate({**suite.settings, **app})
    ask = ask_beside(suite.conversation("seen"), lambda _: httpx.Response(200, json={**GOOD, "scope": scope}))
    return asyncio.run(source.seen(ask)).remarks


def raw(suite: HttpConformance) -> list[str]:
    """The addresses of a pull as they are sent."""
    conversation = suite.conversation()
    suite.drained(suite._ask(conversation))
    return [one.url.raw_path.decode() for one in conversation.asked]


def told(suite: HttpConformance, signal: str) -> list[tuple[str, Any]]:
    """By their time in UTC, or `now`."""
    readings = suite.drained(suite.ask()).readings
    return [(f"{one.at:%m-%d %H:%M}" if one.at else "now", one.value) for one in readings if one.signal == signal]

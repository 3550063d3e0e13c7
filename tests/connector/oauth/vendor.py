"""A made-up vendor that grants tokens, and what is kept of them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import SecretStr

from ingest.connector import Ask, Limits, OAuth, SourceError
from ingest.connector.oauth.account import Account, OAuthAccount
from ingest.connector.oauth.token import Token
from ingest.okr.instant import HOUR, Instant, moment

NOW: Instant = 1_790_000_000_000_000
OAUTH = OAuth(
    token_url="https://vendor.example/token",
    client_id="us",
    client_secret=SecretStr("our secret"),
    authorize_url="https://vendor.example/authorize",
    scope="read offline_access",
)


@dataclass
class Vendor:
    """Answers in turn what `says` holds; remembers what it was asked."""

    says: list[Any]
    asked: list[dict[str, str]] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.asked.append(dict(parse_qsl(request.content.decode())))
        answer = self.says.pop(0)
        if isinstance(answer, httpx.Response):
            return answer
        if callable(answer):
            found: httpx.Response = await answer(request)
            return found
        return httpx.Response(200, json=answer)


def granted(number: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "access_token": f"access {number}",
        "refresh_token": f"refresh {number}",
        "token_type": "Bearer",
        "expires_in": 3600,
        **more,
    }


def token(**fields: Any) -> Token:
    """What was kept an hour of life ago, unless `fields` say otherwise: it is to be renewed."""
    defaults: dict[str, Any] = {
        "access": SecretStr("access 1"),
        "refresh": SecretStr("refresh 1"),
        "scope": "read",
        "obtained_at": NOW - HOUR,
        "expires_at": NOW,
        "client_id": "us",
        "token_url": OAUTH.token_url,
    }
    return Token(**{**defaults, **fields})


def account_in(folder: Path, kept: Token | str | None = None, oauth: OAuth = OAUTH) -> OAuthAccount:
    file = folder / "mailbox.json"
    if kept is not None:
        file.write_text(kept if isinstance(kept, str) else kept.text())
        file.chmod(0o600)
    return OAuthAccount("mailbox", file, "tokens/mailbox.json", oauth)


def ask_as(account: Account | None, handler: Callable[[httpx.Request], Any], now: Instant | datetime = NOW) -> Ask:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Ask(
        client=lambda: client,
        now=now if isinstance(now, datetime) else moment(now),
        zone=ZoneInfo("Europe/Berlin"),
        home=Path(),
        key=b"of the test",
        limits=Limits(request=5),
        account=account,
    )


def got(ask: Ask, refused: str | None = None) -> str:
    return asyncio.run(ask.token(None if refused is None else SecretStr(refused))).get_secret_value()


def refusal(ask: Ask) -> SourceError:
    with pytest.raises(SourceError) as caught:
        got(ask)
    return caught.value


def kept(account: Account) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(account.file.read_text())
    return found

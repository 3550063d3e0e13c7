"""An `Ask` over made-up answers, for the tests of this room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from ingest.connector import Ask, Limits

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ask_over(handler: Callable[[httpx.Request], Any], home: Path = Path(), **limits: Any) -> Ask:
    """An `Ask` whose requests go to `handler`, plain or async."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Ask(
        client=lambda: client,
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        home=home,
        key=b"of the test",
        limits=replace(Limits(), **limits),
    )


def nothing(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nobody should ask for {request.url}")

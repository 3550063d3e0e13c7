"""One pull of a connector over files, for the tests of connectors that read them."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from ingest.connector import Ask, Connector, Cursor, Reading, Seen, Span

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pulled:
    readings: list[Reading]
    spans: dict[str | None, Span]
    cursor: Any

    def values(self, signal: str) -> list[float]:
        return [reading.value for reading in self.readings if reading.signal == signal]

    def days(self, signal: str) -> list[str | None]:
        """The local days of a signal's readings; None is now."""
        return [
            reading.at.astimezone(BERLIN).date().isoformat() if reading.at else None
            for reading in self.readings
            if reading.signal == signal
        ]


def kept(path: Path, body: str | bytes, changed: datetime = NOW - HOUR) -> Path:
    """A file that was last written at a time, in a folder that is made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    return path


def nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nobody should ask for {request.url}")


def answering(ask: Ask, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Let a source answer so, in the place of what was recorded."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    ask._client = lambda: client


def seen(connector: Connector, home: Path) -> Seen:
    """What it tells of files, without asking anybody."""
    ask = Ask(client=httpx.AsyncClient, now=NOW, zone=BERLIN, home=home, key=b"k" * 32)
    return asyncio.run(connector.seen(ask))


def pull(
    connector: Connector,
    home: Path,
    *,
    now: datetime = NOW,
    cursor: Any = None,
    zone: ZoneInfo = BERLIN,
    answer: Callable[[httpx.Request], httpx.Response] = nobody,
) -> Pulled:
    """What one pull yields, put in order."""

    async def run() -> list[Any]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            ask = Ask(client=lambda: client, now=now, zone=zone, home=home, key=b"k" * 32, cursor=cursor)
            return [item async for item in connector.pull(ask)]

    items = asyncio.run(run())
    cursors = [item.value for item in items if isinstance(item, Cursor)]
    return Pulled(
        [item for item in items if isinstance(item, Reading)],
        {item.signal: item for item in items if isinstance(item, Span)},
        cursors[-1] if cursors else cursor,
    )

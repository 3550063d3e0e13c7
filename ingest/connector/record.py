"""Recorded answers of a source: a conversation in a JSON file, played back without any network.

    {"now": "2026-10-10T12:00:00Z",
     "exchanges": [{"request": {"method": "GET", "url": "https://api.example.com/v1/list?page=1"},
                    "answer": {"status": 200, "headers": {}, "json": {"count": 7}}}]}

A request that says `json` is the one with this body; else the body does not matter. An answer has `json`, or `text`.
`method`, `status` and `headers` may be left out. The order of a query does not matter.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

Fault = Callable[[httpx.Request, "Exchange"], httpx.Response]
"""What a source answers instead, to one of the requests."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they were recorded."""

    method: str
    url: httpx.URL
    answer: Mapping[str, Any]
    body_asked: Any = None
    """The JSON value of the request's body; None: any body."""

    @property
    def is_json(self) -> bool:
        return "json" in self.answer

    def body(self) -> bytes:
        return json.dumps(self.answer["json"]).encode() if self.is_json else str(self.answer.get("text", "")).encode()

    def response(self, body: bytes | None = None) -> httpx.Response:
        """The answer, or the same with another body."""
        kind = {"content-type": "application/json"} if self.is_json else {}
        headers = {**kind, **self.answer.get("headers", {})}
        return httpx.Response(
            self.answer.get("status", 200), headers=headers, content=self.body() if body is None else body
        )

    def fits(self, request: httpx.Request) -> bool:
        if request.method != self.method or _place(request.url) != _place(self.url):
            return False
        return self.body_asked is None or json.loads(request.content or b"null") == self.body_asked


@dataclass
class Conversation:
    """All that was recorded, and a transport that plays it. One pull of a connector is one playing."""

    exchanges: tuple[Exchange, ...]
    now: datetime
    fault: Fault | None = None
    at: int = 0
    """The exchange that goes wrong, where there is a fault."""
    asked: list[httpx.Request] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Requests that nobody recorded, without their query."""

    @classmethod
    def read(cls, path: Path) -> "Conversation":
        recorded = json.loads(path.read_text("utf-8"))
        exchanges = tuple(
            Exchange(asked.get("method", "GET"), httpx.URL(asked["url"]), answer, asked.get("json"))
            for asked, answer in ((one["request"], one["answer"]) for one in recorded["exchanges"])
        )
        return cls(exchanges, datetime.fromisoformat(recorded["now"]).astimezone(UTC))

    def with_fault(self, fault: Fault | None = None, at: int = 0) -> "Conversation":
        """The same conversation from its beginning; the exchange number `at` goes wrong."""
        return Conversation(self.exchanges, self.now, fault, at)

    def with_answer(self, at: int, value: Any) -> "Conversation":
        """The same conversation with another JSON value as the answer number `at`."""
        changed = replace(self.exchanges[at], answer={**self.exchanges[at].answer, "json": value})
        return Conversation((*self.exchanges[:at], changed, *self.exchanges[at + 1 :]), self.now)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def missing(self) -> list[str]:
        """Recorded requests that were not asked."""
        return [
            f"{one.method} {one.url}" for one in self.exchanges if not any(one.fits(request) for request in self.asked)
        ]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        for number, exchange in enumerate(self.exchanges):
            if exchange.fits(request):
                if self.fault is not None and number == self.at:
                    return self.fault(request, exchange)
                return exchange.response()
        self.unknown.append(f"{request.method} {request.url.copy_with(query=None)}")
        return httpx.Response(404, text="nobody recorded this")


class CutOff(httpx.AsyncByteStream):
    """A body of which only the first half comes."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise httpx.ReadError("the connection was closed")


class Padded(httpx.AsyncByteStream):
    """A body that goes on with spaces, by the MiB: nobody has to hold all of it, neither who sends nor who reads."""

    def __init__(self, body: bytes, mebibytes: int) -> None:
        self._body, self._mebibytes = body, mebibytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
        spaces = b" " * 2**20
        for _ in range(self._mebibytes):
            yield spaces


def _place(url: httpx.URL) -> tuple[str, list[tuple[str, str]]]:
    return str(url.copy_with(query=None)), sorted(parse_qsl(url.query.decode(), keep_blank_values=True))

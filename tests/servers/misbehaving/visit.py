"""One request to the server that misbehaves, and what a fault may do about it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """The right answer to a request."""

    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True, slots=True)
class Visit:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str = "/"
    """Without the name of the fault; with the query."""
    host: str = ""
    """As the request says: `127.0.0.1:8080`."""
    good: Good = Good(b"{}")
    before: int = 0
    """How many requests met the same fault before."""

    async def send(self, *parts: bytes) -> None:
        """Bytes as they are, one write for each part."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """An answer that is as HTTP wants it. `retry_after="5"` becomes `Retry-After: 5`."""
        await self.send(head(status, len(body), {"content_type": self.good.kind, **headers}) + body)


Fault = Callable[[Visit], Awaitable[None]]


def head(status: int, length: int | None, headers: Mapping[str, str]) -> bytes:
    """The head of an answer; without `length` the body ends with the connection, or as the headers say."""
    lines = [f"HTTP/1.1 {status} Status", *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items())]
    lines += [f"content-length: {length}"] if length is not None else []
    return ("\r\n".join([*lines, "connection: close"]) + "\r\n\r\n").encode("latin-1")


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)

"""Where a browser comes back to after consent: a server on loopback that takes one answer and closes."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape
from urllib.parse import parse_qs, urlsplit, urlunsplit

from ingest.connector.outcome import Refused

_REQUEST = 16 * 1024
"""Bytes of a request that are looked at: its first line and its headers."""
_READING = 5.0
"""Seconds for a request to arrive."""
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>okr auth</title><p style='font:1.1rem system-ui;margin:3rem'>{text}</p></html>"
)


class Landing:
    """Waits for the one request that carries our `state`. Any other is told that it is not meant, and changes
    nothing: every page in the browser can send requests here."""

    def __init__(self, path: str, state: str) -> None:
        self._path, self._state = path, state
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def answer(self, seconds: float) -> dict[str, str]:
        """What the vendor sent the browser back with. `Refused` where nobody came in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._answer
        except TimeoutError:
            raise Refused(f"nobody consented within {seconds / 60:g} minutes", "run it again") from None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: read a request, answer it, close."""
        try:
            with suppress(TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_READING):
                    head = await reader.readuntil(b"\r\n\r\n")
                    status, text = self._told(head.split(b"\r\n", 1)[0])
                    writer.write(_response(status, text))
                    await writer.drain()
        finally:
            writer.close()

    def _told(self, line: bytes) -> tuple[str, str]:
        method, _, rest = line.decode("latin-1").partition(" ")
        try:
            parts = urlsplit(rest.partition(" ")[0])
            fields = {name: values[-1] for name, values in parse_qs(parts.query, max_num_fields=50).items()}
        except ValueError:
            return "400 Bad Request", "This is no address."
        if parts.path != self._path:
            return "404 Not Found", "There is nothing here."
        if method != "GET":
            return "405 Method Not Allowed", "This is only read."
        if not hmac.compare_digest(fields.get("state", "").encode(), self._state.encode()):
            return "400 Bad Request", "This answer belongs to no question of ours. Start again with okr auth."
        if not self._answer.done():
            self._answer.set_result(fields)
        if "error" in fields:
            return "200 OK", "Access was not granted. The terminal says more; this page can be closed."
        return "200 OK", "Done. This page can be closed; the terminal goes on."


@asynccontextmanager
async def landing(redirect: str, state: str) -> AsyncIterator[tuple[Landing, str, int]]:
    """A landing, the address that leads to it, and its port: that of `redirect`, else a free one.

    `Refused` where the port is taken.
    """
    parts = urlsplit(redirect)
    place = Landing(parts.path or "/", state)
    host = "::1" if parts.hostname == "::1" else "127.0.0.1"
    try:
        server = await asyncio.start_server(place.serve, host, parts.port or 0, limit=_REQUEST)
    except OSError as error:
        cure = "end what listens there, or take another `redirect`"
        raise Refused(f"port {parts.port} cannot be used: {error.strerror}", cure) from None
    port: int = server.sockets[0].getsockname()[1]
    named = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    try:
        yield place, urlunsplit(("http", f"{named}:{port}", parts.path, "", "")), port
    finally:
        server.close()


def _response(status: str, text: str) -> bytes:
    body = _PAGE.format(text=escape(text)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n"
    )
    return head.encode() + body

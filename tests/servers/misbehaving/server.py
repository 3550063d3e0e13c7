"""The server: reads a request, finds the fault that its path names, and lets it answer."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.servers.misbehaving.faults import FAULTS
from tests.servers.misbehaving.visit import Fault, Good, Visit

HOST = "127.0.0.1"


class Server:
    """Answers by path. `good` are the right answers, by path with its query or without; `""` is for all others."""

    def __init__(self, good: Mapping[str, Good]) -> None:
        self.good = {_place(path): answer for path, answer in good.items()}
        self.visits: Counter[str] = Counter()
        """How often each fault was met."""

    async def __call__(self, visit: Visit) -> None:
        name, _, rest = visit.path.removeprefix("/").partition("/")
        path, fault = f"/{rest}", FAULTS.get(name)
        before, self.visits[name] = self.visits[name], self.visits[name] + 1
        if fault is None:
            await visit.answer(b"", 404)
        else:
            places = (_place(path), path.partition("?")[0], "")
            good = next((self.good[place] for place in places if place in self.good), visit.good)
            await fault(Visit(visit.reader, visit.writer, path, visit.host, good, before))


def _place(path: str) -> str:
    """A path with its query in order."""
    place, mark, query = path.partition("?")
    return place + mark + "&".join(sorted(query.split("&")))


@asynccontextmanager
async def serving(fault: Fault, context: ssl.SSLContext | None = None, *, reads: bool = True) -> AsyncIterator[int]:
    """A server on loopback that lets one fault answer every connection; its port.

    `reads`: the request is read before; what answers in its stead does so itself.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await fault(await _read(reader, writer) if reads else Visit(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # who asked has gone
        finally:
            writer.close()

    server = await asyncio.start_server(handle, HOST, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Visit:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:])}
    return Visit(reader, writer, lines[0].split()[1], headers.get("host", ""))

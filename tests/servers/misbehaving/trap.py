"""Places where nobody should come: every visit is written down, and what it brought along.

For a network of one's own, see `tests.faults.network`: it listens on every address, on the usual ports.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.servers.misbehaving.visit import head

PLAIN, SECURE = (1, 80), 443


@asynccontextmanager
async def trapping(file: Path, context: ssl.SSLContext) -> AsyncIterator[None]:
    """Listen. A visit is two lines of JSON in `file`: `{"place"}` when it comes, `{"place", "head"}` when it asks."""

    def note(**known: str) -> None:
        with file.open("a") as notes:
            notes.write(json.dumps(known) + "\n")

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address, port = writer.get_extra_info("sockname")[:2]
        place = f"{address} {port}"
        note(place=place)
        try:
            if port == SECURE:
                await writer.start_tls(context)
            note(place=place, head=(await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            writer.write(head(404, 0, {}))
        except (OSError, asyncio.IncompleteReadError):
            pass  # it only looked
        finally:
            writer.close()

    async with AsyncExitStack() as stack:
        for port in (*PLAIN, SECURE):
            await stack.enter_async_context(await asyncio.start_server(visited, None, port))
        yield

"""A server for `pulls`, as cheap as asyncio has one: 1 KiB of JSON on every address of the loopback interface."""

import asyncio
import json
import sys

SIZE = 1024


def answer() -> bytes:
    page = {"id": "a1b2c3", "name": "Newsletter", "stats": {"subscribers": 1630}, "notes": ""}
    page["notes"] = "x" * (SIZE - len(json.dumps(page)))
    body = json.dumps(page).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Page(asyncio.Protocol):
    """Answers each request on a connection, whatever it asks for, but never those below /hang."""

    said = answer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            asked, _, self._heard = self._heard.partition(b"\r\n\r\n")
            if not asked.startswith(b"GET /hang"):
                self._transport.write(self.said)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Page, "0.0.0.0", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

"""Answers that take their time."""

import asyncio

from tests.servers.misbehaving.visit import Visit, head

STEP = 0.05


async def hang(visit: Visit) -> None:
    """Takes the request and never answers."""
    await visit.reader.read()


async def trickle(visit: Visit) -> None:
    """A body of a million bytes, one at a time."""
    await visit.send(head(200, 1_000_000, {"content_type": visit.good.kind}))
    while True:
        await visit.send(b" ")
        await asyncio.sleep(STEP)


async def trickling_head(visit: Visit) -> None:
    """The right answer, letter by letter from the status line on."""
    for letter in head(200, len(visit.good.body), {"content_type": visit.good.kind}):
        await visit.send(bytes([letter]))
        await asyncio.sleep(STEP)
    await visit.send(visit.good.body)


async def events(visit: Visit) -> None:
    """Server-sent events, each with the right answer in it, without end."""
    await visit.send(head(200, None, {"content_type": "text/event-stream"}))
    while True:
        await visit.send(b"data: " + visit.good.body.replace(b"\r\n", b" ").replace(b"\n", b" ") + b"\n\n")
        await asyncio.sleep(STEP)

"""GET /events: tells open pages that there is something new, by server-sent events.

An event holds the number of the newest state and no data: a page that shows another number reads itself again. So no
update is lost, whatever was missed while the connection was away; and the state is what every page is made of.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ingest.face.web.problem import Problem

router = APIRouter(include_in_schema=False)
MOST = 200
"""Connections at a time; a page that gets none asks again and again instead."""
BEAT = 15.0
"""Seconds after which a quiet connection gets a sign of life, so that a broken one is noticed at both ends."""
RETRY = 2000
"""Milliseconds after which a browser connects again."""


class Live:
    """The number of the newest state, and who waits for the next. Use on one event loop."""

    def __init__(self, beat: float = BEAT) -> None:
        self._start, self._count = secrets.token_hex(4), 0
        self._waiting: set[asyncio.Event] = set()
        self._beat, self._closed = beat, False

    @property
    def version(self) -> str:
        """Differs after each change, and after a restart."""
        return f"{self._start}-{self._count}"

    @property
    def full(self) -> bool:
        return len(self._waiting) >= MOST

    def tell(self) -> None:
        """There is something new."""
        self._count += 1
        self._wake()

    def close(self) -> None:
        """End all connections, so that nobody has to wait for them."""
        self._closed = True
        self._wake()

    async def stream(self) -> AsyncIterator[str]:
        """The state now, and each one after it that comes while nobody is behind."""
        mine = asyncio.Event()
        self._waiting.add(mine)
        try:
            sent = self.version
            yield f"retry: {RETRY}\nid: {sent}\ndata: {sent}\n\n"
            while not self._closed:
                mine.clear()
                if self.version != sent:
                    sent = self.version
                    yield f"id: {sent}\ndata: {sent}\n\n"
                    continue
                try:
                    await asyncio.wait_for(mine.wait(), self._beat)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._waiting.discard(mine)

    def _wake(self) -> None:
        for one in self._waiting:
            one.set()


def live_of(request: Request) -> Live:
    found: Live = request.app.state.live
    return found


@router.get("/events")
async def events(request: Request) -> StreamingResponse:
    """The stream of states."""
    live = live_of(request)
    if live.full:
        raise Problem(503, f"{MOST} pages are connected already", headers={"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(live.stream(), media_type="text/event-stream", headers=headers)

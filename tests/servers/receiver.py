"""Somebody who is told: takes what Apprise's `json://` posts, refuses it, or never answers."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

SECRET = "made-up-path-of-a-webhook"


@dataclass
class Told:
    """What arrived, in its order; `refused` counts what was turned away."""

    port: int
    mode: Literal["takes", "refuses", "hangs"] = "takes"
    messages: list[str] = field(default_factory=list)
    refused: int = 0

    def url(self, part: str = "a") -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}/{part}"

    def wait_for(self, count: int, seconds: float = 30) -> list[str]:
        """The messages, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.messages) >= count, self.messages
        return self.messages

    def wait_for_refusals(self, count: int, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while self.refused < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.refused >= count


@contextmanager
def receiving() -> Iterator[Told]:
    """A receiver on a free port."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if told.mode == "hangs":
                told.refused += 1
                ended.wait(60)
                return
            if told.mode == "refuses":
                told.refused += 1
            else:
                told.messages.append(f"{self.path.rpartition('/')[2]}: {body['message']}")
            self.send_response(200 if told.mode == "takes" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = Told(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()

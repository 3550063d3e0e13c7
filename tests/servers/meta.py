"""A vendor as strict as one could be: of each token it takes the newest alone, and a young one it does not renew.

Threads documents what it asks and answers here. Whether it still takes the token before it does not say, so the test
assumes that it does not.
"""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FIRST = "THAA-the-first-made-up-token"
LIFE = 5183944
"""Seconds."""


@dataclass
class Meta:
    port: int
    good: str = FIRST
    """The token that is taken."""
    made: list[str] = field(default_factory=list)
    """All that were given in exchange for another."""
    refuses: bool = False
    """Whether it renews none."""
    kills: int | None = None
    """The process that ends when it first asks with a token that was renewed."""
    renewals: int = 0
    """How often it was asked for one."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, said: dict[str, str], bearer: str) -> tuple[int, Any]:
        if path == "/refresh_access_token":
            self.renewals += 1
            if said != {"grant_type": "th_refresh_token", "access_token": self.good} or self.refuses:
                return 400, _error(f"Cannot refresh {said.get('access_token')}")
            self.good = f"THAA-made-up-follower-{len(self.made)}"
            self.made.append(self.good)
            return 200, {"access_token": self.good, "token_type": "bearer", "expires_in": LIFE}
        if bearer != self.good:
            return 400, _error(f"Error validating access token {bearer}")
        if self.kills is not None and bearer in self.made:
            os.kill(self.kills, signal.SIGKILL)
            self.kills = None
        if path == "/v1.0/me":
            return 200, {"id": "1", "username": "ada.example"}
        total = {"name": "followers_count", "period": "day", "total_value": {"value": 412}}
        return 200, {"data": [total]}


def _error(message: str) -> Any:
    return {"error": {"message": message, "type": "OAuthException", "code": 190, "error_subcode": 463}}


@contextmanager
def meta() -> Iterator[Meta]:
    """One on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            with lock:
                status, value = vendor.answer(parts.path, dict(parse_qsl(parts.query)), bearer)
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vendor = Meta(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()

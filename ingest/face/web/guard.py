"""Who may: the Host header, the token, and where a write comes from.

Without a token in the configuration every write is refused. Beyond loopback reading needs the token too, unless
`server.public` says otherwise. Programs send it as `Authorization: Bearer`; the page has it in a cookie, which counts
for a write only from our own origin. `/metrics` takes Basic as well, with the token as the password.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from ingest.config.model import Server
from ingest.config.server import is_loopback
from ingest.face.web.problem import Problem

COOKIE = "okr_session"
OPEN = ("/-/healthy", "/-/ready", "/login", "/static/", "/hooks/")
"""What never needs a token: probes, the form that asks for it, the form's style; and hooks, which a signature opens."""
SAFE = ("GET", "HEAD", "OPTIONS")
UNWRITABLE = (
    "writing needs a token: set server.token in okr.yaml (token: ${OKR_TOKEN}) and OKR_TOKEN in .env, then reload"
)
LOGIN = "send Authorization: Bearer with the token of server.token"


class Asked(Protocol):
    """The parts of a request that decide. `starlette.requests.Request` has them."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def cookies(self) -> dict[str, str]: ...


def check_host(request: Asked, server: Server) -> None:
    """A page on another site cannot reach us under its own name (DNS rebinding): 421."""
    named = _host(request.headers.get("host", ""))
    allowed = {_host(f"[{server.host}]" if ":" in server.host else server.host)}
    if server.public_url:
        allowed.add(urlsplit(server.public_url).hostname or "")
    if (named and named in allowed) or is_loopback(named) or (_is_any(server.host) and _is_address(named)):
        return
    raise Problem(421, "this service does not answer to that host name; set server.public_url if it is its own")


def check_token(request: Asked, path: str, server: Server) -> None:
    """Refuse what may not be read or written: 401 without a token, 403 where none is configured."""
    if path.startswith(OPEN):
        return
    writes = request.method not in SAFE
    if writes and not server.token:
        raise Problem(403, UNWRITABLE)
    if not writes and (server.public or is_loopback(server.host)):
        return
    if _bears(request, server.token, basic=path == "/metrics"):
        return
    if _has_cookie(request, server.token):
        if writes and not _same_origin(request, server):
            raise Problem(403, "this write did not come from the page itself")
        return
    challenge = 'Basic realm="okr"' if path == "/metrics" else 'Bearer realm="okr"'
    raise Problem(401, LOGIN, headers={"WWW-Authenticate": challenge})


def may_write(request: Asked, server: Server) -> bool:
    """Whether who asks for a page is known to have the token: what writes is shown to them."""
    return _bears(request, server.token, basic=False) or _has_cookie(request, server.token)


def equal(given: str, token: str) -> bool:
    """Compare in constant time; an empty token equals nothing."""
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def session(token: str) -> str:
    """What the page's cookie holds: made of the token, tells nothing of it, ends when the token changes."""
    return hmac.new(token.encode(), b"okr page session", hashlib.sha256).hexdigest()


def _bears(request: Asked, token: str, *, basic: bool) -> bool:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return equal(credentials.strip(), token)
    if basic and scheme.lower() == "basic":
        try:
            password = base64.b64decode(credentials, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
        return equal(password, token)
    return False


def _has_cookie(request: Asked, token: str) -> bool:
    return bool(token) and equal(request.cookies.get(COOKIE, ""), session(token))


def _same_origin(request: Asked, server: Server) -> bool:
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    parts = urlsplit(origin)
    host = request.headers.get("host", "")
    if server.public_url and urlsplit(server.public_url).netloc == parts.netloc:
        return True
    return bool(parts.netloc) and parts.netloc == host


def _host(text: str) -> str:
    """The name in a Host header: without port, brackets and capitals."""
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_any(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified

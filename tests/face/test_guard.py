"""Who may read and write, by Host, token, cookie and origin."""

import base64

import pytest
from starlette.requests import Request

from ingest.config.model import Server
from ingest.face.web.guard import COOKIE, check_host, check_token, session
from ingest.face.web.problem import Problem

TOKEN = "correct horse"
HERE = Server()
SHUT = Server(token=TOKEN)
WIDE = Server(host="0.0.0.0", token=TOKEN)
PUBLIC = Server(host="0.0.0.0", token=TOKEN, public=True)
BASIC = base64.b64encode(f"prometheus:{TOKEN}".encode()).decode()


def request(method: str = "GET", **headers: str) -> Request:
    raw = [(name.lower().replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "method": method, "path": "/", "headers": raw, "query_string": b""})


def status(check: Request, path: str, server: Server) -> int:
    try:
        check_token(check, path, server)
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize(
    ("host", "server", "allowed"),
    [
        ("localhost:8321", HERE, True),
        ("127.0.0.1", HERE, True),
        ("[::1]:8321", HERE, True),
        ("127.8.8.8:1", HERE, True),
        ("LOCALHOST", HERE, True),
        ("evil.example", HERE, False),
        ("evil.example:8321", HERE, False),
        ("10.0.0.7:8321", HERE, False),
        ("localhost.evil.example", HERE, False),
        ("", HERE, False),
        ("[", HERE, False),
        ("10.0.0.7:8321", Server(host="10.0.0.7", token=TOKEN), True),
        ("[fd00::7]:8321", Server(host="fd00::7", token=TOKEN), True),
        ("10.0.0.7:8321", WIDE, True),
        ("okr.example", WIDE, False),
        ("okr.example", Server(host="0.0.0.0", token=TOKEN, public_url="https://okr.example/"), True),
    ],
)
def test_only_our_own_hosts_are_answered(host: str, server: Server, allowed: bool) -> None:
    if allowed:
        check_host(request(host=host), server)
    else:
        with pytest.raises(Problem) as refused:
            check_host(request(host=host), server)
        assert refused.value.status == 421


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer x"}])
def test_without_a_configured_token_every_write_is_refused_with_the_cure(headers: dict[str, str]) -> None:
    with pytest.raises(Problem, match=r"server\.token") as refused:
        check_token(request("POST", **headers), "/api/v1/measurements", HERE)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("method", "path", "server", "headers", "expected"),
    [
        ("GET", "/", HERE, {}, 200),
        ("GET", "/api/v1/sources", SHUT, {}, 200),
        ("GET", "/", WIDE, {}, 401),
        ("GET", "/", PUBLIC, {}, 200),
        ("POST", "/api/v1/measurements", PUBLIC, {}, 401),
        ("GET", "/", WIDE, {"authorization": f"Bearer {TOKEN}"}, 200),
        ("GET", "/", WIDE, {"authorization": f"bearer {TOKEN}"}, 200),
        ("GET", "/", WIDE, {"authorization": "Bearer wrong"}, 401),
        ("GET", "/", WIDE, {"authorization": f"Basic {BASIC}"}, 401),
        ("GET", "/metrics", WIDE, {"authorization": f"Basic {BASIC}"}, 200),
        ("GET", "/metrics", WIDE, {"authorization": "Basic %%%"}, 401),
        ("GET", "/-/healthy", WIDE, {}, 200),
        ("GET", "/-/ready", WIDE, {}, 200),
        ("GET", "/login", WIDE, {}, 200),
        ("POST", "/hooks/shop", WIDE, {}, 200),
        ("POST", "/hooks/shop", HERE, {}, 200),
        ("GET", "/hooks/shop", WIDE, {}, 200),
        ("POST", "/hooks", WIDE, {}, 401),
        ("POST", "/-/reload", SHUT, {}, 401),
        ("POST", "/-/reload", SHUT, {"authorization": f"Bearer {TOKEN}"}, 200),
        ("POST", "/-/reload", SHUT, {"cookie": f"{COOKIE}={session(TOKEN)}", "host": "a", "origin": "http://a"}, 200),
        ("POST", "/-/reload", SHUT, {"cookie": f"{COOKIE}={session(TOKEN)}", "host": "a", "origin": "http://b"}, 403),
        ("POST", "/-/reload", SHUT, {"cookie": f"{COOKIE}={session(TOKEN)}", "host": "a"}, 403),
        ("POST", "/-/reload", SHUT, {"cookie": f"{COOKIE}={session('old')}", "host": "a", "origin": "http://a"}, 401),
        ("GET", "/", WIDE, {"cookie": f"{COOKIE}={session(TOKEN)}"}, 200),
        ("GET", "/", WIDE, {"cookie": f"{COOKIE}={TOKEN}"}, 401),
    ],
)
def test_reading_and_writing_by_token(
    method: str, path: str, server: Server, headers: dict[str, str], expected: int
) -> None:
    assert status(request(method, **headers), path, server) == expected


def test_the_cookie_does_not_hold_the_token() -> None:
    assert TOKEN not in session(TOKEN)

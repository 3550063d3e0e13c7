import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ingest.connector import Answer, Broken, Refused
from tests.connector.asking import ask_over

URL = "https://docs.example.com/sheet"
KEY = SecretStr("s3cret-key")


def leading(location: str | None, status: int = 302, **elsewhere: Any) -> Callable[[httpx.Request], httpx.Response]:
    """A server whose `/sheet` redirects, and that answers what it got everywhere else."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sheet":
            return httpx.Response(status, headers={"location": location} if location is not None else {})
        got = {name: request.headers.get(name) for name in ("authorization", "x-api-key", "accept", "cookie")}
        return httpx.Response(
            200, json={"method": request.method, "body": request.content.decode(), **got}, **elsewhere
        )

    return handler


def asked(location: str | None, status: int = 302, url: str = URL, **request: Any) -> Answer:
    return asyncio.run(ask_over(leading(location, status)).get(url, **request))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/other", "other", "?a=1#top", "//docs.example.com/o", "https://docs.example.com:443/o"]
)
def test_on_the_same_origin_a_redirect_keeps_the_credential(status: int, location: str) -> None:
    if location.startswith("?"):
        location = "/other" + location
    got = asked(location, status, bearer=KEY).value()
    assert got["authorization"] == "Bearer s3cret-key"


def test_from_http_to_https_on_the_same_host_is_the_same_origin() -> None:
    assert asked("https://docs.example.com/o", url="http://docs.example.com/sheet", bearer=KEY).value()["authorization"]


def test_a_plain_question_is_led_to_another_public_host_without_any_header() -> None:
    answer = asked("https://files.example.net/x?key=1#f", 307, headers={"Accept": "text/csv"})
    assert answer.url == "https://files.example.net/x?key=1"
    assert answer.value()["accept"] != "text/csv"


@pytest.mark.parametrize(
    "request_",
    [
        {"bearer": KEY},
        {"basic": ("user", KEY)},
        {"headers": {"X-Kit-Api-Key": KEY}},
        {"headers": {"X-Kit-Api-Key": "written plainly"}},
        {"headers": {"Cookie": "session=1"}},
        {"url": "https://me:pw@docs.example.com/sheet"},
        {"method": "POST", "body": {"query": 1}},
    ],
)
@pytest.mark.parametrize("status", [302, 307])
def test_a_credential_or_a_body_never_goes_to_another_host(request_: dict[str, Any], status: int) -> None:
    if "body" in request_ and status == 302:
        request_ = {**request_, "headers": {"X-Own": "1"}}
    with pytest.raises(Refused, match="not sent to another host") as caught:
        asked("https://files.example.net/x", status, **request_)
    assert "s3cret" not in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    "location",
    [
        "http://files.example.net/x",
        "http://docs.example.com/x",
        "https://localhost/x",
        "https://a.localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://0.0.0.0/",
        "https://0177.0.0.1/x",
        "file:///etc/passwd",
        "gopher://example.net/",
        "data:text/plain,1",
        "javascript:alert(1)",
        "https://",
    ],
)
def test_a_redirect_leads_nowhere_but_to_encrypted_public_places(location: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(location)
    assert caught.value.cure


@pytest.mark.parametrize(("status", "location"), [(302, None), (302, ""), (300, "/o"), (304, None), (305, "/o")])
def test_a_3xx_that_is_no_redirect_is_broken(status: int, location: str | None) -> None:
    with pytest.raises(Broken, match=str(status)):
        asked(location, status)


@pytest.mark.parametrize(
    ("status", "method", "kept"),
    [(301, "GET", False), (302, "GET", False), (303, "GET", False), (307, "POST", True), (308, "POST", True)],
)
def test_a_post_stays_a_post_only_where_the_status_says_so(status: int, method: str, kept: bool) -> None:
    got = asked("/o", status, method="POST", body={"a": 1}).value()
    assert (got["method"], bool(got["body"])) == (method, kept)


def test_redirects_end() -> None:
    def round_and_round(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("n", 0))
        return httpx.Response(302, headers={"location": f"?n={number + 1}"}) if number < 5 else httpx.Response(200)

    assert asyncio.run(ask_over(round_and_round).get(URL)).status == 200
    with pytest.raises(Refused, match="more than 4 redirects"):
        asyncio.run(ask_over(round_and_round, redirects=4).get(URL))

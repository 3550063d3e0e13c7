"""An address may be written with the API's own path or without it."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from connectors.parts.rooted import rooted
from ingest.connector import Ask, Refused
from ingest.connector.drain import drain
from ingest.connector.kit import ZONE
from tests.connectors.suites import HERE, asked_over_http


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("https://lists.example.com", "https://lists.example.com/api"),
        ("https://lists.example.com/", "https://lists.example.com/api"),
        ("https://lists.example.com/api", "https://lists.example.com/api"),
        ("https://lists.example.com/api//", "https://lists.example.com/api"),
        ("https://example.com/lists", "https://example.com/lists/api"),
        ("https://api", "https://api/api"),
    ],
)
def test_the_path_of_an_api_stands_once_behind_its_address(written: str, root: str) -> None:
    assert rooted(written, "/api") == root


PATHS: Mapping[str, str] = {
    "bluesky": "/xrpc",
    "ghost": "/ghost/api/admin/",
    "kit": "/v4",
    "listmonk": "/api",
    "mailman": "/3.1/",
    "mastodon": "/api/v1",
    "x": "/2/",
}


def asked_first(name: str, url: str) -> str:
    suite, asked = asked_over_http()[name](), list[str]()

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(404)

    client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    ask = Ask(client=lambda: client, now=suite.now, zone=ZONE, home=HERE, key=b"k")
    with pytest.raises(Refused):
        asyncio.run(drain(suite.connector.model_validate({**suite.settings, "url": url}), ask))
    return asked[0]


@pytest.mark.parametrize("name", PATHS)
def test_an_address_with_the_apis_path_is_asked_as_one_without(name: str) -> None:
    without = asked_first(name, "https://there.example")
    assert without.startswith(f"https://there.example{PATHS[name].rstrip('/')}/")
    assert asked_first(name, f"https://there.example{PATHS[name]}") == without


def test_a_site_of_ghost_may_be_written_as_ones_browser_shows_its_administration() -> None:
    shown = asked_first("ghost", "https://there.example/ghost/#/dashboard")
    assert shown == asked_first("ghost", "https://there.example")

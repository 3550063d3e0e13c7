"""Where an API begins: people copy its address with the version or without, with a slash at its end or without."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from connectors.parts.origin import beneath
from connectors.pipedrive import Pipedrive
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Conversation
from tests.connectors.suites import asked_over_http

ROOTS = {
    "airtable": "v0",
    "baserow": "api/database",
    "bluesky": "xrpc",
    "cal_com": "v2",
    "ghost": "ghost/api/admin",
    "gmail": "gmail/v1",
    "google_analytics": "v1beta",
    "google_calendar": "calendar/v3",
    "google_forms": "v1",
    "grist": "api",
    "kit": "v4",
    "listmonk": "api",
    "luma": "v1",
    "mailman": "3.1",
    "mastodon": "api/v1",
    "microsoft_excel": "v1.0",
    "microsoft_mail": "v1.0",
    "nocodb": "api/v3",
    "notion": "v1",
    "plausible": "api/v2",
    "pretix": "api/v1",
    "sessionize": "api/v2",
    "x": "2",
}
"""What is put behind `url`."""


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.example.com", "https://api.example.com/api/v3"),
        ("https://api.example.com/", "https://api.example.com/api/v3"),
        (" https://api.example.com/api ", "https://api.example.com/api/v3"),
        ("https://api.example.com/api/v3", "https://api.example.com/api/v3"),
        ("https://api.example.com/api/v3//", "https://api.example.com/api/v3"),
        ("https://example.com/tables", "https://example.com/tables/api/v3"),
        ("https://example.com/myapi", "https://example.com/myapi/api/v3"),
        ("https://example.com/v3", "https://example.com/v3/api/v3"),
        ("http://api", "http://api/api/v3"),
    ],
)
def test_what_an_address_has_already_is_not_put_behind_it_twice(url: str, address: str) -> None:
    assert beneath(url, "api", "v3") == address


class Closed(Conversation):
    """Nobody is there; what was asked is kept."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(503)


def asked(suite: type[HttpConformance], url: str) -> Iterator[str]:
    kit = suite()
    made = kit.connector.model_validate({**suite.settings, "url": url})
    kit.made = lambda: made  # type: ignore[method-assign]
    nobody = Closed((), kit.conversation().now)
    ended = kit.ended(kit._ask(nobody))
    assert isinstance(ended, Ending)
    assert ended.outcome is Outcome.UNAVAILABLE
    yield from (str(request.url) for request in nobody.asked)


@pytest.mark.parametrize("name", ROOTS)
def test_a_connector_takes_its_address_with_the_version_and_without(name: str) -> None:
    suite, root = asked_over_http()[name], ROOTS[name]
    right = list(asked(suite, "https://there.example.com"))
    assert right[0].startswith(f"https://there.example.com/{root}/")
    for url in (
        f"https://there.example.com/{root}",
        f"https://there.example.com/{root}/",
        "https://there.example.com/",
    ):
        assert list(asked(suite, url)) == right


@pytest.mark.parametrize(
    ("url", "roots"),
    [
        ("https://api.pipedrive.com", ["/v1", "/api/v2"]),
        ("https://api.pipedrive.com/v1/", ["/v1", "/api/v2"]),
        ("https://api.pipedrive.com/api/v2", ["/v1", "/api/v2"]),
        ("https://acme.pipedrive.com", ["/api/v1", "/api/v2"]),
        ("https://acme.pipedrive.com/api/v1", ["/api/v1", "/api/v2"]),
        ("http://127.0.0.1:4010/", ["/v1", "/api/v2"]),
    ],
)
def test_pipedrives_versions_lie_apart_and_at_a_companys_address_together(url: str, roots: list[str]) -> None:
    source = Pipedrive.model_validate({"token": "t", "url": url})
    assert [urlsplit(source._root(version)).path for version in (1, 2)] == roots


def test_a_site_of_ghost_may_be_written_as_ones_browser_shows_its_administration() -> None:
    suite = asked_over_http()["ghost"]
    assert list(asked(suite, "https://there.example/ghost/#/dashboard")) == list(asked(suite, "https://there.example"))

"""Debian's Chromium, driven by Playwright, over a real `okr serve`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import AXE, CHROMIUM, HOSTILE, SHOTS, Site, started, written
from tests.face.conftest import Terminal

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
"""As root it needs the first; the others keep it from asking for hosts of its maker."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, with a key result whose words are hostile, and a reading that waits."""
    home = written(tmp_path_factory.mktemp("site"), HOSTILE)
    Terminal(home).good("pull")
    running = started(home)
    yield running
    running.served.stop()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own; what its console complains of fails the test. Say `scripts=False` by `parametrize`."""
    wishes: dict[str, Any] = getattr(request, "param", {})
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, **wishes)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    unexpected = [one for one in complaints if "ERR_CONNECTION_REFUSED" not in one and "ERR_FAILED" not in one]
    assert not unexpected


@pytest.fixture(scope="package")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: .ci/run says how")
    return AXE.read_text()


@pytest.fixture
def faults(axe: str) -> Any:
    """What axe finds on a page."""

    def find(page: Page) -> list[str]:
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']} {json.dumps([node['target'] for node in one['nodes']])}"
            for one in found["violations"]
        ]

    return find


@pytest.fixture(scope="package")
def shots() -> Path:
    """Where screenshots are kept, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS

"""Each page as people see it: at every width, light and dark, in print, with hostile words, and as axe finds it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.site import MARKUP, RIGHT_TO_LEFT, Site, started

WIDTHS = (1440, 768, 390, 320)
LEVEL = "/key-results/recognized_expert.connections"
PAGES = {
    "objectives": "/",
    "level": LEVEL,
    "count": "/key-results/recognized_expert.talks",
    "growth": "/key-results/local_community.attendees",
    "unknown": "/key-results/local_community.mentions",
    "hostile": "/key-results/hostile.markup",
    "huge": "/key-results/hostile.huge",
    "sources": "/sources",
}
Faults = Callable[[Page], list[str]]


def settled(page: Page) -> None:
    """Drawn, and no longer changing."""
    page.locator("#live.on").wait_for()
    if page.locator("[data-chart]").count():
        page.locator(".plot canvas").wait_for()


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_width_and_axe_finds_nothing(
    name: str, site: Site, page: Page, faults: Faults, shots: Path
) -> None:
    site.log_in(page)
    page.goto(site.url + PAGES[name])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            assert_fits(page)
            page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
        assert faults(page) == []


def test_the_form_that_asks_for_the_token(site: Site, page: Page, faults: Faults, shots: Path) -> None:
    page.goto(f"{site.url}/login")
    assert page.evaluate("document.activeElement.id") == "token"
    assert faults(page) == []
    label, code = page.locator("label[for=token]"), page.locator("label[for=token] code")
    assert label.evaluate("one => one.clientHeight") < 2 * code.evaluate("one => one.getClientRects()[0].height")
    page.screenshot(path=shots / "login.png")


def test_an_empty_installation_teaches_the_next_step(tmp_path: Path, page: Page, faults: Faults, shots: Path) -> None:
    (tmp_path / "okr.yaml").write_text("timezone: Europe/Berlin\nserver: {listen: '127.0.0.1:8321'}\n")
    site = started(tmp_path)
    try:
        page.goto(site.url)
        settled(page)
        assert page.get_by_text("okr init --demo").count() == 1
        assert page.get_by_text("Say where the numbers come from").is_visible()
        assert faults(page) == []
        page.set_viewport_size({"width": 390, "height": 900})
        assert_fits(page)
        page.screenshot(path=shots / "empty-390-light.png", full_page=True)
        page.goto(f"{site.url}/sources")
        assert page.get_by_text("No sources yet").is_visible()
    finally:
        site.served.stop()


def test_words_of_others_are_text_and_nothing_else(site: Site, page: Page) -> None:
    for path in ("/", "/key-results/hostile.markup", "/key-results/hostile.arabic"):
        page.goto(site.url + path)
        settled(page)
        assert page.title() != "taken"
        assert page.locator("main img, main svg[onload], main script").count() == 0
    page.goto(site.url)
    assert page.get_by_text(MARKUP).count() >= 2
    arabic = page.get_by_role("link", name=RIGHT_TO_LEFT)
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_a_page_weighs_less_than_150_kilobytes(site: Site, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in ("/", LEVEL, "/sources"):
        asked.clear()
        page.goto(site.url + path)
        settled(page)
        assert len(asked) >= 5
        with site.served.client(None) as client:
            parts = [client.get(url, headers={"Accept-Encoding": "identity"}) for url in asked - {f"{site.url}/events"}]
        assert {one.status_code for one in parts} == {200}
        assert sum(len(one.content) for one in parts) < 150_000


def test_on_paper_there_is_the_picture_and_nothing_to_press(site: Site, page: Page, shots: Path) -> None:
    page.goto(site.url + LEVEL)
    settled(page)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("svg.chart").is_visible()
    assert not page.locator(".plot").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.screenshot(path=shots / "print.png", full_page=True)


def test_nothing_is_cut_off_on_paper_and_no_page_is_left_empty(site: Site, page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    for path in (LEVEL, PAGES["growth"], "/sources"):
        page.goto(site.url + path)
        tables = page.locator(".scroll:visible")
        assert tables.count()
        assert tables.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)"), path
    page.goto(site.url)
    assert page.locator(".objective").first.evaluate("one => getComputedStyle(one).breakInside") == "auto"


def test_the_key_of_a_chart_has_its_colours_where_the_system_forces_others(site: Site, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(site.url + LEVEL)
    settled(page)
    fan = page.locator(".key.fan").evaluate("one => getComputedStyle(one, '::before').backgroundColor")
    assert fan != page.locator("figure").evaluate("one => getComputedStyle(one).backgroundColor")


def test_numbers_of_any_size_are_read_whole(site: Site, page: Page) -> None:
    page.goto(site.url)
    settled(page)
    huge, tiny = (page.locator(f"[data-part='hostile.{name}'] .number b") for name in ("huge", "tiny"))
    assert huge.locator("wbr").count() == 4
    assert huge.inner_text().endswith(",000,000,000")
    assert tiny.inner_text().startswith("0.0000")
    assert float(tiny.inner_text()) > 0
    for name, short in (("huge", "T"), ("tiny", "e-5")):
        page.goto(f"{site.url}/key-results/hostile.{name}")
        settled(page)
        ticks = page.evaluate("document.querySelector('.plot').chart.axes[1]._values")
        assert sum(short in tick for tick in ticks) >= 2, ticks
        assert len(set(ticks)) == len(ticks)
        assert max(map(len, ticks)) <= 9
        page.emulate_media(media="print")
        assert page.locator("svg.chart text").evaluate_all("all => all.every(one => one.getBBox().x >= 0)")
        page.emulate_media(media="screen")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_pages_are_whole_and_their_forms_post(site: Site, page: Page, shots: Path) -> None:
    site.log_in(page)
    page.goto(site.url + LEVEL)
    assert page.locator("svg.chart").is_visible()
    page.screenshot(path=shots / "no-scripts.png", full_page=True)
    page.fill("#note", "without scripts")
    page.click("text=Add the note")
    assert page.locator("#message").inner_text() == "the note is in the log"
    assert "without scripts" in page.locator(".log").inner_text()
    page.goto(f"{site.url}/sources")
    page.locator("#source-calendar").get_by_role("button", name="Pull now").click()
    assert "calendar was pulled" in page.locator("#message").inner_text()


def test_a_chart_that_is_not_yet_drawn_anew_does_not_widen_the_page(site: Site, page: Page) -> None:
    """Between a window's new width and the chart's own, as on a busy machine."""
    page.add_init_script("window.ResizeObserver = class { observe() {} }")
    page.goto(site.url + LEVEL)
    settled(page)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.locator(".plot canvas").evaluate("canvas => canvas.clientWidth") > 390
    assert_fits(page)

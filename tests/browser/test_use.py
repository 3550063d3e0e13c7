"""What people do on the page: follow it, zoom, walk by keys, and with the token pull, record, decide, note."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, started, written
from tests.browser.test_look import LEVEL, settled

MENTIONS = "[data-part='local_community.mentions'] .number b"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    """A service of its own, to be stopped."""
    site = started(written(tmp_path))
    yield site
    if site.served.process.poll() is None:
        site.served.stop()


def scale(page: Page) -> tuple[float, float]:
    """The times between which the chart is drawn."""
    found = page.evaluate("(({min, max}) => [min, max])(document.querySelector('.plot').chart.scales.x)")
    return found[0], found[1]


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what the page does by itself; its policy lets nothing be evaluated inside it."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that")


def test_an_open_page_follows_and_again_after_the_service_was_away(own: Site, page: Page) -> None:
    page.goto(own.url)
    settled(page)
    page.evaluate("globalThis.same = true")
    page.locator("#why-local_community\\.mentions summary").click()
    own.record(3, "a")
    expect(page.locator(MENTIONS)).to_have_text("3")
    assert page.locator("#why-local_community\\.mentions").get_attribute("open") is not None
    assert own.served.stop() == 0
    expect(page.locator("#live")).to_have_text("not connected, trying again")
    own.again()
    own.record(4, "b")
    expect(page.locator(MENTIONS)).to_have_text("7", timeout=20_000)
    expect(page.locator("#live")).to_have_text("live")
    assert page.evaluate("globalThis.same") is True


def test_where_events_do_not_come_through_the_page_asks(own: Site, page: Page) -> None:
    page.clock.install()
    page.route("**/events", lambda route: route.abort())
    page.goto(own.url)
    expect(page.locator("#live")).to_have_text("not connected, trying again")
    own.record(2, "a")
    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)
    expect(page.locator(MENTIONS)).to_have_text("2")


def test_the_chart_is_zoomed_by_mouse_and_by_buttons(site: Site, page: Page) -> None:
    page.goto(site.url + LEVEL)
    settled(page)
    whole = scale(page)
    box = page.locator(".plot .u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 50)
    assert ": 2," in page.locator(".tools output").inner_text()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=4)
    page.mouse.up()
    until(page, lambda: scale(page)[1] < whole[1])
    dragged = scale(page)
    assert dragged[1] - dragged[0] == pytest.approx((whole[1] - whole[0]) * 0.3, rel=0.05)
    page.get_by_role("button", name="Zoom in").click()
    closer = scale(page)
    assert closer[1] - closer[0] == pytest.approx((dragged[1] - dragged[0]) / 2, rel=0.01)
    page.get_by_role("button", name="Whole period").click()
    assert scale(page) == whole


def test_all_is_reached_by_keys(site: Site, page: Page) -> None:
    page.goto(site.url)
    settled(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/key-results/recognized_expert.talks"
    page.keyboard.press("Enter")
    page.wait_for_url("**/recognized_expert.talks")
    settled(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "plot":
            break
    whole, told = scale(page), page.locator(".tools output")
    page.keyboard.press("Home")
    first = told.inner_text()
    page.keyboard.press("ArrowRight")
    assert first != told.inner_text() != ""
    page.keyboard.press("+")
    until(page, lambda: scale(page)[1] < whole[1])
    page.keyboard.press("0")
    until(page, lambda: scale(page) == whole)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#table table").first.is_visible()


def test_with_the_token_sources_are_pulled_values_recorded_and_readings_decided(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/sources")
    assert page.get_by_role("button", name="Pull now").count() == 0
    site.log_in(page)
    page.goto(f"{site.url}/sources")
    settled(page)
    page.locator("#source-meetup").get_by_role("button", name="Pull now").click()
    expect(page.locator("#message")).to_have_text("meetup was pulled: 0 new, 0 changed")
    record = page.locator("#record-notebook")
    record.locator("summary").click()
    record.get_by_label("Value").fill("nonsense")
    record.get_by_label("Key").fill("gazette")
    record.get_by_role("button", name="Record").click()
    expect(page.locator("#message")).to_contain_text("not recorded: value:")
    record.get_by_label("Value").fill("2")
    record.get_by_role("button", name="Record").click()
    expect(page.locator("#message")).to_have_text("notebook.mentions: 2 was recorded (created, gazette)")
    site.record(10_000, "slip")
    page.get_by_role("button", name="Reject notebook.mentions").click()
    expect(page.locator("#message")).to_have_text("rejected: notebook.mentions = 10,000 (slip)")
    expect(page.get_by_role("button", name="Reject notebook.mentions")).to_have_count(0)


def test_a_note_is_written_and_a_value_by_hand_is_marked(site: Site, page: Page) -> None:
    site.log_in(page)
    page.goto(f"{site.url}/key-results/hostile.arabic")
    settled(page)
    page.fill("#note", "called <b>five</b> editors")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#message")).to_have_text("the note is in the log")
    expect(page.locator(".log .note .text").first).to_have_text("called <b>five</b> editors")
    with page.expect_download() as download:
        page.click("text=CSV")
    assert download.value.suggested_filename == "hostile.arabic.csv"
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{site.url}/")
    assert page.get_by_role("link", name="Log in").is_visible()

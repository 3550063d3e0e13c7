"""The report as a file: opened without a server, on a phone, in the dark and on paper."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.site import RIGHT_TO_LEFT, Site
from tests.browser.test_look import Faults, assert_fits
from tests.face.conftest import Terminal


def test_a_report_is_read_from_a_file_at_any_width(
    site: Site, page: Page, faults: Faults, shots: Path, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(Terminal(site.served.home).good("report", "--period", "2026-H2", "--format", "html"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1000, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert_fits(page)
            page.screenshot(path=shots / f"report-{width}-{scheme}.png", full_page=True)
        assert faults(page) == []
    assert asked == [file.as_uri()]
    assert page.locator("svg.chart").count() >= 12
    arabic = page.get_by_role("heading", name=RIGHT_TO_LEFT)
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.emulate_media(media="print")
    assert page.locator("section").first.evaluate("one => getComputedStyle(one).breakInside") == "auto"

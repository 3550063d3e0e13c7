"""What the benchmark of the page measures is the page: it runs, and finds all that it draws."""

from pathlib import Path

from tests.bench.page import Page


def test_the_benchmark_of_the_page_renders_it(tmp_path: Path) -> None:
    page = Page(tmp_path)
    assert page.cost() > 0
    assert page.later() > 0
    page.close()

"""`okr report` through the real command line, over a database whose clock was set."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.okr.instant import Instant, from_rfc3339
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from tests.face.conftest import Terminal

TEXT = """\
timezone: UTC
sources:
  hand: {connector: manual, signals: {people: {kind: level}, guests: {kind: level}}}
objectives:
  - id: growth
    title: Grow <b>*much*</b>
    period: 2026
    key_results:
      - {id: people, title: "More <script>people", value: hand.people, baseline: 0, target: 100}
      - {id: guests, title: Guests, value: hand.guests, baseline: 0, target: 10}
"""
MONDAY = ("--at", "2026-07-08T10:00:00Z")
# 20 % of the way on 15 April, day 105 of 365 (28.8 %), is the first pace below 0.7 at a day's end.
GOLDEN = r"""# Report: 2026-06-29 to 2026-07-05

As known at 2026-07-06 00:00.

- Grow \<b\>\*much\*\</b\>: off track, 60 %

## Achieved: celebrate

- **Guests**: 11, target 10

## Missed: what is to be learnt?

Nothing was missed.

## What moved

- **Guests**: 2 → 11, 100 % of the way; off track → achieved

## Off track

- **More \<script\>people**: since 2026-04-16; 20 %, should be 50 %

## What changed in the OKRs

- **Guests**: 2026-07-01 12:00, definition: target: 9 → 10
- **Guests**: 2026-07-01 12:00, note: who brought them? \# no heading

## Tactics

No tactic went on.

## To look at next week

- **More \<script\>people**: off track; due: 30.96
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    home: Path = tmp_path_factory.mktemp("told")
    clock: list[Instant] = [0]
    file = home / "okr.yaml"

    def opened(day: str, text: str) -> Workspace:
        clock[0] = from_rfc3339(f"2026-{day}T12:00:00Z")
        file.write_text(text)
        return Workspace.open(file, {}, clock=lambda: clock[0])

    def item(signal: str, day: str, value: float) -> Item:
        return Item(f"hand.{signal}", value, from_rfc3339(f"2026-{day}T00:00:00Z"))

    with opened("01-01", TEXT.replace("target: 10}", "target: 9}")) as workspace:
        workspace.take([item("people", "01-01", 20), item("guests", "01-01", 2)])
    with opened("07-01", TEXT) as workspace:
        workspace.take([item("guests", "07-01", 11)])
        workspace.note("guests", "who brought them?\n# no heading")
    with opened("07-07", TEXT) as workspace:
        workspace.take([item("guests", "07-02", 12)])
    return Terminal(home)


def test_the_last_whole_week_as_it_was_known(told: Terminal) -> None:
    text = told.good("report", *MONDAY, "--known-at", "2026-07-06T00:00:00Z")
    assert text == GOLDEN


def test_what_came_later_counts_where_no_time_of_knowing_is_asked_for(told: Terminal) -> None:
    text = told.good("report", "--week", *MONDAY)
    assert "- **Guests**: 2 → 12" in text


def test_a_period_so_far_begins_with_the_period(told: Terminal) -> None:
    text = told.good("report", "--period", "2026-Q3", *MONDAY)
    assert text.startswith("# Report: 2026-Q3\n")
    assert "- **Guests**: 11 → 12, 100 % of the way; achieved\n" in text


def test_a_period_that_is_over_says_what_was_missed(told: Terminal) -> None:
    text = told.good("report", "--period", "2026", "--at", "2027-02-01")
    assert "- **Guests**: 2 → 12, 100 % of the way; on track → achieved\n" in text
    assert "## Missed: what is to be learnt?\n\n- **More \\<script\\>people**: 20, target 100\n" in text


class Page(HTMLParser):
    """Which elements a page has, and what they lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.leads += [value or "" for name, value in attrs if name in ("href", "src", "style")]


def test_the_page_needs_nothing_else_and_has_the_charts(told: Terminal) -> None:
    text = told.good("report", "--format", "html", *MONDAY)
    page = Page()
    page.feed(text)
    assert text.startswith("<!doctype html>")
    assert page.tags.count("style") == 1
    assert page.tags.count("svg") == 2
    assert page.leads == []
    assert not {"script", "link", "img"} & set(page.tags)
    assert "More &lt;script&gt;people" in text
    assert "Grow &lt;b&gt;*much*&lt;/b&gt;" in text
    assert "<b>*" not in text
    assert not re.search(r"url\(|@import", text)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


@pytest.mark.parametrize(
    ("words", "told_so"),
    [
        (("--week", "--period", "2026"), "exclude each other"),
        (("--period", "2026-Q9"), "a year has the quarters 1 to 4"),
        (("--period", "2027", "--at", "2026-07-08"), "2027 has not begun"),
        (("--format", "pdf"), "pdf"),
    ],
)
def test_what_cannot_be_reported_is_said(told: Terminal, words: tuple[str, ...], told_so: str) -> None:
    done = told.run("report", *words)
    assert done.returncode == 2
    assert told_so in done.stderr

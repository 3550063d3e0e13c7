"""Badges: what they say, to whom, and that no title breaks out of them."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.face.badge import COLOUR, LABEL, badge
from ingest.face.words import STATUS
from ingest.okr.score import Status
from tests.face.conftest import TOKEN, Served
from tests.face.test_web import get

SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", sorted({*COLOUR.values(), LABEL}))
def test_white_is_read_on_every_colour(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


@pytest.mark.parametrize("status", Status)
def test_every_status_is_said_in_words(status: Status) -> None:
    root = ElementTree.fromstring(badge("Mentions", status, 0.4321))  # noqa: S314  # our own
    assert root.get("role") == "img"
    title = root.findtext(f"{SVG}title")
    assert title == root.get("aria-label")
    assert title is not None
    assert STATUS[status] in title
    unknown = status in (Status.NO_DATA, Status.STALE, Status.SCHEDULED)
    assert ("43 %" in title) is not unknown
    assert (COLOUR[status] == COLOUR[Status.NO_DATA]) or not unknown


@given(st.text(max_size=300))
def test_no_title_breaks_out_of_it(title: str) -> None:
    root = ElementTree.fromstring(badge(title, Status.ON_TRACK, 0.5))  # noqa: S314  # our own
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {"svg", "title", "rect", "g", "text"}
    width = int(root.get("width", "0"))
    for text in root.iter(f"{SVG}text"):
        assert int(text.get("x", "0")) + int(text.get("textLength", "0")) <= width


def test_a_title_full_of_markup_is_text() -> None:
    root = ElementTree.fromstring(badge('<script>"&\x07', Status.AT_RISK, 0.1))  # noqa: S314  # our own
    assert (root.findtext(f"{SVG}title") or "").startswith('<script>"&')


@pytest.mark.parametrize("name", ["recognized_expert", "recognized_expert.connections"])
def test_a_badge_is_served_and_kept_by_its_tag(served: Served, name: str) -> None:
    answer = get(served, f"/badge/{name}.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "private, max-age=60, must-revalidate"
    again = get(served, f"/badge/{name}.svg", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = get(served, f"/badge/{name}.svg", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_badge_of_nothing_is_not_found(served: Served) -> None:
    answer = get(served, "/badge/recognized_expert.conections.svg", TOKEN)
    assert answer.status_code == 404
    assert "recognized_expert.connections" in answer.text

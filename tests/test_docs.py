"""The README tells of everything there is, and its tables are those that the code makes."""

import re
from pathlib import Path

import pytest

from tests.generated import ROOT, files

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize(("path", "text"), files().items(), ids=lambda one: one.name if isinstance(one, Path) else "")
def test_generated_files_are_up_to_date(path: Path, text: str) -> None:
    assert path.read_text() == text, "run `make docs`"


def test_the_readme_shows_a_result_by_line_30() -> None:
    assert any("→" in line and "█" in line for line in README.splitlines()[:30])


def test_every_link_in_the_readme_leads_somewhere() -> None:
    places = set(re.findall(r"`((?:config|deploy|tests|ingest|connectors)/[\w./-]+)`", README))
    theirs = {"config/okr.yaml"}  # where a user's own may lie
    assert [path for path in sorted(places - theirs) if not (ROOT / path).exists()] == []


def test_every_make_target_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    targets = [line for line in lines if re.match(r"^(serve|test|check|bench|docs|clean|help):", line)]
    assert len(targets) == 7
    assert all("## " in line for line in targets)

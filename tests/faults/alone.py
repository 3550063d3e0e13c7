"""A round of pulls in a process and a network of its own."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.faults.round import Told


def answered(folder: Path) -> tuple[dict[str, Told], dict[str, list[dict[str, str]]]]:
    """What came of each source of a prepared folder, and who was caught in a trap; see `tests.faults.round`."""
    done = subprocess.run(
        [*_alone(), sys.executable, "-m", "tests.faults.round", str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads((folder / "told.json").read_text())
    caught = json.loads((folder / "caught.json").read_text())
    return {source: Told(**answer) for source, answer in answers.items()}, caught


@cache
def _alone() -> tuple[str, ...]:
    """What starts a program in an empty network: a client that follows a bad redirect sends nothing off the machine."""
    start = ("unshare", "--map-root-user", "--net", "--mount")
    try:
        subprocess.run([*start, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no empty network: unshare --net --mount is not allowed here")
    return start

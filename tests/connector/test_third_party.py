"""A connector of a third party: a package of its own, installed by pip beside ours, found, and run through the kit."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "example_package"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package is installed; on the path of a child it is beside our own environment."""
    folder = tmp_path_factory.mktemp("beside")
    source = folder / "source"
    shutil.copytree(PACKAGE, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(folder / "site"), str(source)], check=True)
    return folder


def run(beside: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": f"{beside / 'site'}:{ROOT}", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=beside, env=environment, check=False)


FIND = """
from pathlib import Path
from ingest.connector.find import BrokenConnector, find, names
print(*names())
for name in ("example_mail", "example_typo", "example_broken", "manual"):
    try:
        print(name, find(name, Path()).__name__)
    except BrokenConnector as error:
        print(error)
"""


def test_an_entry_point_is_found_and_a_broken_one_disables_itself_alone(beside: Path) -> None:
    found = run(beside, "-c", FIND)
    assert found.returncode == 0, found.stderr
    listed, *lines = found.stdout.splitlines()
    assert {"example_mail", "example_typo", "example_broken", "manual"} <= set(listed.split())
    assert lines == [
        "example_mail ExampleMail",
        "example_typo: it cannot be loaded: AttributeError: module 'okr_example.mail' has no attribute 'ExampelMail'",
        "example_broken: it cannot be loaded: SystemExit: the library behind this connector is too old",
        "manual Manual",
    ]


def test_okr_lists_it_and_shows_its_page(beside: Path) -> None:
    listed = run(beside, "-m", "ingest", "connectors")
    assert listed.returncode == 0, listed.stderr
    page = run(beside, "-m", "ingest", "connectors", "example_mail")
    summary = page.stdout.splitlines()[2]
    assert any(line.startswith("example_mail ") and line.endswith(summary) for line in listed.stdout.splitlines())
    assert "example_broken     cannot be used: it cannot be loaded: SystemExit" in listed.stdout
    assert "| `api_key` | secret | **required** |" in page.stdout


def test_a_third_party_runs_the_kit_on_its_connector(beside: Path) -> None:
    ran = run(beside, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(beside / "source" / "tests"))
    assert ran.returncode == 0, ran.stdout
    assert "failed" not in ran.stdout

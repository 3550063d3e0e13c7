"""The built wheel, installed into an environment that holds nothing else, is the whole product."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def okr() -> Path:
    """The `okr` of that environment; `make test` makes it and says where."""
    where = os.environ.get("OKR_TEST_WHEEL")
    if not where:
        pytest.skip("`make test` builds the wheel and sets OKR_TEST_WHEEL")
    return Path(where).absolute()


def run(okr: Path, *words: str, cwd: Path, **environ: str) -> str:
    done = subprocess.run(
        [okr, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False, env=os.environ | environ
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_demo_runs_from_the_wheel_in_an_empty_environment(okr: Path, tmp_path: Path) -> None:
    run(okr, "init", "--demo", "demo", cwd=tmp_path)
    demo = tmp_path / "demo"
    run(okr, "check", cwd=demo)
    run(okr, "pull", cwd=demo)
    objectives = json.loads(run(okr, "status", "--json", cwd=demo))
    statuses = [key_result["status"] for objective in objectives for key_result in objective["key_results"]]
    assert len(statuses) >= 7
    assert any(status in ("on_track", "achieved") for status in statuses)
    page = run(okr, "connectors", "spreadsheet", cwd=demo)
    assert "path" in page


def test_a_connector_of_a_third_partys_package_is_found_and_configured_there(okr: Path, tmp_path: Path) -> None:
    source, site = tmp_path / "source", tmp_path / "site"
    shutil.copytree(Path(__file__).parent / "connector" / "example_package", source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", site, source], check=True)
    beside = {"PYTHONPATH": str(site)}
    assert "example_mail" in run(okr, "connectors", cwd=tmp_path, **beside)
    assert "example_mail" not in run(okr, "connectors", cwd=tmp_path)
    run(okr, "init", "--from", "example_mail", "mine", cwd=tmp_path, **beside)
    with (tmp_path / "mine" / ".env").open("a") as env:
        env.write("EXAMPLE_MAIL_API_KEY=made-up\n")
    run(okr, "check", cwd=tmp_path / "mine", **beside)

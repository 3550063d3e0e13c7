"""A real pretix on a free port of loopback, in a folder that is thrown away, with what `seed.py` puts in it.

`.ci/run --all` installs it; by hand: `python3 -m venv build/pretix && build/pretix/bin/pip install -r
tests/servers/pretix/requirements.txt`. Its tables are made at once (`at_once.py`), as in pretix's own tests.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

HERE = Path(__file__).parent
PROGRAM = HERE.parents[2] / "build" / "pretix" / "bin" / "python"
PATIENCE = 60.0
"""Seconds until it must answer."""
CONFIG = """
[pretix]
url=http://127.0.0.1:{port}
datadir={folder}
[database]
backend=sqlite3
name={folder}/db.sqlite3
[django]
secret=a-made-up-secret-of-a-pretix-that-is-thrown-away
debug=off
"""


@dataclass(frozen=True)
class Server:
    url: str
    token: str


@contextmanager
def pretix() -> Iterator[Server]:
    """Skips where it is not installed."""
    if not PROGRAM.exists():
        pytest.skip("pretix is not installed: see tests/servers/pretix/server.py")
    with TemporaryDirectory(prefix="okr-pretix-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], Path(folder) / "token"
        free.close()
        (Path(folder) / "pretix.cfg").write_text(CONFIG.format(port=port, folder=folder))
        own = {"PRETIX_CONFIG_FILE": f"{folder}/pretix.cfg", "OKR_TOKEN_FILE": str(token)}
        environment = {**os.environ, **own}
        environment.pop("PYTHONPATH", None)
        at_once = {"DJANGO_SETTINGS_MODULE": "at_once", "PYTHONPATH": str(HERE)}
        start = [str(PROGRAM), "-m", "pretix"]
        code = (HERE / "seed.py").read_text()
        for words, settings in ((["migrate", "--run-syncdb"], at_once), (["shell", "-c", code], {})):
            made = {**environment, **settings}
            subprocess.run([*start, *words], cwd=folder, env=made, check=True, capture_output=True, timeout=500)
        with (Path(folder) / "said").open("wb") as said:
            words = [*start, "runserver", f"127.0.0.1:{port}", "--noreload"]
            process = subprocess.Popen(words, cwd=folder, env=environment, stdout=said, stderr=said)
        try:
            _await(f"http://127.0.0.1:{port}/api/v1/", process)
            yield Server(f"http://127.0.0.1:{port}", token.read_text())
        finally:
            process.terminate()
            process.wait(20)


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "pretix ended"
        try:
            httpx.get(url, trust_env=False, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("pretix does not answer")

"""A configuration whose source is granted access by a real OAuth 2 server."""

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.config.load import load
from ingest.connector import Ask
from ingest.connector.oauth.account import OAuthAccount
from ingest.okr.instant import from_rfc3339, instant, moment, rfc3339
from ingest.run.consent.grant import grant
from ingest.run.consent.prompt import Prompt
from ingest.run.http import open_client
from tests.servers.oidc.provider import Provider, browse, provider

OKR = Path(sys.executable).with_name("okr")
CONNECTOR = '''\
"""Counts the letters of its token."""
import os
import signal
from pathlib import Path
from pydantic import Field
from ingest.connector import Ask, Connector, OAuth, Reading, level

class Mine(Connector):
    """Numbers of an account."""
    signals = {"letters": level("letters", "how long its token is")}
    oauth: OAuth = Field(description="how access is granted")

    def authorization(self):
        return self.oauth

    async def pull(self, ask: Ask):
        token = await ask.token()
        if Path("die").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        yield Reading("letters", len(token.get_secret_value()))
'''


@pytest.fixture(scope="session")
def vendor() -> Iterator[Provider]:
    with provider() as running:
        yield running


@dataclass(frozen=True)
class Place:
    """A folder with a configuration, in which `okr` is run."""

    home: Path
    vendor: Provider

    @property
    def file(self) -> Path:
        return self.home / ".okr" / "tokens" / "mine.json"

    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def age(self, hours: float = 1) -> None:
        """Let time go by for the token that is kept."""
        token = self.kept()
        for name in ("obtained_at", "expires_at"):
            token[name] = rfc3339(instant(moment(from_rfc3339(token[name])) - timedelta(hours=hours)))
        self.file.write_text(json.dumps(token))

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen([OKR, *words], cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([OKR, *words], cwd=self.home, capture_output=True, text=True, timeout=60, check=False)

    def account(self) -> OAuthAccount:
        account = load(self.home / "okr.yaml", {}).sources["mine"].account
        assert account is not None
        return account

    def grant(self) -> None:
        """What `okr auth mine` does, in this process."""

        def consent(prompt: Prompt) -> None:
            threading.Thread(target=browse, args=(prompt.url,), daemon=True).start()

        asyncio.run(grant(self.account(), "browser", consent))

    def token(self) -> str:
        """The access token that a pull of this moment has."""

        async def asked() -> str:
            async with open_client() as client:
                ask = Ask(
                    client=lambda: client,
                    now=datetime.now(UTC),
                    zone=ZoneInfo("UTC"),
                    home=self.home,
                    key=b"",
                    account=self.account(),
                )
                return (await ask.token()).get_secret_value()

        return asyncio.run(asked())

    def authorise(self, *words: str, consents: bool = True) -> tuple[int, str, str, str]:
        """`okr auth mine`, with somebody at a browser: exit code, output, errors, and the last page they saw."""
        running = self.start("auth", "mine", *words)
        assert running.stdout is not None
        before = ""
        while not (address := re.search(r"^  (http\S+)$", before, re.MULTILINE)):
            line = running.stdout.readline()
            if not line:
                break
            before += line
        page = browse(address[1], consents=consents) if address else ""
        out, errors = running.communicate(timeout=60)
        return running.returncode, before + out, errors, page


@pytest.fixture
def place(tmp_path: Path, vendor: Provider) -> Place:
    return place_in(tmp_path, vendor)


def place_in(folder: Path, vendor: Provider, client: str = "okr") -> Place:
    (folder / "my.py").write_text(CONNECTOR)
    lines = "".join(f"      {name}: {json.dumps(text)}\n" for name, text in vendor.settings(client).items())
    (folder / "okr.yaml").write_text(
        "timezone: Europe/Berlin\nsources:\n  mine:\n    connector: ./my.py\n    oauth:\n"
        f"{lines}      parameters:\n        prompt: consent\n  hand:\n    connector: manual\n"
        "    signals:\n      people:\n        kind: level\n"
        "server:\n  listen: 127.0.0.1:8321\n  token: ${OKR_TOKEN:-}\n"
    )
    return Place(folder, vendor)

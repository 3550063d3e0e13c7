"""A token that is renewed by showing it, as people meet it: `okr` in a folder, and a vendor that takes each once."""

import asyncio
import json
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.config.load import load
from ingest.connector import Ask
from ingest.okr.instant import from_rfc3339, instant, moment, rfc3339
from ingest.run.http import open_client
from tests.face.conftest import OKR, TOKEN, free_port, listen_at, serve
from tests.servers.meta import FIRST, Meta, meta


@dataclass(frozen=True)
class Place:
    home: Path
    vendor: Meta

    @property
    def file(self) -> Path:
        return self.home / ".okr" / "tokens" / "network.json"

    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def age(self, days: float) -> None:
        """Let time go by for the token that is kept."""
        token = self.kept()
        for name in ("obtained_at", "expires_at"):
            if token[name] is not None:
                token[name] = rfc3339(instant(moment(from_rfc3339(token[name])) - timedelta(days=days)))
        self.file.write_text(json.dumps(token))

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen([OKR, *words], cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> tuple[int, str]:
        """The exit code, and all that it says."""
        running = self.start(*words)
        out, errors = running.communicate(timeout=60)
        return running.returncode, out + errors

    def good(self, *words: str) -> str:
        code, said = self.run(*words)
        assert code == 0, said
        return said

    def token(self) -> str:
        """The token that a pull of this moment has."""

        async def asked() -> str:
            async with open_client() as client:
                account = load(self.home / "okr.yaml", {}).sources["network"].account
                zone, now = ZoneInfo("UTC"), datetime.now(UTC)
                ask = Ask(client=lambda: client, now=now, zone=zone, home=self.home, key=b"", account=account)
                return (await ask.token()).get_secret_value()

        return asyncio.run(asked())

    def write(self, token: str) -> None:
        (self.home / ".env").write_text(f"THREADS_TOKEN={token}\nOKR_TOKEN={TOKEN}\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with meta() as vendor:
        (tmp_path / "okr.yaml").write_text(
            "timezone: Europe/Berlin\nsources:\n  network:\n    connector: threads\n    token: ${THREADS_TOKEN}\n"
            f"    url: {vendor.url}/v1.0\nserver:\n  listen: 127.0.0.1:8321\n  token: ${{OKR_TOKEN}}\n"
        )
        made = Place(tmp_path, vendor)
        made.write(FIRST)
        made.token()
        yield made


def test_a_first_token_is_kept_for_its_owner_alone_and_not_renewed_at_once(place: Place) -> None:
    place.file.unlink()
    place.good("pull")
    assert place.vendor.renewals == 0
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert (place.file.parent / ".gitignore").read_text() == "*\n"
    assert place.good("check").endswith("1 source\n")
    assert place.kept()["first"] != FIRST
    assert "network uses no OAuth 2; no source here does" in place.run("auth", "network")[1]


def test_it_is_renewed_by_itself_and_check_live_and_the_page_and_metrics_tell_its_end(place: Place) -> None:
    place.age(2)
    said = place.good("check", "--live")
    assert "412 followers on 'ada.example'" in said
    assert "the credential ends on " in said
    assert place.vendor.made == [place.kept()["access_token"]]
    end = place.kept()["expires_at"]
    place.age(7)
    port = free_port()
    listen_at(place.home, port)
    place.write(FIRST)
    running = serve(place.home, port)
    with running.client() as client:
        client.post("/api/v1/sources/network/pull").raise_for_status()
        [line] = [one for one in client.get("/metrics").text.splitlines() if one.startswith(GAUGE)]
        page = client.get("/sources").text
        [source] = client.get("/api/v1/sources").json()["items"]
    assert running.stop() == 0
    assert len(place.vendor.made) == 2
    assert source["credential_expires_at"] == place.kept()["expires_at"] > end
    assert float(line.rpartition(" ")[2]) == pytest.approx(from_rfc3339(place.kept()["expires_at"]) / 1e6, abs=1)
    assert "credential ends" in page
    assert all(token not in page + line for token in (FIRST, *place.vendor.made))


GAUGE = "okr_source_credential_expiry_timestamp_seconds{"


def test_who_is_killed_with_a_new_token_in_hand_has_lost_nothing(place: Place) -> None:
    """The vendor takes the old one no more; the new one is on the disk before the first request is sent with it."""
    place.age(2)
    running = place.start("pull")
    place.vendor.kills = running.pid
    running.communicate(timeout=60)
    assert running.returncode < 0
    assert place.kept()["access_token"] == place.vendor.good != FIRST
    assert place.token() == place.vendor.good
    assert place.vendor.renewals == 1


def test_processes_that_renew_at_once_make_one_request(place: Place) -> None:
    place.age(2)
    for one in [place.start("pull", "--dry-run") for _ in range(3)]:
        out, errors = one.communicate(timeout=60)
        assert one.returncode == 0, out + errors
    assert place.vendor.renewals == 1


def test_a_renewal_that_is_refused_is_told_everywhere_and_the_pull_goes_on(place: Place) -> None:
    place.age(2)
    place.token()
    place.age(8)
    place.vendor.refuses = True
    trouble = "its token could not be renewed: 127.0.0.1 does not understand the request (400): Cannot refresh …"
    cure = "→ make a new token with the app's User Token Generator (developers.facebook.com), and write it as `token`"
    told = place.good("pull")
    assert f"{trouble} {cure}" in told
    assert f"{trouble} {cure}" in place.good("status")
    assert trouble in place.good("report", "--week")
    port = free_port()
    listen_at(place.home, port)
    place.write(FIRST)
    running = serve(place.home, port)
    with running.client() as client:
        client.post("/api/v1/sources/network/pull").raise_for_status()
        client.post("/api/v1/sources/network/pull").raise_for_status()
        [source] = client.get("/api/v1/sources").json()["items"]
        page = client.get("/sources").text
    assert running.stop() == 0
    assert source["outcome"] == "ok"
    assert trouble in source["message"]
    assert "developers.facebook.com" in source["cure"]
    assert "its token could not be renewed" in page
    assert "User Token Generator" in page
    place.vendor.refuses = False
    assert "could not be renewed" not in place.good("pull") + place.good("status")


def test_two_weeks_before_its_end_it_is_warned_of_where_no_renewal_went_well(place: Place) -> None:
    place.age(2)
    place.token()
    place.age(50)
    place.vendor.refuses = True
    place.good("pull")
    assert "source network: its credential ends in 9 d" in place.good("status")
    assert "sources.network: its credential ends in 9 d" in place.good("check")


def test_one_that_has_ended_says_what_to_do_and_a_new_one_in_the_settings_is_all_it_takes(place: Place) -> None:
    place.age(2)
    place.token()
    place.age(61)
    place.vendor.good = "THAA-somebody-made-another"
    code, said = place.run("pull")
    assert code == 1
    assert "refused: the token has ended and could not be renewed" in said
    assert "make a new token with the app's User Token Generator" in said
    assert "it needs a token with threads_basic" in said
    place.write(place.vendor.good)
    assert "credential" not in place.good("pull") + place.good("status")
    assert place.kept()["access_token"] == place.vendor.good
    place.age(2)
    assert place.token() == place.vendor.made[-1]


def test_no_token_is_anywhere_but_in_its_file(place: Place) -> None:
    place.age(2)
    said = place.good("pull")
    place.age(8)
    place.vendor.refuses = True
    said += place.good("pull") + place.good("status") + place.good("check", "--live")
    place.age(60)
    said += place.run("pull")[1]
    for token in (FIRST, *place.vendor.made):
        assert token not in said
        for file in place.home.rglob("*"):
            if file.is_file() and file not in (place.file, place.home / ".env"):
                assert token.encode() not in file.read_bytes(), file

"""`okr auth` on a real OAuth 2 server whose refresh tokens may be used once."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.auth.conftest import Place, place_in
from tests.face.conftest import free_port, listen_at, serve
from tests.servers.oidc.provider import SECRET, Provider, browse


@pytest.mark.parametrize("client", ["okr", "okr-body", "okr-public"])
def test_consent_in_a_browser_grants_access(tmp_path: Path, vendor: Provider, client: str) -> None:
    place = place_in(tmp_path, vendor, client)
    code, out, errors, page = place.authorise("--no-browser")
    assert (code, errors) == (0, "")
    assert "granted: openid offline_access" in out
    assert "renewed by itself" in out
    assert "next: okr pull mine" in out
    assert "Done" in page
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.file.parent.stat().st_mode) == 0o700
    assert (place.file.parent / ".gitignore").read_text() == "*\n"
    kept = place.kept()
    assert all(secret not in out + page for secret in (kept["access_token"], kept["refresh_token"], SECRET))
    pulled = place.run("pull", "mine")
    assert pulled.returncode == 0, pulled.stdout + pulled.stderr
    assert kept["access_token"] not in pulled.stdout + pulled.stderr


def test_consent_with_a_code_on_another_device_grants_access(place: Place) -> None:
    code, out, errors, _ = place.authorise("--device")
    assert (code, errors) == (0, "")
    assert "compare the code" in out
    assert "granted: openid offline_access" in out
    assert place.kept()["refresh_token"]


@pytest.mark.parametrize("way", ["--no-browser", "--device"])
def test_whoever_does_not_consent_grants_nothing(place: Place, way: str) -> None:
    code, _, errors, _ = place.authorise(way, consents=False)
    assert code == 1
    assert "access was not granted" in errors
    assert not place.file.exists()


def test_the_token_is_renewed_before_it_ends(place: Place) -> None:
    place.grant()
    first = place.kept()
    assert place.token() == first["access_token"]
    assert place.kept() == first
    for _ in range(3):
        place.age()
        before = place.kept()
        assert place.token() == place.kept()["access_token"] != before["access_token"]
        assert place.kept()["refresh_token"] != before["refresh_token"]
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600


def test_processes_that_renew_at_once_make_one_request_and_break_no_chain(place: Place) -> None:
    place.grant()
    place.age()
    before = len(place.vendor.grants())
    running = [place.start("pull", "mine", "--dry-run") for _ in range(3)]
    for one in running:
        out, errors = one.communicate(timeout=60)
        assert one.returncode == 0, out + errors
    assert place.vendor.grants()[before:] == [{"grant": "refresh_token", "ok": True}]
    place.age()
    assert place.token()


def test_who_is_killed_with_a_new_token_in_hand_has_lost_nothing(place: Place) -> None:
    """The token is on the disk before the first request is sent with it."""
    place.grant()
    place.age()
    old = place.kept()["refresh_token"]
    (place.home / "die").touch()
    assert place.run("pull", "mine").returncode < 0
    assert place.kept()["refresh_token"] != old
    (place.home / "die").unlink()
    place.age()
    assert place.token()


def test_a_revoked_grant_says_to_consent_again_and_then_all_is_well(place: Place) -> None:
    place.grant()
    old = place.kept()["refresh_token"]
    place.age()
    assert place.token()
    form = {"grant_type": "refresh_token", "refresh_token": old}
    stolen = httpx.post(place.vendor.token_url, data=form, auth=("okr", "a+made-up%3A+secret%2F%2B"), trust_env=False)
    assert stolen.json()["error"] == "invalid_grant"
    place.age()
    pulled = place.run("pull", "mine")
    assert pulled.returncode == 1
    assert "refused: the grant has ended or was revoked" in pulled.stdout
    assert "run `okr auth mine`" in pulled.stdout
    place.grant()
    assert place.token()


def test_a_clock_that_is_wrong_by_days_does_no_harm(place: Place) -> None:
    place.grant()
    for hours in (-72, 72):
        place.age(hours)
        before = place.kept()["access_token"]
        assert place.token() != before


def test_before_anybody_consented_it_says_so(place: Place) -> None:
    checked = place.run("check")
    assert checked.returncode == 0
    assert "nobody has granted access yet → run `okr auth mine`" in checked.stderr
    pulled = place.run("pull", "mine")
    assert pulled.returncode == 1
    assert "nobody has granted access yet → run `okr auth mine`" in pulled.stdout


def test_a_token_that_others_can_read_is_not_used(place: Place) -> None:
    place.grant()
    place.file.chmod(0o644)
    pulled = place.run("pull", "mine")
    assert pulled.returncode == 1
    assert "chmod 600 .okr/tokens/mine.json" in pulled.stdout
    assert "chmod 600 .okr/tokens/mine.json" in place.run("check").stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("auth", "hand"), 2, "hand uses no OAuth 2; these do: mine"),
        (("auth", "mime"), 1, "did you mean 'mine'?"),
        (("auth",), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_granted_says_why(place: Place, words: tuple[str, ...], code: int, said: str) -> None:
    ended = place.run(*words)
    assert ended.returncode == code
    assert said in ended.stderr


def test_a_vendor_that_is_gone_says_so(place: Place) -> None:
    text = (place.home / "okr.yaml").read_text()
    (place.home / "okr.yaml").write_text(text.replace(place.vendor.url, "http://127.0.0.1:1"))
    ended = place.run("auth", "mine", "--device")
    assert ended.returncode == 1
    assert "127.0.0.1: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_answer_that_nobody_asked_for_changes_nothing(place: Place) -> None:
    """Any page in the browser can send requests to this machine."""
    running = place.start("auth", "mine", "--no-browser")
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Open")
    address = running.stdout.readline().strip()
    landing = httpx.URL(address).params["redirect_uri"]
    with httpx.Client(trust_env=False) as client:
        assert client.get(landing, params={"code": "theirs", "state": "theirs"}).status_code == 400
        assert client.get(landing, params={"error": "access_denied"}).status_code == 400
        assert client.get(httpx.URL(landing).join("/favicon.ico")).status_code == 404
        assert client.post(landing).status_code == 405
    assert "Done" in browse(address)
    out, errors = running.communicate(timeout=60)
    assert running.returncode == 0, out + errors
    with pytest.raises(httpx.ConnectError):
        httpx.get(landing, trust_env=False)


def test_the_end_of_a_grant_is_told_two_weeks_ahead(place: Place) -> None:
    place.grant()
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9, hours=1)
    place.file.write_text(json.dumps(place.kept() | {"refresh_expires_at": end.isoformat()}))
    told = "its credential ends in 9 d"
    assert f"sources.mine: {told}" in place.run("check").stderr
    assert place.run("pull", "mine").returncode == 0
    status = place.run("status").stdout
    assert f"source mine: {told}" in status
    assert "→ run `okr auth mine`" in status
    listen_at(place.home, port := free_port())
    served = serve(place.home, port)
    try:
        with served.client() as client:
            assert "Its credential ends in 9 d" in client.get("/sources").text
            lines = [line for line in client.get("/metrics").text.splitlines() if "credential_expiry" in line]
            assert [float(line.split()[-1]) for line in lines if "{" in line] == [end.timestamp()]
            assert place.kept()["access_token"] not in client.get("/metrics").text + client.get("/sources").text
    finally:
        assert served.stop() == 0

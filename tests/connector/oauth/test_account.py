"""An access token that is good now: kept, renewed in time, one renewal at a time, nothing lost."""

import asyncio
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ingest.connector import Ask, Broken, Connector, OAuth, Reading, Refused, SourceError, Unavailable, level
from ingest.connector.drain import drain
from ingest.okr.instant import DAY, HOUR, MINUTE, instant, rfc3339
from tests.connector.oauth.vendor import NOW, OAUTH, Vendor, account_in, ask_as, got, granted, kept, refusal, token


def test_a_token_that_lasts_is_given_without_asking_anybody(tmp_path: Path) -> None:
    vendor = Vendor([])
    ask = ask_as(account_in(tmp_path, token(expires_at=NOW + HOUR)), vendor)
    assert got(ask) == "access 1"
    assert vendor.asked == []


@pytest.mark.parametrize(
    ("left", "life", "renews"),
    [
        (6 * MINUTE, HOUR, False),
        (4 * MINUTE, HOUR, True),
        (4 * MINUTE, 8 * MINUTE, False),
        (MINUTE, 8 * MINUTE, True),
        (0, HOUR, True),
        (-DAY, HOUR, True),
    ],
)
def test_it_is_renewed_five_minutes_before_its_end_or_in_its_last_quarter(
    tmp_path: Path, left: int, life: int, renews: bool
) -> None:
    end = NOW + left
    vendor = Vendor([granted()])
    ask = ask_as(account_in(tmp_path, token(expires_at=end, obtained_at=end - life)), vendor)
    assert got(ask) == ("access 2" if renews else "access 1")
    assert len(vendor.asked) == renews


def test_what_is_renewed_is_kept_for_its_owner_alone_before_it_is_given(tmp_path: Path) -> None:
    account, vendor = account_in(tmp_path, token()), Vendor([granted(scope="read")])
    assert got(ask_as(account, vendor)) == "access 2"
    assert vendor.asked == [{"grant_type": "refresh_token", "refresh_token": "refresh 1"}]
    found = kept(account)
    times = [instant(datetime.fromisoformat(found.pop(name))) for name in ("obtained_at", "expires_at")]
    assert all(0 <= at - expected < MINUTE for at, expected in zip(times, (NOW, NOW + HOUR), strict=True))
    assert found == {
        "access_token": "access 2",
        "refresh_token": "refresh 2",
        "scope": "read",
        "refresh_expires_at": None,
        "client_id": "us",
        "token_url": "https://vendor.example/token",
    }
    assert stat.S_IMODE(account.file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mailbox.json", "mailbox.json.lock"]


def test_a_refresh_token_that_is_not_told_again_stays(tmp_path: Path) -> None:
    account = account_in(tmp_path, token(refresh_expires_at=NOW + 60 * DAY))
    answer = granted()
    del answer["refresh_token"]
    got(ask_as(account, Vendor([answer])))
    assert kept(account)["refresh_token"] == "refresh 1"
    assert kept(account)["refresh_expires_at"] == rfc3339(NOW + 60 * DAY)


def test_twenty_at_once_make_one_request(tmp_path: Path) -> None:
    async def slowly(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.2)
        return httpx.Response(200, json=granted())

    vendor = Vendor([slowly])
    account = account_in(tmp_path, token())

    async def all_at_once() -> list[SecretStr]:
        return await asyncio.gather(*(ask_as(account, vendor).token() for _ in range(20)))

    assert {one.get_secret_value() for one in asyncio.run(all_at_once())} == {"access 2"}
    assert len(vendor.asked) == 1


def test_a_pull_that_is_given_up_loses_no_answer(tmp_path: Path) -> None:
    async def slowly(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return httpx.Response(200, json=granted())

    account = account_in(tmp_path, token())

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await ask_as(account, Vendor([slowly])).token()
        await asyncio.sleep(0.5)

    asyncio.run(given_up())
    assert kept(account)["refresh_token"] == "refresh 2"


def test_a_token_that_the_source_does_not_take_is_renewed_once(tmp_path: Path) -> None:
    vendor = Vendor([granted()])
    account = account_in(tmp_path, token(expires_at=NOW + HOUR))
    assert got(ask_as(account, vendor), refused="access 1") == "access 2"
    assert got(ask_as(account, vendor), refused="access 1") == "access 2", "somebody has renewed it already"
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), Refused, "the grant has ended or was revoked"),
        (httpx.Response(401, json={"error": "invalid_client"}), Refused, "invalid_client"),
        (httpx.Response(200, json={"error": "bad_refresh_token"}), Refused, "bad_refresh_token"),
        (httpx.Response(400, text="no"), Refused, "(400)"),
        (httpx.Response(404), Refused, "(404)"),
        (httpx.Response(500, json={"error": "invalid_grant"}), Unavailable, "(500)"),
        (httpx.Response(503, json=granted()), Unavailable, "(503)"),
        (httpx.Response(429, headers={"retry-after": "30"}), Unavailable, "(429)"),
        (httpx.Response(400, json={"error": "temporarily_unavailable"}), Unavailable, "temporarily_unavailable"),
        (httpx.Response(302, headers={"location": "/other"}), Refused, "redirect"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), Refused, "elsewhere.example"),
        (httpx.Response(200, text="<html>log in</html>"), Broken, "HTML"),
        (httpx.Response(200, json={"token_type": "Bearer"}), Broken, "access_token"),
        (httpx.Response(200, json=granted(token_type="mac")), Broken, "token_type"),
        (httpx.Response(200, json=granted(expires_in=True)), Broken, "expires_in"),
        (httpx.Response(200, content=b'{"access_token": "' + b"a" * 2**21 + b'"}'), Broken, "larger than 1 MiB"),
    ],
)
def test_what_the_vendor_says_has_its_outcome_and_the_old_token_stays(
    tmp_path: Path, answer: httpx.Response, kind: type[SourceError], said: str
) -> None:
    account = account_in(tmp_path, token())
    before = account.file.read_bytes()
    error = refusal(ask_as(account, Vendor([answer])))
    assert isinstance(error, kind)
    message = error.ending().message
    assert said in message
    for secret in ("access 1", "refresh 1", "our secret"):
        assert secret not in message
    assert account.file.read_bytes() == before
    assert not (tmp_path / "mailbox.json.new").exists()


def test_a_grant_that_ended_says_how_to_consent_again(tmp_path: Path) -> None:
    answer = {"error": "invalid_grant", "error_description": "refresh 1 was used twice"}
    error = refusal(ask_as(account_in(tmp_path, token()), Vendor([httpx.Response(400, json=answer)])))
    assert isinstance(error, Refused)
    assert error.cure == "run `okr auth mailbox`"
    assert "… was used twice" in error.message


def test_while_the_vendor_is_out_of_order_a_token_is_used_to_its_end(tmp_path: Path) -> None:
    account = account_in(tmp_path, token(expires_at=NOW + 2 * MINUTE))
    assert got(ask_as(account, Vendor([httpx.Response(503)]))) == "access 1"
    assert isinstance(refusal(ask_as(account, Vendor([httpx.Response(503)]), NOW + 3 * MINUTE)), Unavailable)


def test_nothing_granted_yet_says_what_to_run(tmp_path: Path) -> None:
    error = refusal(ask_as(account_in(tmp_path), Vendor([])))
    assert isinstance(error, Refused)
    assert error.cure == "run `okr auth mailbox`"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    account = account_in(tmp_path, token(expires_at=NOW + HOUR))
    account.file.chmod(mode)
    error = refusal(ask_as(account, Vendor([])))
    assert isinstance(error, Refused)
    assert error.cure == "chmod 600 tokens/mailbox.json"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"access_token": 5}', '{"refresh_token": ""}', "\0"])
def test_a_file_that_holds_no_token_is_refused(tmp_path: Path, text: str) -> None:
    error = refusal(ask_as(account_in(tmp_path, text), Vendor([])))
    assert isinstance(error, Refused)
    assert "holds no token" in error.message


def test_a_refresh_token_from_elsewhere_is_all_it_takes(tmp_path: Path) -> None:
    vendor = Vendor([granted()])
    assert got(ask_as(account_in(tmp_path, '{"refresh_token": "refresh 1"}'), vendor)) == "access 2"


@pytest.mark.parametrize("other", [{"client_id": "them"}, {"token_url": "https://elsewhere.example/token"}])
def test_a_token_is_sent_to_nobody_but_whom_it_came_from(tmp_path: Path, other: dict[str, str]) -> None:
    vendor = Vendor([])
    error = refusal(ask_as(account_in(tmp_path, token(**other)), vendor))
    assert isinstance(error, Refused)
    assert error.cure == "run `okr auth mailbox`"
    assert vendor.asked == []


def test_a_folder_that_cannot_be_written_spends_no_token(tmp_path: Path) -> None:
    account, vendor = account_in(tmp_path, token()), Vendor([granted()])
    (tmp_path / "mailbox.json.new").mkdir()
    error = refusal(ask_as(account, vendor))
    assert isinstance(error, Refused)
    assert "cannot be written" in error.message
    assert vendor.asked == []


def test_a_clock_that_was_set_back_has_the_token_renewed(tmp_path: Path) -> None:
    """What is written of its end was true on another clock."""
    account = account_in(tmp_path, token(obtained_at=NOW + DAY, expires_at=NOW + DAY + HOUR))
    assert got(ask_as(account, Vendor([granted()]))) == "access 2"


def test_a_token_without_a_known_end_is_used_until_it_is_refused(tmp_path: Path) -> None:
    account = account_in(tmp_path, token(expires_at=None))
    assert got(ask_as(account, Vendor([]), NOW + 365 * DAY)) == "access 1"


def test_an_access_token_without_a_refresh_token_ends(tmp_path: Path) -> None:
    account = account_in(tmp_path, token(refresh=None, expires_at=NOW + MINUTE))
    ask = ask_as(account, Vendor([]))
    assert got(ask) == "access 1"
    assert ask.expiry is not None
    assert instant(ask.expiry) == NOW + MINUTE
    error = refusal(ask_as(account, Vendor([]), NOW + MINUTE))
    assert isinstance(error, Refused)
    assert error.cure == "run `okr auth mailbox`"


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"refresh_token_expires_in": 86400 * 60}, 60),
        ({"refresh_expires_in": "86400"}, 1),
        ({"refresh_expires_in": 0}, None),
        ({}, None),
    ],
)
def test_the_end_that_matters_is_that_of_the_refresh_token(
    tmp_path: Path, said: dict[str, Any], days: int | None
) -> None:
    ask = ask_as(account_in(tmp_path, token(refresh_expires_at=NOW + 9 * DAY)), Vendor([granted(**said)]))
    got(ask)
    assert (ask.expiry is None) is (days is None)
    if ask.expiry is not None and days is not None:
        assert abs(instant(ask.expiry) - (NOW + days * DAY)) < MINUTE


class Counting(Connector):
    """Counts with a token."""

    signals = {"people": level("people", "how many")}

    async def pull(self, ask: Ask) -> Any:
        token = await ask.token()
        yield Reading("people", len(token.get_secret_value()))


def test_a_pull_tells_when_the_grant_ends(tmp_path: Path) -> None:
    end = NOW + 10 * DAY
    account = account_in(tmp_path, token(expires_at=NOW + HOUR, refresh_expires_at=end))
    drained = asyncio.run(drain(Counting(), ask_as(account, Vendor([]))))
    assert drained.expiry is not None
    assert instant(drained.expiry.at) == end


def test_a_connector_without_an_authorization_has_no_token() -> None:
    with pytest.raises(Broken, match="authorization"):
        asyncio.run(drain(Counting(), ask_as(None, Vendor([]))))


@pytest.mark.parametrize(
    ("changes", "authorization", "fields"),
    [
        ({}, "Basic dXM6b3VyK3NlY3JldA==", set()),
        ({"client_auth": "body"}, None, {"client_id", "client_secret"}),
        ({"client_secret": None}, None, {"client_id"}),
    ],
)
def test_the_client_shows_who_it_is_as_the_vendor_wants(
    tmp_path: Path, changes: dict[str, Any], authorization: str | None, fields: set[str]
) -> None:
    vendor = Vendor([granted()])
    oauth = OAUTH.model_copy(update=changes)
    got(ask_as(account_in(tmp_path, token(), oauth), vendor))
    assert vendor.requests[0].headers.get("authorization") == authorization
    assert vendor.asked[0].keys() - {"grant_type", "refresh_token"} == fields


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("token_url", "http://vendor.example/token", "https"),
        ("token_url", "vendor.example/token", "https"),
        ("redirect", "https://example.org/callback", "this machine"),
        ("redirect", "http://example.org/callback", "this machine"),
        ("redirect", "http://127.0.0.1:99999/", "this machine"),
        ("parameters", {"state": "mine"}, "said already"),
        ("authorize_url", None, "authorize_url"),
    ],
)
def test_settings_that_cannot_work_are_refused(field: str, value: Any, said: str) -> None:
    fields = {**OAUTH.model_dump(), field: value}
    with pytest.raises(ValueError, match=said):
        OAuth.model_validate(fields)

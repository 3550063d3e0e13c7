"""A token that stands in the settings and is renewed by showing it: kept before it is used, and used while it lives."""

import asyncio
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ingest.connector import Ask, Connector, Reading, Refused, Renewal, SourceError, Unavailable, level
from ingest.connector.drain import Drained, drain
from ingest.connector.oauth.keep import locked
from ingest.connector.oauth.renewal import RenewalAccount
from ingest.okr.instant import DAY, HOUR, MINUTE, Instant, from_rfc3339, instant, rfc3339
from tests.connector.oauth.vendor import NOW, Vendor, ask_as, got, kept, refusal

URL = "https://graph.vendor.example/refresh_access_token"
CURE = "make a new one at vendor.example, and write it as `token`"
LIFE = 60 * DAY
SOON = DAY + MINUTE
"""After which a first token is renewed: its age is counted from the moment it was kept."""


def account_in(folder: Path, first: str = "first+token/", url: str = URL) -> RenewalAccount:
    renewal = Renewal(SecretStr(first), url, "xx_refresh_token", CURE)
    return RenewalAccount("network", folder / "network.json", "tokens/network.json", renewal)


def renewed(number: int = 2, **more: Any) -> dict[str, Any]:
    return {"access_token": f"token {number}", "token_type": "bearer", "expires_in": LIFE // 1_000_000, **more}


def begun(folder: Path, *renewals: dict[str, Any], first: str = "first+token/") -> tuple[RenewalAccount, Instant]:
    """An account whose first token was seen at NOW and renewed so often, a day after and then each week; and the time
    when that was."""
    account, at = account_in(folder, first), NOW
    got(ask_as(account, Vendor([]), at))
    for number, answer in enumerate(renewals):
        at += 7 * DAY + MINUTE if number else SOON
        got(ask_as(account, Vendor([answer]), at))
    return account, at


def test_the_first_token_is_used_as_it_is_for_a_day_and_nobody_is_asked(tmp_path: Path) -> None:
    account, vendor = account_in(tmp_path), Vendor([])
    for at in (NOW, NOW + HOUR, NOW + DAY - MINUTE):
        ask = ask_as(account, vendor, at)
        assert got(ask) == "first+token/"
        assert (ask.expiry, ask.trouble) == (None, None)
    assert vendor.requests == []
    assert stat.S_IMODE(account.file.stat().st_mode) == 0o600


def test_after_a_day_it_is_renewed_by_showing_it_and_its_end_is_known(tmp_path: Path) -> None:
    account, _ = begun(tmp_path)
    vendor = Vendor([renewed()])
    ask = ask_as(account, vendor, NOW + SOON)
    assert got(ask) == "token 2"
    [request] = vendor.requests
    assert request.method == "GET"
    assert request.url.copy_with(query=None) == URL
    assert dict(request.url.params) == {"grant_type": "xx_refresh_token", "access_token": "first+token/"}
    assert "authorization" not in request.headers
    assert ask.expiry is not None
    assert 0 <= instant(ask.expiry) - (NOW + SOON + LIFE) < MINUTE
    assert kept(account)["access_token"] == "token 2"


@pytest.mark.parametrize(("age", "asks"), [(7 * DAY - MINUTE, False), (7 * DAY + MINUTE, True), (59 * DAY, True)])
def test_each_week_another_follows(tmp_path: Path, age: int, asks: bool) -> None:
    account, at = begun(tmp_path, renewed())
    vendor = Vendor([renewed(3)])
    assert got(ask_as(account, vendor, at + age)) == ("token 3" if asks else "token 2")
    assert [one.url.params["access_token"] for one in vendor.requests] == (["token 2"] if asks else [])


@pytest.mark.parametrize(
    ("life", "rest"),
    [(60 * DAY, 7 * DAY), (10 * DAY, 5 * DAY), (HOUR, DAY), (None, DAY), (0, DAY)],
)
def test_a_short_life_is_renewed_in_its_second_half_but_never_within_a_day(
    tmp_path: Path, life: int | None, rest: int
) -> None:
    account, at = begun(tmp_path, renewed(expires_in=None if life is None else life // 1_000_000))
    vendor = Vendor([renewed(3)])
    if life is None or life > rest:
        assert got(ask_as(account, vendor, at + rest - MINUTE)) == "token 2"
        assert vendor.requests == []
    assert got(ask_as(account, vendor, at + rest + MINUTE)) == "token 3"


def test_what_follows_is_on_the_disk_before_it_is_given(tmp_path: Path) -> None:
    """Also where nobody waits for it any more."""
    account, at = begun(tmp_path)

    async def slowly(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.3)
        return httpx.Response(200, json=renewed())

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await ask_as(account, Vendor([slowly]), at + SOON).token()
        await asyncio.sleep(0.5)

    asyncio.run(given_up())
    assert kept(account)["access_token"] == "token 2"
    assert got(ask_as(account, Vendor([]), at + SOON)) == "token 2"


def test_twenty_at_once_make_one_request(tmp_path: Path) -> None:
    account, at = begun(tmp_path)

    async def slowly(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.2)
        return httpx.Response(200, json=renewed())

    vendor = Vendor([slowly])

    async def all_at_once() -> list[SecretStr]:
        return await asyncio.gather(*(ask_as(account, vendor, at + SOON).token() for _ in range(20)))

    assert {one.get_secret_value() for one in asyncio.run(all_at_once())} == {"token 2"}
    assert len(vendor.requests) == 1


def test_a_new_token_in_the_settings_wins_over_what_is_kept(tmp_path: Path) -> None:
    _, at = begun(tmp_path, renewed())
    another = account_in(tmp_path, "another first")
    ask = ask_as(another, Vendor([]), at + HOUR)
    assert got(ask) == "another first"
    assert ask.expiry is None, "the end of the one before is not its end"
    assert got(ask_as(another, Vendor([renewed(9)]), at + HOUR + SOON)) == "token 9"
    assert got(ask_as(account_in(tmp_path), Vendor([]), at + 2 * DAY)) == "first+token/"


def test_the_first_token_itself_is_told_by_a_hash(tmp_path: Path) -> None:
    account, _ = begun(tmp_path, renewed())
    assert "first+token/" not in account.file.read_text()
    assert kept(account)["first"] != "first+token/"
    assert "first+token/" not in repr(account)


def test_a_token_is_shown_to_nobody_but_whom_it_came_from(tmp_path: Path) -> None:
    _, at = begun(tmp_path, renewed())
    moved = account_in(tmp_path, url="https://elsewhere.example/refresh_access_token")
    assert got(ask_as(moved, Vendor([]), at + HOUR)) == "first+token/"


@pytest.mark.parametrize(
    ("answer", "said", "cure"),
    [
        (httpx.Response(400, json={"error": {"message": "token 2 is no good", "code": 1}}), "… is no good", CURE),
        (httpx.Response(401), "(401)", CURE),
        (httpx.Response(200, text="<html>log in</html>"), "HTML", CURE),
        (httpx.Response(200, json={"token_type": "bearer"}), "access_token", CURE),
        (httpx.Response(200, json=renewed(expires_in=True)), "expires_in", CURE),
        (httpx.Response(200, content=b'{"access_token": "' + b"a" * 2**21 + b'"}'), "larger than 1 MiB", CURE),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), "elsewhere.example", "address"),
        (httpx.Response(503), "(503)", "tried again at the next pull"),
        (httpx.Response(429, headers={"retry-after": "30"}), "(429)", "tried again at the next pull"),
    ],
)
def test_while_it_lives_the_old_one_goes_on_and_what_went_wrong_is_told(
    tmp_path: Path, answer: httpx.Response, said: str, cure: str
) -> None:
    account, at = begun(tmp_path, renewed())
    before = account.file.read_bytes()
    ask = ask_as(account, Vendor([answer]), at + 20 * DAY)
    assert got(ask) == "token 2"
    assert ask.trouble is not None
    assert ask.trouble.message.startswith("its token could not be renewed: ")
    assert said in ask.trouble.message
    assert cure in (ask.trouble.cure or "")
    assert "token 2" not in f"{ask.trouble}"
    assert ask.expiry is not None
    assert 0 <= instant(ask.expiry) - (at + LIFE) < MINUTE, "its end is told all the same"
    assert account.file.read_bytes() == before
    again = ask_as(account, Vendor([renewed(3)]), at + 20 * DAY + HOUR)
    assert got(again) == "token 3"
    assert again.trouble is None


def test_a_first_token_that_cannot_be_renewed_is_used_and_that_is_told(tmp_path: Path) -> None:
    account, at = begun(tmp_path)
    ask = ask_as(account, Vendor([httpx.Response(400)]), at + 30 * DAY)
    assert got(ask) == "first+token/"
    assert ask.trouble is not None


@pytest.mark.parametrize(("answer", "kind"), [(httpx.Response(400), Refused), (httpx.Response(503), Unavailable)])
def test_one_that_has_ended_says_what_to_do(tmp_path: Path, answer: httpx.Response, kind: type[SourceError]) -> None:
    account, at = begun(tmp_path, renewed())
    error = refusal(ask_as(account, Vendor([answer]), at + LIFE + HOUR))
    assert isinstance(error, kind)
    if isinstance(error, Refused):
        assert error.message.startswith("the token has ended and could not be renewed: ")
        assert error.cure == CURE


def test_a_vendor_that_renews_one_that_had_ended_by_our_clock_is_believed(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())
    assert got(ask_as(account, Vendor([renewed(3)]), at + LIFE + HOUR)) == "token 3"


def test_a_clock_that_was_set_back_has_it_renewed_and_stops_nothing(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())
    assert got(ask_as(account, Vendor([httpx.Response(400)]), at - 300 * DAY)) == "token 2"
    assert got(ask_as(account, Vendor([renewed(3)]), at - 300 * DAY)) == "token 3"
    assert from_rfc3339(kept(account)["expires_at"]) - (at - 300 * DAY + LIFE) < MINUTE


def test_a_token_that_the_source_does_not_take_is_renewed_at_once(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())
    assert got(ask_as(account, Vendor([renewed(3)]), at + HOUR), refused="token 2") == "token 3"
    error = refusal_of(account, at + HOUR, "token 3")
    assert isinstance(error, Refused)
    assert error.cure == CURE


def refusal_of(account: RenewalAccount, at: Instant, refused: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        got(ask_as(account, Vendor([httpx.Response(400)]), at), refused=refused)
    return caught.value


def test_where_nothing_can_be_written_it_is_used_and_that_is_told(tmp_path: Path) -> None:
    """A new token that is not kept would be lost, so none is asked for."""
    account, vendor = account_in(tmp_path), Vendor([])
    (tmp_path / "network.json.new").mkdir()
    for at in (NOW, NOW + 20 * DAY):
        ask = ask_as(account, vendor, at)
        assert got(ask) == "first+token/"
        assert ask.trouble is not None
        assert "cannot be written" in ask.trouble.message
        assert "let this user write there" in (ask.trouble.cure or "")
    assert vendor.requests == []


def test_what_another_process_got_meanwhile_is_taken(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())

    async def waits() -> str:
        async with locked(account.file, 1):
            asked = asyncio.create_task(ask_as(account, Vendor([]), at + 8 * DAY).token())
            await asyncio.sleep(0.2)
            assert not asked.done()
            account.file.write_text(json.dumps({**kept(account), "access_token": "theirs", "obtained_at": _at(at)}))
        return (await asked).get_secret_value()

    def _at(at: Instant) -> str:
        return rfc3339(at + 8 * DAY)

    assert asyncio.run(waits()) == "theirs"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    account, at = begun(tmp_path, renewed())
    account.file.chmod(mode)
    error = refusal(ask_as(account, Vendor([]), at))
    assert isinstance(error, Refused)
    assert error.cure == "chmod 600 tokens/network.json"


def test_a_source_that_was_renamed_goes_on_with_what_it_had(tmp_path: Path) -> None:
    """The first token may have ended long ago."""
    old, at = begun(tmp_path, renewed())
    new = replace(old, source="renamed", file=tmp_path / "renamed.json", shown="tokens/renamed.json", former=old.file)
    kept_before = new.kept()
    assert kept_before.access.get_secret_value() == "token 2"
    assert not new.file.exists(), "who only looks moves nothing"
    assert got(ask_as(new, Vendor([]), at + HOUR)) == "token 2"
    assert (new.file.exists(), old.file.exists()) == (True, False)
    assert got(ask_as(new, Vendor([renewed(3)]), at + 8 * DAY)) == "token 3"
    assert got(ask_as(replace(new, former=None), Vendor([]), at + 8 * DAY)) == "token 3"


def test_a_file_that_holds_no_token_says_how_to_go_on(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())
    account.file.write_text("{}")
    error = refusal(ask_as(account, Vendor([]), at))
    assert isinstance(error, Refused)
    assert error.cure == f"delete tokens/network.json, then {CURE}"


class Counting(Connector):
    """Counts with a token."""

    signals = {"people": level("people", "how many")}

    async def pull(self, ask: Ask) -> Any:
        token = await ask.token()
        yield Reading("people", len(token.get_secret_value()))


def drained(account: RenewalAccount, vendor: Vendor, at: Instant) -> Drained:
    return asyncio.run(drain(Counting(), ask_as(account, vendor, at)))


def test_a_pull_tells_the_end_and_what_went_wrong_with_the_renewal(tmp_path: Path) -> None:
    account, at = begun(tmp_path, renewed())
    good = drained(account, Vendor([]), at + DAY)
    assert good.expiry is not None
    assert 0 <= instant(good.expiry.at) - (at + LIFE) < MINUTE
    assert good.trouble is None
    failed = drained(account, Vendor([httpx.Response(400)]), at + 8 * DAY)
    assert failed.readings == good.readings
    assert failed.trouble is not None
    assert failed.trouble.cure == CURE

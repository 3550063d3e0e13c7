import asyncio
import gzip
import json
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, SecretStr

from ingest.connector import Answer, Body, Broken, Numeric, Refused, SourceError, Unavailable
from ingest.connector.question import question
from ingest.connector.slots import Slots
from ingest.okr.instant import SECOND, instant
from tests.connector.asking import NOW, ask_over

URL = "https://api.example.com/v1/list"
KEY = SecretStr("s3cret-key")


class Stats(BaseModel):
    member_count: int


class Page(BaseModel):
    stats: Stats


GOOD = {"stats": {"member_count": 7}, "more": "is ignored"}


class Stream(httpx.AsyncByteStream):
    """A body that comes in parts, and may break off."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self.parts, self.error = parts, error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.error:
            raise self.error


def answering(status: int = 200, **answer: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, **answer)


def refused(handler: Callable[[httpx.Request], Any], kind: type[SourceError], **limits: Any) -> str:
    """The message of the error that asking ends in."""
    with pytest.raises(kind) as caught:
        asyncio.run(ask_over(handler, **limits).json(Page, URL, bearer=KEY))
    assert "s3cret" not in f"{caught.value!r} {caught.value.ending()}"
    return caught.value.ending().message


def test_an_answer_becomes_its_model() -> None:
    page = asyncio.run(ask_over(answering(json=GOOD)).json(Page, URL))
    assert page.stats.member_count == 7


def test_secrets_go_in_headers_and_params_join_the_query() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert (
            str(request.url) == "https://api.example.com/v1?q=(a:b,c)&page=1&fields=a%2Cb&all=true&tag=x&tag=y&limit=2"
        )
        assert request.headers["authorization"] == "Basic dXNlcjpzM2NyZXQta2V5"
        assert request.headers["x-api-key"] == "s3cret-key"
        return httpx.Response(200, json=GOOD)

    params: dict[str, Any] = {"page": 1, "fields": "a,b", "all": True, "tag": ["x", "y"], "limit": 2}
    url = "https://api.example.com/v1?q=(a:b,c)&limit=100"
    asyncio.run(ask_over(look).get(url, params=params, basic=("user", KEY), headers={"X-Api-Key": KEY}))


def test_a_password_in_the_url_becomes_a_header() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "https://example.com/feed"
        assert request.headers["authorization"] == "Basic bWU6cHc="
        return httpx.Response(200, text="ok")

    assert asyncio.run(ask_over(look).get("https://me:pw@example.com/feed")).text() == "ok"


def test_a_body_is_sent_as_json_or_as_it_is() -> None:
    seen: list[tuple[bytes, str | None]] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append((request.content, request.headers.get("content-type")))
        return httpx.Response(200)

    async def both() -> None:
        ask = ask_over(look)
        await ask.get(URL, method="POST", body={"a": 1})
        await ask.get(URL, method="POST", body=b"a=1")

    asyncio.run(both())
    assert seen == [(b'{"a": 1}', "application/json"), (b"a=1", None)]


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "ftp://example.com/", "file:///etc/passwd", "http://", "https://[::1/", "http://0177.0.0.1/"],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        asyncio.run(ask_over(answering()).get(url))


@pytest.mark.parametrize("key", ["a\nb", "ä", "a\r\nx: y", "a\0"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_told(key: str) -> None:
    with pytest.raises(Refused, match="authorization") as caught:
        asyncio.run(ask_over(answering()).get(URL, bearer=SecretStr(key)))
    assert key not in str(caught.value)


BROKEN_ANSWERS = [
    ({"text": "<!DOCTYPE html><title>Log in</title>"}, "web page"),
    ({"text": " \n<html>"}, "web page"),
    ({"json": GOOD, "headers": {"content-type": "text/html; charset=utf-8"}}, "web page"),
    ({"text": ""}, "empty"),
    ({"text": " \n"}, "empty"),
    ({"text": "oops"}, "not JSON"),
    ({"text": '{"stats": {"member_count": NaN}}'}, "stats.member_count: NaN"),
    ({"text": '{"stats": {"member_count": 1e999}}'}, "stats.member_count: a number too large"),
    ({"text": '{"stats": {"member_count": 1, "member_count": 2}}'}, "stats.member_count: the key is there twice"),
    ({"json": {"stats": {}}}, "stats.member_count: is missing"),
    ({"json": {"stats": {"member_count": "7"}}}, "stats.member_count: should be a valid integer, and is text"),
    (
        {"json": {"stats": {"member_count": True}}},
        "stats.member_count: should be a valid integer, and is true or false",
    ),
    ({"json": {"stats": {"member_count": None}}}, "stats.member_count: should be a valid integer, and is null"),
    ({"json": {"stats": {"member_count": 7.5}}}, "stats.member_count"),
    ({"json": {"stats": [7]}}, "stats: should be an object, and is a list"),
    ({"json": {"error": "expired"}}, "stats: is missing"),
    ({"json": [GOOD]}, "should be an object, and is a list"),
    ({"text": "null"}, "should be an object, and is null"),
    ({"content": b'{"stats": {"member_count": 7, "x": "\xe4"}}'}, "byte 36 of the answer is not utf-8 text"),
    ({"content": b"{}", "headers": {"content-type": "application/json; charset=klingon"}}, "charset"),
    ({"stream": Stream(b"{}"), "headers": {"content-encoding": "br"}}, "not asked for"),
    ({"stream": Stream(b"{}"), "headers": {"content-encoding": "gzip, gzip"}}, "not asked for"),
    ({"stream": Stream(b'{"a": 1}'), "headers": {"content-encoding": "gzip"}}, "not compressed as it says"),
]


@pytest.mark.parametrize(("answer", "words"), BROKEN_ANSWERS)
def test_an_answer_that_is_not_what_it_should_be_is_broken_and_says_where(answer: dict[str, Any], words: str) -> None:
    assert words in refused(answering(**answer), Broken)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_is_read_in_the_encodings_it_may_have(encoding: str) -> None:
    page = asyncio.run(ask_over(answering(content=json.dumps(GOOD).encode(encoding))).json(Page, URL))
    assert page.stats.member_count == 7


def test_a_charset_that_the_server_names_is_used() -> None:
    handler = answering(content="Käufer".encode("latin-1"), headers={"content-type": "text/csv; charset=ISO-8859-1"})
    answer = asyncio.run(ask_over(handler).get(URL))
    assert (answer.text(), answer.content_type, answer.is_html) == ("Käufer", "text/csv", False)


class Written(BaseModel):
    """What JSON can only write as text."""

    day: date
    amount: Decimal
    number: Numeric


def test_days_and_decimals_come_out_of_text() -> None:
    handler = answering(json={"day": "2026-10-09", "amount": "1.10", "number": "42"})
    page = asyncio.run(ask_over(handler).json(Written, URL))
    assert (page.day, page.amount, page.number) == (date(2026, 10, 9), Decimal("1.10"), 42.0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Refused), (403, Refused), (404, Refused), (410, Refused), (500, Unavailable), (304, Broken)],
)
def test_a_status_that_is_not_2xx_gives_no_measurement_whatever_the_body_says(
    status: int, kind: type[SourceError]
) -> None:
    message = refused(answering(status, json=GOOD), kind)
    assert "api.example.com" in message
    assert str(status) in message


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("key", "blamed"), [(None, False), (SecretStr("a-made-up-key"), True)])
def test_who_sent_no_credential_is_not_told_that_it_is_wrong(status: int, key: SecretStr | None, blamed: bool) -> None:
    ask = ask_over(answering(status))
    with pytest.raises(Refused) as caught:
        asyncio.run(ask.json(Stats, "https://api.example.com/stats", bearer=key))
    assert caught.value.cure
    assert ("check the address" in caught.value.cure) is not blamed


def test_a_refusal_that_is_to_be_heard_is_an_answer() -> None:
    answer = asyncio.run(ask_over(answering(405, json=GOOD)).get(URL, method="PROPFIND", heard=frozenset({405})))
    assert (answer.status, answer.value()) == (405, GOOD)


class Said(BaseModel):
    code: int


def as_the_vendor_means(answer: Answer, error: SourceError) -> SourceError:
    said = answer.fitting(Said)
    return Unavailable(f"{error}: too much", answer.retry_at(NOW)) if said and said.code == 4 else error


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b'{"code": 4}', Unavailable), (b'{"code": 10}', Refused), (b"<html>", Refused), (b"", Refused)],
)
def test_a_vendor_may_mean_something_else_than_its_status_says(body: bytes, kind: type[SourceError]) -> None:
    handler = answering(403, content=body, headers={"retry-after": "60"})
    with pytest.raises(kind) as caught:
        asyncio.run(ask_over(handler).get(URL, means=as_the_vendor_means))
    assert "(403)" in str(caught.value)
    assert getattr(caught.value, "retry_at", None) == (instant(NOW) + 60 * SECOND if kind is Unavailable else None)


def test_the_end_of_a_rate_limit_is_kept() -> None:
    headers = {"x-ratelimit-reset": f"{int(NOW.timestamp()) + 60}"}
    with pytest.raises(Unavailable) as caught:
        asyncio.run(ask_over(answering(429, headers=headers)).get(URL))
    assert caught.value.retry_at == instant(NOW) + 60 * SECOND


def test_what_a_refusal_says_is_quoted_short_clean_and_without_the_key() -> None:
    detail = "Your API key\x1b[31m 's3cret-key' may not\n be used" + "!" * 500
    message = refused(answering(403, json={"title": "Forbidden", "detail": detail}), Refused)
    assert "Your API key [31m '…' may not be used!" in message
    assert len(message) < 220


def test_a_secret_in_a_body_is_sent_and_never_told() -> None:
    seen: list[bytes] = []

    def look(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(401, json={"message": "s3cret-password is wrong"})

    body = {"user": "ada", "more": [{"password": SecretStr("s3cret-password")}]}
    with pytest.raises(Refused) as caught:
        asyncio.run(ask_over(look).get(URL, method="POST", body=body))
    assert seen == [b'{"user": "ada", "more": [{"password": "s3cret-password"}]}']
    assert caught.value.message == "api.example.com does not accept the credential (401): … is wrong"


def test_what_a_refusal_repeats_of_the_address_or_marks_up_is_left_out() -> None:
    url = "https://api.example.com/calendar/private-t0ken/basic.ics?key=query-t0ken"
    detail = "<b>No</b> /private-t0ken/basic.ics and query-t0ken<script>"
    with pytest.raises(Refused) as caught:
        asyncio.run(ask_over(answering(404, json={"detail": detail})).get(url))
    assert caught.value.message.endswith("(404): No /…/… and …")


@pytest.mark.parametrize("body", [b"", b"<html>s3cret</html>", b"s3cret", b"\xff", b"[" * 9999, b'{"error": {}}', b"7"])
def test_a_refusal_without_words_is_told_by_its_status_alone(body: bytes) -> None:
    assert refused(answering(429, content=body), Unavailable).endswith("(429)")


def test_a_refusal_whose_body_breaks_off_is_still_that_refusal() -> None:
    assert "(401)" in refused(answering(401, stream=Stream(b"{", error=httpx.ReadError("cut"))), Refused)


def test_what_a_refusal_says_is_found_under_a_name_in_capitals_too() -> None:
    said = {"Code": 50, "Message": "Must supply a valid key"}
    assert refused(answering(401, json=said), Refused).endswith("(401): Must supply a valid key")


class Slowing:
    """A listing of six pages, of which some are asked for too soon, again and again or once."""

    def __init__(self, slow: int, seconds: int, lasting: bool = False) -> None:
        self.slow, self.seconds, self.lasting = slow, seconds, lasting
        self.asked: list[str] = []
        self.paused: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("offset", "0"))
        again = f"{page}" in self.asked and not self.lasting
        self.asked.append(f"{page}")
        if page >= self.slow and not again:
            return httpx.Response(429, headers={"retry-after": str(self.seconds)})
        return httpx.Response(200, json={"items": [page], "next": str(page + 1) if page < 5 else None})

    async def pause(self, seconds: float) -> None:
        self.paused.append(round(seconds))

    def listed(self, **limits: float) -> list[int]:
        async def all_pages() -> list[int]:
            def following(page: Listing, _: Answer) -> Mapping[str, str] | None:
                return {"offset": page.next} if page.next else None

            ask = ask_over(self.answer, **limits)
            ask._pause = self.pause
            async with aclosing(ask.pages(Listing, URL, following)) as pages:
                return [item async for page in pages for item in page.items]

        return asyncio.run(all_pages())


def test_a_source_that_asks_for_a_moment_in_the_middle_of_a_listing_gets_it() -> None:
    source = Slowing(slow=3, seconds=2)
    assert source.listed() == [0, 1, 2, 3, 4, 5]
    assert (source.asked, source.paused) == (["0", "1", "2", "3", "3", "4", "4", "5", "5"], [2, 2, 2])


@pytest.mark.parametrize(
    ("source", "limits", "asked", "paused"),
    [
        (Slowing(slow=0, seconds=2), {}, 1, []),  # at the beginning the next turn is soon enough
        (Slowing(slow=3, seconds=11), {}, 4, []),
        (Slowing(slow=3, seconds=2), {"moment": 0}, 4, []),
        (Slowing(slow=3, seconds=2), {"moments": 3}, 6, [2]),
        (Slowing(slow=3, seconds=2, lasting=True), {}, 7, [2, 2, 2]),
    ],
    ids=["at first", "too long", "not wanted", "too often", "for ever"],
)
def test_more_than_some_moments_a_source_does_not_get(
    source: Slowing, limits: Mapping[str, float], asked: int, paused: list[float]
) -> None:
    with pytest.raises(Unavailable) as caught:
        source.listed(**limits)
    assert caught.value.retry_at is not None
    assert (len(source.asked), source.paused) == (asked, paused)


@pytest.mark.parametrize("header", ["Retry-After", "X-RateLimit-Retry-After"])
def test_retry_after_is_kept(header: str) -> None:
    with pytest.raises(Unavailable) as caught:
        asyncio.run(ask_over(answering(429, headers={header: "60"})).get(URL))
    assert caught.value.retry_at is not None
    assert 0 <= caught.value.retry_at - instant(NOW) - 60 * SECOND < SECOND


def test_a_cut_body_is_no_answer() -> None:
    body = json.dumps(GOOD).encode()
    assert "cut" in refused(answering(stream=Stream(body, error=httpx.RemoteProtocolError("s3cret"))), Unavailable)
    squeezed = gzip.compress(body)[:-4]
    handler = answering(stream=Stream(squeezed), headers={"content-encoding": "gzip"})
    assert "cut" in refused(handler, Unavailable)


@pytest.mark.parametrize(
    "squeeze", [gzip.compress, zlib.compress, lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])]
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_compressed_answer_is_read_in_any_parts(squeeze: Callable[[bytes], bytes], size: int) -> None:
    body = squeeze(json.dumps(GOOD).encode())
    encoding = "deflate" if squeeze is zlib.compress else "gzip"
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    handler = answering(stream=Stream(*parts), headers={"content-encoding": encoding})
    assert asyncio.run(ask_over(handler).json(Page, URL)).stats.member_count == 7


def test_an_answer_is_bounded_after_decompression_and_says_the_bound() -> None:
    bomb = gzip.compress(bytes(300 * 2**20), 1)
    handler = answering(stream=Stream(bomb), headers={"content-encoding": "gzip"})
    assert "larger than 32 MiB" in refused(handler, Broken)
    assert "larger than 0.5 MiB" in refused(answering(stream=Stream(*[bytes(2**16)] * 9)), Broken, json=2**19)


def test_a_trickle_ends_at_the_total_deadline() -> None:
    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.01)
                yield b" "

    started = time.monotonic()
    assert "took too long" in refused(answering(stream=Trickle()), Unavailable, request=0.2)
    assert time.monotonic() - started < 2


def test_any_error_of_the_transport_becomes_an_ending_that_names_the_host() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("s3cret")

    assert refused(fail, Unavailable) == "api.example.com: the connection failed"


# Pages


class Listing(BaseModel):
    items: list[int]
    next: str | None = None


async def gathered(handler: Callable[[httpx.Request], Any], **limits: Any) -> list[list[int]]:
    following: Callable[[Listing, Answer], Any] = lambda page, answer: page.next or answer.link("next")  # noqa: E731
    pages = ask_over(handler, **limits).pages(Listing, URL, following, bearer=KEY)
    async with aclosing(pages):
        return [page.items async for page in pages]


def test_pages_are_followed_to_their_end_with_the_credential() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer s3cret-key"
        number = int(request.url.params.get("page", 1))
        link = {"link": '</v1/list?page=1>; rel="first", <https://api.example.com/v1/list?page=3>; rel="last next"'}
        steps: list[dict[str, Any]] = [{"next": "?page=2"}, {}, {"next": None}]
        return httpx.Response(200, json={"items": [number], **steps[number - 1]}, headers=link if number == 2 else {})

    assert asyncio.run(gathered(page)) == [[1], [2], [3]]


def test_a_secret_of_the_query_goes_to_every_page_and_comes_back_in_no_message() -> None:
    secret = SecretStr("a made-up/key")

    def look(request: httpx.Request) -> httpx.Response:
        assert request.url.params["key"] == secret.get_secret_value()
        if "page" in request.url.params:
            return httpx.Response(403, json={"message": f"no: {request.url}, {secret.get_secret_value()}"})
        return httpx.Response(200, json={"items": [1]})

    async def read() -> None:
        async for _ in ask_over(look).pages(Listing, URL, lambda *_: "?page=2", params={"key": secret}):
            pass

    with pytest.raises(Refused) as caught:
        asyncio.run(read())
    assert "made-up" not in str(caught.value)
    assert "made-up" not in repr(question(URL, params={"key": secret}))


def test_params_step_to_the_next_page() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={"items": list(range(offset, min(offset + 2, 5)))})

    async def all_pages() -> list[int]:
        ask, seen = ask_over(page), [0]

        def following(page: Listing, _: Answer) -> dict[str, int] | None:
            seen[0] += len(page.items)
            return {"offset": seen[0]} if seen[0] < 5 else None

        pages = ask.pages(Listing, URL, following, params={"offset": 0, "limit": 2})
        async with aclosing(pages):
            return [item async for page in pages for item in page.items]

    assert asyncio.run(all_pages()) == [0, 1, 2, 3, 4]


def test_a_body_steps_to_the_next_page() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
        asked = json.loads(request.content)
        return httpx.Response(200, json={"items": [asked["after"]], "next": str(asked["after"] + 1)})

    async def all_pages() -> list[int]:
        def following(page: Listing, _: Answer) -> Body | None:
            return Body({"after": int(page.next or 0)}) if page.items != [2] else None

        pages = ask_over(page).pages(Listing, URL, following, method="POST", body={"after": 0})
        async with aclosing(pages):
            return [item async for page in pages for item in page.items]

    assert asyncio.run(all_pages()) == [0, 1, 2]


@pytest.mark.parametrize(
    "step", ["https://evil.example/", "http://api.example.com/", "https://api.example.com:444/", "//evil.example/"]
)
def test_the_next_page_is_never_on_another_host(step: str) -> None:
    with pytest.raises(Broken, match="another host"):
        asyncio.run(gathered(answering(json={"items": [1], "next": step})))


def test_a_page_that_comes_twice_is_broken() -> None:
    with pytest.raises(Broken, match="came twice"):
        asyncio.run(gathered(answering(json={"items": [1], "next": "?page=2"})))


def test_a_listing_without_end_is_broken() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("page", 1))
        return httpx.Response(200, json={"items": [number], "next": f"?page={number + 1}"})

    with pytest.raises(Broken, match="more than 20 pages"):
        asyncio.run(gathered(page, pages=20))


# Slots, threads, fingerprints


def test_requests_to_one_host_are_bounded_and_waiting_is_too() -> None:
    under_way, most = 0, 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way, most = under_way + 1, max(most, under_way + 1)
        await asyncio.sleep(0.01)
        under_way -= 1
        return httpx.Response(200, json=GOOD)

    async def crowd(waiting: float) -> list[Any]:
        ask = ask_over(slow, waiting=waiting)
        ask._slots = Slots(total=4, per_host=2)
        hosts = [f"https://{host}.example.com/" for host in "abc"] * 10
        return await asyncio.gather(*(ask.get(url) for url in hosts), return_exceptions=True)

    assert all(isinstance(answer, Answer) for answer in asyncio.run(crowd(waiting=5)))
    assert most == 4
    kinds = {type(answer) for answer in asyncio.run(crowd(waiting=0.015))}
    assert kinds == {Answer, Unavailable}


def test_a_blocking_function_runs_beside_the_loop_and_is_given_up_in_time() -> None:
    async def both() -> tuple[int, float]:
        result = await ask_over(answering()).thread(int, "42")
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await ask_over(answering(), request=0.1).thread(time.sleep, 1)
        return result, time.monotonic() - started

    result, waited = asyncio.run(both())
    assert result == 42
    assert waited < 0.9


def test_a_generator_is_walked_to_its_end_and_no_step_of_it_on_the_loop() -> None:
    walked: list[tuple[object, bool]] = []

    def steps() -> Iterator[object]:
        for step in (0, None, "a step may be anything"):
            walked.append((step, threading.current_thread() is threading.main_thread()))
            yield step

    asyncio.run(ask_over(answering()).walk(steps()))
    assert walked == [(0, False), (None, False), ("a step may be anything", False)]


def test_what_a_thread_raises_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask_over(answering()).thread(divmod, 1, 0))


def test_a_thread_that_hangs_keeps_its_place_until_it_ends() -> None:
    async def crowd() -> None:
        ask = ask_over(answering(), request=0.05, waiting=0.05)
        ask._slots = Slots(threads=1)
        with pytest.raises(Unavailable, match="too long"):
            await ask.thread(time.sleep, 0.3)
        with pytest.raises(Unavailable, match="no turn"):
            await ask.thread(int, "1")
        await asyncio.sleep(0.4)
        assert await ask.thread(int, "1") == 1

    asyncio.run(crowd())


def test_libraries_that_wait_for_hosts_that_hang_make_no_other_wait() -> None:
    """300 of them, each before a host of its own; controlled by an event, not by time."""
    hanging, released = threading.Barrier(301), threading.Event()

    def hangs() -> bool:
        hanging.wait(30)
        return released.wait(30)

    async def crowd() -> list[bool]:
        ask = ask_over(answering(), waiting=0.001)
        waits = [asyncio.create_task(ask.thread(hangs, host=f"h{number}.example.com")) for number in range(300)]
        await ask.thread(hanging.wait, 30)  # all of them hang, now
        try:
            assert await ask.thread(int, "1", host="other.example.com") == 1
            assert await ask.thread(int, "2") == 2
            assert not any(task.done() for task in waits)
        finally:
            released.set()
        return await asyncio.gather(*waits)

    assert asyncio.run(crowd()) == [True] * 300


def test_a_host_that_hangs_has_so_many_threads_and_no_more_until_they_end() -> None:
    released = threading.Event()

    async def crowd() -> None:
        ask = ask_over(answering(), request=0.05, waiting=0.001)
        ask._slots = Slots(total=4, per_host=2)
        given_up = [ask.thread(released.wait, 30, host="a") for _ in range(2)]
        assert {type(ended) for ended in await asyncio.gather(*given_up, return_exceptions=True)} == {Unavailable}
        with pytest.raises(Unavailable, match="a: too many calls are under way"):
            await ask.thread(int, "1", host="a")
        assert await ask.thread(int, "1", host="b") == 1
        released.set()
        ask.limits = replace(ask.limits, waiting=30)
        assert await ask.thread(int, "1", host="a") == 1

    asyncio.run(crowd())


def test_a_machine_without_room_for_a_thread_loses_no_place() -> None:
    async def crowd() -> int:
        ask = ask_over(answering(), waiting=0.001)
        ask._slots = Slots(threads=1)
        before = threading.stack_size(2**46)
        try:
            with pytest.raises(Unavailable, match="room for more threads"):
                await ask.thread(int, "1")
        finally:
            threading.stack_size(before)
        return await ask.thread(int, "1")

    assert asyncio.run(crowd()) == 1


def test_fingerprints_are_stable_and_depend_on_the_key() -> None:
    ask, other = ask_over(answering()), ask_over(answering())
    other._key = b"another"
    assert (
        ask.fingerprint("<id@example.com>")
        == ask.fingerprint("<id@example.com>")
        != other.fingerprint("<id@example.com>")
    )
    assert len(ask.fingerprint("\ud800")) == 32


def test_a_scheme_of_the_vendors_own_is_sent_and_its_key_comes_back_in_no_message() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        sent = request.headers["authorization"]
        assert sent == "Token s3cret-key"
        return httpx.Response(403, json={"message": f"not with {sent} nor {sent.split()[1]}"})

    with pytest.raises(Refused) as caught:
        asyncio.run(ask_over(echo).get(URL, authorization=("Token", SecretStr("s3cret-key"))))
    assert "s3cret" not in str(caught.value)
    assert "not with" in str(caught.value)

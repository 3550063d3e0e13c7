"""Each way in which an API leads from page to page, and each in which it can lead astray."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from connectors.http_json import HttpJson
from ingest.connector import Broken, Refused
from ingest.connector.drain import Drained, drain
from tests.connector.asking import ask_over

URL = "https://api.example.com/v1/list"
ROWS = [{"id": f"r{number}", "at": f"2026-0{number}-01"} for number in range(1, 6)]
EVENTS = {"kind": "events", "items": "data", "time": "at", "key": "id"}
Answer = Callable[[httpx.Request], httpx.Response]


def pull(way: Any, answer: Answer, signals: Mapping[str, Any] | None = None, **limits: Any) -> Drained:
    made = HttpJson.model_validate({
        "url": f"{URL}?size=2",
        "pages": way,
        "auth": {"query": {"key": "s3cret"}},
        "signals": signals or {"it": EVENTS},
    })  # fmt: skip
    return asyncio.run(drain(made, ask_over(answer, **limits)))


def keys(drained: Drained) -> list[str | None]:
    return [reading.key for reading in drained.readings]


def rows(skip: int, **more: Any) -> dict[str, Any]:
    return {"data": ROWS[skip : skip + 2], "meta": {"total": 5}, **more}


def by_link(request: httpx.Request) -> httpx.Response:
    skip = int(request.url.params.get("after", 0))
    link = {"link": f'<{URL}?size=2&after={skip + 2}>; rel="next", <{URL}>; rel="first"'} if skip < 4 else {}
    return httpx.Response(200, json=rows(skip), headers=link)


def by_address(request: httpx.Request) -> httpx.Response:
    skip = int(request.url.params.get("after", 0))
    return httpx.Response(200, json=rows(skip, next=f"?after={skip + 2}" if skip < 4 else None))


def by_token(request: httpx.Request) -> httpx.Response:
    skip = {None: 0, "/b==": 2, "/c==": 4}[request.url.params.get("from")]
    return httpx.Response(200, json=rows(skip, next=["/b==", None, "/c==", None, ""][skip]))


def by_page(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=rows(2 * int(request.url.params["p"])))


def by_offset(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=rows(int(request.url.params["skip"])))


WAYS: list[tuple[Any, Answer, int]] = [
    ("link", by_link, 3),
    ({"link": "next"}, by_link, 3),
    ({"link": "next", "total": "meta.total"}, by_link, 3),
    ({"cursor": "next"}, by_address, 3),
    ({"cursor": "next", "parameter": "from"}, by_token, 3),
    ({"page": "p", "first": "0"}, by_page, 4),
    ({"page": "p", "first": "0", "total": "meta.total"}, by_page, 3),
    ({"offset": "skip"}, by_offset, 4),
    ({"offset": "skip", "total": "meta.total"}, by_offset, 3),
    ({"offset": "skip", "items": "data"}, by_offset, 4),
]


@pytest.mark.parametrize(("pages", "answer", "requests"), WAYS)
def test_pages_are_followed_to_their_end_with_the_key(pages: Any, answer: Answer, requests: int) -> None:
    asked = []

    def look(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        assert request.url.params["key"] == "s3cret"
        return answer(request)

    assert keys(pull(pages, look)) == ["r1", "r2", "r3", "r4", "r5"]
    assert len(asked) == requests


@pytest.mark.parametrize(("pages", "answer", "requests"), WAYS)
def test_a_value_sees_all_pages_as_one(pages: Any, answer: Answer, requests: int) -> None:
    signals = {"many": {"value": "length(data)"}, "total": {"value": "meta.total"}, "it": EVENTS}
    drained = pull(pages, answer, signals)
    assert {one.signal: one.value for one in drained.readings if one.key is None} == {"many": 5, "total": 5}


def test_a_list_as_the_whole_answer_has_pages_too() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=ROWS[2 * int(request.url.params["p"]) :][:2])

    signals = {"it": {**EVENTS, "items": "@"}, "many": {"value": "length(@)"}}
    assert [one.value for one in pull({"page": "p", "first": "0"}, look, signals).readings] == [5, 1, 1, 1, 1, 1]


def test_a_filter_that_leaves_nothing_of_a_page_does_not_end_the_listing() -> None:
    last = {"it": {**EVENTS, "items": "data[?id=='r5']"}}
    assert keys(pull({"offset": "skip", "items": "data"}, by_offset, last)) == ["r5"]


def always(value: Any, **headers: str) -> Answer:
    return lambda request: httpx.Response(200, json=value, headers=headers)


def restless(**more: Any) -> Answer:
    """The same rows again and again, each time in an answer that says something else beside them."""
    count = iter(range(10_000))
    return lambda request: httpx.Response(200, json={"data": ROWS, "at": next(count), **more})


def erring(second: Any) -> Answer:
    """The first page is right."""
    return lambda request: httpx.Response(200, json=second) if "after" in request.url.params else by_address(request)


@pytest.mark.parametrize(
    ("pages", "answer", "words"),
    [
        ("link", always({"data": ROWS}, link=f'<{URL}?size=2&after=1>; rel="next"'), "came twice"),
        ({"cursor": "next"}, always({"data": [], "next": "?after=1"}), "came twice"),
        ({"page": "p"}, always({"data": ROWS}), "came twice"),
        ({"page": "p"}, restless(), "the same rows came twice"),
        ({"cursor": "next"}, restless(next="?after=1"), "one that came before"),
        ({"cursor": "next", "parameter": "c"}, restless(next="t"), "one that came before"),
        ({"cursor": "next"}, restless(next="token"), "name its query parameter"),
        ({"cursor": "next"}, restless(next=True), "should be the next address"),
        ({"cursor": "next"}, restless(next={"no": "thing"}), "should be the next address"),
        ({"cursor": "next"}, restless(next="https://else.example/"), "on another host"),
        ({"cursor": "next", "total": "total"}, restless(next=None, total=6), "only 5 of 6 rows came"),
        ({"cursor": "next", "total": "total"}, restless(next=None), "should be a number"),
        ({"page": "p", "total": "total"}, always({"data": [], "total": 1}), "only 0 of 1 rows came"),
        ({"page": "p"}, always({"error": "expired"}), "data: finds nothing"),
        ({"cursor": "next"}, erring({"error": "expired"}), "data: finds nothing"),
        ({"cursor": "next"}, erring({"data": None}), "data: finds nothing"),
        ({"cursor": "next"}, erring([]), "data: finds nothing"),
    ],
)
def test_a_listing_that_leads_astray_is_broken(pages: Any, answer: Answer, words: str) -> None:
    with pytest.raises(Broken) as caught:
        pull(pages, answer)
    assert words in caught.value.ending().message


def test_a_page_that_is_refused_leaves_nothing_of_those_before() -> None:
    with pytest.raises(Refused):
        pull("link", lambda request: httpx.Response(403) if "after" in request.url.params else by_link(request))


def test_a_listing_without_end_ends() -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["p"])
        return httpx.Response(200, json={"data": [{"id": f"r{number}", "at": "2026-01-01"}]})

    with pytest.raises(Broken, match="more than 7 pages"):
        pull({"page": "p"}, endless, pages=7)
    with pytest.raises(Broken, match="together are larger than"):
        pull({"page": "p"}, endless, json=200)

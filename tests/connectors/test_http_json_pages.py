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


MORE: dict[str, Any] = {
    "nextPageToken": "t",
    "nextLink": f"{URL}?after=2",
    "@odata.nextLink": f"{URL}?after=2",
    "meta": {"pagination": {"next": "/v1/list?after=2"}},
    "_links": {"next": {"href": "/v1/list?after=2"}},
    "paging": {"next": {"after": "2"}},
    "pages": {"next": {"starting_after": "2"}},
    "has_more": True,
    "hasNextPage": True,
    "IsTruncated": True,
    "next_page": 2,
    "continuation_token": "t",
}


@pytest.mark.parametrize("name", MORE)
@pytest.mark.parametrize("way", [{"cursor": "nothing.here"}, "link", None])
def test_a_first_page_that_leads_nowhere_though_there_is_another_stops_the_pull(name: str, way: Any) -> None:
    """A path with a slip looks as the end does; a listing without `pages` may have them."""
    with pytest.raises(Broken) as caught:
        pull(way, always({"data": ROWS, name: MORE[name]}))
    told = caught.value.ending().message
    assert name in told
    assert "another page" in told


@pytest.mark.parametrize(
    ("cursor", "more", "post"),
    [
        ("next_curser", {"next_cursor": "t"}, "`next_cursor`"),
        ("ofset", {"offset": "itr/rec"}, "`offset`"),
        ("meta.cursor", {"metadata": {"cursor": "t"}}, "`metadata.cursor`"),
        ('"@odata.nextlink"', {"@odata.nextLink": "/v1/list"}, '`"@odata.nextLink"`'),
        ("links[?rel=='next'].href | [0]", {"next": "/v1/list"}, "`next`"),
    ],
)
def test_a_cursor_with_a_slip_is_told_with_the_name_that_is_there(cursor: str, more: dict[str, Any], post: str) -> None:
    with pytest.raises(Broken) as caught:
        pull({"cursor": cursor, "parameter": "c"}, always({"data": ROWS, **more}))
    assert post in caught.value.message
    assert caught.value.where == cursor


@pytest.mark.parametrize("way", [{"cursor": "nothing"}, {"link": "nxt"}, None])
def test_a_link_header_is_seen_where_nobody_follows_it(way: Any) -> None:
    with pytest.raises(Broken, match="`link: next`"):
        pull(way, by_link)


@pytest.mark.parametrize(
    ("cursor", "more"),
    [
        ("nextPageToken", {}),
        ("nextPageToken", {"nextSyncToken": "t"}),
        ("meta.next_token", {"meta": {"result_count": 5, "previous_token": "t"}}),
        ("paging.next", {"paging": {"cursors": {"before": "a", "after": "b"}}}),
        ("paging.next.after", {"paging": None}),
        ("meta.next", {"meta": {"next": None}, "has_more": True}),
        ("pages.next", {"pages": {"next": ""}, "next": "t"}),
        ("next_cursor", {"has_more": False, "next": None, "next_page": 0}),
        ("next_cursor", {"next_update": "2026-01-01", "next_id": 7, "next": [1]}),
        ("next_cursor || ''", {"next": "elsewhere"}),
    ],
)
def test_the_last_page_may_say_so_in_its_own_way(cursor: str, more: dict[str, Any]) -> None:
    assert len(keys(pull({"cursor": cursor, "parameter": "c"}, always({"data": ROWS, **more})))) == 5


@pytest.mark.parametrize("name", MORE)
def test_one_page_is_enough_where_that_is_said_or_nothing_is_listed(name: str) -> None:
    answer = always({"data": ROWS, "total": 9, name: MORE[name]})
    assert len(keys(pull(None, answer, {"it": {**EVENTS, "paged": False}}))) == 5
    assert [one.value for one in pull(None, answer, {"it": {"value": "total"}}).readings] == [9]
    with pytest.raises(Broken, match="another page"):
        pull(None, answer, {"it": {"value": "length(data)"}})


def test_after_a_page_that_led_on_its_field_may_be_gone() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        skip = int(request.url.params.get("c", 0))
        more = {"next": {"token": str(skip + 2)}} if skip < 4 else {"has_more": True}
        return httpx.Response(200, json=rows(skip, **more))

    assert len(keys(pull({"cursor": "next.token", "parameter": "c"}, look))) == 5


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

"""Any JSON API: what is read, and what stops the pull."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.http_json import HttpJson
from ingest.connector import Broken, Connector, Cursor, Reading, Refused, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import HttpConformance
from tests.connector.asking import NOW, ask_over

URL = "https://api.example.com/v1"
EVENTS = {"kind": "events", "items": "data", "time": "at", "key": "id"}


class TestHttpJson(HttpConformance):
    connector: ClassVar[type[Connector]] = HttpJson
    settings: ClassVar[Mapping[str, Any]] = {
        "url": f"{URL}/stats",
        "auth": {"bearer": "a-made-up-token", "header": {"X-Account": "a-made-up-account"}},
        "headers": {"X-Version": "made-up-version-7"},
        "pages": {"offset": "offset", "total": "total"},
        "signals": {
            "subscribers": {"value": "stats.subscribers", "paged": "false"},
            "open_rate": {"value": "stats.open", "paged": "false"},
            "talks": {**EVENTS, "url": "talks?per_page=2", "time": "start", "amount": "seats"},
        },
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "http_json"


def source(signals: Mapping[str, Any], **settings: Any) -> HttpJson:
    return HttpJson.model_validate({"url": URL, "signals": signals, **settings})


def pull(made: HttpJson, answer: Callable[[httpx.Request], httpx.Response], cursor: Any = None) -> Drained:
    ask = ask_over(answer)
    ask.cursor = cursor
    return asyncio.run(drain(made, ask))


def told(value: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json=value)


def number(value: Any, expression: str = "n", **settings: Any) -> float:
    [reading] = pull(source({"it": {"value": expression}}, **settings), told(value)).readings
    return reading.value


@pytest.mark.parametrize(
    ("document", "expression", "value"),
    [
        ({"n": 7}, "n", 7),
        ({"n": "42"}, "n", 42),
        ({"n": " -1.5e3 "}, "n", -1500),
        ({"n": 0}, "n", 0),
        ([{"n": 1}, {"n": 2.5}], "sum([].n)", 3.5),
        ([1, 2], "length(@)", 2),
        ({"all": [{"paid": True, "n": 5}, {"paid": False}]}, "sum(all[?paid].n)", 5),
        ({"by": {"a": {"n": 1}, "b": {"n": 2}}}, "sum(by.*.n)", 3),
        ({"n": []}, "length(n)", 0),
        ({"n": [[1, 2], [3]]}, "sum(n[])", 6),
    ],
)
def test_a_value_is_found_by_its_expression(document: Any, expression: str, value: float) -> None:
    assert number(document, expression) == value


@pytest.mark.parametrize(
    ("document", "expression", "words"),
    [
        ({}, "stats.count", "stats.count: finds nothing (signals.it)"),
        ({"n": None}, "n", "finds nothing"),
        ({"n": True}, "n", "should be a number, and is true or false"),
        ({"n": [1]}, "n", "and is a list"),
        ({"n": {}}, "n", "and is an object"),
        ({"n": ""}, "n", "is no number"),
        ({"n": "1,5"}, "n", "'1,5' is 1.5 or 15"),
        ({"n": "5,000"}, "n", "'5,000' is 5.000 or 5000"),
        ({"n": "NaN"}, "n", "is no number"),
        ({"n": "1e400"}, "n", "is no finite number"),
        ({"n": "1" * 400}, "n", "is no finite number"),
        ({"n": "45%"}, "n", "is no number"),
        ({"all": [{"n": 5}, {"m": 5}]}, "sum(all[].n)", "sum(all[].n): finds nothing in item 1"),
        ({"all": [{"n": 5}, {"n": None}]}, "length(all[].n)", "finds nothing in item 1"),
        ({"all": [{"n": 5}]}, "sum(al[].n)", "is given what it does not take"),
        ({"all": [{"n": "5"}]}, "sum(all[].n)", "is given what it does not take"),
        ({"by": {"a": {"n": 1}, "b": {}}}, "sum(by.*.n)", "finds nothing in item 1"),
        ({"n": []}, "avg(n)", "finds nothing"),
        ({"error": "token expired"}, "n", "finds nothing"),
        ([], "[0].n", "finds nothing"),
    ],
)
def test_what_is_no_number_stops_the_pull_and_is_named(document: Any, expression: str, words: str) -> None:
    with pytest.raises(Broken) as caught:
        number(document, expression)
    assert words in caught.value.ending().message


def item(at: Any, **more: Any) -> dict[str, Any]:
    return {"data": [{"id": "a", "at": at, **more}]}


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-03-05T18:30:00Z", "2026-03-05T18:30:00"),
        ("2026-03-05T18:30:00.5+01:00", "2026-03-05T17:30:00.500000"),
        ("2026-03-05 18:30:00", "2026-03-05T17:30:00"),
        ("2026-03-05", "2026-03-04T23:00:00"),
        ("20260305", "2026-03-04T23:00:00"),
        ("Thu, 05 Mar 2026 18:30:00 GMT", "2026-03-05T18:30:00"),
        (1772735400, "2026-03-05T18:30:00"),
        (1772735400.25, "2026-03-05T18:30:00.250000"),
        (1772735400000, "2026-03-05T18:30:00"),
        ("1772735400", "2026-03-05T18:30:00"),
        ("1772735400.000200", "2026-03-05T18:30:00.000200"),
    ],
)
def test_times_are_read_as_programs_write_them(at: Any, moment: str) -> None:
    [reading] = pull(source({"it": EVENTS}), told(item(at))).readings
    assert reading == Reading("it", 1.0, datetime.fromisoformat(moment).replace(tzinfo=UTC), "a")


@pytest.mark.parametrize("at", [None, True, 0, -5, 12, 20260305, "", "soon", "3/4/2026", "2026-02-30", [], 1e18])
def test_a_time_that_is_none_stops_the_pull(at: Any) -> None:
    with pytest.raises(Broken) as caught:
        pull(source({"it": EVENTS}), told(item(at)))
    assert caught.value.where == "data[0].at"
    assert "locale" not in caught.value.message


@pytest.mark.parametrize("key", [None, "", True, 1.5, [], {"no": 1}])
def test_a_key_that_is_none_stops_the_pull(key: Any) -> None:
    with pytest.raises(Broken, match="apart"):
        pull(source({"it": EVENTS}), told({"data": [{"id": key, "at": "2026-03-05"}]}))


def test_a_key_that_may_be_an_address_is_kept_as_a_hash() -> None:
    rows = [{"id": key, "at": "2026-03-05"} for key in ("me@example.com", 7, "x" * 300)]
    keys = [reading.key for reading in pull(source({"it": EVENTS}), told({"data": rows})).readings]
    assert keys[1] == "7"
    assert all(key and len(key) == 32 and "@" not in key for key in (keys[0], keys[2]))


def test_the_same_row_twice_counts_once_and_another_with_its_key_stops_the_pull() -> None:
    rows = [{"id": "a", "at": "2026-03-05"}, {"id": "a", "at": "2026-03-05"}]
    assert len(pull(source({"it": EVENTS}), told({"data": rows})).readings) == 1
    with pytest.raises(Broken, match=r"data\[1\].*same key|same key") as caught:
        pull(source({"it": EVENTS}), told({"data": [rows[0], {"id": "a", "at": "2026-03-06"}]}))
    assert caught.value.where == "data[1]"


def test_events_without_a_key_are_told_apart_later() -> None:
    rows = [{"at": "2026-03-05"}, {"at": "2026-03-05"}]
    keyless = {name: one for name, one in EVENTS.items() if name != "key"}
    assert [one.key for one in pull(source({"it": keyless}), told({"data": rows})).readings] == [None, None]


def test_a_history_of_a_level_has_a_number_and_a_time_in_each_item() -> None:
    history = {"kind": "level", "items": "days", "time": "day", "amount": "count"}
    rows = [{"day": "2026-03-05", "count": 7}, {"day": "2026-03-06", "count": "8"}]
    drained = pull(source({"it": history}), told({"days": rows}))
    assert [(one.value, one.at) for one in drained.readings] == [
        (7, datetime(2026, 3, 4, 23, tzinfo=UTC)),
        (8, datetime(2026, 3, 5, 23, tzinfo=UTC)),
    ]
    assert drained.spans == ()
    with pytest.raises(Broken, match="same time"):
        pull(source({"it": history}), told({"days": [rows[0], {"day": "2026-03-05", "count": 8}]}))


@pytest.mark.parametrize("document", [{}, {"data": None}, {"data": {}}, {"data": "none"}, [], {"error": "expired"}])
def test_a_list_that_is_not_there_stops_the_pull(document: Any) -> None:
    with pytest.raises(Broken) as caught:
        pull(source({"it": EVENTS}), told(document))
    assert caught.value.where == "data"


def test_signals_that_share_an_address_share_one_request() -> None:
    asked = []

    def look(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"a": 1, "b": 2})

    signals = {"a": {"value": "a"}, "b": {"value": "b"}, "c": {"value": "a", "url": "/other?x=1"}}
    readings = pull(source(signals), look).readings
    assert asked == [URL, "https://api.example.com/other?x=1"]
    assert [(one.signal, one.value) for one in readings] == [("a", 1), ("b", 2), ("c", 1)]


@pytest.mark.parametrize(
    ("auth", "header", "query"),
    [
        ({"bearer": "k3y"}, ("authorization", "Bearer k3y"), ""),
        ({"basic": {"username": "me", "password": "pw"}}, ("authorization", "Basic bWU6cHc="), ""),
        ({"header": {"X-Api-Key": "k3y"}}, ("x-api-key", "k3y"), ""),
        ({"query": {"key": "k3 y"}}, ("accept", "application/json"), "key=k3+y"),
    ],
)
def test_the_credential_goes_where_it_is_said(auth: Any, header: tuple[str, str], query: str) -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert (request.headers[header[0]], request.url.query.decode()) == (header[1], query)
        return httpx.Response(200, json={"n": 1})

    assert len(pull(source({"it": {"value": "n"}}, auth=auth), look).readings) == 1


def test_a_key_in_the_query_shows_in_no_message() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"message": f"{request.url} is not for s3cret/key"})

    with pytest.raises(Refused) as caught:
        pull(source({"it": {"value": "n"}}, auth={"query": {"key": "s3cret/key"}}), refuse)
    assert "s3cret" not in str(caught.value.ending())


def test_a_body_is_posted_as_json_where_it_is_json() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
        assert json.loads(request.content)["query"] == "{ viewer }"
        return httpx.Response(200, json={"n": 1})

    for body in ('{"query": "{ viewer }", "first": 5}', {"query": "{ viewer }"}):
        assert len(pull(source({"it": {"value": "n"}}, body=body), look).readings) == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"signals": {"it": {"value": "a..b"}}}, "no JMESPath expression at character 3"),
    ({"signals": {"it": {"value": "a["}}}, "no JMESPath expression"),
    ({"signals": {"it": {"value": "'a"}}}, "no JMESPath expression"),
    ({"signals": {"it": {"value": "[" * 3_999}}}, "nested too deeply"),
    ({"signals": {"it": {"value": "(" * 1_900 + "a" + ")" * 1_900}}}, "nested too deeply"),
    ({"signals": {"it": {"value": "a." * 2_000 + "a"}}}, "too long"),
    ({"signals": {"it": {"value": " "}}}, "it is empty"),
    ({"signals": {"it": {"value": "lenght(a)"}}}, "no function lenght(); did you mean length()?"),
    ({"signals": {"it": {"value": "length(a, b)"}}}, "length() takes 1 argument, not 2"),
    ({"signals": {"it": {}}}, "give either `value`"),
    ({"signals": {"it": {"value": "a", "items": "b", "time": "c"}}}, "give either `value`"),
    ({"signals": {"it": {"value": "a", "kind": "events"}}}, "events need `items`"),
    ({"signals": {"it": {"value": "a", "time": "b"}}}, "belong to `items`"),
    ({"signals": {"it": {"items": "a", "kind": "events"}}}, "needs `time`"),
    ({"signals": {"it": {"items": "a", "time": "b"}}}, "needs `amount`"),
    ({"signals": {"it": {"items": "a", "time": "b", "amount": "c", "key": "d"}}}, "leave `key` out"),
    ({"signals": {"it": {"value": "a", "whole": "true"}}}, "`whole` belongs to"),
    ({"url": None}, "url is missing"),
    ({"url": "ftp://example.com"}, "begins with https://"),
    ({"url": "https://example.com:port/"}, "begins with https://"),
    ({"url": "https://me:pw@example.com/"}, "auth: {basic"),
    ({"auth": {}}, "say how"),
    ({"auth": {"bearer": "a", "basic": {"username": "b", "password": "c"}}}, "either `bearer` or `basic`"),
    ({"auth": {"bearer": ""}}, "at least 1"),
    ({"method": "GET", "body": "x"}, "method: POST"),
    ({"method": "DELETE"}, "'GET' or 'POST'"),
    ({"pages": {}}, "give one of"),
    ({"pages": {"link": "next", "page": "page"}}, "give one of"),
    ({"pages": {"page": "page", "parameter": "p"}}, "belongs to `cursor`"),
    ({"pages": {"offset": "offset", "first": "0"}}, "`first` belongs to `page`"),
    ({"pages": {"page": "page"}}, "say where a page has all its rows"),
    ({"pages": {"page": "page"}, "signals": {"it": {**EVENTS, "items": "data[?won]"}}}, "without a filter"),
    (
        {
            "auth": {"bearer": "a"},
            "signals": {"it": {"value": "a"}, "b": {"value": "a", "url": "https://else.example"}},
        },
        "must be sources of their own",
    ),
]


@pytest.mark.parametrize(("settings", "words"), WRONG)
def test_what_does_not_fit_is_told_when_it_is_configured(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        HttpJson.model_validate({"url": URL, "signals": {"it": {"value": "n"}}, **settings})
    assert words in str(caught.value)


def test_a_listing_is_whole_until_its_oldest_event_goes_missing() -> None:
    two = {"data": [{"id": "a", "at": "2026-03-05"}, {"id": "b", "at": "2026-06-05"}]}
    first = pull(source({"it": EVENTS}), told(two))
    assert first.spans == (Span("it", None, first.spans[0].end, whole=True),)
    assert first.cursor == Cursor({"asked": "2026-11-22T12:00:00Z", "oldest": {"it": "2026-03-04T23:00:00Z"}})

    cut = told({"data": two["data"][1:]})
    with pytest.raises(Broken, match="the event of 2026-03-05 is no longer listed"):
        pull(source({"it": EVENTS}), cut, first.cursor.value)
    assert pull(source({"it": {**EVENTS, "whole": "true"}}), cut, first.cursor.value).spans[0].whole
    recent = pull(source({"it": {**EVENTS, "whole": "false"}}), cut, first.cursor.value).spans
    assert recent == (Span("it", datetime(2026, 6, 4, 22, tzinfo=UTC)),)
    empty = pull(source({"it": EVENTS}), told({"data": []}), first.cursor.value)
    assert empty.spans[0].whole, "the store knows whether that was sudden"


def test_a_recent_listing_without_events_covers_the_time_since_the_last_one() -> None:
    recent = source({"it": {**EVENTS, "whole": "false"}})
    assert pull(recent, told({"data": []})).spans == (Span("it", NOW),)
    kept = {"asked": "2026-11-20T12:00:00Z"}
    assert pull(recent, told({"data": []}), kept).spans == (Span("it", datetime(2026, 11, 20, 12, tzinfo=UTC)),)

"""Prometheus: what is recorded, what is refused, and what a real one answers."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import ValidationError

from connectors.prometheus import MANY, Prometheus
from ingest.connector import Ask, Broken, Connector, Cursor, Refused, SourceError, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.run.http import open_client
from tests.connector.asking import NOW, ask_over
from tests.descriptions import Described, Description
from tests.servers.prometheus import prometheus

HERE = Path(__file__).parent / "prometheus"
DESCRIPTION = Description(HERE / "description.json")
URL = "https://prometheus.example.com"
LONG = "sum(" + " + ".join(["app_users"] * 300) + ")"


class TestPrometheus(Described):
    connector: ClassVar[type[Connector]] = Prometheus
    settings: ClassVar[Mapping[str, Any]] = {
        "url": f"{URL}/",
        "auth": {"bearer": "a-made-up-token", "header": {"X-Scope-OrgID": "a-made-up-tenant"}},
        "signals": {
            "users": {"query": "sum(app_users)", "step": "1d"},
            "precision": {"query": "scalar(app_precision)", "step": "1d"},
        },
    }
    recorded: ClassVar[Path] = HERE

    def test_headers_that_a_proxy_wants_are_sent(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert {request.headers["x-scope-orgid"] for request in conversation.asked} == {"a-made-up-tenant"}

    def test_the_number_now_comes_with_its_past_and_nan_is_left_out(self) -> None:
        readings = self.drained(self.ask()).readings
        told = [(one.signal, one.value, one.at and f"{one.at:%m-%d %H:%M}") for one in readings]
        assert told == [
            ("users", 1180, "11-08 00:00"),
            ("users", 1190.5, "11-10 00:00"),
            ("users", 1204, None),
            ("precision", 0.5, "11-08 00:00"),
            ("precision", 0.625, None),
        ]

    def test_zero_is_a_number_and_nan_is_none(self) -> None:
        readings = self.drained(self._ask(self.conversation("empty"))).readings
        assert [(one.signal, one.value) for one in readings] == [("users", 0)]


def source(query: str = "sum(app_users)", **more: Any) -> Prometheus:
    return Prometheus.model_validate({"url": URL, "signals": {"it": {"query": query, "step": "1d", **more}}})


def pull(made: Prometheus, ask: Ask) -> Drained:
    return asyncio.run(drain(made, ask))


def answering(kind: str, result: Any, **more: Any) -> Callable[[httpx.Request], httpx.Response]:
    """This to an instant query, nothing of the past."""
    data: dict[str, Any] = {"resultType": kind, "result": result}

    def answer(request: httpx.Request) -> httpx.Response:
        past = request.url.path.endswith("query_range")
        told = {"resultType": "matrix", "result": []} if past else data
        return httpx.Response(200, json={"status": "success", "data": told, **more})

    return answer


def sample(value: Any) -> dict[str, Any]:
    return {"metric": {}, "value": [1795348800, value]}


@pytest.mark.parametrize(
    ("kind", "result", "words"),
    [
        ("vector", [], "its query has no series"),
        ("vector", [sample("1"), sample("2")], "sum(app_users): has 2 series"),
        ("vector", [{"metric": {}, "histogram": [1795348800, {}]}], "native histogram"),
        ("vector", [sample("abc")], "is no number"),
        ("vector", [sample("1,5")], "1.5 or 15"),
        ("vector", [sample(1)], "should be a valid string"),
        ("vector", [sample(None)], "is null"),
        ("matrix", [{"metric": {}, "values": [[1795348800, "1"]]}], "write a function around it"),
        ("string", [1795348800, "1"], "write a function around it"),
        ("scalar", [1795348800, "x"], "is no number"),
        ("scalar", [], "data"),
        ("nonsense", [], "data"),
    ],
)
def test_what_is_not_one_number_stops_the_pull(kind: str, result: Any, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        pull(source(), ask_over(answering(kind, result)))
    assert isinstance(caught.value, Broken)
    assert words in caught.value.ending().message


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf"])
def test_what_is_no_finite_number_is_unknown(text: str) -> None:
    assert pull(source(), ask_over(answering("vector", [sample(text)]))).readings == ()


def test_a_query_without_series_is_unknown_while_others_have_some() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return answering("vector", [sample("7")] if request.url.params["query"] == "b" else [])(request)

    made = Prometheus.model_validate({"url": URL, "signals": {"a": {"query": "a"}, "b": {"query": "b"}}})
    assert [(one.signal, one.value) for one in pull(made, ask_over(answer)).readings] == [("b", 7)]


def test_an_answer_that_may_not_be_complete_is_not_taken() -> None:
    partial = answering("vector", [sample("7")], warnings=["remote_read: store s3 is not reachable"])
    with pytest.raises(Unavailable, match="may not be complete"):
        pull(source(), ask_over(partial))
    remark = answering("vector", [sample("7")], warnings=["PromQL warning: a remark"], infos=["PromQL info: b"])
    assert len(pull(source(), ask_over(remark)).readings) == 1


@pytest.mark.parametrize(
    ("status", "kind", "error", "expected"),
    [
        (400, "bad_data", 'invalid parameter "query": 1:5: parse error', Refused),
        (422, "execution", "multiple matches for labels", Refused),
        (503, "unavailable", "not ready", Unavailable),
        (503, "timeout", "query timed out", Unavailable),
        (200, "execution", "expanding series", Broken),
    ],
)
def test_what_the_server_says_of_an_error_is_told(
    status: int, kind: str, error: str, expected: type[SourceError]
) -> None:
    problem = {"status": "error", "errorType": kind, "error": error}
    with pytest.raises(expected) as caught:
        pull(source(), ask_over(lambda request: httpx.Response(status, json=problem)))
    assert status == 200 or error in caught.value.ending().message
    assert (
        status == 200 or DESCRIPTION.problems_of_answer("GET", httpx.URL(f"{URL}/api/v1/query"), status, problem) == []
    )


def test_the_past_is_asked_for_in_parts_and_only_once() -> None:
    asked = []

    def look(request: httpx.Request) -> httpx.Response:
        assert DESCRIPTION.problems_of_request(request) == []
        if request.url.path.endswith("query_range"):
            params = request.url.params
            asked.append((int(params["start"]), int(params["end"]), int(params["step"])))
        return answering("vector", [sample("7")])(request)

    made = source(step="1m")
    ask = ask_over(look)
    ask.since = NOW - timedelta(days=15)
    first = pull(made, ask)
    now = int(NOW.timestamp())
    assert [end - start for start, end, _ in asked] == [9_999 * 60, 9_999 * 60, 1_599 * 60]
    assert (asked[0][0], asked[1][0], asked[-1][1]) == (now - 15 * 86400, asked[0][1] + 60, now - 60)
    assert first.cursor == Cursor({"until": {"it": now - 60}})

    asked.clear()
    again = ask_over(look)
    again.cursor, again.now = first.cursor.value, NOW + timedelta(minutes=3, seconds=5)
    assert pull(made, again).cursor == Cursor({"until": {"it": now + 180}})
    assert asked == [(now, now + 180, 60)]

    asked.clear()
    soon = ask_over(look)
    soon.cursor, soon.now = {"until": {"it": now + 180}}, NOW + timedelta(minutes=3, seconds=30)
    assert pull(made, soon).cursor == Cursor({"until": {"it": now + 180}})
    assert asked == []


def test_more_of_the_past_than_can_be_told_is_refused() -> None:
    ask = ask_over(answering("vector", [sample("7")]))
    ask.since = NOW - timedelta(days=730)
    with pytest.raises(Refused, match=f"more than {MANY}") as caught:
        pull(source(step="15s"), ask)
    assert "longer `step`" in caught.value.cure


def test_a_long_query_is_posted() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert DESCRIPTION.problems_of_request(request) == []
        return answering("vector", [sample("7")])(request)

    assert len(pull(source(LONG), ask_over(look)).readings) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": "prometheus.example.com"}, "begins with https://"),
        ({"url": "https://me:pw@prometheus.example.com"}, "auth: {basic"),
        ({"url": "https://prometheus.example.com?x=1"}, "without ? and #"),
        ({"signals": {"it": {"query": " "}}}, "query"),
        ({"signals": {"it": {"query": "a", "kind": "events"}}}, "tells no events"),
        ({"signals": {"it": {"query": "a", "step": "1.5s"}}}, "no whole number of seconds"),
    ],
)
def test_what_does_not_fit_is_told_when_it_is_configured(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Prometheus.model_validate({"url": URL, "signals": {"it": {"query": "a"}}, **settings})
    assert words in str(caught.value)


START = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A day of samples, one every minute: two users series, one of them a minute number."""
    lines = ["# TYPE app_users gauge"]
    for team, base in (("a", 1000), ("b", 50)):
        for minute in range(24 * 60 + 1):
            at = int(START.timestamp()) + minute * 60
            lines.append(f'app_users{{team="{team}"}} {base + minute / 2} {at}')
    with prometheus(tmp_path_factory.mktemp("prometheus"), "\n".join(lines)) as address:
        yield address


def real(server: str, query: str, since: timedelta = timedelta(days=2), step: str = "1h") -> Drained:
    async def run() -> Drained:
        client = open_client()
        try:
            now, zone = START + timedelta(hours=24, seconds=30), ZoneInfo("Europe/Berlin")
            ask = Ask(client=lambda: client, now=now, zone=zone, home=Path(), key=b"k", since=now - since)
            made = Prometheus.model_validate({"url": server, "signals": {"it": {"query": query, "step": step}}})
            return await drain(made, ask)
        finally:
            await client.aclose()

    return asyncio.run(run())


def test_a_real_prometheus_tells_the_number_and_its_past(server: str) -> None:
    readings = real(server, "sum(app_users)").readings
    past, now = readings[:-1], readings[-1]
    assert (now.value, now.at) == (1050 + 1440, None)
    assert [one.at for one in past] == [START + timedelta(hours=hour) for hour in range(25)]
    assert [one.value for one in past] == [1050 + 60 * hour for hour in range(25)]


def test_a_real_prometheus_gives_more_than_it_would_at_once_in_parts(server: str) -> None:
    readings = real(server, 'app_users{team="a"}', step="5s").readings
    assert len(readings) == (24 * 60 * 60 + 25) // 5 + 1 + 1
    assert readings[12 * 60].value == 1030


@pytest.mark.parametrize(
    ("query", "expected", "words"),
    [
        ("sum(app_users", Refused, "unclosed left parenthesis"),
        ("nonsense(app_users)", Refused, "unknown function"),
        ("app_users * on() app_users", Refused, "found duplicate series"),
        ("app_users", Broken, "has 2 series"),
        ("sum(app_user)", Broken, "its query has no series"),
        ("app_users[5m]", Broken, "write a function around it"),
        ("'text'", Broken, "write a function around it"),
    ],
)
def test_what_a_real_prometheus_refuses_is_told(
    server: str, query: str, expected: type[SourceError], words: str
) -> None:
    with pytest.raises(expected) as caught:
        real(server, query)
    assert words in caught.value.ending().message
    if isinstance(caught.value, Refused):
        assert "(signals.it.query)" in caught.value.message
        assert caught.value.cure == "correct the query"


def test_what_is_divided_by_nothing_is_unknown_on_a_real_prometheus(server: str) -> None:
    assert real(server, "sum(app_users) * 0 / 0").readings == ()
    assert {one.value for one in real(server, "sum(app_user) or vector(0)").readings} == {0}

"""Hooks on a real `okr serve`: signed deliveries become measurements, once; everything else is told what to change."""

import base64
import hmac
import json
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.face.conftest import Served, free_port, serve

NEW, OLD = "github secret, the new one", "github secret, the old one"
KEY = base64.b64encode(b"a key of standard webhooks").decode()
LONG = "bm90aGluZyBpcyBzaWduZWQsIHNvIGl0IGlzIGxvbmc"
PUBLIC = "https://okr.example.org"
CONFIGURATION = f"""
timezone: UTC
sources:
  shop:
    connector: push
    signature: standard
    secret: whsec_{KEY}
    signals:
      orders: {{kind: events, unit: orders}}
      stock: {{}}
      visits: {{max_step: 50%}}
  forms:
    connector: push
    signature: github
    secret: {NEW}
    former_secret: {OLD}
    signals:
      responses:
        kind: events
        items: responses
        when: done
        key: id
        time: at
  news:
    connector: push
    signature: path
    secret: {LONG}
    signals:
      joined:
        kind: events
        when: type == 'subscribe'
        key: data.email
        time: fired_at
  crm:
    connector: push
    signature: hubspot
    secret: hubspot secret
    signals:
      deals:
        kind: events
        key: eventId
  ads:
    connector: push
    signature: x
    secret: consumer secret
    signals:
      clicks: {{}}
  silent:
    connector: push
    signals:
      calls: {{kind: events}}
  by_hand:
    connector: manual
    signals:
      talks: {{kind: events}}
objectives:
  - title: Sell
    period: 2020-01-01..2030-12-31
    key_results:
      - {{id: orders, title: Orders, customer: people, value: shop.orders, target: 100}}
server:
  listen: 127.0.0.1:PORT
  token: "the token"
  public_url: {PUBLIC}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("hooks")
    port = free_port()
    (home / "okr.yaml").write_text(CONFIGURATION.replace("PORT", str(port)))
    running = serve(home, port)
    yield running
    assert running.stop() == 0


@pytest.fixture
def client(service: Served) -> Iterator[httpx.Client]:
    with service.client(None) as client:
        yield client


def standard(body: bytes, name: str, at: float | None = None, key: str = KEY) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    raw = hmac.new(base64.b64decode(key), f"{name}.{stamp}.".encode() + body, "sha256").digest()
    signature = f"v1,{base64.b64encode(raw).decode()}"
    return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def github(body: bytes, secret: str = NEW) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def post(client: httpx.Client, path: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    return client.post(path, content=body, headers={"Content-Type": "application/json", **headers})


def order(key: str, value: float = 1) -> bytes:
    return json.dumps({"signal": "orders", "value": value, "key": key}).encode()


def keys(client: httpx.Client, signal: str) -> list[str]:
    return [one["key"] for one in client.get(f"/api/v1/signals/{signal}/measurements?limit=1000").json()["items"]]


def health(client: httpx.Client, source: str) -> dict[str, Any]:
    return next(one for one in client.get("/api/v1/sources").json()["items"] if one["id"] == source)


def received(client: httpx.Client, source: str, result: str) -> float:
    wanted = f'okr_measurements_received_total{{result="{result}",source="{source}"}} '
    return next(
        float(line[len(wanted) :]) for line in client.get("/metrics").text.splitlines() if line.startswith(wanted)
    )


def refused(answer: httpx.Response, status: int, detail: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


def test_a_signed_delivery_is_kept_and_a_repeated_one_changes_nothing(client: httpx.Client) -> None:
    body = order("o1")
    headers = standard(body, "msg_1")
    created = received(client, "shop", "created")
    first, again = (post(client, "/hooks/shop", body, headers) for _ in range(2))
    assert (first.status_code, first.json()) == (200, {"result": "kept", "created": 1, "duplicate": 0, "revised": 0})
    assert (again.status_code, again.json()) == (200, {"result": "repeated"})
    assert "o1" in keys(client, "shop.orders")
    runs = client.get("/api/v1/runs?source=shop").json()["items"]
    assert runs[0]["created"] == 1
    assert received(client, "shop", "created") == created + 1
    assert received(client, "shop", "duplicate") >= 1
    assert health(client, "shop")["outcome"] == "ok"


def test_a_retry_has_the_same_id_and_another_time(client: httpx.Client) -> None:
    body = json.dumps({"signal": "shop.stock", "value": 4}).encode()
    assert post(client, "/hooks/shop", body, standard(body, "msg_r")).json()["result"] == "kept"
    assert post(client, "/hooks/shop", body, standard(body, "msg_r", time.time() + 60)).json() == {"result": "repeated"}


def test_an_implausible_delivery_is_kept_and_waits(client: httpx.Client) -> None:
    for name, value in (("msg_v1", 100), ("msg_v2", 300)):
        body = json.dumps({"signal": "visits", "value": value}).encode()
        assert post(client, "/hooks/shop", body, standard(body, name)).json()["created"] == 1
    found = client.get("/api/v1/signals/shop.visits/measurements").json()["items"]
    assert [(one["value"], one["quarantined"]) for one in found] == [(100, False), (300, True)]
    assert post(client, "/hooks/shop", body, standard(body, "msg_v2")).json() == {"result": "repeated"}


def test_one_event_in_two_deliveries_counts_once(client: httpx.Client) -> None:
    body = order("o2")
    assert post(client, "/hooks/shop", body, standard(body, "msg_2")).json()["created"] == 1
    assert post(client, "/hooks/shop", body, standard(body, "msg_3")).json()["created"] == 0
    assert keys(client, "shop.orders").count("o2") == 1


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"webhook-signature": ""}, "no signature"),
        ({"webhook-id": "another"}, "does not match"),
        ({"webhook-timestamp": "1"}, "does not match"),
        ({"webhook-timestamp": "soon"}, "tells no time"),
    ],
)
def test_a_header_that_was_changed_is_refused(client: httpx.Client, change: dict[str, str], detail: str) -> None:
    body = order("forged")
    refused(post(client, "/hooks/shop", body, {**standard(body, "msg_4"), **change}), 401, detail)
    assert "forged" not in keys(client, "shop.orders")


@pytest.mark.parametrize(("seconds", "detail"), [(-310, "s in the past"), (310, "s in the future")])
def test_a_stale_or_future_delivery_is_refused(client: httpx.Client, seconds: float, detail: str) -> None:
    body = order("stale")
    headers = standard(body, "msg_5", time.time() + seconds)
    refused(post(client, "/hooks/shop", body, headers), 401, detail)
    assert "stale" not in keys(client, "shop.orders")


def test_without_any_signature_or_with_the_token_alone_nothing_is_taken(client: httpx.Client) -> None:
    refused(post(client, "/hooks/shop", order("x"), {}), 401, "webhook-signature or svix-signature is missing")
    refused(post(client, "/hooks/shop", order("x"), {"Authorization": "Bearer the token"}), 401, "missing")


def test_a_changed_body_and_another_secret_are_refused(client: httpx.Client) -> None:
    body = order("tampered")
    headers = standard(body, "msg_6")
    refused(post(client, "/hooks/shop", body + b" ", headers), 401, "does not match")
    other = base64.b64encode(b"some other key").decode()
    refused(post(client, "/hooks/shop", body, standard(body, "msg_6", key=other)), 401, "does not match")
    assert "tampered" not in keys(client, "shop.orders")


def test_what_is_refused_is_said_once_and_changes_no_health(service: Served, client: httpx.Client) -> None:
    body = json.dumps({"responses": []}).encode()
    assert post(client, "/hooks/forms", body, github(body)).status_code == 200
    log = service.home / "serve.log"
    lines = log.read_text().count("hook of forms was refused")
    for _ in range(5):
        refused(post(client, "/hooks/forms", body, github(body, "wrong")), 401, "does not match")
    assert log.read_text().count("hook of forms was refused") == lines + 1
    assert health(client, "forms")["outcome"] == "ok"
    assert post(client, "/hooks/forms", body + b" ", github(body + b" ")).status_code == 200
    assert "the hook of forms takes deliveries again" in log.read_text()


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_jmespath_says_what_counts_and_both_secrets_do(client: httpx.Client, secret: str) -> None:
    items = [
        {"id": f"{secret[-7:]}1", "done": True, "at": "2026-03-01T09:00:00Z"},
        {"id": f"{secret[-7:]}2", "done": False, "at": "2026-03-01T09:30:00Z"},
    ]
    body = json.dumps({"responses": items}).encode()
    assert post(client, "/hooks/forms", body, github(body, secret)).json()["created"] == 1
    assert post(client, "/hooks/forms", body, github(body, secret)).json() == {"result": "repeated"}
    assert [key for key in keys(client, "forms.responses") if key.startswith(secret[-7:])] == [f"{secret[-7:]}1"]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"<html>", 400, "not JSON"),
        (b'{"responses": NaN}', 400, "NaN"),
        (b'{"responses": [], "responses": []}', 400, "twice"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"other": 1}', 422, "finds nothing"),
        (b'{"responses": [{"id": "good", "done": true, "at": "2026-01-01"}, {"done": true}]}', 422, "item 1"),
    ],
)
def test_what_is_signed_and_not_understood_is_named_and_shown(
    client: httpx.Client, body: bytes, status: int, detail: str
) -> None:
    refused(post(client, "/hooks/forms", body, github(body)), status, detail)
    assert "good" not in keys(client, "forms.responses")
    told = health(client, "forms")
    assert told["outcome"] == "broken"
    assert "a delivery was not taken" in told["message"]
    assert "settings" in told["cure"]
    good = json.dumps({"responses": [], "at": time.time()}).encode()
    assert post(client, "/hooks/forms", good, github(good)).status_code == 200
    assert health(client, "forms")["outcome"] == "ok"


def test_a_source_reaches_its_own_signals_alone(client: httpx.Client) -> None:
    body = json.dumps({"signal": "by_hand.talks", "value": 1, "key": "k"}).encode()
    refused(
        post(client, "/hooks/shop", body, standard(body, "msg_7")), 422, "there is no signal 'by_hand.talks' in shop"
    )


def test_all_of_a_delivery_is_kept_or_nothing(client: httpx.Client) -> None:
    body = json.dumps([{"signal": "orders", "value": 1, "key": "all"}, {"signal": "orders", "value": 1}]).encode()
    refused(post(client, "/hooks/shop", body, standard(body, "msg_8")), 422, "an event needs a key")
    assert "all" not in keys(client, "shop.orders")


@pytest.mark.parametrize(
    "path", ["silent", "by_hand", "nobody", "shop/x", "news", "news/x", f"news/{LONG}x", f"shop/{LONG}"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_where_there_is_no_hook_every_answer_is_the_same(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, f"/hooks/{path}", headers={"Authorization": "Bearer the token"})
    refused(answer, 404, "there is no hook at this address")
    assert answer.content == client.request(method, "/hooks/none_at_all").content


def test_a_form_comes_to_an_address_that_nobody_guesses(service: Served, client: httpx.Client) -> None:
    form = {"type": "subscribe", "fired_at": "2026-03-26 21:35:57", "data[email]": "ada@example.com", "data[id]": "8"}
    address = f"/hooks/news/{LONG}"
    assert client.get(address).text == "ready\n"
    assert client.post(address, data=form).json()["created"] == 1
    assert client.post(address, data=form).json() == {"result": "repeated"}
    assert client.post(address, data={**form, "type": "profile"}).json()["created"] == 0
    [key] = keys(client, "news.joined")
    assert len(key) == 32
    written = b"".join(file.read_bytes() for file in service.home.iterdir() if file.name != "okr.yaml")
    for secret in (LONG, "ada@example.com", NEW, OLD, KEY):
        assert secret.encode() not in written, "it is in the log or in the database"


def test_json_that_is_called_a_form_is_json(client: httpx.Client) -> None:
    body = order("by curl -d")
    headers = {**standard(body, "curl"), "Content-Type": "application/x-www-form-urlencoded"}
    assert post(client, "/hooks/shop", body, headers).json()["created"] == 1


def test_hubspot_signs_the_address_that_it_knows(client: httpx.Client) -> None:
    body = json.dumps([{"eventId": 11}, {"eventId": 12}]).encode()
    stamp = str(int(time.time() * 1000))
    signed = f"POST{PUBLIC}/hooks/crm?a=1".encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.new(b"hubspot secret", signed, "sha256").digest()).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    refused(post(client, "/hooks/crm", body, headers), 401, "does not match")
    assert post(client, "/hooks/crm?a=1", body, headers).json()["created"] == 2


def test_first_calls_are_answered_as_text_that_no_browser_runs(client: httpx.Client) -> None:
    graph = client.post(f"/hooks/news/{LONG}", params={"validationToken": "<b>token</b>"}, content=b"")
    assert (graph.status_code, graph.text) == (200, "<b>token</b>")
    assert graph.headers["content-type"].startswith("text/plain")
    assert graph.headers["x-content-type-options"] == "nosniff"
    assert client.get("/hooks/forms", params={"hub.challenge": "c"}).text == "c"
    assert client.head("/hooks/forms").status_code == 200
    assert client.get("/hooks/ads", params={"crc_token": "abc"}).json()["response_token"].startswith("sha256=")
    refused(client.get("/hooks/ads", params={"crc_token": "{}"}), 400, "cannot be answered")
    ping = json.dumps({"zen": "z", "hook_id": 1}).encode()
    assert post(client, "/hooks/forms", ping, {**github(ping), "X-GitHub-Event": "ping"}).text == "pong\n"
    asks = json.dumps({"type": "url_verification", "challenge": "3eZb"}).encode()
    assert post(client, "/hooks/shop", asks, standard(asks, "msg_9")).text == "3eZb"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_more_than_a_mebibyte_is_refused_and_one_of_a_mebibyte_is_not(
    client: httpx.Client, chunked: bool
) -> None:
    def sent(size: int, name: str) -> httpx.Response:
        body = order(name).ljust(size)
        pieces = (body[at : at + 65536] for at in range(0, size, 65536))
        content = pieces if chunked else body
        return client.post("/hooks/shop", content=content, headers=standard(body, name))

    refused(sent(2**20 + 1, f"large {chunked}"), 413, "1 MiB")
    assert sent(2**20, f"fits {chunked}").json()["created"] == 1
    assert f"large {chunked}" not in keys(client, "shop.orders")


OF_STRANGERS = pytest.mark.parametrize(
    "begun",
    [
        b"POST /hooks/shop HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n",
    ],
    ids=["a delivery", "a login"],
)


@OF_STRANGERS
def test_a_body_that_says_it_is_huge_is_not_waited_for(service: Served, begun: bytes) -> None:
    address = httpx.URL(service.url)
    with socket.create_connection((address.host, address.port or 80), timeout=5) as connection:
        connection.sendall(begun + b"Content-Length: 99999999999\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_sender_that_hangs_up_leaves_no_trace_in_the_log(service: Served, client: httpx.Client) -> None:
    address = httpx.URL(service.url)
    for _ in range(3):
        with socket.create_connection((address.host, address.port or 80), timeout=5) as connection:
            connection.sendall(b"POST /hooks/shop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            time.sleep(0.1)
    assert client.get("/-/healthy").status_code == 200
    time.sleep(0.2)
    assert "Traceback" not in (service.home / "serve.log").read_text()


@pytest.mark.slow
@OF_STRANGERS
def test_a_body_that_trickles_in_is_given_up(service: Served, begun: bytes) -> None:
    address = httpx.URL(service.url)
    with socket.create_connection((address.host, address.port or 80), timeout=20) as connection:
        connection.sendall(begun + b"Content-Length: 100\r\n\r\n{")
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("attempt", range(3))
def test_of_repeated_deliveries_at_the_same_time_one_is_kept(service: Served, attempt: int) -> None:
    body = order(f"at once {attempt}")
    headers = standard(body, f"at once {attempt}")

    def send(_: int) -> str:
        with service.client(None) as client:
            return str(post(client, "/hooks/shop", body, headers).json()["result"])

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(send, range(8))) == ["kept", *["repeated"] * 7]


def test_a_packed_body_is_refused(client: httpx.Client) -> None:
    refused(post(client, "/hooks/shop", b"\x1f\x8b", {"Content-Encoding": "gzip"}), 415, "Content-Encoding")


def test_only_our_own_hosts_have_hooks(client: httpx.Client) -> None:
    refused(post(client, "/hooks/shop", b"{}", {"Host": "evil.example"}), 421, "host name")
    refused(post(client, "/hooks/shop", b"{}", {"Host": "okr.example.org"}), 401, "missing")
    assert client.put("/hooks/shop").status_code == 405


def test_hooks_are_in_the_description_of_the_api(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"get", "post"} == set(paths["/hooks/{source}"]) == set(paths["/hooks/{source}/{secret}"])


def test_a_delivery_is_remembered_after_a_restart(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "okr.yaml").write_text(CONFIGURATION.replace("PORT", str(port)))
    body = json.dumps({"signal": "stock", "value": 4}).encode()
    headers = standard(body, "msg_1")
    for expected in ("kept", "repeated"):
        running = serve(tmp_path, port)
        with running.client(None) as client:
            assert post(client, "/hooks/shop", body, headers).json()["result"] == expected
        assert running.stop() == 0
    with closing(sqlite3.connect(tmp_path / "okr.db")) as database:
        assert database.execute("SELECT count(*) FROM reading").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM run").fetchone() == (1,)

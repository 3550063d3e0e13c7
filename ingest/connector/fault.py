"""What can go wrong with an answer, and how a pull must end then."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from ingest.connector.outcome import Outcome
from ingest.connector.record import CutOff, Exchange, Fault, Padded

WAIT = 60
"""The Retry-After of the fault `429`, in seconds."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A fault and the outcome of the pull that meets it."""

    fault: Fault
    outcome: Outcome
    json_only: bool = False
    """It says nothing about files that are fetched."""


def _status(status: int, **headers: str) -> Fault:
    """A refusal that repeats what was sent to it, as some servers do."""

    def fault(request: httpx.Request, exchange: Exchange) -> httpx.Response:
        detail = f"you sent {dict(request.headers)} to {request.url}"
        return httpx.Response(status, headers=headers, json={"title": "No", "status": status, "detail": detail})

    return fault


def _body(body: bytes, status: int = 200, kind: str = "application/json") -> Fault:
    return lambda request, exchange: httpx.Response(status, headers={"content-type": kind}, content=body)


def _time_out(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    raise httpx.ReadTimeout("timed out", request=request)


def _no_connection(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def _good_with_status(status: int) -> Fault:
    """The right answer under a status that says it is none."""
    return lambda request, exchange: httpx.Response(status, content=exchange.body())


def _cut(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    return httpx.Response(200, stream=CutOff(exchange.body()))


def _half(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    body = exchange.body()
    return exchange.response(body[: len(body) // 2])


def _other_type(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    value = exchange.answer["json"]
    return exchange.response(json.dumps({"error": "expired"} if isinstance(value, list) else [value]).encode())


def _large(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    right = exchange.response()
    del right.headers["content-length"]
    return httpx.Response(right.status_code, headers=right.headers, stream=Padded(exchange.body(), 50))


_LOGIN = b"<!DOCTYPE html><html><title>Log in</title><body>Please log in</body></html>"

FAULTS: Mapping[str, Expected] = {
    "401": Expected(_status(401), Outcome.REFUSED),
    "403": Expected(_status(403), Outcome.REFUSED),
    "404": Expected(_status(404), Outcome.REFUSED),
    "410": Expected(_status(410), Outcome.REFUSED),
    "429": Expected(_status(429, **{"Retry-After": str(WAIT)}), Outcome.UNAVAILABLE),
    "429 without JSON": Expected(_body(b"Retry later", 429, "text/plain"), Outcome.UNAVAILABLE),
    "403 with a web page": Expected(_body(_LOGIN, 403, "text/html"), Outcome.REFUSED),
    "500": Expected(_status(500), Outcome.UNAVAILABLE),
    "503 with the right answer": Expected(_good_with_status(503), Outcome.UNAVAILABLE),
    "401 with the right answer": Expected(_good_with_status(401), Outcome.REFUSED),
    "a time-out": Expected(_time_out, Outcome.UNAVAILABLE),
    "no connection": Expected(_no_connection, Outcome.UNAVAILABLE),
    "a cut body": Expected(_cut, Outcome.UNAVAILABLE),
    "half a body": Expected(_half, Outcome.BROKEN, json_only=True),
    "an empty body": Expected(_body(b""), Outcome.BROKEN, json_only=True),
    "another type": Expected(_other_type, Outcome.BROKEN, json_only=True),
    "null": Expected(_body(b"null"), Outcome.BROKEN, json_only=True),
    "NaN": Expected(_body(b"NaN"), Outcome.BROKEN, json_only=True),
    "HTML": Expected(_body(_LOGIN, kind="text/html; charset=utf-8"), Outcome.BROKEN),
    "HTML that says it is JSON": Expected(_body(_LOGIN), Outcome.BROKEN),
    "50 MB": Expected(_large, Outcome.BROKEN),
}


def ones(value: Any) -> Iterator[tuple[str, Any, Any]]:
    """The JSON value for each number 1 in it: with `true` in its place, and with another number.

    `true == 1` in Python, so who takes one for the other tells the same and would not be found by `misfits`.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (
                (f"{name}.{where}", {**value, name: true}, {**value, name: other}) for where, true, other in ones(inner)
            )
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            before, after = value[:index], value[index + 1 :]
            for where, true, other in ones(inner):
                yield f"{index}.{where}", [*before, true, *after], [*before, other, *after]
    elif value == 1 and not isinstance(value, bool):
        yield "1 as true", True, 7


def misfits(value: Any) -> Iterator[tuple[str, Any]]:
    """The JSON value again and again, each time with another of its parts being of a type that it cannot be.

    Of a list the first two items are tried, and the last.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ((f"{name}.{where}", {**value, name: other}) for where, other in misfits(inner))
    elif isinstance(value, list):
        for index in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            for where, other in misfits(value[index]):
                yield f"{index}.{where}", [*value[:index], other, *value[index + 1 :]]
    yield "as an object", {"no such": "thing"}
    yield ("as text", "true") if isinstance(value, bool) else ("as true", True)

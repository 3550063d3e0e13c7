"""What requests ask for: times, pages of lists, bodies within bounds, strict JSON."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request

from ingest.connector.strict import NotStrict, strict_json
from ingest.face.notify.herald import Herald
from ingest.face.shape import Page
from ingest.face.web.problem import Problem
from ingest.okr.instant import Instant
from ingest.okr.when import instant_of
from ingest.run.service import Service

T = TypeVar("T")
LARGEST = 8 * 2**20
"""Bytes of a body that is posted."""
LARGEST_FORM = 64 * 2**10
"""Bytes of a form."""
SECONDS, SECONDS_OF_STRANGERS = 60.0, 10.0
"""Until a body is whole; of a form and a delivery, which anybody can begin to send, less."""

Limit = Annotated[int, Query(ge=1, le=1000, description="how many, at most 1,000")]
After = Annotated[int, Query(ge=0, description="where this page begins; taken from `next`")]
At = Annotated[str | None, Query(description="as of this day (its end) or RFC 3339 time")]
KnownAt = Annotated[str | None, Query(description="with what was recorded by this day (its end) or time")]


def service_of(request: Request) -> Service:
    """The running service, inside a request."""
    found: Service = request.app.state.service
    return found


def herald_of(request: Request) -> Herald:
    """Who tells people, inside a request."""
    found: Herald = request.app.state.herald
    return found


def time_of(text: str | None, request: Request, name: str) -> Instant | None:
    """The instant of a query parameter; a day means its end."""
    return _instant(text, request, name, "ends")


def begin_of(text: str | None, request: Request, name: str) -> Instant | None:
    """The instant of a bound; a day means its beginning."""
    return _instant(text, request, name, "begins")


def _instant(text: str | None, request: Request, name: str, day: Literal["begins", "ends"]) -> Instant | None:
    if text is None:
        return None
    try:
        return instant_of(text, service_of(request).workspace.config.zone, day)
    except ValueError as error:
        raise Problem(422, f"{name}: {error}") from None


def page_of(items: Sequence[T], limit: int, after: int, request: Request) -> Page[T]:
    """One page of a list that is all in memory."""
    more = after + limit < len(items)
    return {"items": list(items[after : after + limit]), "next": next_url(request, after + limit) if more else None}


def next_url(request: Request, after: int | str) -> str:
    """The same request, a page on."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{request.url.path}?{urlencode([*query, ('after', str(after))])}"


async def body_of(request: Request) -> bytes:
    """The posted bytes. JSON only, so that no form of another site can post it; bounded in size."""
    if _kind(request) != "application/json":
        raise Problem(415, "post JSON, with the header Content-Type: application/json")
    told = f"more than {LARGEST // 2**20} MiB; post in several lists, or use okr import"
    return await whole_body(request, LARGEST, told, SECONDS)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form of our own pages, each once; bounded in size."""
    if _kind(request) != "application/x-www-form-urlencoded":
        raise Problem(415, "this is for the page's own forms; programs use /api/v1 (see /docs)")
    body = await whole_body(request, LARGEST_FORM, "the form is too large")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=16, errors="strict")
    except ValueError:
        raise Problem(400, "the form cannot be read") from None
    return dict(fields)


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def whole_body(request: Request, most: int, told: str, seconds: float = SECONDS_OF_STRANGERS) -> bytes:
    """The body. 413, with what is `told`, from more than `most` bytes on; 408 where it is not whole in time."""
    announced, body = _announced(request), bytearray()
    try:
        async with asyncio.timeout(seconds):
            if announced <= most:
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > most:
                        break
    except TimeoutError:
        raise Problem(408, f"the body was not whole after {seconds:g} s") from None
    if max(len(body), announced) > most:
        raise Problem(413, told)
    return bytes(body)


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


async def json_of(request: Request) -> Any:
    """The posted JSON, strictly: no NaN, no doubled key, no bottomless nesting."""
    try:
        return strict_json(await body_of(request))
    except NotStrict as error:
        raise Problem(400, str(error)) from None

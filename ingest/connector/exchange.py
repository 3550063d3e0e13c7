"""Asking one question over HTTP: redirects by hand, a total deadline, and a bound on what comes back."""

import asyncio
import json
import re
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

from ingest.connector.again import again_at
from ingest.connector.answer import Answer
from ingest.connector.outcome import Broken, Refused, SourceError, Unavailable, as_source_error, of_status
from ingest.connector.question import Question, bad_redirect, led_on
from ingest.connector.secret import without
from ingest.connector.shape import cleaned
from ingest.okr.instant import Instant

if TYPE_CHECKING:
    import httpx

    from ingest.connector.limits import Limits
    from ingest.connector.slots import Slots

PUBLIC_ONLY = "okr_public_only"
"""The request extension that tells the guarded transport to connect to public addresses only."""
_STEP = 2**20
_LARGE = 2**20
"""Of answers beyond so many bytes only a few are read at a time."""
_EXCERPT = 16 * 1024
"""How much of a refusal is read to tell what the source said."""
_TAG = re.compile(r"<[^<>]{0,1000}>")
_LONG = 8
"""From so many letters on a part of an address may be a key."""


async def exchange(
    client: "httpx.AsyncClient",
    asked: Question,
    slots: "Slots",
    limits: "Limits",
    largest: int,
    now: Callable[[], Instant],
) -> Answer:
    """The answer to a question, at most `largest` bytes after decompression. Raises nothing but `SourceError`.

    The deadline covers the whole exchange with its redirects, not a single read, so that a trickle ends too. Waiting
    for a slot has a bound of its own.
    """
    left = limits.request
    clock = asyncio.get_running_loop().time
    for _ in range(limits.redirects + 1):
        async with slots.taken(asked.url.netloc.decode(), limits.waiting):
            started = clock()
            outcome = await _hop(client, asked, slots, largest, left, now)
            left -= clock() - started
        if isinstance(outcome, Answer):
            return outcome
        asked = outcome
    many = f"more than {limits.redirects} redirects" if limits.redirects else "a redirect, which is not followed here"
    raise Refused(f"{asked.host}: {many}", "write the final address in the settings")


async def _hop(
    client: "httpx.AsyncClient",
    asked: Question,
    slots: "Slots",
    largest: int,
    seconds: float,
    now: Callable[[], Instant],
) -> Answer | Question:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await _answered(client, asked, slots, largest, now)
    except TimeoutError:
        raise Unavailable(f"{asked.host}: took too long to answer") from None
    except SourceError:
        raise  # as its own cause it would be kept, with a large body in its traceback, until cycles are collected
    except Exception as error:
        raise as_source_error(error, asked.host, now()) from error


async def _answered(
    client: "httpx.AsyncClient", asked: Question, slots: "Slots", largest: int, now: Callable[[], Instant]
) -> Answer | Question:
    response = await _sent(client, asked)
    try:
        status, headers = response.status_code, _headers(response)
        if 300 <= status <= 399:
            return led_on(asked, status, headers.get("location"))
        if status in asked.heard:
            return Answer(str(response.url), status, headers, await _whole(response, slots, largest, asked.host))
        body = b"" if response.is_success else await _some(response, asked.host)
        at = again_at(status, headers, now())
        failure = of_status(status, asked.host, now(), retry_at=at, said=_excerpt(body, asked), keyed=asked.keyed)
        if failure:
            raise asked.means(Answer(str(response.url), status, headers, body), failure) if asked.means else failure
        return Answer(str(response.url), status, headers, await _whole(response, slots, largest, asked.host))
    finally:
        await response.aclose()


async def _sent(client: "httpx.AsyncClient", asked: Question) -> "httpx.Response":
    import httpx

    agent = client.headers.get("user-agent", "okr-ingest")
    headers = {"user-agent": agent, "accept": "*/*", "accept-encoding": "gzip", **asked.headers}
    extensions = {"timeout": {}, PUBLIC_ONLY: asked.public_only}  # no time-outs: the deadline around all of it is ours
    request = httpx.Request(asked.method, asked.url, headers=headers, content=asked.body, extensions=extensions)
    try:
        return await client.send(request, stream=True, auth=None, follow_redirects=False)
    except httpx.RemoteProtocolError as error:
        if "location header" not in str(error):
            raise
        # httpx reads the address of a redirect even where it is not to follow it
        raise bad_redirect(request.url.host) from None


def _headers(response: "httpx.Response") -> dict[str, str]:
    """By their names in lower case; those that came several times are one list."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _whole(response: "httpx.Response", slots: "Slots", largest: int, host: str) -> bytes:
    body = bytearray()
    try:
        async with AsyncExitStack() as held:
            async for part in _decoded(response, host):
                if len(body) <= _LARGE < len(body) + len(part):
                    await held.enter_async_context(slots.large)
                body += part
                if len(body) > largest:
                    raise Broken(f"{host}: the answer is larger than {largest / 2**20:g} MiB")
        return bytes(body)
    finally:
        body.clear()  # an error keeps this frame for as long as anybody keeps the error


async def _some(response: "httpx.Response", host: str) -> bytes:
    """The beginning of a refusal, as far as it can be read: the status alone decides."""
    body = bytearray()
    with suppress(SourceError, OSError, _any_of_httpx()):
        async for part in _decoded(response, host):
            body += part
            if len(body) >= _EXCERPT:
                break
    return bytes(body)


def _any_of_httpx() -> type[Exception]:
    import httpx

    return httpx.HTTPError


async def _decoded(response: "httpx.Response", host: str) -> AsyncIterator[bytes]:
    """The body, decompressed in small steps: a bomb is noticed before it goes off."""
    if response.is_stream_consumed:  # a test's transport handed it over whole
        yield response.content
        return
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        async for raw in response.aiter_raw():
            yield raw
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        async for part in _inflated(response.aiter_raw(), host):
            yield part
    else:
        raise Broken(f"{host}: the answer is compressed in a way that was not asked for")


async def _inflated(raw: AsyncIterator[bytes], host: str) -> AsyncIterator[bytes]:
    """gzip with any number of members, or zlib; cut short is cut short, whatever the Content-Length said."""
    inflater, begun = zlib.decompressobj(zlib.MAX_WBITS | 32), False
    try:
        async for chunk in raw:
            while chunk:
                begun = True
                yield inflater.decompress(chunk, _STEP)
                chunk = inflater.unconsumed_tail
                if inflater.eof:
                    chunk, inflater, begun = inflater.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 32), False
    except zlib.error:
        raise Broken(f"{host}: the answer is not compressed as it says") from None
    if begun:
        raise Unavailable(f"{host}: the connection was cut before the answer was whole")


def _excerpt(body: bytes, asked: Question) -> str | None:
    """What a refusal says of itself in JSON (`detail`, `message`, `error`…), without anything we sent.

    The address is left out too, and its long parts: that of a private calendar is all it takes to read it.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    said = _told(value)
    if said is None:
        return None
    url = asked.url
    parts = [*url.path.split("/"), *url.params.values()]
    sent = {*asked.secrets, str(url), url.raw_path.decode(), url.path, *(part for part in parts if len(part) >= _LONG)}
    return cleaned(_TAG.sub(" ", without(said, sent - {"/"})), 120) or None


def _told(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return _told(value[0])
    if isinstance(value, dict):
        named = {str(name).lower(): inner for name, inner in value.items()}  # there are vendors of a `Message`
        told = (_told(named[name]) for name in ("detail", "message", "error", "errors", "title") if name in named)
        return next((words for words in told if words), None)
    return None

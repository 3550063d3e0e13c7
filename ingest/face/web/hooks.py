"""`/hooks/{source}`: what senders call. Their signature is the key; where nothing is signed, a secret ends the path."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ingest.connector.form import TYPE
from ingest.connector.handshake import Greeting, greeting
from ingest.connector.outcome import SourceError
from ingest.connector.signature import Delivery, Unverified
from ingest.connector.strict import NotStrict
from ingest.face.web.asked import service_of, whole_body
from ingest.face.web.problem import Problem
from ingest.run.hook import Hooks, NoHook

router = APIRouter(tags=["hooks"])
LARGEST = 2**20
"""Bytes of a delivery."""

_BODY = {"type": ["object", "array"], "description": "what the sender sends; see `okr connectors push`"}
_POSTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _BODY}, TYPE: {"schema": {"type": "object"}}},
    }
}


@router.get("/hooks/{source}")
@router.head("/hooks/{source}", include_in_schema=False)
async def look(request: Request, source: str) -> Response:
    """A sender's first look: whether somebody is there."""
    return await _answer(request, source, "")


@router.get("/hooks/{source}/{secret}")
@router.head("/hooks/{source}/{secret}", include_in_schema=False)
async def look_by_secret(request: Request, source: str, secret: str) -> Response:
    """The same, where the path ends in the secret."""
    return await _answer(request, source, secret)


@router.post("/hooks/{source}", openapi_extra=_POSTED)
async def deliver(request: Request, source: str) -> Response:
    """Keep what a sender delivers, signed as the source's `signature` says: all of it or nothing, and once."""
    return await _answer(request, source, "")


@router.post("/hooks/{source}/{secret}", openapi_extra=_POSTED)
async def deliver_by_secret(request: Request, source: str, secret: str) -> Response:
    """The same for senders that sign nothing: the path ends in the secret."""
    return await _answer(request, source, secret)


async def _answer(request: Request, source: str, ending: str) -> Response:
    hooks: Hooks = request.app.state.hooks
    if not service_of(request).ready:
        raise Problem(503, "starting or stopping; send it again", headers={"Retry-After": "10"})
    try:
        hook = hooks.find(source, ending)
        if (greeted := greeting(hook, request.method, request.query_params)) is not None:
            return _greet(greeted)
        if request.method != "POST":
            raise Problem(400, "this question cannot be answered")
        arrived = await hooks.take(source, hook, await _delivery(request, ending))
    except NoHook as error:
        raise Problem(404, str(error)) from None
    except Unverified as error:
        raise Problem(401, str(error), headers={"WWW-Authenticate": 'Signature realm="hooks"'}) from None
    except NotStrict as error:
        raise Problem(400, str(error)) from None
    except SourceError as error:
        raise Problem(422, error.ending().message) from None
    if arrived.greeting is not None:
        return _greet(arrived.greeting)
    if arrived.kept is None:
        return JSONResponse({"result": "repeated"})
    kept = arrived.kept
    counts = {"created": kept.created, "duplicate": kept.duplicate, "revised": kept.revised}
    return JSONResponse({"result": "kept", **counts})


def _greet(greeted: Greeting) -> Response:
    return Response(greeted.text, media_type=greeted.media_type)


async def _delivery(request: Request, ending: str) -> Delivery:
    """The request with its whole body, as it came."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "send the body as it is, without Content-Encoding")
    body = await whole_body(request, LARGEST, f"a delivery is at most {LARGEST // 2**20} MiB")
    return Delivery(
        {name: request.headers[name] for name in request.headers},
        body,
        request.method,
        _address(request),
        ending,
    )


def _address(request: Request) -> str:
    """The address as the sender knows it, before any proxy."""
    base = service_of(request).workspace.config.server.public_url or str(request.base_url)
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return base.rstrip("/") + raw.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")

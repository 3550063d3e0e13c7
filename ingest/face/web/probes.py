"""Health and /metrics: what machines ask."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from ingest.face.metrics.board import Format
from ingest.face.metrics.exposition import CONTENT_TYPE, Exposition, chosen
from ingest.face.web.asked import service_of
from ingest.face.web.problem import Problem

router = APIRouter(tags=["health"])


@router.get("/-/healthy", response_class=PlainTextResponse)
async def healthy() -> str:
    """The process answers."""
    return "healthy\n"


@router.get("/-/ready", response_class=PlainTextResponse)
async def ready(request: Request) -> str:
    """The database is open and the clock runs."""
    if not service_of(request).ready:
        raise Problem(503, "starting or stopping")
    return "ready\n"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Scores and health for Prometheus: text, or OpenMetrics by Accept."""
    exposition: Exposition = request.app.state.exposition
    form = chosen(request.headers.get("accept"))
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    body = await asyncio.to_thread(_body, request, exposition, form, zipped)
    headers = {"Content-Type": CONTENT_TYPE[form], "Vary": "Accept, Accept-Encoding"}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers)


def _body(request: Request, exposition: Exposition, form: Format, zipped: bool) -> bytes:
    exposition.refresh(service_of(request))
    return exposition.body(form, zipped=zipped)

"""GET /badge/{name}.svg: the badge of a key result or an objective. Who may read the page may read it."""

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ingest.face.badge import badge
from ingest.face.web.asked import service_of
from ingest.run.name import found

router = APIRouter(tags=["read"])
FRESH = 60
"""Seconds for which a badge may be kept: scores change by the minute."""


@router.get("/badge/{name}.svg", response_class=Response)
def shown(request: Request, name: str) -> Response:
    """A badge with status and progress of a key result (`objective.key_result`) or an objective (its id)."""
    workspace = service_of(request).workspace
    card = workspace.live()
    objectives = {one.objective.id: one for one in card.objectives}
    key_results = {one.key_result.name: one for one in card.key_results()}
    full = found(name, [*objectives, *key_results], "key result or objective")
    if full in objectives:
        objective = objectives[full]
        svg = badge(objective.objective.title, objective.score.status, objective.score.progress)
    else:
        scored = key_results[full]
        svg = badge(scored.key_result.title, scored.score.status, scored.score.progress)
    return _answer(request, svg, public=workspace.config.server.public)


def _answer(request: Request, svg: str, *, public: bool) -> Response:
    tag = f'"{hashlib.blake2b(svg.encode(), digest_size=12).hexdigest()}"'
    kept = f"{'public' if public else 'private'}, max-age={FRESH}, must-revalidate"
    headers = {"ETag": tag, "Cache-Control": kept}
    named = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in named or "*" in named:
        return Response(status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)

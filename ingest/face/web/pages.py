"""The page: objectives, one key result, the sources, and the form that asks for the token. Rendered on the server."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ingest.face.web import guard, problem
from ingest.face.web.asked import At, KnownAt, service_of, time_of
from ingest.face.web.chart import chart, spark
from ingest.face.web.template import TEMPLATES
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.run.card import Card

router = APIRouter(include_in_schema=False)
SHOWN = 24
"""Points of a small line."""
LOGGED = 100
"""Entries of a log that the page shows; the API has all."""


def _page(template: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
    config = service_of(request).workspace.config
    page = TEMPLATES.get_template(template).render(path=request.url.path, config=config, zone=config.zone, **values)
    return HTMLResponse(page, status)


@router.get("/", response_class=HTMLResponse)
def overview(request: Request, at: At = None, known_at: KnownAt = None) -> HTMLResponse:
    """Every objective with its key results."""
    service = service_of(request)
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    card = service.card() if then is None and known is None else service.workspace.card(then, known)
    lines = {one.key_result.name: _spark(request, one.key_result, card, known) for one in card.key_results()}
    failing = [source for source in service.sources() if source.outcome not in (None, "ok")]
    return _page(
        "overview.html",
        request,
        card=card,
        lines=lines,
        failing=failing,
        reload=service.last_reload,
        asked=at or known_at,
    )


def _spark(request: Request, key_result: KeyResult, card: Card, known_at: Instant | None) -> tuple[str, float | None]:
    points = service_of(request).workspace.history(key_result.name, card.at, known_at, points=SHOWN)
    return spark([point.value for point in points], None)


@router.get("/key-results/{name}", response_class=HTMLResponse)
def key_result(request: Request, name: str, at: At = None, known_at: KnownAt = None) -> HTMLResponse:
    """One key result: its chart, what its number is made of, what tactics did, and its log."""
    workspace = service_of(request).workspace
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    full = workspace.key_result(name).name
    why = workspace.why(full, then, known)
    points = workspace.history(full, then, known, points=400)
    period, score = why.scored.key_result.period, why.scored.score
    return _page(
        "key_result.html",
        request,
        why=why,
        points=points,
        chart=chart(points, period.start, period.end, why.at, score.target, score.baseline),
        log=workspace.log(full, then, known, limit=LOGGED),
        effects=workspace.tactics(full, then, known),
        asked=at or known_at,
    )


@router.get("/sources", response_class=HTMLResponse)
def sources(request: Request) -> HTMLResponse:
    """The health of every source, with what to do where one fails."""
    service = service_of(request)
    return _page(
        "sources.html",
        request,
        now=service.workspace.now(),
        sources=service.sources(),
        signals=service.workspace.signals(),
        reload=service.last_reload,
    )


@router.get("/login", response_class=HTMLResponse)
def login(request: Request) -> HTMLResponse:
    """Ask for the token."""
    return _page("login.html", request, wrong=False)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Exchange the token for the page's cookie."""
    server = service_of(request).workspace.config.server
    form = await request.form(max_files=0, max_fields=4)
    if not guard.equal(str(form.get("token", "")), server.token):
        return _page("login.html", request, 401, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https" or (server.public_url or "").startswith("https://")
    answer.set_cookie(
        guard.COOKIE, guard.session(server.token), max_age=30 * 86400, httponly=True, samesite="strict", secure=secure
    )
    return answer


def refusal(request: Request, refused: problem.Problem) -> Response:
    """The guard's no: the form for people whose browser asks for a page, else a problem."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if refused.status == 401 and wants_page and request.method == "GET":
        return RedirectResponse("/login", 303)
    return problem.answer(refused.status, refused.detail, refused.headers, **refused.extra)

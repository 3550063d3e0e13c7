"""The pages: objectives, one key result and its numbers, the sources. Rendered on the server."""

import csv
import io
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.face.shape import point_shape
from ingest.face.web.asked import At, KnownAt, herald_of, service_of, time_of
from ingest.face.web.chart import chart
from ingest.face.web.drawing import spark
from ingest.face.web.message import Message, Messages
from ingest.face.web.rendering import page, version_of
from ingest.face.web.scene import Picture, picture, scene_of

router = APIRouter(include_in_schema=False)
LISTED = 60
"""Points in the table of a page; the CSV has more."""
MOST_POINTS = 2_000
"""Points of the CSV."""
Told = Annotated[str | None, Query(max_length=40)]


@router.get("/", response_class=HTMLResponse)
def overview(request: Request, at: At = None, known_at: KnownAt = None) -> HTMLResponse:
    """Every objective with its key results."""
    service, version = service_of(request), version_of(request)
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    card = service.card() if then is None and known is None else service.workspace.card(then, known)
    trails = service.workspace.trails(card)
    sparks = {
        one.key_result.name: spark(
            trails[one.key_result.name], one.key_result.period.start, one.key_result.period.end, one.score.target
        )
        for one in card.key_results()
    }
    return page(
        "overview.html",
        request,
        version=version,
        card=card,
        sparks=sparks,
        counts=Counter(one.score.status for one in card.key_results()),
        sources=service.sources(),
        now=service.workspace.now(),
        reload=service.last_reload,
        asked=at or known_at,
    )


@router.get("/key-results/{name}", response_class=HTMLResponse)
def key_result(request: Request, name: str, at: At = None, known_at: KnownAt = None, told: Told = None) -> HTMLResponse:
    """One key result: its chart, what its number is made of, what tactics did, and its log."""
    workspace, version = service_of(request).workspace, version_of(request)
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    full = workspace.key_result(name, known).name
    scene = scene_of(workspace, full, then, known)
    return page(
        "key_result.html",
        request,
        version=version,
        why=scene.why,
        scene=scene,
        chart=chart(scene),
        points=scene.points[-LISTED:],
        effects=scene.effects,
        log=scene.log,
        message=_message(request, told),
        asked=at or known_at,
        query=request.url.query if at or known_at else "",
    )


@router.get("/key-results/{name}/chart.json")
def chart_data(request: Request, name: str, at: At = None, known_at: KnownAt = None) -> Picture:
    """What the chart in the browser is drawn from."""
    workspace = service_of(request).workspace
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    return picture(scene_of(workspace, workspace.key_result(name, known).name, then, known))


@router.get("/key-results/{name}/history.csv")
def history_csv(request: Request, name: str, at: At = None, known_at: KnownAt = None) -> Response:
    """Value and progress over the period."""
    workspace = service_of(request).workspace
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    full = workspace.key_result(name, known).name
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["at", "value", "progress", "expected", "status"])
    for point in workspace.history(full, then, known, points=MOST_POINTS):
        rows.writerow(point_shape(point).values())
    headers = {"Content-Disposition": f'attachment; filename="{full}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/sources", response_class=HTMLResponse)
def sources(request: Request, told: Told = None) -> HTMLResponse:
    """The health of every source, with what to do where one fails; with the token what is done by hand."""
    service, version = service_of(request), version_of(request)
    workspace = service.workspace
    signals, rows, kept = workspace.signals(), workspace.rows(), Counter[str]()
    for signal in signals:
        kept[signal.source] += rows[signal.name].count
    return page(
        "sources.html",
        request,
        version=version,
        now=workspace.now(),
        sources=service.sources(),
        signals=signals,
        rows=rows,
        kept=kept,
        waiting=workspace.waiting(),
        pulling=service.pulling(),
        recipients=herald_of(request).recipients(),
        reload=service.last_reload,
        message=_message(request, told),
    )


def _message(request: Request, told: str | None) -> Message | None:
    messages: Messages = request.app.state.messages
    return messages.find(told)

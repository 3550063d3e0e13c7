"""GET /api/v1/…: objectives, key results, sources, runs, signals and measurements."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from ingest.face.shape import (
    KeyResultShape,
    LogShape,
    MeasurementShape,
    ObjectiveShape,
    Page,
    PointShape,
    RunShape,
    SignalShape,
    SourceShape,
    log_shape,
    measurement_shape,
    objective_shape,
    point_shape,
    run_shape,
    scored_shape,
    signal_shape,
    source_shape,
)
from ingest.face.tactic import TacticShape, tactic_shape
from ingest.face.web.asked import After, At, KnownAt, Limit, begin_of, next_url, page_of, service_of, time_of
from ingest.face.web.problem import Problem
from ingest.run.card import Card

router = APIRouter(prefix="/api/v1", tags=["read"])


def _card(request: Request, at: str | None, known_at: str | None) -> Card:
    """The card of the last whole minute, or of the time that is asked for."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    workspace = service_of(request).workspace
    return workspace.live() if then is None and known is None else workspace.card(then, known)


@router.get("/objectives")
def objectives(
    request: Request, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[ObjectiveShape]:
    """Every objective with its key results."""
    card = _card(request, at, known_at)
    page = page_of(card.objectives, limit, after, request)
    return {"items": [objective_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/key-results")
def key_results(
    request: Request, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[KeyResultShape]:
    """Every key result of all objectives."""
    page = page_of(tuple(_card(request, at, known_at).key_results()), limit, after, request)
    return {"items": [scored_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/key-results/{name}")
def key_result(request: Request, name: str, at: At = None, known_at: KnownAt = None) -> KeyResultShape:
    """One key result, by its name `objective.key_result`."""
    full = service_of(request).workspace.key_result(name).name
    for one in _card(request, at, known_at).key_results():
        if one.key_result.name == full:
            return scored_shape(one)
    raise Problem(404, f"there was no key result {full} then")


@router.get("/key-results/{name}/history")
def history(
    request: Request, name: str, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[PointShape]:
    """Value and progress over the period, oldest first."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    workspace = service_of(request).workspace
    full = workspace.key_result(name).name
    points = workspace.history(full, then, known, points=1000)
    page = page_of(points, limit, after, request)
    return {"items": [point_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/key-results/{name}/tactics")
def tactics(
    request: Request, name: str, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[TacticShape]:
    """What each tactic that affects it did: rates before and during, their difference (90 % interval), a verdict."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    workspace = service_of(request).workspace
    key_result = workspace.key_result(name)
    page = page_of(workspace.tactics(key_result.name, then, known), limit, after, request)
    return {"items": [tactic_shape(one, key_result) for one in page["items"]], "next": page["next"]}


@router.get("/key-results/{name}/log")
def log(request: Request, name: str, limit: Limit = 100, after: After = 0) -> Page[LogShape]:
    """Notes, changed definitions and baselines, newest first."""
    workspace = service_of(request).workspace
    page = page_of(tuple(workspace.log(workspace.key_result(name).name)), limit, after, request)
    return {"items": [log_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/sources")
def sources(request: Request, limit: Limit = 100, after: After = 0) -> Page[SourceShape]:
    """How every source is."""
    page = page_of(service_of(request).sources(), limit, after, request)
    return {"items": [source_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/runs")
def runs(
    request: Request,
    limit: Limit = 100,
    after: Annotated[int | None, Query(description="where this page begins; taken from `next`")] = None,
    source: Annotated[str | None, Query(description="only those of this source")] = None,
) -> Page[RunShape]:
    """The pulls, posts, imports and records, newest first."""
    found = service_of(request).workspace.runs(source, limit=limit + 1, before=after)
    more = len(found) > limit
    return {
        "items": [run_shape(one) for one in found[:limit]],
        "next": next_url(request, found[limit - 1].id) if more else None,
    }


@router.get("/signals")
def signals(request: Request, limit: Limit = 100, after: After = 0) -> Page[SignalShape]:
    """Every signal with its coverage."""
    workspace = service_of(request).workspace
    page = page_of(workspace.signals(), limit, after, request)
    return {"items": [signal_shape(one, workspace.now()) for one in page["items"]], "next": page["next"]}


@router.get("/signals/{name}/measurements")
def measurements(
    request: Request,
    name: str,
    start: Annotated[str | None, Query(description="from this time or day (its beginning) on")] = None,
    end: Annotated[str | None, Query(description="before this time or day (its beginning)")] = None,
    limit: Limit = 100,
    after: After = 0,
    at: At = None,
    known_at: KnownAt = None,
) -> Page[MeasurementShape]:
    """The measurements of a signal that count, oldest first."""
    workspace = service_of(request).workspace
    found = workspace.measurements(
        name,
        start=begin_of(start, request, "start"),
        end=begin_of(end, request, "end"),
        at=time_of(at, request, "at"),
        known_at=time_of(known_at, request, "known_at"),
        limit=limit + 1,
        skip=after,
    )
    return {
        "items": [measurement_shape(one) for one in found[:limit]],
        "next": next_url(request, after + limit) if len(found) > limit else None,
    }

"""GET /api/v1/…: objectives, key results, sources, runs, signals and measurements."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request

from ingest.face.shape import (
    KeyResultShape,
    LogShape,
    ObjectiveShape,
    Page,
    PointShape,
    log_shape,
    objective_shape,
    point_shape,
    scored_shape,
)
from ingest.face.source_shape import (
    MeasurementShape,
    RecipientShape,
    RunShape,
    SignalShape,
    SourceShape,
    measurement_shape,
    recipient_shape,
    run_shape,
    signal_shape,
    source_shape,
)
from ingest.face.tactic import TacticShape, tactic_shape
from ingest.face.web.asked import After, At, KnownAt, Limit, begin_of, herald_of, next_url, page_of, service_of, time_of
from ingest.face.web.problem import Problem
from ingest.run.card import Card

T = TypeVar("T")
Named = Callable[[T], Iterable[str]]
"""The key results that an item shows."""

router = APIRouter(prefix="/api/v1", tags=["read"])


def _shown(
    request: Request, at: str | None, known_at: str | None, chosen: Callable[[Card], Page[T]], names: Named[T]
) -> Page[T]:
    """A page of the card of the last whole minute, or of the time that is asked for, with forecasts."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    workspace = service_of(request).workspace
    if then is not None or known is not None:
        return chosen(workspace.card(then, known))
    page = chosen(workspace.live())
    foreseen = workspace.foresee([name for item in page["items"] for name in names(item)])
    return chosen(workspace.live()) if foreseen else page


@router.get("/objectives")
def objectives(
    request: Request, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[ObjectiveShape]:
    """Every objective with its key results."""
    page = _shown(
        request,
        at,
        known_at,
        lambda card: page_of(card.objectives, limit, after, request),
        lambda objective: [one.key_result.name for one in objective.key_results],
    )
    return {"items": [objective_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/key-results")
def key_results(
    request: Request, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[KeyResultShape]:
    """Every key result of all objectives."""
    page = _shown(
        request,
        at,
        known_at,
        lambda card: page_of(tuple(card.key_results()), limit, after, request),
        lambda scored: [scored.key_result.name],
    )
    return {"items": [scored_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/key-results/{name}")
def key_result(request: Request, name: str, at: At = None, known_at: KnownAt = None) -> KeyResultShape:
    """One key result, by its name `objective.key_result`."""
    workspace = service_of(request).workspace
    full = workspace.key_result(name, time_of(known_at, request, "known_at")).name
    page = _shown(
        request,
        at,
        known_at,
        lambda card: {"items": [one for one in card.key_results() if one.key_result.name == full], "next": None},
        lambda scored: [scored.key_result.name],
    )
    if not page["items"]:
        raise Problem(404, f"there was no key result {full} then")
    return scored_shape(page["items"][0])


@router.get("/key-results/{name}/history")
def history(
    request: Request, name: str, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[PointShape]:
    """Value and progress over the period, oldest first."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    workspace = service_of(request).workspace
    full = workspace.key_result(name, known).name
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
    key_result = workspace.key_result(name, known)
    page = page_of(workspace.tactics(key_result.name, then, known), limit, after, request)
    return {"items": [tactic_shape(one, key_result) for one in page["items"]], "next": page["next"]}


@router.get("/key-results/{name}/log")
def log(
    request: Request, name: str, limit: Limit = 100, after: After = 0, at: At = None, known_at: KnownAt = None
) -> Page[LogShape]:
    """Notes, changed definitions, corrections and baselines, newest first."""
    then, known = time_of(at, request, "at"), time_of(known_at, request, "known_at")
    found = service_of(request).workspace.log(name, then, known, limit=limit + 1, skip=after)
    return {
        "items": [log_shape(one) for one in found[:limit]],
        "next": next_url(request, after + limit) if len(found) > limit else None,
    }


@router.get("/sources")
def sources(request: Request, limit: Limit = 100, after: After = 0) -> Page[SourceShape]:
    """How every source is."""
    page = page_of(service_of(request).sources(), limit, after, request)
    return {"items": [source_shape(one) for one in page["items"]], "next": page["next"]}


@router.get("/notifications")
def notifications(request: Request, limit: Limit = 100, after: After = 0) -> Page[RecipientShape]:
    """How it stands with everybody who is told, without their address."""
    page = page_of(herald_of(request).recipients(), limit, after, request)
    return {"items": [recipient_shape(one) for one in page["items"]], "next": page["next"]}


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
    """The measurements of a signal, oldest first: those that count and, `quarantined`, those that wait."""
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

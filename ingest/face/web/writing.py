"""POST: measurements, a decision on an implausible one, a pull, a note, a reload. `guard` decides who may."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import TypedDict

from ingest.connector.shape import Number
from ingest.face.source_shape import DecisionShape, RunShape, decision_shape, pulled_shape
from ingest.face.web.asked import json_of, service_of
from ingest.face.web.problem import Problem
from ingest.okr.instant import from_rfc3339
from ingest.run.taking import Item, Refusal

router = APIRouter(tags=["write"])
MOST = 100_000
"""Measurements in one list."""


class MeasurementItem(BaseModel):
    """One measurement as it is posted."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)

    signal: str = Field(description="`source.signal`")
    value: Number = Field(description="a finite number")
    observed_at: str | None = Field(None, description="when it was true, RFC 3339 with an offset; default: now")
    key: str | None = Field(None, description="an event's own id; an event needs one", min_length=1, max_length=500)
    note: str | None = Field(None, description="why, or where from", max_length=2000)


class TakenShape(TypedDict):
    key: str
    result: str


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)

    text: Annotated[str, Field(min_length=1, max_length=4000)]


class Reloaded(TypedDict):
    successful: bool


def _posts(model: Any) -> dict[str, Any]:
    """The OpenAPI of a body that we read ourselves, so that its JSON is read strictly."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model}}}}


_ITEM = MeasurementItem.model_json_schema()


@router.post("/api/v1/measurements", openapi_extra=_posts({"type": "array", "items": _ITEM, "maxItems": MOST}))
async def post_measurements(request: Request) -> list[TakenShape]:
    """Keep a list of measurements: all of it or nothing. Posted again it stores nothing.

    `result` is `created`, `duplicate` or `revised`. A reading beyond its signal's `max_step` is created (or revised)
    like any other and waits: its measurement is `quarantined`, and does not count until it is accepted.
    """
    posted = await json_of(request)
    if not isinstance(posted, list):
        raise Problem(422, 'post a list: [{"signal": …, "value": …}]')
    if len(posted) > MOST:
        raise Problem(413, f"more than {MOST} measurements; post several lists, or use okr import")
    taken = await service_of(request).take(_items(posted))
    return [{"key": one.key, "result": str(one.result)} for one in taken]


def _items(posted: list[Any]) -> list[Item]:
    """The items of a list; `Refusal` names each one that is none."""
    items, problems = [], []
    for index, one in enumerate(posted):
        if not isinstance(one, dict):
            problems.append((index, 'should be an object: {"signal": …, "value": …}'))
            continue
        try:
            read = MeasurementItem.model_validate(one)
            at = None if read.observed_at is None else from_rfc3339(read.observed_at)
        except ValidationError as error:
            problems += [(index, _told(dict(detail))) for detail in error.errors()]
        except ValueError:
            problems.append((index, "observed_at: write an RFC 3339 time with its offset: 2026-03-01T18:00:00Z"))
        else:
            items.append(Item(read.signal, read.value, at, read.key, read.note))
    if problems:
        raise Refusal(problems)
    return items


def _told(detail: dict[str, Any]) -> str:
    path = ".".join(str(part) for part in detail["loc"])
    told = {"extra_forbidden": "unknown key", "missing": "is missing"}.get(detail["type"], str(detail["msg"]))
    return f"{path}: {told}" if path else told


@router.post("/api/v1/signals/{name}/measurements/{key:path}/accept")
async def post_accept(request: Request, name: str, key: str) -> DecisionShape:
    """Let an implausible reading that waits count, and those after it that are plausible then."""
    return decision_shape(await service_of(request).decide(name, key, accepted=True))


@router.post("/api/v1/signals/{name}/measurements/{key:path}/reject")
async def post_reject(request: Request, name: str, key: str) -> DecisionShape:
    """Reject an implausible reading that waits: it never counts, and is not asked about again."""
    return decision_shape(await service_of(request).decide(name, key, accepted=False))


@router.post("/api/v1/sources/{source}/pull")
async def post_pull(request: Request, source: str) -> RunShape:
    """Pull a source now, or wait for the pull of it that is running; says how it ended."""
    return pulled_shape(await service_of(request).pull(source))


@router.post("/api/v1/key-results/{name}/notes", status_code=201, openapi_extra=_posts(Note.model_json_schema()))
async def post_note(request: Request, name: str) -> Note:
    """Write a note in the log of a key result."""
    try:
        note = Note.model_validate(await json_of(request))
    except ValidationError as error:
        raise Problem(422, "; ".join(_told(dict(detail)) for detail in error.errors())) from None
    await service_of(request).note(name, note.text)
    return note


@router.post("/-/reload")
async def post_reload(request: Request) -> Reloaded:
    """Read the configuration again. A bad one is refused and the last good one runs on."""
    reload = await service_of(request).reload()
    if not reload.successful:
        raise Problem(
            422,
            "the configuration has problems; the last good one runs on",
            errors=[{"detail": one} for one in reload.problems],
        )
    return {"successful": True}

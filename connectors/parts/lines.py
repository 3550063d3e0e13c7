"""Lines of JSON with a measurement each. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.parts.listing import Listed, Row
from connectors.parts.scalar import key_of, number_of, time_of
from ingest.connector import Broken, Kind, Reading
from ingest.connector.shape import cleaned, misfit
from ingest.connector.strict import NotStrict, strict_json


class Line(BaseModel):
    """As `POST /api/v1/measurements` takes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signal: str
    value: Any = None
    observed_at: Any = None
    key: Any = None


def lines(body: bytes) -> Iterator[tuple[str, Line]]:
    """Each line, with the words that name it; empty ones are passed over. `Broken` where one is no measurement."""
    for number, text in enumerate(body.split(b"\n"), 1):
        if not text.strip():
            continue
        where = f"line {number}"
        try:
            value = strict_json(text)
        except NotStrict as error:
            raise Broken(error.message, f"{where}, {error.where}" if error.where else where) from None
        try:
            yield where, Line.model_validate(value, strict=True)
        except ValidationError as error:
            place, message = misfit(error)
            raise Broken(message, f"{where}, {place}" if place else where) from None


def measured(line: Line, where: str, signals: Mapping[str, Listed], zone: ZoneInfo) -> Reading | Row:
    """A number as it is now, or a row of a listing: what has a time."""
    settings = signals.get(line.signal)
    if settings is None:
        raise Broken(f"there is no signal {cleaned(line.signal, 40)!r} in the settings", f"{where}, signal")
    role, is_events = "value", settings.kind is Kind.EVENTS
    try:
        value = 1.0 if is_events and line.value is None else number_of(line.value, settings.unit)
        role = "observed_at"
        if line.observed_at is None and not is_events and line.key is None:
            return Reading(line.signal, value)
        at = time_of(line.observed_at, zone)
        role = "key"
        if line.key is not None and not is_events:
            raise ValueError(f"a {settings.kind} is found again by its time and has no key")
        return Row(at, value, None if line.key is None else key_of(line.key))
    except ValueError as error:
        raise Broken(str(error), f"{where}, {role}") from None

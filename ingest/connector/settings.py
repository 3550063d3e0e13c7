"""What settings are made of: durations and days as people write them, and signals that the user names."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ingest.connector.connector import Connector, Signal
from ingest.okr.day import parse_day
from ingest.okr.plausible import limit_of
from ingest.okr.signal import Kind

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_PLAIN = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(s|m|min|h|d|w|y)", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """The time that `90s`, `15m`, `1h`, `2d`, `5w` or `2y` means (a year is 365 days). Else `ValueError`."""
    parts = _DURATION.fullmatch(text.strip())
    if parts is None:
        raise ValueError("not a duration; write a number and a unit: 90s, 15m, 1h, 2d, 5w, 2y")
    try:
        span = float(parts[1]) * _UNITS[parts[2]]
    except OverflowError:
        span = timedelta.max
    if not timedelta(0) < span <= timedelta(days=36_525):
        raise ValueError("a duration is more than nothing and at most 100 years")
    return span


def _day_or_instant(text: str) -> date | datetime:
    if "T" not in text:
        return parse_day(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("is no time: write it as 2026-03-01T09:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("has no time zone: write it as 2026-03-01T09:00:00Z, or write the day alone")
    return moment


def _number(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if not _PLAIN.fullmatch(given) or not isfinite(number := float(given)):
        raise PydanticCustomError("number_text", "Input should be the text of a number")
    return number


def _schema(*examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": list(examples)})


def _read(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda written: parse(written) if isinstance(written, str) else written)


Duration = Annotated[timedelta, _read(parse_duration), _schema("1h", "2d")]
"""A field for `1h`, `2d`."""
Day = Annotated[date | datetime, _read(_day_or_instant), _schema("2026-03-01")]
"""A field for `2026-03-01`; a day begins in the configured zone, an instant carries its own."""
Numeric = Annotated[float, BeforeValidator(_number)]
"""A field of an answer whose vendor sends numbers as text: `"42"`; in an answer types are strict otherwise."""
SignalName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""What `source.signal` allows behind the dot."""
_STEP = {"anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)?%?$"}, {"type": "null"}]}


class SignalSettings(BaseModel):
    """What every signal named by the user may say. A generic connector adds where its numbers are found."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Kind = Field(Kind.LEVEL, description="`level`, `counter` or `events`")
    unit: str | None = Field(None, description="what is counted: people, EUR, minutes")
    description: str = Field("", description="what it means, shown beside the number")
    max_step: Annotated[str | None, WithJsonSchema(_STEP)] = Field(
        None, description="the largest plausible step between two readings, `500` or `20%`; what is beyond it waits"
    )

    @field_validator("max_step")
    @classmethod
    def _read_max_step(cls, written: str | None, others: ValidationInfo) -> str | None:
        """A limit that can be read; `kind` stands before it, and is missing here where it is wrong itself."""
        if written is not None and "kind" in others.data:
            limit_of(written, others.data["kind"])
        return written

    def signal(self) -> Signal:
        return Signal(self.kind, self.unit, self.description, self.max_step)


S = TypeVar("S", bound=SignalSettings)


class Named(Connector, Generic[S]):
    """A connector whose signals the user names, each with settings of the class `S`.

        class CellSettings(SignalSettings):
            cell: str = Field(description="where the number is: `B2`")

        class Spreadsheet(Named[CellSettings]):
            path: str = Field(description="the file")

    In YAML they stand under `signals:`; in Python they are `self.named`.
    """

    named: dict[SignalName, S] = Field(
        alias="signals", min_length=1, description="the signals, by the name you give them"
    )

    def offered(self) -> Mapping[str, Signal]:
        return {name: settings.signal() for name, settings in self.named.items()}


class Received(Named[S], Generic[S]):
    """A source that is never asked: its measurements are recorded by hand, imported, or sent to us."""

    every: ClassVar[timedelta | None] = None

    since: Day | None = Field(None, description="from when on nothing is missing; default: what the key results need")

"""What a pull yields: readings, the spans it listed, and the cursor for the next time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of one signal. `at` is when it was true (aware; None: now); an event has the source's own `key`."""

    signal: str
    value: float = 1.0
    at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The source was asked for [start, end) and answered: no event in it is a real zero.

    `start` None: all history; `end` None: until this pull. `signal` None: all signals of the source.
    `whole`: every event in the span was listed, so one that is stored and was not listed is gone (retracted).
    """

    signal: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the connector wants to be given back next time: JSON, without anything secret."""

    value: Any


@dataclass(frozen=True, slots=True)
class Expiry:
    """The vendor said when the credential ends."""

    at: datetime


Yielded = Reading | Span | Cursor | Expiry

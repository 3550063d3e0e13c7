"""Which events a pull asks about one by one: those of late, and some more of the past each time. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from ingest.connector import Ask, Cursor

E = TypeVar("E")
_AGAIN = timedelta(days=14)
"""How long after an event who came is still corrected."""
AT_ONCE = 60
"""Events of the past in one pull."""


class Known(BaseModel):
    """What earlier pulls asked about; the cursor."""

    model_config = ConfigDict(frozen=True)

    first: datetime | None
    """From here on; None: from the beginning."""
    last: datetime
    """When it was asked."""


@dataclass(frozen=True, slots=True)
class Stretch(Generic[E]):
    """All events of [start, end). `start` None: since the beginning; `end` None: until now and those to come."""

    start: datetime | None
    end: datetime | None
    events: Sequence[E]


@dataclass(frozen=True, slots=True)
class Turn(Generic[E]):
    """What one pull asks about."""

    stretches: Sequence[Stretch[E]]
    cursor: Cursor


def turn(ask: Ask, events: Sequence[E], begins: Callable[[E], datetime]) -> Turn[E]:
    """`events` are all there are from `ask.since` on; `begins` tells when one does."""
    newest_first = sorted(events, key=begins, reverse=True)
    before = None if ask.cursor is None else Known.model_validate(ask.cursor)
    if before is None:
        stretch = _older(newest_first, ask.since, None, begins)
        return Turn([stretch], _cursor(stretch.start, ask.now))
    edge = before.last - _AGAIN if before.first is None else max(before.first, before.last - _AGAIN)
    stretches = [Stretch(edge, None, [one for one in newest_first if begins(one) >= edge])]
    first = before.first
    if first is not None and (ask.since is None or ask.since < first):
        past = [one for one in newest_first if begins(one) < first]
        stretches.append(_older(past, ask.since, first, begins))
        first = stretches[-1].start
    return Turn(stretches, _cursor(first, ask.now))


def _older(
    events: Sequence[E], since: datetime | None, end: datetime | None, begins: Callable[[E], datetime]
) -> Stretch[E]:
    """The newest of these; those that begin together stay together."""
    if len(events) <= AT_ONCE:
        return Stretch(since, end, events)
    start = begins(events[AT_ONCE - 1])
    return Stretch(start, end, [one for one in events if begins(one) >= start])


def _cursor(first: datetime | None, last: datetime) -> Cursor:
    return Cursor(Known(first=first, last=last).model_dump(mode="json"))

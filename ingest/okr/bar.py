"""Growth and hold as bars: one for each calendar sub-period inside the period, with what it had to reach."""

from dataclasses import dataclass

from ingest.okr.book import Book, Window
from ingest.okr.instant import Instant
from ingest.okr.steps import StepReader, stairs_of, step_target
from ingest.okr.target import Growth, Hold
from ingest.okr.unit import unit_text


@dataclass(frozen=True, slots=True)
class Bar:
    """One sub-period."""

    text: str
    """`2026-11`, `week of 2026-11-02`, `2026-Q4` or a day."""
    start: Instant
    end: Instant
    value: float | None
    """v; of the one that runs so far; None: unknown, or it has not begun."""
    low: float | None
    high: float | None
    """What v had to stay within or, for growth, to reach (`low`); None: no such bound."""
    kept: bool | None
    """Whether it did; None while it is not over, or unknown."""


def bars(book: Book, now: Instant) -> tuple[Bar, ...]:
    """The sub-periods of a key result at a time, in order; none for other targets than growth and hold."""
    target = book.key_result.target
    if not isinstance(target, Growth | Hold):
        return ()
    stairs = stairs_of(book.key_result, target)
    reader = StepReader(book, target, stairs)
    return tuple(_bar(reader, place, now) for place in range(stairs.inside, len(stairs.units)))


def _bar(reader: StepReader, place: int, now: Instant) -> Bar:
    unit, target = reader.stairs.units[place], reader.target
    over = unit.end <= now
    value: float | str | None = None
    if over:
        value = reader.value(place)
    elif unit.start <= now:
        value = reader.book.value_or_reason(Window(unit.start, now, closed=False))
    base = reader.base(place) if isinstance(target, Growth) and unit.start <= now else None
    outcome = reader.outcome(place) if over else None
    return Bar(
        text=unit_text(unit.first, target.per),
        start=unit.start,
        end=unit.end,
        value=value if isinstance(value, float) else None,
        low=target.low if isinstance(target, Hold) else step_target(target, base),
        high=target.high if isinstance(target, Hold) else None,
        kept=outcome == 1.0 if isinstance(outcome, float) else None,
    )

"""What a number is made of, and how it came to be over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from ingest.okr.aim import counts_part
from ingest.okr.algebra import Unknown
from ingest.okr.book import Book, Window, open_book
from ingest.okr.instant import Instant
from ingest.okr.judge import take_pulse
from ingest.okr.measure import read_facts
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.score import Status
from ingest.okr.signal import Kind, Series
from ingest.okr.steps import step_window
from ingest.okr.target import Growth, Hold


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one signal gives to a value."""

    signal: str
    kind: Kind
    number: float | None
    """The level, or the total over the window; None: unknown."""
    start: Instant | None
    """From when a flow is counted; None for a level."""
    end: Instant
    """Until when it is counted, or at which instant the level is read."""
    measured_at: Instant | None
    """Its newest measurement until then."""


class Point(NamedTuple):
    """A key result at one time of its history."""

    at: Instant
    value: float | None
    progress: float | None
    expected: float | None
    status: Status


def trace(key_result: KeyResult, series: Mapping[str, Series], now: Instant) -> tuple[Contribution, ...]:
    """What each signal gives to the value at `now`, in the order in which the value names them.

    Growth and hold: in the running sub-period. Nothing before the period, and between whole sub-periods.
    """
    book = open_book(key_result, series)
    window = _window(book, now)
    return () if window is None else tuple(_contribution(book, name, window) for name in book.tallies)


def value_at(key_result: KeyResult, series: Mapping[str, Series], at: Instant) -> float | None:
    """x at an instant in or after the period (growth and hold: v of the running sub-period); None where unknown.

    `take: best` has no part in it: this is the value as it was measured.
    """
    [value] = values_at(key_result, series, [at])
    return value


def values_at(
    key_result: KeyResult, series: Mapping[str, Series], instants: Iterable[Instant]
) -> Sequence[float | None]:
    """As `value_at`, at several instants."""
    book, values = open_book(key_result, series), []
    for at in instants:
        window = _window(book, at)
        value = None if window is None else book.value_or_reason(window)
        values.append(value if isinstance(value, float) else None)
    return values


def history(
    key_result: KeyResult,
    series: Mapping[str, Series],
    instants: Iterable[Instant],
    frozen: Frozen | None = None,
) -> tuple[Point, ...]:
    """The key result at each of some instants, all seen with what is known today. `series` are whole."""
    book, points = open_book(key_result, series), []
    for at in instants:
        facts = read_facts(book, at, frozen, None)
        pulse = take_pulse(facts, at)
        points.append(Point(at, facts.value, pulse.progress, pulse.expected, pulse.status))
    return tuple(points)


def _window(book: Book, now: Instant) -> Window | None:
    """The window that the value is taken in at a time."""
    key_result, period = book.key_result, book.key_result.period
    if now < period.start:
        return None
    if isinstance(key_result.target, Growth | Hold):
        return step_window(book, key_result.target, now)
    return Window(period.start, min(now, period.end), closed=now >= period.end, part=counts_part(key_result))


def _contribution(book: Book, name: str, window: Window) -> Contribution:
    tally, kind = book.tallies[name], book.key_result.kinds[name]
    number, start = None, window.start if kind.is_flow else None
    try:
        part = float(book.part(name, window))
        number = part if isfinite(part) else None
        start = book.counted_from(name, window) if kind.is_flow else None
    except Unknown:
        pass  # the score says why
    return Contribution(
        signal=name,
        kind=kind,
        number=number,
        start=start,
        end=window.end,
        measured_at=tally.newest(window.end, window.closed),
    )

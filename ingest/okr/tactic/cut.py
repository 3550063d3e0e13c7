"""A key result's measurements cut into blocks of whole weeks, from the day on which a tactic started, to both sides.

What a block's number is depends on the value:
- a total (a flow and the like): its amount in the block;
- levels alone: by how much they rose in the block. A level drifts, so where it stands says little of a tactic;
- flow ÷ flow: the share in the block, weighed by its divisor, so that a side's mean is the share of the whole side;
- anything else: the value with flows totalled in the block and levels at its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from math import fsum

from ingest.okr.algebra import Unknown, evaluate, is_total, only_levels
from ingest.okr.book import Book, Window
from ingest.okr.day import midnight
from ingest.okr.expression import Expression, Operation, SignalName
from ingest.okr.instant import BEGINNING, DAY, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.signal import Kind
from ingest.okr.tactic.contrast import Block
from ingest.okr.tally import Tally

WEEK = 7
"""Days. Whole weeks, so that every day of the week weighs the same."""
LENGTHS = (WEEK, 2 * WEEK, 4 * WEEK)
"""A block is long enough that measurements come about once in it."""
TIMES = 3
"""How many times as long as a tactic ran the time before it is looked at, within:"""
LEAST_BEFORE, MOST_BEFORE = 8, 26
"""Blocks before."""
LONGEST_BEFORE = 52 * WEEK
"""Days before."""
MOST_DURING = 520
"""Blocks: no tactic is looked at for longer than ten years."""
LARGEST = 1e100
"""Beyond it a number is a mistake, and its squares are no numbers any more."""


class Reckoning(Enum):
    """What is reckoned of a value."""

    AMOUNT = auto()
    RISE = auto()
    SHARE = auto()
    VALUE = auto()

    @property
    def is_pace(self) -> bool:
        """Whether it grows with the length of the block, and is told per week."""
        return self in (Reckoning.AMOUNT, Reckoning.RISE)


@dataclass(frozen=True, slots=True)
class Cut:
    """The blocks of a key result around the start of a tactic, which is place 0."""

    reckoning: Reckoning
    weeks: int
    """In each block."""
    blocks: Sequence[Block]
    """Per week where it is a pace; those before have places below 0. Blocks that are not known are left out."""
    before: float | None
    """The mean of the blocks before; None where none is known."""
    during: float | None
    reached: int
    """How many blocks of the tactic are over, known or not."""
    least_variance: float
    """Of a block: single events scatter at least as chance does."""

    @property
    def known_before(self) -> int:
        return sum(place < 0 for place, _ in self.blocks)

    @property
    def known_during(self) -> int:
        return len(self.blocks) - self.known_before


def reckoning_of(key_result: KeyResult) -> Reckoning:
    value, kinds = key_result.value, key_result.kinds
    if is_total(value, kinds):
        return Reckoning.AMOUNT
    if only_levels(value, kinds):
        return Reckoning.RISE
    return Reckoning.VALUE if _quotient(key_result) is None else Reckoning.SHARE


def cut(book: Book, started: date, until: Instant) -> Cut:
    """The blocks before a tactic and during it: up to `until` and to where every signal is covered."""
    zone = book.key_result.period.zone
    covered = min([until, *(tally.series.covered_until or BEGINNING for tally in book.tallies.values())])
    reckoning, days = reckoning_of(book.key_result), _length(book, midnight(reach_back(started), zone), covered)

    def edge(place: int) -> Instant:
        return midnight(started + timedelta(days=place * days), zone)

    during = 0
    while during < MOST_DURING and edge(during + 1) <= covered:
        during += 1
    before = min(max(TIMES * during, LEAST_BEFORE), MOST_BEFORE, LONGEST_BEFORE // days)
    windows = {place: Window(edge(place), edge(place + 1), closed=True) for place in range(-before, during)}
    known = {place: window for place, window in windows.items() if window.end <= covered and _is_covered(book, window)}
    if reckoning is Reckoning.SHARE:
        blocks = _shares(book, known)
    else:
        pace = days // WEEK if reckoning.is_pace else 1
        blocks = [
            (place, number / pace)
            for place, window in known.items()
            if (number := _number(book, reckoning, window)) is not None
        ]
    sides = [[number for place, number in blocks if (place < 0) is early] for early in (True, False)]
    early, late = (fsum(side) / len(side) if side else None for side in sides)
    least = _least_variance(book, blocks, days // WEEK)
    return Cut(reckoning, days // WEEK, blocks, early, late, during, least)


def reach_back(started: date) -> date:
    """The first day that a cut may look at."""
    return started - timedelta(days=LONGEST_BEFORE)


def _length(book: Book, since: Instant, until: Instant) -> int:
    """The days of a block: as many as pass between two measurements, in the mean, of the signal that has the fewest."""
    gap = 0.0
    for tally in book.tallies.values():
        times = sorted(set(tally.times_between(since - 1, until)))
        gap = max(gap, (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else LONGEST_BEFORE * DAY)
    return next((days for days in LENGTHS if gap <= days * DAY * 1.05), LENGTHS[-1])


def _is_covered(book: Book, window: Window) -> bool:
    """Whether every flow was asked for over all of the window. Levels speak by their readings."""
    for tally in book.tallies.values():
        series = tally.series
        if series.kind.is_flow and (
            series.covered_from is None
            or series.covered_from > window.start
            or any(start < window.end and end > window.start for start, end in series.holes)
        ):
            return False
    return True


def _number(book: Book, reckoning: Reckoning, window: Window) -> float | None:
    try:
        number = book.value(window)
        if reckoning is Reckoning.RISE:
            number -= book.level_value(window.start)
    except Unknown:
        return None
    return number if abs(number) <= LARGEST else None


def _quotient(key_result: KeyResult) -> tuple[Expression, Expression] | None:
    """Dividend and divisor of flow ÷ flow."""
    match key_result.value:
        case Operation("/", left, right) if is_total(left, key_result.kinds) and is_total(right, key_result.kinds):
            return left, right
    return None


def _shares(book: Book, windows: dict[int, Window]) -> list[Block]:
    """Each block's share, moved so that the plain mean of a side is the share of the side as a whole.

    r + (a − r·b) / mean(b), with r = Σa/Σb of the side: the linear part of a ratio, which carries its variance.
    """
    found = _quotient(book.key_result)
    parts: dict[int, tuple[float, float]] = {}
    for place, window in windows.items() if found else ():
        try:
            first, second = (evaluate(one, lambda name: book.part(name, window)) for one in found or ())  # noqa: B023
        except Unknown:
            continue
        if max(abs(first), abs(second)) <= LARGEST:
            parts[place] = first, second
    return [
        *_side({at: one for at, one in parts.items() if at < 0}),
        *_side({at: one for at, one in parts.items() if at >= 0}),
    ]


def _side(parts: dict[int, tuple[float, float]]) -> Iterator[Block]:
    divisor = fsum(second for _, second in parts.values())
    if divisor == 0:
        return
    share = fsum(first for first, _ in parts.values()) / divisor
    for place, (first, second) in parts.items():
        yield place, share + (first - share * second) / (divisor / len(parts))


def _least_variance(book: Book, blocks: Sequence[Block], weeks: int) -> float:
    """The variance of a Poisson count, per week, where the value is a plain sum of single events; else 0."""
    tallies = book.tallies.values()
    if not isinstance(book.key_result.value, SignalName) or not blocks or not all(map(_is_single, tallies)):
        return 0.0
    return fsum(number for _, number in blocks) / len(blocks) / weeks


def _is_single(tally: Tally) -> bool:
    return tally.series.kind is Kind.EVENTS and all(amount == 1 for amount in tally.series.values)

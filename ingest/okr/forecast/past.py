"""The measurements that a forecast is made from: those up to t, in steps of equal length that end with the newest.

Nothing later than `as_of` is looked at, and nothing earlier than `LOOKS_BACK` before it but the reading that still
holds there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from math import isfinite, nan
from operator import gt, sub

from ingest.okr.algebra import Unknown, evaluate
from ingest.okr.book import Book
from ingest.okr.day import local_day, midnight
from ingest.okr.expression import SignalName
from ingest.okr.forecast.answer import TooLittle
from ingest.okr.forecast.expansion import is_weighted_sum, weights_of
from ingest.okr.forecast.grid import Grid, grid_of, pace_of
from ingest.okr.forecast.need import LOOKS_BACK
from ingest.okr.instant import HOUR, Duration, Instant
from ingest.okr.signal import Kind, Series
from ingest.okr.tally import step

LEAST = 4
"""Readings of a level or counter, with the one that a counter starts from."""
LEAST_STEPS = 3
SMALLEST, LARGEST = 1e-100, 1e100


class Past:
    """The steps of one key result's signals up to a time.

    `as_of` is the local midnight before t, or the newest measurement up to t, whichever is later.
    """

    def __init__(self, book: Book, as_of: Instant) -> None:
        self.book, self.as_of = book, as_of

    @cached_property
    def flows(self) -> tuple[str, ...]:
        return tuple(name for name, tally in self.book.tallies.items() if tally.series.kind.is_flow)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        return tuple(name for name, tally in self.book.tallies.items() if not tally.series.kind.is_flow)

    @cached_property
    def anchor(self) -> Instant:
        """Up to when something is known: the newest reading; of events as far as their source was asked."""
        until = [self._known_until(tally.series) for tally in self.book.tallies.values()]
        return max(until)

    @cached_property
    def grid(self) -> Grid:
        """The steps in which the past is looked at."""
        series = [tally.series for tally in self.book.tallies.values()]
        paces = [pace for one in series if (pace := pace_of(one, self.begins, self.anchor)) is not None]
        return grid_of(paces, self.begins, self.anchor, self.book.key_result.period.end, bool(self.flows))

    @cached_property
    def edges(self) -> tuple[Instant, ...]:
        """When the steps begin and end. The last may be said to end half a lump after the newest; not so here."""
        *earlier, last = self.grid.edges
        return (*earlier, min(last, self.as_of))

    @property
    def steps(self) -> float:
        """How many are left until the end of the period."""
        return self.grid.until(self.book.key_result.period.end)

    @cached_property
    def begins(self) -> Instant:
        """From when all signals are known, within what is looked back to."""
        earliest = [self.as_of - LOOKS_BACK]
        for name, tally in self.book.tallies.items():
            series = tally.series
            if series.kind is not Kind.EVENTS and series.times:
                earliest.append(series.times[0])
            if series.kind.is_flow and series.covered_from is not None:
                earliest.append(series.covered_from)
            if series.kind is not Kind.EVENTS:
                self._enough(name, series)
        return min(max(earliest), self.anchor)

    @cached_property
    def may_fall(self) -> bool:
        """A total may become smaller: an amount was negative, a counter was corrected, or it is one subtracted."""
        value = self.book.key_result.value
        if not is_weighted_sum(value):
            return True
        weights = weights_of(value, dict.fromkeys(self.flows, 1.0))
        return min(weights.values()) < 0 or any(self._fell(name) for name in self.flows)

    @cached_property
    def whole(self) -> bool:
        """A total is a count: all that it is made of are whole numbers."""
        return all(self._whole(self.book.tallies[name].series) for name in self.flows)

    def levels_at(self, name: str, times: Sequence[Instant]) -> list[float]:
        """A level at each of these times; before its first reading not a number."""
        series = self.book.tallies[name].series
        # A reading a little after an edge is meant: days are not all as long.
        slack = min(self.grid.length // 4, 12 * HOUR)
        places = [bisect_right(series.times, min(time + slack, self.anchor)) - 1 for time in times]
        return [series.values[place] if place >= 0 else nan for place in places]

    def amounts(self, name: str) -> list[float]:
        """The total of a flow in each step; not a number where no pull covered it."""
        series, edges = self.book.tallies[name].series, self.edges
        if series.kind is Kind.COUNTER:
            counted = self._counted(series)
        else:
            first, last = bisect_left(series.times, edges[0]), bisect_right(series.times, edges[-1])
            sums = list(accumulate(series.values[first:last], initial=0.0))
            places = [bisect_left(series.times, edge) - first for edge in edges[:-1]]
            counted = [*(sums[place] for place in places), sums[-1]]
        amounts = list(map(sub, counted[1:], counted))
        for start, end in series.holes:
            for place, (begins, ends) in enumerate(pairwise(edges)):
                if begins < end and ends > start:
                    amounts[place] = nan
        return amounts

    def _counted(self, series: Series) -> list[float]:
        """What a counter has counted up to each edge, from some zero on."""
        first, last = bisect_right(series.times, self.edges[0]) - 1, bisect_right(series.times, self.edges[-1])
        first = max(first, 0)
        standings = series.values[first:last]
        if any(map(gt, standings, standings[1:])):
            steps = (step(before, after) for before, after in pairwise(standings))
            standings = list(accumulate(steps, initial=0.0))
        return [standings[max(bisect_right(series.times, edge) - 1 - first, 0)] for edge in self.edges]

    def _fell(self, name: str) -> bool:
        series = self.book.tallies[name].series
        if series.kind is Kind.COUNTER:
            return min(self.amounts(name), default=0.0) < 0
        first, last = bisect_left(series.times, self.edges[0]), bisect_right(series.times, self.edges[-1])
        return min(series.values[first:last], default=0.0) < 0

    def _whole(self, series: Series) -> bool:
        first, last = bisect_left(series.times, self.edges[0]), bisect_right(series.times, self.edges[-1])
        return all(map(float.is_integer, series.values[first:last]))

    def _known_until(self, series: Series) -> Instant:
        place = bisect_right(series.times, self.as_of)
        newest = series.times[place - 1] if place else None
        if series.kind is Kind.EVENTS:
            asked = self.as_of if series.covered_until is None else min(series.covered_until, self.as_of)
            return asked if newest is None else max(asked, newest)
        if newest is None:
            raise TooLittle("no reading so far")
        return newest

    @property
    def spacing(self) -> Duration:
        """From one reading to the next, of the level that is read most often."""
        paces = (pace_of(self.book.tallies[name].series, self.begins, self.anchor) for name in self.levels)
        return min((pace.apart for pace in paces if pace is not None), default=self.grid.length)

    def _enough(self, name: str, series: Series) -> None:
        earliest = self.as_of - LOOKS_BACK
        count = bisect_right(series.times, self.as_of) - bisect_left(series.times, earliest)
        if count < LEAST:
            readings = "1 reading" if count == 1 else f"{count} readings"
            raise TooLittle(f"{name} has {readings} so far, {LEAST} are needed")


def open_past(book: Book, at: Instant) -> Past:
    """The past of a time within the period."""
    zone = book.key_result.period.zone
    every = [tally.newest(at, closed=False) for tally in book.tallies.values()]
    newest = [time for time in every if time is not None]
    return Past(book, max([midnight(local_day(at, zone), zone), *newest]))


def level_steps(past: Past) -> list[float]:
    """The value of levels alone at each edge where it is known, oldest first."""
    columns = {name: past.levels_at(name, past.edges) for name in past.levels}
    value = past.book.key_result.value
    if isinstance(value, SignalName):
        return enough_steps([level for level in columns[value.name] if isfinite(level)])
    numbers = []
    for place in range(len(past.edges)):
        known = {name: column[place] for name, column in columns.items()}
        try:
            number = evaluate(value, known.__getitem__)
        except Unknown:
            continue
        if isfinite(number):  # not before its first reading
            numbers.append(number)
    return enough_steps(numbers)


def weighted_levels(past: Past, weights: Mapping[str, float]) -> list[float]:
    """The weighted sum of the levels at each edge where all are known, oldest first."""
    columns = [[weights[name] * level for level in past.levels_at(name, past.edges)] for name in past.levels]
    return enough_steps([number for number in map(sum, zip(*columns, strict=True)) if isfinite(number)])


def flow_steps(past: Past, weights: Mapping[str, float]) -> list[float]:
    """The weighted sum of the flows in each step where they are known, oldest first."""
    columns = [(weight, past.amounts(name)) for name, weight in weights.items()]
    weight, amounts = columns[0]
    total = amounts if weight == 1 else [weight * amount for amount in amounts]
    for weight, amounts in columns[1:]:
        total = [sum_ + weight * amount for sum_, amount in zip(total, amounts, strict=True)]
    return enough_steps([amount for amount in total if isfinite(amount)])


def enough_steps(numbers: list[float]) -> list[float]:
    if len(numbers) < LEAST_STEPS:
        raise TooLittle(f"{len(numbers)} steps of the past are known, {LEAST_STEPS} are needed")
    if not SMALLEST < (max(map(abs, numbers)) or 1.0) < LARGEST:
        raise OverflowError  # squares could not be computed with
    return numbers

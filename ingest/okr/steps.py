"""Growth and hold: a value judged in each calendar sub-period of its own."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import fsum, isfinite

from ingest.okr.aim import bound_of
from ingest.okr.book import Book, Window
from ingest.okr.bound import at_least, at_most
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.okr.period import units
from ingest.okr.target import Growth, Hold
from ingest.okr.unit import Unit, unit_text, units_before

FARTHEST_BASE = 3
"""How many sub-periods back growth looks for its base."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What the sub-periods say at a time."""

    value: float | None
    """v of the running one so far; after the end of the last; between whole ones unknown."""
    baseline: float | None
    target: float | None
    raw: float | None
    expected: float | None
    """Closed ÷ all that count; None where none does."""
    reason: str | None
    notices: tuple[str, ...]
    boundary: Instant | None
    """When the next sub-period begins or ends."""


@dataclass(frozen=True, slots=True)
class Stairs:
    """The sub-periods that growth and hold read, in order."""

    units: tuple[Unit, ...]
    """For growth with those before the first inside, where a base may lie."""
    inside: int
    """The place of the first that lies inside the period."""


def stairs_of(key_result: KeyResult, target: Growth | Hold) -> Stairs:
    period = key_result.period
    inside = units(period, target.per)
    back = FARTHEST_BASE if inside and isinstance(target, Growth) else 0
    before = units_before(inside[0].first, target.per, back, period.zone) if back else []
    return Stairs((*before, *inside), back)


@dataclass(frozen=True, slots=True)
class StepReader:
    """The values of the sub-periods of one key result, each by its place in the stairs."""

    book: Book
    target: Growth | Hold
    stairs: Stairs

    def value(self, place: int) -> float | str:
        """v of a sub-period that is over, or why it is unknown."""
        unit = self.stairs.units[place]
        return self.book.whole_value(unit.start, unit.end)

    def outcome(self, place: int) -> float | str:
        """What a closed sub-period adds: how much of the growth was reached, 1 inside the bounds.

        Or why it is left out: its v is unknown, in growth also the v of the one before it.
        """
        value = self.value(place)
        if isinstance(value, str):
            return value
        if isinstance(self.target, Hold):
            return 1.0 if _inside(self.target, value) else 0.0
        before = self.value(place - 1)
        if isinstance(before, str):
            return before
        base = self.base(place)
        return 0.0 if base is None else min(max((value / base - 1) / self.target.rate, 0.0), 1.0)

    def base(self, place: int) -> float | None:
        """v of the last earlier sub-period with v > 0, at most three back; unknown ones are passed over."""
        for earlier in range(place - 1, place - 1 - FARTHEST_BASE, -1):
            value = self.value(earlier)
            if isinstance(value, float) and value > 0:
                return value
        return None

    def running(self, now: Instant) -> int | None:
        """The place of the running sub-period; after the period's end of the last; None between whole ones."""
        places = range(self.stairs.inside, len(self.stairs.units))
        if now >= self.book.key_result.period.end:
            return places[-1] if places else None
        return next((place for place in places if self.stairs.units[place].holds(now)), None)


def read_steps(book: Book, target: Growth | Hold, now: Instant) -> Steps:
    """What growth and hold say at a time in or after the period."""
    stairs = stairs_of(book.key_result, target)
    reader = StepReader(book, target, stairs)
    outcomes = [
        (unit, reader.outcome(place))
        for place, unit in enumerate(stairs.units)
        if place >= stairs.inside and unit.end <= now
    ]
    unknown = {unit.first: why for unit, why in outcomes if isinstance(why, str)}
    shares = [share for _, share in outcomes if isinstance(share, float)]
    total = len(stairs.units) - stairs.inside - len(unknown)

    value = _running_value(reader, now)
    place = reader.running(now)
    base = reader.base(place) if place is not None and isinstance(target, Growth) else None
    reason = None
    if total == 0:
        nothing = f"no whole {target.per} lies inside {book.key_result.period.text}: write a longer period"
        reason = next(iter(unknown.values()), nothing)
    elif not shares and isinstance(value, str):
        reason = value
    return Steps(
        value=value if isinstance(value, float) else None,
        baseline=base,
        target=step_target(target, base),
        raw=None if reason else fsum(shares) / total,
        expected=len(shares) / total if total else None,
        reason=reason,
        notices=_left_out([unit.first for unit, _ in outcomes], unknown, target),
        boundary=min((at for unit in stairs.units for at in (unit.start, unit.end) if at > now), default=None),
    )


def step_window(book: Book, target: Growth | Hold, now: Instant) -> Window | None:
    """The window of the running sub-period; after the period's end of the last; None between whole ones."""
    return _window(StepReader(book, target, stairs_of(book.key_result, target)), now)


def _window(reader: StepReader, now: Instant) -> Window | None:
    place = reader.running(now)
    if place is None:
        return None
    unit = reader.stairs.units[place]
    return Window(unit.start, min(now, unit.end), closed=now >= unit.end)


def _running_value(reader: StepReader, now: Instant) -> float | str | None:
    """v of the running sub-period so far, or why it is unknown; None between whole ones."""
    window = _window(reader, now)
    return None if window is None else reader.book.value_or_reason(window)


def _inside(bounds: Hold, value: float) -> bool:
    above = bounds.low is None or at_least(value, bounds.low)
    return above and (bounds.high is None or at_most(value, bounds.high))


def step_target(target: Growth | Hold, base: float | None) -> float | None:
    """What v must reach: the base grown by the rate, or the bound."""
    if isinstance(target, Hold):
        return bound_of(target)
    grown = None if base is None else base * (1 + target.rate)
    return grown if grown is not None and isfinite(grown) else None


def _left_out(closed: list[date], unknown: dict[date, str], target: Growth | Hold) -> tuple[str, ...]:
    """One notice for each run of sub-periods that are left out."""
    notices = []
    for is_unknown, run in groupby(closed, unknown.__contains__):
        if is_unknown:
            days = list(run)
            names = unit_text(days[0], target.per)
            if len(days) > 1:
                names += f" to {unit_text(days[-1], target.per)}"
            notices.append(f"left out: {names} ({unknown[days[0]]})")
    return tuple(notices)

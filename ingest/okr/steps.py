"""Growth and hold: a value judged in each calendar sub-period of its own."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import fsum, isfinite

from ingest.okr.aim import bound_of
from ingest.okr.book import Book, Window
from ingest.okr.bound import at_least, at_most
from ingest.okr.instant import Instant
from ingest.okr.period import units
from ingest.okr.target import Growth, Hold
from ingest.okr.unit import unit_span, unit_text, units_before

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
class StepReader:
    """The values of the sub-periods around one key result's period."""

    book: Book
    target: Growth | Hold

    def value(self, first: date) -> float | str:
        """v of a sub-period that is over, or why it is unknown."""
        return self.book.whole_value(*unit_span(first, self.target.per, self.book.key_result.period.zone))

    def outcome(self, first: date) -> float | str:
        """What a closed sub-period adds: how much of the growth was reached, 1 inside the bounds.

        Or why it is left out: its v is unknown, in growth also the v of the one before it.
        """
        value = self.value(first)
        if isinstance(value, str):
            return value
        if isinstance(self.target, Hold):
            return 1.0 if self._inside(self.target, value) else 0.0
        before = self.value(self._before(first, 1)[0])
        if isinstance(before, str):
            return before
        base = self.base(first)
        return 0.0 if base is None else min(max((value / base - 1) / self.target.rate, 0.0), 1.0)

    def base(self, first: date) -> float | None:
        """v of the last earlier sub-period with v > 0, at most three back; unknown ones are passed over."""
        for earlier in self._before(first, FARTHEST_BASE):
            value = self.value(earlier)
            if isinstance(value, float) and value > 0:
                return value
        return None

    def _before(self, first: date, count: int) -> list[date]:
        return units_before(first, self.target.per, count, self.book.key_result.period.zone)

    @staticmethod
    def _inside(bounds: Hold, value: float) -> bool:
        return (bounds.low is None or at_least(value, bounds.low)) and (
            bounds.high is None or at_most(value, bounds.high)
        )


def read_steps(book: Book, target: Growth | Hold, now: Instant) -> Steps:
    """What growth and hold say at a time in or after the period."""
    period, reader = book.key_result.period, StepReader(book, target)
    inside = [(first, *unit_span(first, target.per, period.zone)) for first in units(period, target.per)]
    closed = [first for first, _, end in inside if end <= now]
    outcomes = {first: reader.outcome(first) for first in closed}
    unknown = {first: why for first, why in outcomes.items() if isinstance(why, str)}
    shares = [share for share in outcomes.values() if isinstance(share, float)]
    total = len(inside) - len(unknown)

    value, base, value_reason = _running(reader, inside, now)
    reason = None
    if total == 0:
        reason = next(iter(unknown.values()), f"no whole {target.per} lies inside {period.text}: write a longer period")
    elif not shares and value_reason is not None:
        reason = value_reason
    raw = None if reason else fsum(shares) / total
    boundaries = (at for _, start, end in inside for at in (start, end) if at > now)
    return Steps(
        value=value,
        baseline=base,
        target=_next_target(target, base),
        raw=raw,
        expected=len(shares) / total if total else None,
        reason=reason,
        notices=_left_out(closed, unknown, target),
        boundary=min(boundaries, default=None),
    )


def step_window(book: Book, target: Growth | Hold, now: Instant) -> Window | None:
    """The window of the running sub-period; after the period's end of the last; None between whole ones."""
    period = book.key_result.period
    spans = [unit_span(first, target.per, period.zone) for first in units(period, target.per)]
    if spans and now >= period.end:
        return Window(*spans[-1], closed=True)
    return next((Window(start, now, closed=False) for start, end in spans if start <= now < end), None)


def _running(
    reader: StepReader, inside: list[tuple[date, Instant, Instant]], now: Instant
) -> tuple[float | None, float | None, str | None]:
    """The value and base of the running sub-period (after the end: of the last), and why the value is unknown."""
    window = step_window(reader.book, reader.target, now)
    if window is None:
        return None, None, None
    value = reader.book.value_or_reason(window)
    first = next(first for first, start, _ in inside if start == window.start)
    base = reader.base(first) if isinstance(reader.target, Growth) else None
    return (None, base, value) if isinstance(value, str) else (value, base, None)


def _next_target(target: Growth | Hold, base: float | None) -> float | None:
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

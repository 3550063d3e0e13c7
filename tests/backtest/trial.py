"""Trials: a period of a recording, a time within it, and a target, all by rules stated here in advance.

Periods: of daily series calendar quarters and halves, of weekly halves and years, of monthly years, the first of them
where the series begins, so that there is no past before it. At most `PERIODS` of each length are taken, spread evenly.
Times: all `ORIGINS`, shares of the period. Targets, of levels: x(t) + u · s · √h, s the mean absolute step up to t, h
the steps left, u uniform in ±1.5 by a hash, upward or downward by another; of amounts: x(t) and the mean rate up to t
for the rest of the period, times 1 + u/3 (u in ±1), at least or at most; whole numbers of counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from hashlib import blake2b
from itertools import pairwise
from math import sqrt
from zoneinfo import ZoneInfo

from ingest.okr.algebra import Unknown
from ingest.okr.book import Window, open_book
from ingest.okr.expression import parse_expression
from ingest.okr.instant import DAY, Instant, moment
from ingest.okr.objective import KeyResult
from ingest.okr.period import Period, parse_period
from ingest.okr.signal import Kind, Series
from ingest.okr.target import Reach
from tests.backtest.recording import Recording

ORIGINS = (0.3, 0.45, 0.6, 0.8)
PERIODS = 5
LEAST = 4
"""Numbers before t without which nothing is compared."""
LENGTHS = {"day": ("Q", "H"), "week": ("H", "Y"), "month": ("Y",)}
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Trial:
    recording: Recording
    key_result: KeyResult
    series: Series
    at: Instant
    truth: float
    """x at the end."""
    value: float
    """x at t."""
    unit: float
    """The mean absolute step up to t: errors are given in it."""
    steps: float
    """Left until the end."""

    @property
    def target(self) -> float:
        assert isinstance(self.key_result.target, Reach)
        return self.key_result.target.number

    @property
    def attained(self) -> bool:
        return self.attains(self.truth)

    def attains(self, value: float) -> bool:
        assert isinstance(self.key_result.target, Reach)
        return value <= self.target if self.key_result.target.at_most else value >= self.target

    @property
    def days_left(self) -> float:
        return (self.key_result.period.end - self.at) / DAY


def trials(recording: Recording) -> Iterator[Trial]:
    series = recording.series()
    for length in LENGTHS[recording.every]:
        periods = [one for one in _periods(length, series) if one.end <= series.times[-1] + 2 * DAY]
        for period in _spread(periods):
            for share in ORIGINS:
                at = period.start + round(share * (period.end - period.start))
                trial = _trial(recording, series, period, at)
                if trial is not None:
                    yield trial


def _trial(recording: Recording, series: Series, period: Period, at: Instant) -> Trial | None:
    past = [number for time, number in zip(series.times, series.values, strict=True) if time <= at]
    step = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}[recording.every]
    steps = (period.end - at) / DAY / step
    moves = [abs(after - before) for before, after in pairwise(past)]
    if len(past) < LEAST or not any(moves):
        return None
    unit = sum(moves) / len(moves)
    first = _draw(recording.name, period.text, at, "u")
    down = _draw(recording.name, period.text, at, "down") < 0
    book = open_book(_key_result(recording.kind, period, 0.0, down), {"a.b": series})
    try:
        value = book.value(Window(period.start, at, closed=False))
        truth = book.value(Window(period.start, period.end, closed=True))
    except Unknown:  # no reading yet
        return None
    if recording.kind is Kind.LEVEL:
        target = value + 1.5 * first * unit * sqrt(steps)
    else:
        rate = sum(past) / max((at - series.times[0]) / DAY, 1.0)
        target = value + rate * (period.end - at) / DAY * (1 + first / 3)
        if all(number.is_integer() for number in past):
            target = float(round(target))
    return Trial(recording, _key_result(recording.kind, period, target, down), series, at, truth, value, unit, steps)


def _key_result(kind: Kind, period: Period, target: float, down: bool) -> KeyResult:
    return KeyResult(
        name="back.test",
        title="",
        value=parse_expression("a.b"),
        value_text="a.b",
        target=Reach(target, at_most=down),
        target_text=str(target),
        period=period,
        kinds={"a.b": kind},
        baseline=0.0,
    )


def _periods(length: str, series: Series) -> Iterator[Period]:
    first, last = moment(series.times[0]).astimezone(UTC).date(), moment(series.times[-1]).astimezone(UTC).date()
    for year in range(first.year, last.year + 1):
        texts = {"Y": (f"{year}",), "H": (f"{year}-H1", f"{year}-H2"), "Q": [f"{year}-Q{n}" for n in (1, 2, 3, 4)]}
        for text in texts[length]:
            period = parse_period(text, UTC_ZONE)
            if period.first >= date(first.year, first.month, 1):
                yield period


def _spread(periods: list[Period]) -> list[Period]:
    if len(periods) <= PERIODS:
        return periods
    return [periods[place * (len(periods) - 1) // (PERIODS - 1)] for place in range(PERIODS)]


def _draw(*of: object) -> float:
    """Uniform in ±1, by a hash."""
    digest = blake2b("|".join(map(str, of)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**63 - 1

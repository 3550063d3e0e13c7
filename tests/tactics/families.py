"""Made-up signals around the start of a tactic: what moves by itself, and what a tactic adds to it.

Each family says what a day brings where nothing is done; a tactic multiplies it from its first day on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, sin, tau
from random import Random

from ingest.okr.instant import BEGINNING, DAY, FOREVER, HOUR, Instant
from ingest.okr.signal import Kind, Series

Days = Sequence[float]
"""What each day is multiplied by: 1 before the tactic."""
Draw = Callable[[Random, Days], dict[str, Series]]


@dataclass(frozen=True)
class Family:
    name: str
    draw: Draw
    value: str = "s.a"
    scales: bool = True
    """Whether there is anything that a tactic could multiply."""
    barred: bool = True
    """Whether the bar of 7 % is asserted for it."""


def poisson(chance: Random, mean: float) -> int:
    """A Poisson number, by the waiting times between single events."""
    if mean > 30:
        return poisson(chance, mean / 2) + poisson(chance, mean / 2)
    limit, product, number = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number


def noise(chance: Random, likeness: float) -> Iterator[float]:
    """AR(1) of variance 1, without end."""
    fresh = (1 - likeness**2) ** 0.5
    now = chance.gauss(0, 1)
    while True:
        yield now
        now = likeness * now + fresh * chance.gauss(0, 1)


def events(start: Instant, counts: Sequence[int]) -> Series:
    """So many single events on each day."""
    times = [
        start + day * DAY + (place + 1) * HOUR // 100 for day, count in enumerate(counts) for place in range(count)
    ]
    return Series(Kind.EVENTS, times, [1.0] * len(times), BEGINNING, FOREVER)


def amounts(start: Instant, numbers: Sequence[float]) -> Series:
    """An amount at noon of each day."""
    times = [start + day * DAY + 12 * HOUR for day in range(len(numbers))]
    return Series(Kind.EVENTS, times, list(numbers), BEGINNING, FOREVER)


def level(start: Instant, rises: Sequence[float], every: int = 1) -> Series:
    """A level that rises by so much each day, read at the end of each `every`-th day."""
    standing = list(accumulate(rises, initial=1000.0))
    days = range(0, len(standing), every)
    return Series(Kind.LEVEL, [start + day * DAY for day in days], [standing[day] for day in days], BEGINNING, FOREVER)


START: Instant = 20_000 * DAY
"""The first day of every made-up signal: a Friday."""


def counted(rate: Callable[[int], float], spread: float = 0.0) -> Draw:
    """Single events with so many a day in the mean; `spread`: how much the mean of a week itself varies (CV)."""

    def draw(chance: Random, days: Days) -> dict[str, Series]:
        shape = 1 / spread**2 if spread else 0.0
        weekly = [chance.gammavariate(shape, 1 / shape) if spread else 1.0 for _ in range(len(days) // 7 + 1)]
        counts = [poisson(chance, rate(day) * factor * weekly[day // 7]) for day, factor in enumerate(days)]
        return {"s.a": events(START, counts)}

    return draw


def alike(likeness: float, per: int = 1, rise: float = 0.0) -> Draw:
    """Amounts of 5 a day with a deviation of 2, AR(1) from day to day, or from week to week with `per` 7.

    `rise`: by how much more a day they grow each week.
    """

    def draw(chance: Random, days: Days) -> dict[str, Series]:
        shifts = [next_ for next_, _ in zip(noise(chance, likeness), range(len(days) // per + 1), strict=False)]
        return {
            "s.a": amounts(
                START, [(5 + rise * day / 7) * factor + 2 * shifts[day // per] for day, factor in enumerate(days)]
            )
        }

    return draw


def walking(rise: float, scatter: float, every: int = 1) -> Draw:
    """A level whose daily steps are independent: a random walk, with a drift."""

    def draw(chance: Random, days: Days) -> dict[str, Series]:
        return {"s.a": level(START, [chance.gauss(rise * factor, scatter) for factor in days], every)}

    return draw


def growing(rise: float, more: float) -> Draw:
    """A level whose weekly gain grows by `more` each week."""

    def draw(chance: Random, days: Days) -> dict[str, Series]:
        gains = [poisson(chance, (rise + more * day / 7) / 7 * factor) for day, factor in enumerate(days)]
        return {"s.a": level(START, [float(gain) for gain in gains])}

    return draw


def sharing(rate: float, share: float) -> Draw:
    """So many cases a day, of which a share says yes; a tactic multiplies the share."""

    def draw(chance: Random, days: Days) -> dict[str, Series]:
        cases = [poisson(chance, rate) for _ in days]
        yes = [
            sum(chance.random() < share * factor for _ in range(count))
            for count, factor in zip(cases, days, strict=True)
        ]
        return {"s.a": events(START, yes), "s.b": events(START, cases)}

    return draw


def seasonal(chance: Random, days: Days) -> dict[str, Series]:
    """Two a day that rise and fall by 30 % over a year, from anywhere in it."""
    phase = chance.random()
    rates = [2 * (1 + 0.3 * sin(tau * (day / 365 + phase))) * factor for day, factor in enumerate(days)]
    return {"s.a": events(START, [poisson(chance, rate) for rate in rates])}


def weekend(day: int) -> float:
    return 0.2 if day % 7 in (1, 2) else 2.0


FAMILIES = (
    Family("counts, 0.5 a week", counted(lambda day: 0.5 / 7)),
    Family("counts, 2 a week", counted(lambda day: 2 / 7)),
    Family("counts, 10 a week", counted(lambda day: 10 / 7)),
    Family("overdispersed counts, 5 a week, CV 0.5", counted(lambda day: 5 / 7, 0.5)),
    Family("counts, 10 a week, few on weekends", counted(weekend)),
    Family("amounts, AR(1) from day to day, φ 0.6", alike(0.6)),
    Family("amounts, AR(1) from week to week, φ 0.3", alike(0.3, 7)),
    Family("amounts, AR(1) from week to week, φ 0.6", alike(0.6, 7)),
    Family("amounts, AR(1) from week to week, φ 0.3, that rise by 0.2 a week", alike(0.3, 7, 0.2)),
    Family("a level, random walk without drift", walking(0, 3), scales=False),
    Family("a level, random walk that rises, read weekly", walking(1, 2, 7)),
    Family("counts that rise steadily, from 5 a week by 0.2", counted(lambda day: (5 + 0.2 * day / 7) / 7)),
    Family("a level whose gain rises steadily, from 10 a week by 0.5", growing(10, 0.5)),
    Family("counts that grow by 1 % a week, from 10", counted(lambda day: 10 / 7 * 1.01 ** (day / 7))),
    Family("a share, 30 % of 5 a week", sharing(5 / 7, 0.3), value="s.a / s.b"),
    Family("counts that grow by 2 % a week, from 20", counted(lambda day: 20 / 7 * 1.02 ** (day / 7))),
    Family("counts, 14 a week ± 30 % with the season of the year", seasonal, barred=False),
)

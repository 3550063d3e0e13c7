"""Simulated series whose nature is known, each of a name and of the seed that the name gives."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from math import exp, pi, sin
from random import Random

from ingest.okr.signal import Kind
from tests.backtest.recording import Every, Recording

EACH = 60
"""Series of a family, on both sides together."""
LONG: dict[Every, int] = {"day": 1100, "week": 200, "month": 72}
STEP: dict[Every, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}


def recordings() -> Iterator[Recording]:
    for family, (kind, make) in FAMILIES.items():
        for number in range(EACH):
            name = f"{family} {number}"
            rng = Random(blake2b(name.encode()).hexdigest())
            every: Every = "day" if kind is Kind.EVENTS else rng.choice(("day", "day", "week", "month"))
            yield Recording(name, family, kind, every, make(rng, LONG[every], STEP[every]))


def poisson(rng: Random, count: int, step: float) -> list[float]:
    """Events at a rate of one in 60 days to four a day."""
    rate = exp(rng.uniform(-4.1, 1.4))
    return [float(_poisson(rng, rate)) for _ in range(count)]


def bursty(rng: Random, count: int, step: float) -> list[float]:
    """Counts whose rate is another in each fortnight, and slowly wanders."""
    rate, wander, burst = exp(rng.uniform(-3, 1.5)), 0.0, rng.uniform(0.5, 3)
    numbers, now = [], 1.0
    for place in range(count):
        if place % 14 == 0:
            now, wander = rng.gammavariate(burst, 1 / burst), 0.98 * wander + rng.gauss(0, 0.08)
        numbers.append(float(_poisson(rng, rate * now * exp(wander))))
    return numbers


def trending_amounts(rng: Random, count: int, step: float) -> list[float]:
    """Daily amounts that scatter by factors around a rate that grows or shrinks."""
    growth, scatter, size = rng.uniform(-0.4, 0.8) / 365, rng.uniform(0.1, 0.8), exp(rng.uniform(0, 8))
    weekend = rng.choice((1.0, 0.5, 0.2))
    return [
        size * exp(growth * day + rng.gauss(0, scatter)) * (weekend if day % 7 > 4 else 1.0) for day in range(count)
    ]


def seasonal_amounts(rng: Random, count: int, step: float) -> list[float]:
    """Daily amounts with weekends and a time of the year."""
    size, depth, phase, scatter = exp(rng.uniform(0, 8)), rng.uniform(0.1, 0.6), rng.random(), rng.uniform(0.1, 0.5)
    weekend = rng.choice((1.0, 0.5, 0.2))
    return [
        size
        * (1 + depth * sin(2 * pi * (day / 365.25 + phase)))
        * (weekend if day % 7 > 4 else 1.0)
        * exp(rng.gauss(0, scatter))
        for day in range(count)
    ]


def random_walk(rng: Random, count: int, step: float) -> list[float]:
    scale, level = exp(rng.uniform(-2, 3)), rng.uniform(0, 1000)
    levels = []
    for _ in range(count):
        level += scale * rng.gauss(0, 1)
        levels.append(level)
    return levels


def trending(rng: Random, count: int, step: float) -> list[float]:
    """A line with noise that remembers a little."""
    slope, memory, noise = rng.uniform(-1, 2) / 30 * step, rng.uniform(0, 0.8), rng.uniform(0.2, 5)
    start, error, levels = rng.uniform(0, 200), 0.0, []
    for place in range(count):
        error = memory * error + noise * rng.gauss(0, 1)
        levels.append(start + slope * place + error)
    return levels


def broken_trend(rng: Random, count: int, step: float) -> list[float]:
    """Lines that bend about once a year, with noise and a little wandering."""
    noise, walk, level, levels = rng.uniform(0.1, 2), rng.uniform(0, 0.3), rng.uniform(0, 200), []
    slope = rng.gauss(0, 1) / 30 * step
    for _ in range(count):
        if rng.random() < step / 365:
            slope = rng.gauss(0, 1) / 30 * step
        level += slope + walk * rng.gauss(0, 1) * step**0.5
        levels.append(level + noise * rng.gauss(0, 1))
    return levels


def seasonal(rng: Random, count: int, step: float) -> list[float]:
    """A time of the year, often a slope, noise and some wandering."""
    depth, phase, slope = rng.uniform(2, 20), rng.random(), rng.choice((0.0, rng.uniform(-5, 10))) / 365 * step
    noise, walk, level, levels = rng.uniform(0.3, 3), rng.uniform(0, 0.2), rng.uniform(0, 200), []
    for place in range(count):
        level += slope + walk * rng.gauss(0, 1) * step**0.5
        levels.append(level + depth * sin(2 * pi * (place * step / 365.25 + phase)) + noise * rng.gauss(0, 1))
    return levels


def _poisson(rng: Random, mean: float) -> int:
    """By the times between events."""
    count, time = 0, rng.expovariate(1)
    while time < mean:
        count, time = count + 1, time + rng.expovariate(1)
    return count


FAMILIES: dict[str, tuple[Kind, Callable[[Random, int, float], list[float]]]] = {
    "Poisson counts": (Kind.EVENTS, poisson),
    "bursty counts": (Kind.EVENTS, bursty),
    "trending amounts": (Kind.EVENTS, trending_amounts),
    "seasonal amounts": (Kind.EVENTS, seasonal_amounts),
    "random walk": (Kind.LEVEL, random_walk),
    "trending levels": (Kind.LEVEL, trending),
    "broken trend": (Kind.LEVEL, broken_trend),
    "seasonal levels": (Kind.LEVEL, seasonal),
}

"""Charts as SVG, drawn on the server: they work offline, without scripts, in the dark and in print.

Pure: points in, coordinates out. The template writes the markup, so that titles are escaped by it. Colours are the
style sheet's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.okr.instant import Instant
from ingest.run.card import Point

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 24


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    """Pixels from the top (values) or from the left (times)."""
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws."""

    width: int
    height: int
    lines: tuple[str, ...]
    """Paths of the value, one for each stretch in which it is known."""
    dots: tuple[tuple[float, float], ...]
    target: float | None
    """Pixels from the top."""
    baseline: float | None
    now: float | None
    """Pixels from the left."""
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]


def chart(
    points: Sequence[Point], start: Instant, end: Instant, now: Instant, target: float | None, baseline: float | None
) -> Chart | None:
    """The chart of a value over a period; None where nothing is known."""
    known = [point.value for point in points if point.value is not None]
    if not known:
        return None
    low, high = _bounds([*known, *(one for one in (target, baseline) if one is not None)])

    def across(at: Instant) -> float:
        return round(LEFT + (min(max(at, start), end) - start) / (end - start) * (WIDTH - LEFT - RIGHT), 1)

    def down(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    stretches = _stretches(points)
    places = [[(across(point.at), down(point.value or 0.0)) for point in stretch] for stretch in stretches]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        lines=tuple("M" + " L".join(f"{x} {y}" for x, y in stretch) for stretch in places if len(stretch) > 1),
        dots=tuple(place for stretch in places for place in (stretch if len(points) <= 60 else stretch[-1:])),
        target=None if target is None else down(target),
        baseline=None if baseline is None else down(baseline),
        now=across(now) if start <= now < end else None,
        values=tuple(Tick(down(value), value) for value in _round_values(low, high)),
        times=tuple(
            Tick(across(start + (end - start) * part // 4), start + (end - start) * part // 4) for part in range(5)
        ),
    )


def spark(
    values: Sequence[float | None], target: float | None, width: int = 120, height: int = 28
) -> tuple[str, float | None]:
    """The path of a small line over its values (empty where none is known), and how far down the target lies."""
    known = [value for value in values if value is not None]
    if not known:
        return "", None
    low, high = _bounds([*known, *([target] if target is not None else [])])
    step = (width - 4) / max(len(values) - 1, 1)

    def down(value: float) -> float:
        return round(2 + (high - value) / (high - low) * (height - 4), 1)

    path, pen = [], "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{round(2 + place * step, 1)} {down(value)}")
        pen = "L"
    if len(path) == 1:
        path.append("h1")
    return " ".join(path), None if target is None else down(target)


def _stretches(points: Sequence[Point]) -> list[list[Point]]:
    """Runs of points whose value is known: a gap is not bridged."""
    stretches: list[list[Point]] = [[]]
    for point in points:
        if point.value is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [stretch for stretch in stretches if stretch]


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest with a little air; never equal."""
    low, high = min(values), max(values)
    air = (high - low) * 0.05
    if not math.isfinite(air) or air == 0:
        air = max(abs(high) * 0.05, 0.5)
    return low - air, high + air


def _round_values(low: float, high: float) -> list[float]:
    """Three to six round numbers between two bounds."""
    rough = (high - low) / 4
    if not math.isfinite(rough):
        return []
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step)
    return [round(place * step, 12) for place in range(first, math.floor(high / step) + 1)]

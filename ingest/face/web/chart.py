"""The chart of one key result as SVG, drawn on the server: coordinates of all that a scene has."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.face.web.drawing import MOST, Axes, bounds, paths, round_values
from ingest.face.web.scene import Scene
from ingest.okr.forecast import Forecast
from ingest.okr.instant import Instant
from ingest.run.card import LogEntry

WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 28, 44
DOTTED = 80
"""With so many points or fewer each is a dot."""
NEAR = 14
"""Pixels within which flags are one."""


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    """Pixels from the top (values) or from the left (times)."""
    value: float


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle: a tactic, or the bar of a sub-period."""

    x: float
    y: float
    width: float
    height: float
    text: str
    kept: bool | None = None
    bound: float | None = None
    """How far down what the bar had to reach lies."""


@dataclass(frozen=True, slots=True)
class Flag:
    x: float
    entries: tuple[LogEntry, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    by_hand: tuple[tuple[float, float], ...]
    path: str
    """Where it should be; empty: nowhere."""
    target: float | None
    fan: str
    middle: str
    now: float | None
    bars: tuple[Block, ...]
    tactics: tuple[Block, ...]
    flags: tuple[Flag, ...]
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]


def chart(scene: Scene) -> Chart | None:
    """None where there is nothing to see yet."""
    numbers = list(_numbers(scene))
    if not numbers:
        return None
    if scene.forecast is not None:
        floor = 0.0 if min(numbers) >= 0 else -math.inf  # what was never negative is not shown so
        numbers += (max(one, floor) for one in (scene.forecast.low, scene.forecast.high))
    period, score = scene.key_result.period, scene.score
    axes = Axes(LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM, period.start, period.end, *_room(scene, numbers))
    value = [] if scene.stepped else [(one.at, one.value) for one in scene.points]
    known = [(axes.across(at), axes.down(one)) for at, one in value if one is not None]
    fan, middle = _fan(scene, axes)
    level = score.target is not None and not scene.stepped
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        lines=tuple(paths(_corners(value) if scene.counts else value, axes)),
        dots=tuple(known if len(known) <= DOTTED else known[-1:]),
        by_hand=tuple((axes.across(at), axes.down(one)) for at, one in scene.backdrop.by_hand if not scene.stepped),
        path=" ".join(paths(scene.backdrop.path, axes)),
        target=axes.down(score.target) if level and score.target is not None else None,
        fan=fan,
        middle=middle,
        now=axes.across(scene.at) if period.start <= scene.at < period.end else None,
        bars=tuple(_bars(scene, axes)),
        tactics=tuple(_tactics(scene, axes)),
        flags=tuple(_flags(scene, axes)),
        values=tuple(Tick(axes.down(one), one) for one in round_values(axes.low, axes.high)),
        times=tuple(_times(period.start, period.end, axes)),
    )


def _room(scene: Scene, numbers: list[float]) -> tuple[float, float]:
    """Between what all lies: with room for the names of tactics above it."""
    low, high = bounds(numbers)
    return low, min(high + (high / 2 - low / 2) * 0.25, MOST) if scene.spans() else high


def _corners(points: list[tuple[Instant, float | None]]) -> Iterator[tuple[Instant, float | None]]:
    """A value that stays as it is until the next."""
    before: float | None = None
    for at, value in points:
        if before is not None and value is not None:
            yield at, before
        yield at, value
        before = value


def _numbers(scene: Scene) -> Iterator[float]:
    """All values that must fit in, but for the forecast."""
    drop = scene.backdrop
    if scene.stepped:
        yield from (one for bar in drop.bars for one in (bar.value, bar.low, bar.high) if one is not None)
        yield 0.0
    else:
        known = [one.value for one in scene.points if one.value is not None]
        if not known and scene.score.target is None:
            return
        yield from known
        yield from (value for _, value in drop.path)
        if scene.score.target is not None:
            yield scene.score.target


def _fan(scene: Scene, axes: Axes) -> tuple[str, str]:
    """From where the value is now to where it is expected to end: the area of 8 in 10 cases, and its middle."""
    forecast, value = scene.forecast, scene.score.value
    if forecast is None or value is None:
        return "", ""
    if scene.stepped:
        last = scene.backdrop.bars[-1]
        return _whisker(axes.across(last.start), axes.across(last.end), axes, forecast)
    here = f"M{axes.across(scene.at):g} {axes.down(value):g}"
    x = f"{axes.right:g}"
    low, middle, high = (f"{axes.down(one):g}" for one in (forecast.low, forecast.at_end, forecast.high))
    return f"{here}L{x} {high}L{x} {low}Z", f"{here}L{x} {middle}"


def _whisker(left: float, right: float, axes: Axes, forecast: Forecast) -> tuple[str, str]:
    """What the last sub-period is expected to come to."""
    third = (right - left) / 3
    start, low, high = f"{left + third:g}", axes.down(forecast.low), axes.down(forecast.high)
    middle = f"M{start} {axes.down(forecast.at_end):g}h{third:g}"
    return f"M{start} {high:g}h{third:g}V{low:g}h{-third:g}Z", middle


def _bars(scene: Scene, axes: Axes) -> Iterator[Block]:
    ground = axes.down(max(0.0, axes.low))
    for bar in scene.backdrop.bars:
        left, right = axes.across(bar.start), axes.across(bar.end)
        air = (right - left) * 0.12
        bound = bar.low if bar.high is None else bar.high
        top = ground if bar.value is None else axes.down(bar.value)
        yield Block(
            x=round(left + air, 1),
            y=min(top, ground),
            width=round(right - left - 2 * air, 1),
            height=round(abs(ground - top), 1),
            text=bar.text,
            kept=bar.kept,
            bound=None if bound is None else axes.down(bound),
        )


def _tactics(scene: Scene, axes: Axes) -> Iterator[Block]:
    for place, (effect, start, end) in enumerate(scene.spans()):
        left, right = axes.across(start), axes.across(end)
        y = TOP + (place % 3) * 14
        yield Block(left, y, round(right - left, 1), 12, f"{effect.tactic.title}: {effect.verdict}")


def _flags(scene: Scene, axes: Axes) -> Iterator[Flag]:
    """Those that would lie upon each other are one."""
    together: list[LogEntry] = []
    x = 0.0
    for entry in scene.flags():
        here = axes.across(entry.at)
        if together and here - x > NEAR:
            yield Flag(x, tuple(together))
            together = []
        if not together:
            x = here
        together.append(entry)
    if together:
        yield Flag(x, tuple(together))


def _times(start: Instant, end: Instant, axes: Axes) -> Iterator[Tick]:
    for part in range(5):
        at = start + (end - start) * part // 4
        yield Tick(axes.across(at), at)

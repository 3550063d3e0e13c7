"""What tactics did, for the API and in words. Shared by the API, the terminal and the page."""

from collections.abc import Iterator

from typing_extensions import TypedDict  # pydantic needs this one below Python 3.12

from ingest.face.words import UNKNOWN, figure, in_percent
from ingest.okr.objective import KeyResult, Tactic
from ingest.okr.tactic.contrast import Interval
from ingest.okr.tactic.effect import Effect


class IntervalShape(TypedDict):
    difference: float
    low: float
    high: float


class TacticShape(TypedDict):
    id: str
    title: str
    started: str
    ended: str | None
    verdict: str
    sentence: str
    unit: str | None
    per: str | None
    before: float | None
    during: float | None
    weeks_before: int
    weeks_during: int
    difference: float | None
    low: float | None
    high: float | None
    beyond_trend: IntervalShape | None
    needed: str | None
    notices: list[str]


def tactic_shape(effect: Effect, key_result: KeyResult) -> TacticShape:
    """A tactic and what it did to a key result. Rates are per `per`; null: in the value's own unit."""
    tactic, change, beyond = effect.tactic, effect.change, effect.beyond_trend
    return {
        "id": tactic.id,
        "title": tactic.title,
        "started": tactic.started.isoformat(),
        "ended": None if tactic.ended is None else tactic.ended.isoformat(),
        "verdict": str(effect.verdict),
        "sentence": effect.sentence,
        "unit": key_result.unit,
        "per": effect.per,
        "before": effect.before,
        "during": effect.during,
        "weeks_before": effect.weeks_before,
        "weeks_during": effect.weeks_during,
        "difference": None if change is None else change.difference,
        "low": None if change is None else change.low,
        "high": None if change is None else change.high,
        "beyond_trend": None
        if beyond is None
        else {"difference": beyond.difference, "low": beyond.low, "high": beyond.high},
        "needed": effect.needed,
        "notices": list(effect.notices),
    }


def when(tactic: Tactic) -> str:
    """`since 2026-03-01`, or both days."""
    return f"since {tactic.started}" if tactic.ended is None else f"{tactic.started} to {tactic.ended}"


def rate(value: float | None, effect: Effect, key_result: KeyResult) -> str:
    """`12.5 a week`, `31 %`."""
    return UNKNOWN if value is None else _number(value, key_result) + (f" a {effect.per}" if effect.per else "")


def change(interval: Interval | None, key_result: KeyResult) -> str:
    """A difference with its interval: `+5.7 (90 %: +3.1 to +8.2)`."""
    if interval is None:
        return UNKNOWN
    low, high = (_signed(end, key_result) for end in (interval.low, interval.high))
    return f"{_signed(interval.difference, key_result)} (90 %: {low} to {high})"


def lines(effect: Effect, key_result: KeyResult) -> Iterator[str]:
    """What the terminal says of a tactic."""
    tactic = effect.tactic
    yield f"{tactic.title} ({when(tactic)}): {effect.verdict}"
    yield f"  {effect.sentence}"
    sides = ((effect.before, effect.weeks_before, "before"), (effect.during, effect.weeks_during, "during"))
    known = [f"{side} {rate(value, effect, key_result)} ({weeks} weeks)" for value, weeks, side in sides if weeks]
    if effect.change is not None:
        known.append(f"difference {change(effect.change, key_result)}")
    if known:
        yield f"  {', '.join(known)}"
    if effect.beyond_trend is not None:
        yield f"  beyond the trend {change(effect.beyond_trend, key_result)}"
    if effect.needed:
        yield f"  needed: {effect.needed}"
    yield from (f"  {notice}" for notice in effect.notices)


def _number(value: float, key_result: KeyResult) -> str:
    percent = in_percent(key_result)
    small = abs(value) < (0.0001 if percent else 0.01)
    if value and small:
        return f"{value * 100:.2g} %" if percent else f"{value:.2g}"
    return figure(value, percent=percent)


def _signed(value: float, key_result: KeyResult) -> str:
    return ("+" if value > 0 else "") + _number(value, key_result)

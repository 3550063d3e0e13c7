"""Key results and series in few words, for the tests of scores."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingest.okr.expression import parse_expression, signals_of
from ingest.okr.instant import BEGINNING, FOREVER, Duration, Instant, instant
from ingest.okr.objective import KeyResult
from ingest.okr.period import parse_period
from ingest.okr.signal import Kind, Series
from ingest.okr.target import parse_target

UTC_ZONE = ZoneInfo("UTC")


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> Instant:
    """The instant of a local time as in `2026-07-01` or `2026-07-01 12:30`."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=zone))


def key_result(
    value: str,
    target: str,
    kind: Kind | Mapping[str, Kind] = Kind.EVENTS,
    period: str = "2026",
    zone: ZoneInfo = UTC_ZONE,
    **more: Any,
) -> KeyResult:
    expression = parse_expression(value)
    kinds = {name: kind if isinstance(kind, Kind) else kind[name] for name in signals_of(expression)}
    return KeyResult(
        name="objective.key_result",
        title="A key result",
        value=expression,
        value_text=value,
        target=parse_target(target),
        target_text=target,
        period=parse_period(period, zone),
        kinds=kinds,
        **more,
    )


def series(
    kind: Kind,
    *measurements: tuple[str, float],
    covered_from: Instant | None = BEGINNING,
    covered_until: Instant | None = FOREVER,
    stale_after: Duration | None = None,
    holes: Iterable[tuple[Instant, Instant]] = (),
    zone: ZoneInfo = UTC_ZONE,
) -> Series:
    """A series of (local time, value) in any order."""
    ordered = sorted((at(time, zone), float(value)) for time, value in measurements)
    times, values = [time for time, _ in ordered], [value for _, value in ordered]
    return Series(kind, times, values, covered_from, covered_until, tuple(holes), stale_after)


def events(*times: str, **more: Any) -> Series:
    """Events of one each."""
    return series(Kind.EVENTS, *((time, 1.0) for time in times), **more)


def levels(*readings: tuple[str, float], **more: Any) -> Series:
    return series(Kind.LEVEL, *readings, **more)


def counts(*readings: tuple[str, float], **more: Any) -> Series:
    return series(Kind.COUNTER, *readings, **more)


def day(text: str) -> date:
    return date.fromisoformat(text)

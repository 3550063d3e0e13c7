"""What a source's credential can see, in a sentence: «1,204 subscribers on 'News'; history back to 2026-05-26»."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from ingest.connector.connector import Signal
from ingest.connector.seen import Seen
from ingest.connector.shape import cleaned
from ingest.face.words import figure
from ingest.okr.instant import Instant, moment
from ingest.okr.signal import Kind
from ingest.store.unit import Measured, Unit

_MOST = 6
"""Signals that are told each by itself."""
_LONG = 60
"""Letters of a name."""


def sight(unit: Unit, signals: Mapping[str, Signal], seen: Seen, zone: ZoneInfo) -> str:
    """The newest number of each signal, whose it is, how far back it goes, and what the connector remarks.

    Of events it is how many came; their numbers are of the span that was asked for.
    """
    told = list(_figures(unit, signals))
    more = f" and {len(told) - _MOST} more signals" if len(told) > _MOST else ""
    name = cleaned(seen.name, _LONG)
    start = ", ".join(told[:_MOST]) or "nothing measured yet"
    parts = [f"{start}{more} on '{name}'" if name else f"{start}{more}"]
    if unit.measurements:
        earliest = min(one.observed_at for one in unit.measurements)
        if _day(earliest, zone) < _day(unit.finished_at, zone):
            parts.append(f"history back to {_day(earliest, zone)}")
    if unit.credential_expires_at is not None:
        parts.append(f"the credential ends on {_day(unit.credential_expires_at, zone)}")
    return "; ".join([*parts, *seen.remarks])


def _figures(unit: Unit, signals: Mapping[str, Signal]) -> Iterable[str]:
    together: dict[str, list[Measured]] = {}
    for one in unit.measurements:
        if one.observed_at <= unit.finished_at:
            together.setdefault(one.signal.partition(".")[2], []).append(one)
    for name, signal in signals.items():
        if name in together:
            yield _counted(name, signal, _number(signal, together[name]))


def _number(signal: Signal, measured: Sequence[Measured]) -> float:
    if signal.kind is Kind.EVENTS:
        return sum(one.value for one in measured)
    return max(measured, key=lambda one: one.observed_at).value


def _counted(name: str, signal: Signal, number: float) -> str:
    """`1,204 subscribers`; where the name counts nothing: `revenue 1,204 EUR`, `open rate 0.415`."""
    words = name.replace("_", " ")
    if words.endswith("s"):
        return f"{figure(number)} {words}"
    return f"{words} {figure(number)}{f' {signal.unit}' if signal.unit else ''}"


def _day(at: Instant, zone: ZoneInfo) -> str:
    return moment(at).astimezone(zone).date().isoformat()

"""From what a connector yielded to what is kept: stamped, numbered, with full names and coverage. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.config.model import Source
from ingest.connector.drain import Drained
from ingest.connector.outcome import Broken, Ending
from ingest.connector.reading import Reading, Span
from ingest.okr.instant import BEGINNING, FOREVER, Instant, instant, rfc3339
from ingest.okr.signal import Kind
from ingest.store.unit import UNCHANGED, Covered, Measured


@dataclass(frozen=True, slots=True)
class Intake:
    """What one pull brought, with full signal names."""

    measurements: list[Measured]
    coverage: list[Covered]
    cursor: Any
    credential_expires_at: Instant | None
    trouble: Ending | None = None
    """What is to be told although all is well."""


def intake(source: Source, drained: Drained, asked_at: Instant, covered_until: Mapping[str, Instant]) -> Intake:
    """What a source yielded when it was asked at `asked_at`; `Broken` where it told events and not what it listed.

    `covered_until`: until when each signal (full name) was covered before, for connectors that tell no span.
    """
    measurements = _measured(source, drained.readings, asked_at)
    coverage = [covered for span in drained.spans for covered in _covered(source, span, asked_at)]
    coverage += _untold(source, measurements, {one.signal for one in coverage}, asked_at, covered_until)
    return Intake(
        measurements,
        coverage,
        UNCHANGED if drained.cursor is None else drained.cursor.value,
        None if drained.expiry is None else instant(drained.expiry.at),
        drained.trouble,
    )


def _measured(source: Source, readings: Iterable[Reading], asked_at: Instant) -> list[Measured]:
    """Readings without a time are of the moment of asking; an event without a key gets its time and its number."""
    full_names = {name: f"{source.id}.{name}" for name in source.signals}
    events = {name for name, signal in source.signals.items() if signal.kind is Kind.EVENTS}
    same_time: Counter[tuple[str, Instant]] = Counter()
    measurements = []
    for reading in readings:
        at = asked_at if reading.at is None else instant(reading.at)
        key = reading.key
        if key is None and reading.signal in events:
            same_time[reading.signal, at] += 1
            key = f"{rfc3339(at)}#{same_time[reading.signal, at]}"
        measurements.append(Measured(full_names[reading.signal], at, float(reading.value), key))
    return measurements


def _covered(source: Source, span: Span, asked_at: Instant) -> Iterable[Covered]:
    """A span for each signal that it covers. After the moment of asking things are listed, but nothing is covered."""
    listed_until = FOREVER if span.end is None else instant(span.end)
    end = min(asked_at, listed_until)
    start = BEGINNING if span.start is None else min(end, instant(span.start))
    for name in source.signals if span.signal is None else (span.signal,):
        yield Covered(f"{source.id}.{name}", start, end, span.whole, listed_until if span.whole else None)


def _untold(
    source: Source,
    measurements: Iterable[Measured],
    told: set[str],
    asked_at: Instant,
    covered_until: Mapping[str, Instant],
) -> Iterable[Covered]:
    """The coverage of signals for which no span was told: on from the earlier one, else from the earliest reading."""
    earliest: dict[str, Instant] = {}
    for one in measurements:
        earliest[one.signal] = min(one.observed_at, earliest.get(one.signal, one.observed_at))
    for name, signal in source.signals.items():
        full = f"{source.id}.{name}"
        if full in told or full not in earliest:
            continue
        if signal.kind is Kind.EVENTS:
            raise Broken("a bug in the connector: it yields events and no span that says what it listed", name)
        yield Covered(full, min(earliest[full], covered_until.get(full, asked_at), asked_at), asked_at)

"""One key result looked at closely: its history, and what its number is made of. Read when somebody asks."""

from datetime import timedelta

from ingest.okr import scoring
from ingest.okr.bar import bars
from ingest.okr.book import open_book
from ingest.okr.day import local_day, midnight
from ingest.okr.freshness import stale_from
from ingest.okr.instant import Instant
from ingest.okr.measure import read_facts
from ingest.okr.path import expected_path
from ingest.okr.score import Status
from ingest.okr.scoring import Contribution, Point, take_pulse, trace
from ingest.okr.signal import Series
from ingest.okr.trace import values_at
from ingest.run.card import Backdrop, Part, Why
from ingest.run.evidence import Evidence, facets, gather
from ingest.run.frame import Frame
from ingest.run.reckoning import foreseen, measured, scored
from ingest.run.waiting import doubts
from ingest.store.reader import Reader

MARKED = 200
"""Measurements by hand that a chart marks."""
LOOKED_BACK = 400
"""Days over which the beginning of a status is looked for."""


def history(
    reader: Reader, frame: Frame, name: str, at: Instant, known_at: Instant | None, points: int
) -> tuple[Point, ...]:
    """A key result's value and progress at its measurements within the period and up to `at`, oldest first.

    At most `points`, spread evenly over what there is; the last is always `at` itself (or the period's end).
    """
    evidence = _evidence(reader, frame, name, at, known_at)
    period = evidence.key_result.period
    last = min(at, period.end)
    if last < period.start:
        return ()
    times = {time for one in evidence.series.values() for time in one.times if period.start <= time < last}
    chosen = _spread(sorted(times), points - 1)
    if evidence.frozen is not None and evidence.frozen.late:
        # Before a late baseline there was none, and no progress either.
        chosen = [time for time in chosen if time >= evidence.frozen.measured_at]
    return scoring.history(evidence.key_result, evidence.series, (*chosen, last), evidence.frozen)


def status_since(reader: Reader, frame: Frame, name: str, at: Instant, known_at: Instant | None) -> Instant:
    """Since when a key result has the status that it has at `at`, to the day.

    Goes back over the midnights of its period, at most `LOOKED_BACK`, as long as the status is the same; one at which
    nothing is known of it (stale, no data) ends nothing. The earliest midnight that has it; `at` where none has.
    """
    evidence = _evidence(reader, frame, name, at, known_at)
    period, book, frozen = evidence.key_result.period, open_book(evidence.key_result, evidence.series), evidence.frozen
    first = max(period.start, frozen.measured_at) if frozen is not None and frozen.late else period.start

    def status_at(time: Instant) -> Status:
        return take_pulse(read_facts(book, time, frozen, None), time).status

    day, today, since = local_day(at, period.zone), status_at(at), at
    for _ in range(LOOKED_BACK):
        time = midnight(day, period.zone)
        if time < first:
            break
        then = status_at(time)
        if then is today:
            since = time
        elif then.is_known:
            break
        day -= timedelta(days=1)
    return since


def why(reader: Reader, frame: Frame, name: str, at: Instant, known_at: Instant | None) -> Why:
    """What a key result's number is made of."""
    evidence = _evidence(reader, frame, name, at, known_at, ahead=True)
    facts = measured(evidence, at, doubts(reader, frame, {name: evidence}, at))
    told = scored(evidence, facts, at, foreseen(evidence, at))
    parts = tuple(_part(frame, evidence, one, at) for one in trace(evidence.key_result, evidence.series, at))
    return Why(told, at, known_at, parts, evidence.frozen)


def backdrop(reader: Reader, frame: Frame, name: str, at: Instant, known_at: Instant | None) -> Backdrop:
    """What a chart shows beside the value."""
    evidence = _evidence(reader, frame, name, at, known_at)
    key_result, period = evidence.key_result, evidence.key_result.period
    book = open_book(key_result, evidence.series)
    path = expected_path(key_result, read_facts(book, at, evidence.frozen, None))
    signals = [signal for signal in key_result.kinds if signal in evidence.series]
    pinned = {time for signal in signals for time in reader.pinned(signal, known_at=known_at, newest=MARKED)}
    times = sorted((time for time in pinned if period.start <= time <= min(at, period.end)), reverse=True)[:MARKED]
    values = zip(times, values_at(key_result, evidence.series, times), strict=True)
    by_hand = tuple((time, value) for time, value in values if value is not None)
    return Backdrop(path, bars(book, at), by_hand)


def _evidence(
    reader: Reader, frame: Frame, name: str, at: Instant, known_at: Instant | None, *, ahead: bool = False
) -> Evidence:
    """With all measurements of the period."""
    # What is kept by hand is covered from the first period of those that named it then: of all key results.
    current = facets(reader, known_at, [name] if known_at is None else None)
    return gather(reader, frame, current, [name], at, whole=True, ahead=ahead)[name]


def _part(frame: Frame, evidence: Evidence, given: Contribution, at: Instant) -> Part:
    period, known = evidence.key_result.period, frame.signals.get(given.signal)
    series = evidence.series.get(given.signal, Series(given.kind, (), ()))
    start = period.start if given.start is None else given.start
    since = stale_from(series)
    return Part(
        signal=given.signal,
        kind=given.kind,
        unit=None if known is None else known.unit,
        value=given.number,
        start=start,
        end=given.end,
        measured_at=given.measured_at,
        measurements=sum(start <= time <= given.end for time in series.times),
        covered_from=series.covered_from,
        covered_until=series.covered_until,
        holes=tuple(series.holes),
        stale=since is not None and min(at, period.end) > since,
    )


def _spread(times: list[Instant], most: int) -> list[Instant]:
    """At most so many of these times, evenly by their number, the first and the last among them."""
    if len(times) <= most or most < 2:
        return times[:most]
    return [times[place * (len(times) - 1) // (most - 1)] for place in range(most)]

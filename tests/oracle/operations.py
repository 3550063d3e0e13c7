"""Hypothesis strategies for what happens to a store: pulls, posts, imports, records by hand, forgettings."""

from dataclasses import replace

from hypothesis import strategies as st

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import BEGINNING, DAY, SECOND, Instant, from_rfc3339
from ingest.okr.signal import Kind
from ingest.store.unit import By, Covered, Measured, Unit
from tests.oracle.ledger import Forgotten, Ledger, Operation, Recorded

KINDS = {"s.level": Kind.LEVEL, "s.counter": Kind.COUNTER, "s.events": Kind.EVENTS, "s.other_events": Kind.EVENTS}
FIRST: Instant = from_rfc3339("2026-01-01T00:00:00Z")
OK = Ending(Outcome.OK, "")

times = st.integers(0, 8).map(lambda n: FIRST + n * DAY)
values = st.sampled_from([0.0, 1.0, 2.0, 2.5, -3.0])
event_keys = st.sampled_from(["a", "b", "c"])
signals = st.sampled_from(sorted(KINDS))


@st.composite
def measurements(draw: st.DrawFn) -> Measured:
    signal = draw(signals)
    key = draw(event_keys) if KINDS[signal] is Kind.EVENTS else None
    return Measured(signal, draw(times), draw(values), key)


@st.composite
def spans(draw: st.DrawFn) -> Covered:
    start = draw(st.sampled_from([BEGINNING]) | times)
    end = max(draw(times), start) + draw(st.sampled_from([1, DAY]))
    return Covered(draw(signals), start, end, draw(st.booleans()))


@st.composite
def units(draw: st.DrawFn, recorded_at: Instant) -> Unit:
    by = draw(st.sampled_from([By.PULL, By.PULL, By.PULL, By.PUSH, By.IMPORT, By.HAND]))
    count = 1 if by is By.HAND else draw(st.integers(0, 5))
    measured = [draw(measurements()) for _ in range(count)]
    coverage = draw(st.lists(spans(), max_size=2)) if by is By.PULL else []
    begun = recorded_at - SECOND
    return Unit("s", by, begun, recorded_at, OK, tuple(measured), tuple(coverage), pin=by is By.HAND)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """Operations in the order of their recorded_at. No listing is suddenly empty: that would be broken."""
    ledger, done = Ledger(KINDS), list[Operation]()
    for number in range(draw(st.integers(1, 7))):
        recorded_at = FIRST + 10 * DAY + number * DAY
        operation: Operation = Recorded(draw(units(recorded_at)), recorded_at)
        if draw(st.integers(0, 4)) == 0:
            signal = draw(signals)
            there = [line.key for line in ledger.current(signal)]
            if there:
                operation = Forgotten(signal, draw(st.sampled_from(there)), recorded_at)
        if isinstance(operation, Recorded) and ledger.suddenly_empty(operation.unit):
            parts = [covered._replace(whole=False) for covered in operation.unit.coverage]
            operation = Recorded(replace(operation.unit, coverage=parts), recorded_at)
        ledger.apply(operation)
        done.append(operation)
    return done

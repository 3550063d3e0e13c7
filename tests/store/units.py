"""Units as the tests of the store hand them over, in few words."""

from typing import Any

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import DAY, Instant
from ingest.okr.signal import Kind
from ingest.store.row import StoredSignal
from ingest.store.store import Store
from ingest.store.unit import By, Covered, Kept, Measured, Unit

T0: Instant = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z"""

LEVEL = "news.subscribers"
COUNTER = "news.views"
EVENTS = "mail.requests"

SIGNALS = (
    StoredSignal(LEVEL, "news", Kind.LEVEL, "people"),
    StoredSignal(COUNTER, "news", Kind.COUNTER, None),
    StoredSignal(EVENTS, "mail", Kind.EVENTS, None),
    StoredSignal("mail.offers", "mail", Kind.EVENTS, None),
)

OK = Ending(Outcome.OK, "")


def day(number: float) -> Instant:
    """So many days after 1 January 2026."""
    return T0 + round(number * DAY)


def level(number: float, value: float, signal: str = LEVEL) -> Measured:
    return Measured(signal, day(number), value)


def event(key: str, number: float, value: float = 1.0, signal: str = EVENTS) -> Measured:
    return Measured(signal, day(number), value, key)


def whole(start: float, end: float, signal: str = EVENTS) -> Covered:
    return Covered(signal, day(start), day(end), whole=True)


def span(start: float, end: float, signal: str = LEVEL) -> Covered:
    return Covered(signal, day(start), day(end))


def unit(*measurements: Measured, source: str = "news", by: By = By.PULL, **more: Any) -> Unit:
    more.setdefault("ending", OK)
    return Unit(
        source, by, more.pop("started_at", T0), more.pop("finished_at", T0 + 1), measurements=measurements, **more
    )


def by_hand(*measurements: Measured, **more: Any) -> Unit:
    return unit(*measurements, by=By.HAND, pin=True, **more)


def write(store: Store, *measurements: Measured, now: Instant = T0, **more: Any) -> Kept:
    """Keep one unit; what it raised is raised."""
    return write_unit(store, unit(*measurements, **more), now)


def write_unit(store: Store, one: Unit, now: Instant = T0) -> Kept:
    (answer,) = store.write([one], now=now)
    if isinstance(answer, Exception):
        raise answer
    return answer


def results(kept: Kept) -> list[str]:
    return [str(result) for result in kept.results]


def register(store: Store) -> None:
    store.sync_signals(SIGNALS, T0 - DAY)


def values(store: Store, signal: str = LEVEL, known_at: Instant | None = None) -> list[float]:
    with store.read() as reader:
        return list(reader.all_series(signal, known_at=known_at).values)


def keys(store: Store, signal: str = EVENTS, known_at: Instant | None = None) -> list[str]:
    with store.read() as reader:
        return [row.key for row in reader.measurements(signal, known_at=known_at)]

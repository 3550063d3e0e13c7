"""Every signal with its coverage and its newest number, read again only where something was written or came due."""

from collections.abc import Iterable
from threading import Lock, RLock

from ingest.okr.instant import FOREVER, Instant
from ingest.okr.signal import Kind, Need, Series
from ingest.run.evidence import load
from ingest.run.frame import Frame
from ingest.run.health import SignalHealth
from ingest.run.waiting import notice
from ingest.store.row import Rows, Waiting
from ingest.store.store import Store


class Panel:
    """The signals of a configuration over a store. Safe to use from several threads."""

    def __init__(self, frame: Frame, store: Store) -> None:
        self._frame, self._store = frame, store
        self._reading, self._touching = RLock(), Lock()
        self._touched = set(frame.signals)
        self._held: dict[str, SignalHealth] = {}
        self._uncounted, self._rows = set(frame.signals), dict[str, Rows]()
        self._until: dict[str, Instant] = {}
        """When the next measurement of a signal comes, which is dated in the future."""
        self._at: Instant = 0

    def signals(self, now: Instant) -> tuple[SignalHealth, ...]:
        """In the order of the configuration."""
        with self._reading:
            touched = self._take_touched()
            try:
                if now < self._at:
                    touched = set(self._frame.signals)  # the machine's clock was set back
                due = touched | {name for name, until in self._until.items() if until <= now}
                if due:
                    self._look(due, now)
            except BaseException:
                self.touch(touched)  # they are still to be looked at
                raise
            self._at = now
            return tuple(self._held[name] for name in self._frame.signals)

    def touch(self, names: Iterable[str]) -> None:
        """Measurements or coverage of these signals changed."""
        changed = {name for name in names if name in self._frame.signals}
        with self._touching:
            self._touched |= changed
            self._uncounted |= changed

    def rows(self) -> dict[str, Rows]:
        """How much is kept of each signal: counted again only where something was written, and only when asked."""
        with self._reading:
            with self._touching:
                owing, self._uncounted = self._uncounted, set()
            try:
                if owing:
                    with self._store.read() as reader:
                        self._rows |= reader.rows(owing)
            except BaseException:
                with self._touching:
                    self._uncounted |= owing
                raise
            return dict(self._rows)

    def _take_touched(self) -> set[str]:
        with self._touching:
            touched, self._touched = self._touched, set()
        return touched

    def _look(self, names: set[str], now: Instant) -> None:
        frame, need = self._frame, Need(frozenset({now}))
        with self._store.read() as reader:
            series = load(reader, frame, dict.fromkeys(names, need), now, frame.begins, None)
            events = [name for name in names if frame.signals[name].kind is Kind.EVENTS]
            sums = reader.event_sum(events, at=now) if events else {}
            waiting = reader.waiting((name, FOREVER) for name in names if name in frame.limits)
        for name, one in series.items():
            self._held[name] = self._health(name, one, sums.get(name), waiting.get((name, FOREVER)), now)
            self._until[name] = min((time for time in one.times if time > now), default=FOREVER)

    def _health(
        self, name: str, series: Series, total: float | None, waiting: Waiting | None, now: Instant
    ) -> SignalHealth:
        signal = self._frame.signals[name]
        past = [place for place, time in enumerate(series.times) if time <= now]
        newest = past[-1] if past else None
        events, known = signal.kind is Kind.EVENTS, newest is not None or series.covered_from is not None
        return SignalHealth(
            name=name,
            source=signal.source,
            kind=signal.kind,
            unit=signal.unit,
            covered_from=series.covered_from,
            covered_until=series.covered_until,
            value=None if newest is None or events else series.values[newest],
            events=(total or 0.0) if events and known else None,
            last_measured_at=None if newest is None else series.times[newest],
            quarantined=0 if waiting is None else waiting.count,
            notice=None if waiting is None else notice(name, waiting),
        )

"""Noticing what other processes wrote to the database, without asking it for more than one number."""

from threading import Lock

from ingest.okr.instant import Instant
from ingest.store.reader import Reader
from ingest.store.store import Store
from ingest.store.unit import Kept


class Poll:
    """Which runs are ours, and how far those of others have been seen. Safe to use from several threads."""

    def __init__(self) -> None:
        self._recorded: Instant = 0
        self._run = 0
        self._own: set[int] = set()
        self._lock = Lock()

    def begin(self, reader: Reader) -> None:
        """All that is there now is known."""
        self._recorded, self._run = reader.last_recorded(), reader.last_run()

    def own(self, kept: Kept) -> None:
        """A run of this process."""
        with self._lock:
            self._own.add(kept.run)

    def look(self, store: Store) -> frozenset[str] | None:
        """The signals that other processes wrote; empty: definitions, baselines or notes; None: nothing of others."""
        with store.read() as reader:
            recorded, last = reader.last_recorded(), reader.last_run()
            if recorded == self._recorded:
                return None
            others = self._others(last)
            signals = reader.changes(others[0] - 1).signals if others else frozenset[str]()
        only_ours = last > self._run and not others
        self._recorded, self._run = recorded, last
        return None if only_ours else signals

    def _others(self, last: int) -> list[int]:
        """The runs up to the last that are not ours; ours up to there need not be remembered any longer."""
        with self._lock:
            others = [run for run in range(self._run + 1, last + 1) if run not in self._own]
            self._own = {run for run in self._own if run > last}
        return others

"""Noticing what other processes wrote to the database, without asking it for more than one number."""

from ingest.okr.instant import Instant
from ingest.store.reader import Reader
from ingest.store.store import Store
from ingest.store.unit import Kept


class Poll:
    """Which runs are ours, and how far those of others have been seen."""

    def __init__(self) -> None:
        self._recorded: Instant = 0
        self._run = 0
        self._own: set[int] = set()

    def begin(self, reader: Reader) -> None:
        """All that is there now is known."""
        self._recorded, self._run = reader.last_recorded(), reader.last_run()

    def own(self, kept: Kept) -> None:
        """A run of this process."""
        self._own.add(kept.run)

    def look(self, store: Store) -> frozenset[str] | None:
        """The signals that other processes wrote; empty: definitions, baselines or notes; None: nothing of others."""
        with store.read() as reader:
            recorded = reader.last_recorded()
            if recorded == self._recorded:
                return None
            last = reader.last_run()
            others = [run for run in range(self._run + 1, last + 1) if run not in self._own]
            signals = reader.changes(others[0] - 1).signals if others else frozenset[str]()
            quiet = last > self._run and not others
            self._recorded, self._run = recorded, last
            self._own = {run for run in self._own if run > last}
        return None if quiet else signals

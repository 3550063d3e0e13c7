"""What is seen at a time by what was known at a time: measurements and frozen baselines. Semantics §4, §6 and §7.

For signals kept by hand, whose coverage follows from what was recorded (§1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ingest.okr.instant import FOREVER, MINUTE, Instant
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.score import Score
from ingest.okr.signal import Series
from tests.oracle import reckoning
from tests.oracle.days import midnight, window
from tests.oracle.freezing import freeze
from tests.oracle.ledger import Ledger, Operation


def final_at(key_result: KeyResult) -> Instant:
    """§6: "from the local midnight 7 days after the end only what was recorded by then counts"."""
    return midnight(key_result.period.last + timedelta(days=1 + 7), key_result.period.zone)


@dataclass
class View:
    """A ledger, and the baselines that its transactions made known."""

    ledger: Ledger
    key_results: Sequence[KeyResult]
    baselines: dict[str, list[tuple[Instant, Frozen]]] = field(default_factory=dict)

    def apply(self, operation: Operation) -> None:
        """A minute that passes, and a transaction."""
        self._settle(operation.recorded_at - MINUTE)
        self.ledger.apply(operation)
        self._settle(operation.recorded_at)

    def _settle(self, at: Instant) -> None:
        """§4: "b is frozen in the transaction that makes it known"; "a late b is replaced … when the reading for the
        period start arrives". Where time alone makes it known, a running service freezes it.
        What is recorded once the score is final moves no baseline."""
        for key_result in self.key_results:
            before = self.frozen(key_result, at)
            if at > final_at(key_result) or (before is not None and not before.late):
                continue
            found = freeze(key_result, self.series(key_result, at), at)
            if found is not None and (before is None or not found.late):
                self.baselines.setdefault(key_result.name, []).append((at, found))

    def score(self, key_result: KeyResult, at: Instant, known_at: Instant) -> Score:
        """§7, and §6 once it is final."""
        known_at = min(known_at, final_at(key_result)) if at >= final_at(key_result) else known_at
        return reckoning.score(key_result, self.series(key_result, known_at), at, self.frozen(key_result, known_at))

    def frozen(self, key_result: KeyResult, known_at: Instant) -> Frozen | None:
        told = [frozen for at, frozen in self.baselines.get(key_result.name, []) if at <= known_at]
        return told[-1] if told else None

    def series(self, key_result: KeyResult, known_at: Instant) -> dict[str, Series]:
        return {name: self._by_hand(name, known_at) for name in key_result.kinds}

    def _by_hand(self, signal: str, known_at: Instant) -> Series:
        """§1: "`manual` … cover from … the start of the earliest period of a key result that names them, or the
        earliest measurement recorded, if that is earlier … to now, and are never stale"."""
        series = self.ledger.series(signal, known_at)
        periods = [one.period for one in self.key_results if signal in one.kinds]
        starts = [window((period.first, period.last), period.zone).start for period in periods]
        return replace(series, covered_from=min([*starts, *series.times]), covered_until=FOREVER)

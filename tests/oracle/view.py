"""What is seen at a time by what was known at a time: definitions, measurements and baselines. Semantics §4, §6, §7."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ingest.okr.instant import FOREVER, MINUTE, Duration, Instant
from ingest.okr.objective import KeyResult
from ingest.okr.score import Score
from ingest.okr.signal import Series
from ingest.okr.target import Growth, Hold
from tests.oracle import reckoning
from tests.oracle.days import window
from tests.oracle.ledger import Ledger, Operation
from tests.oracle.standing import Kept, Look, Standing
from tests.oracle.value import AllSeries


@dataclass
class View:
    """A ledger with the definitions of key results, and the baselines that its transactions made known."""

    ledger: Ledger
    stale_after: Mapping[str, Duration | None]
    """Of each signal that is pulled; those that are not in it are kept by hand."""
    standings: dict[str, Standing] = field(default_factory=dict)

    def configure(self, key_results: Mapping[str, KeyResult], at: Instant) -> None:
        """The first definitions, or changed ones."""
        for name, key_result in key_results.items():
            if name not in self.standings:
                self.standings[name] = Standing([(at, key_result)])
        for name, key_result in key_results.items():
            if self.standings[name].today != key_result:
                self.standings[name].redefine(key_result, at, self._now(at, key_results))
        for standing in self.standings.values():
            standing.settle(at, self._now(at))

    def pass_time(self, at: Instant) -> None:
        for standing in self.standings.values():
            standing.pass_time(at, self._now(at))

    def apply(self, operation: Operation) -> None:
        """A minute that passes, and a transaction."""
        self.pass_time(operation.recorded_at - MINUTE)
        before = {signal: self._lines(signal) for signal in self.ledger.kinds}
        spans = len(self.ledger.spans)
        self.ledger.apply(operation)
        touched = {signal for signal, lines in before.items() if lines != self._lines(signal)}
        touched |= {covered.signal for _, covered in self.ledger.spans[spans:]}
        for standing in self.standings.values():
            if touched & set(standing.today.kinds):
                standing.write(operation.recorded_at, self._now(operation.recorded_at))

    def rebaseline(self, name: str, at: Instant) -> None:
        self.standings[name].rebaseline(at, self._now(at))

    def score(self, name: str, at: Instant, known_at: Instant) -> Score:
        """§7, and §6 once it is final."""
        standing = self.standings[name]
        known_at = standing.cut(at, known_at)
        key_result, baseline = standing.definition(known_at), standing.baseline(known_at)
        series = self.series(key_result, known_at)
        return reckoning.score(key_result, series, at, None if baseline is None else baseline.frozen)

    def baseline(self, name: str, at: Instant, known_at: Instant) -> Kept | None:
        """The frozen baseline that a score is told with. §7: "unless its measurement is later than T"."""
        standing = self.standings[name]
        kept = standing.baseline(standing.cut(at, known_at))
        return None if kept is None or kept.frozen is None or kept.frozen.measured_at > at else kept

    def uses(self, name: str, at: Instant, known_at: Instant) -> bool:
        """Whether a score goes from a baseline at all: growth and hold find one anew in each sub-period."""
        standing = self.standings[name]
        key_result = standing.definition(standing.cut(at, known_at))
        inside = window((key_result.period.first, key_result.period.last), key_result.period.zone)
        return at >= inside.start and not isinstance(key_result.target, Growth | Hold)

    def series(self, key_result: KeyResult, known_at: Instant) -> dict[str, Series]:
        now = {name: standing.definition(known_at) for name, standing in self.standings.items()}
        return {name: self._series(name, known_at, now) for name in key_result.kinds}

    def _now(self, at: Instant, key_results: Mapping[str, KeyResult] | None = None) -> Look:
        definitions = {name: standing.today for name, standing in self.standings.items()} | dict(key_results or {})

        def look(key_result: KeyResult) -> AllSeries:
            return {name: self._series(name, at, definitions) for name in key_result.kinds}

        return look

    def _series(self, signal: str, known_at: Instant, definitions: Mapping[str, KeyResult]) -> Series:
        """§1: "`manual` … cover from … the start of the earliest period of a key result that names them, or the
        earliest measurement recorded, if that is earlier … to now, and are never stale"."""
        if signal in self.stale_after:
            return self.ledger.series(signal, known_at, self.stale_after[signal])
        series = self.ledger.series(signal, known_at)
        periods = [one.period for one in definitions.values() if signal in one.kinds]
        starts = [window((period.first, period.last), period.zone).start for period in periods]
        return replace(series, covered_from=min([*starts, *series.times], default=None), covered_until=FOREVER)

    def _lines(self, signal: str) -> list[tuple[object, ...]]:
        return [(line.key, line.observed_at, line.value) for line in self.ledger.current(signal)]

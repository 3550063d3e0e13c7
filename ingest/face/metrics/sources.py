"""Sources and signals as lines of /metrics, with the counters that belong to one source."""

from collections import Counter
from collections.abc import Iterable

from ingest.config.model import Config
from ingest.connector.outcome import Outcome
from ingest.face.metrics.board import Family, labels, number
from ingest.face.metrics.families import SIGNALS, SOURCES
from ingest.face.metrics.scores import seconds
from ingest.okr.instant import SECOND
from ingest.run.health import SignalHealth, SourceHealth
from ingest.store.unit import Kept, Result

FAILURES = (Outcome.UNAVAILABLE, Outcome.REFUSED, Outcome.BROKEN)
RESULTS = (*Result, "refused")


class SourceLines:
    def __init__(self) -> None:
        self.families = tuple(Family.of(one) for one in SOURCES)
        self._gauges = self.families[:6]
        self._pulls, self._failures, self._received = self.families[6:]
        self._counts: Counter[tuple[str, str, str]] = Counter()
        """By source, what is counted, and its label."""
        self._shown: dict[str, SourceHealth] = {}

    def configured(self, config: Config) -> None:
        """All label values exist from the start; those of sources that are gone vanish."""
        for gone in set(self._pulls.owners()) - set(config.sources):
            for family in self.families:
                family.drop(gone)
            for key in [key for key in self._counts if key[0] == gone]:
                del self._counts[key]
        for source in config.sources:
            self._count(source)

    def pulled(self, source: str, outcome: Outcome) -> None:
        self._counts[source, "pulls", ""] += 1
        if outcome is not Outcome.OK:
            self._counts[source, "outcome", outcome] += 1
        self._count(source)

    def received(self, source: str, kept: Kept, refused: int) -> None:
        added = {Result.CREATED: kept.created, Result.DUPLICATE: kept.duplicate, Result.REVISED: kept.revised}
        for result, count in added.items():
            self._counts[source, "result", result] += count
        self._counts[source, "result", "refused"] += refused
        self._count(source)

    def _count(self, source: str) -> None:
        counts = self._counts
        self._pulls.set(source, labels({"source": source}), counts[source, "pulls", ""])
        for family, label, values in ((self._failures, "outcome", FAILURES), (self._received, "result", RESULTS)):
            lines = [
                f"{family.name}{labels({label: value, 'source': source})} {number(counts[source, label, value])}\n"
                for value in values
            ]
            family.put(source, "".join(lines))

    def show(self, sources: Iterable[SourceHealth]) -> None:
        shown = {}
        for health in sources:
            shown[health.id] = health
            if self._shown.pop(health.id, None) != health:
                self._render(health)
        for gone in self._shown:
            for family in self._gauges:
                family.drop(gone)
        self._shown = shown

    def _render(self, health: SourceHealth) -> None:
        block = labels({"source": health.id, "connector": health.connector})
        values = (
            None if health.outcome is None else float(health.outcome is Outcome.OK),
            seconds(health.last_success_at),
            seconds(health.next_pull_at),
            None if health.interval is None else health.interval / SECOND,
            float(health.consecutive_failures),
            seconds(health.credential_expires_at),
        )
        for family, value in zip(self._gauges, values, strict=True):
            family.set(health.id, block, value)


class SignalLines:
    def __init__(self) -> None:
        self.families = tuple(Family.of(one) for one in SIGNALS)
        self._shown: dict[str, SignalHealth] = {}

    def show(self, signals: Iterable[SignalHealth]) -> None:
        shown = {}
        for health in signals:
            shown[health.name] = health
            before = self._shown.pop(health.name, None)
            if before is not health and before != health:
                self._render(health)
        for gone in self._shown:
            for family in self.families:
                family.drop(gone)
        self._shown = shown

    def _render(self, health: SignalHealth) -> None:
        block = labels({"source": health.source, "signal": health.name.partition(".")[2]})
        values = (health.value, health.events, seconds(health.last_measured_at), float(health.quarantined))
        for family, value in zip(self.families, values, strict=True):
            family.set(health.name, block, value)

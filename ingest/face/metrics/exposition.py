"""/metrics as a whole: what changed is rendered, the rest is kept, and a scrape in between gets the same bytes."""

import gzip
import platform
from collections.abc import Iterable
from importlib.metadata import version
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics

from ingest.config.model import Config
from ingest.connector.outcome import Outcome
from ingest.face.metrics.board import Board, Format
from ingest.face.metrics.families import OWN
from ingest.face.metrics.scores import KeyResultLines, ObjectiveLines
from ingest.face.metrics.sources import SignalLines, SourceLines
from ingest.okr.instant import SECOND, Instant
from ingest.run.card import Card
from ingest.run.health import SignalHealth, SourceHealth
from ingest.run.service import Service
from ingest.store.unit import Kept

DURATIONS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
LATENESS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
CONTENT_TYPE: dict[Format, str] = {
    "text": CONTENT_TYPE_PLAIN_0_0_4,
    "openmetrics": "application/openmetrics-text; version=1.0.0; charset=utf-8",
}


class Exposition:
    """Everything that /metrics says. An `Observer` of the service; `show` brings scores and health up to date."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
        self._key_results, self._objectives = KeyResultLines(), ObjectiveLines()
        self._signals, self._sources = SignalLines(), SourceLines()
        lines = (self._key_results, self._objectives, self._signals, self._sources)
        self._board = Board(family for group in lines for family in group.families)
        self._own = _Own()
        self._lock = Lock()
        self._bodies: dict[tuple[Format, bool], bytes] = {}
        self._outdated = True

    # What the service tells

    def configured(self, config: Config) -> None:
        with self._lock:
            self._sources.configured(config)
            for source in config.sources.values():
                self._own.durations.labels(source.kind)
            self._changed()

    def pulled(self, source: str, connector: str, outcome: Outcome, seconds: float) -> None:
        with self._lock:
            self._sources.pulled(source, outcome)
            self._own.durations.labels(connector).observe(seconds)
            self._changed()

    def received(self, source: str, kept: Kept, refused: int) -> None:
        with self._lock:
            self._sources.received(source, kept, refused)
            self._changed()

    def late(self, seconds: float) -> None:
        with self._lock:
            self._own.lateness.observe(seconds)
            self._bodies.clear()

    def reloaded(self, successful: bool, at: Instant) -> None:
        with self._lock:
            self._own.reloaded.set(successful)
            if successful:
                self._own.reloaded_at.set(at / SECOND)
            self._bodies.clear()

    def notification_failed(self) -> None:
        with self._lock:
            self._own.notification_failures.inc()
            self._bodies.clear()

    def _changed(self) -> None:
        self._bodies.clear()
        self._outdated = True

    def outdate(self, _: object = None) -> None:
        """There is a new card, or a source's health changed: the next scrape reads them."""
        self._outdated = True

    # What a scrape reads

    def refresh(self, service: Service) -> None:
        """Bring up to date what changed since the last scrape. Reads the store: not for the event loop."""
        if not self._outdated:
            return
        self._outdated = False  # before it is read: what changes meanwhile is for the next scrape
        try:
            self.show(service.card(), service.sources(), service.workspace.signals())
        except BaseException:
            self._outdated = True
            raise

    def show(self, card: Card, sources: Iterable[SourceHealth], signals: Iterable[SignalHealth]) -> None:
        """Render what changed since the last time."""
        with self._lock:
            self._key_results.show(card)
            self._objectives.show(card)
            self._sources.show(sources)
            self._signals.show(signals)
            self._bodies.clear()

    def body(self, form: Format = "text", *, zipped: bool = False) -> bytes:
        """The whole of it, kept until something changes."""
        with self._lock:
            kept = self._bodies.get((form, zipped))
            if kept is None:
                plain = self._bodies.get((form, False)) or self._plain(form)
                self._bodies[form, False] = plain
                kept = self._bodies[form, zipped] = gzip.compress(plain, 1, mtime=0) if zipped else plain
            return kept

    def _plain(self, form: Format) -> bytes:
        own = generate_latest(self._own) if form == "text" else openmetrics.generate_latest(self._own)  # type: ignore[no-untyped-call]  # as above
        return b"".join((*self._board.parts(form), own))


class _Own(CollectorRegistry):
    """What prometheus-client counts for us: few series, rendered by it."""

    def __init__(self) -> None:
        super().__init__()
        durations, lateness, reloaded, reloaded_at, notifications, build = OWN
        self.durations = Histogram(durations.name, durations.text, durations.labels, buckets=DURATIONS, registry=self)
        self.lateness = Histogram(lateness.name, lateness.text, buckets=LATENESS, registry=self)
        self.reloaded = Gauge(reloaded.name, reloaded.text, registry=self)
        self.reloaded_at = Gauge(reloaded_at.name, reloaded_at.text, registry=self)
        self.notification_failures = Counter(notifications.name, notifications.text, registry=self)
        info = Gauge(build.name, build.text, build.labels, registry=self)
        info.labels(version("okr-ingest"), platform.python_version()).set(1)


def chosen(accept: str | None) -> Format:
    """The format that an Accept header asks for: OpenMetrics if it is named at all."""
    kinds = [part.split(";")[0].strip().lower() for part in (accept or "").split(",")]
    return "openmetrics" if "application/openmetrics-text" in kinds else "text"

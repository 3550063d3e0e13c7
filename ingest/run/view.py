"""What there is to see of a configuration and its store: scores, sources, signals, measurements, runs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult
from ingest.okr.scoring import Point
from ingest.run import closeup
from ingest.run.bygone import frame_known_at
from ingest.run.card import Backdrop, Card, LogEntry, Trail, Why
from ingest.run.frame import Frame
from ingest.run.ground import Ground
from ingest.run.health import SignalHealth, SourceHealth, source_healths, standings
from ingest.run.journal import journal
from ingest.run.name import UnknownName, found, meant
from ingest.run.sparkline import trails
from ingest.store.reader import Reader
from ingest.store.row import Rows, Run, StoredMeasurement

if TYPE_CHECKING:  # `okr status` does without
    from ingest.okr.tactic.effect import Effect
    from ingest.run.lint import Placed

PAGE = 1_000
WAITING = 20
"""Implausible readings of a signal that are listed."""


class View(Ground):
    """Names that do not exist raise `UnknownName` with a suggestion; `now` where a time is left out is the clock's."""

    def card(self, at: Instant | None = None, known_at: Instant | None = None, *, ahead: bool = True) -> Card:
        """All objectives with their scores at a time (default: now, exactly); `ahead`: with forecasts."""
        return self.scorecard.card(self.now() if at is None else at, known_at, ahead=ahead)

    def live(self) -> Card:
        """The card of the last whole minute: page, API and /metrics."""
        return self.scorecard.live(self.now())

    def foresee(self, names: Iterable[str] | None = None, *, most: int | None = None) -> bool:
        """Work out the forecasts that are missing on the live card, see `Scorecard.foresee`."""
        return self.scorecard.foresee(self.now(), names, most=most)

    def resolve(self, name: str, known_at: Instant | None = None) -> tuple[Literal["key_result", "signal"], str]:
        """What a name means, in full: `objective.key_result`, its last part alone where that is unique, or a signal."""
        frame = self.frame_known_at(known_at)
        if name in frame.signals and name not in frame.key_results:
            return "signal", name
        try:
            return "key_result", found(name, frame.key_results, "key result")
        except UnknownName:
            return "signal", found(name, [*frame.signals, *frame.key_results], "key result or signal")

    def key_result(self, name: str, known_at: Instant | None = None) -> KeyResult:
        """A key result, with `known_at` also one that was configured then alone."""
        key_results = self.frame_known_at(known_at).key_results
        return key_results[found(name, key_results, "key result")]

    def frame_known_at(self, known_at: Instant | None) -> Frame:
        """The frame, with the key results that were configured at a time and are no more."""
        if known_at is None:
            return self.frame
        with self.store.read() as reader:
            return frame_known_at(reader, self.frame, known_at)

    @contextmanager
    def _then(
        self, name: str, at: Instant | None, known_at: Instant | None
    ) -> Iterator[tuple[Reader, Frame, str, Instant]]:
        """What a look at a key result takes: reader, frame, its full name, and the time."""
        with self.store.read() as reader:
            frame = frame_known_at(reader, self.frame, known_at)
            yield reader, frame, found(name, frame.key_results, "key result"), self.now() if at is None else at

    def history(
        self, name: str, at: Instant | None = None, known_at: Instant | None = None, *, points: int = 200
    ) -> tuple[Point, ...]:
        """Value and progress of a key result over its period up to `at`."""
        with self._then(name, at, known_at) as (reader, frame, full, moment):
            return closeup.history(reader, frame, full, moment, known_at, points)

    def status_since(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Instant:
        """Since which day a key result has the status that it has."""
        with self._then(name, at, known_at) as (reader, frame, full, moment):
            return closeup.status_since(reader, frame, full, moment, known_at)

    def why(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Why:
        """What a key result's number is made of."""
        with self._then(name, at, known_at) as (reader, frame, full, moment):
            return closeup.why(reader, frame, full, moment, known_at)

    def backdrop(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Backdrop:
        """What a chart of a key result shows beside its value."""
        with self._then(name, at, known_at) as (reader, frame, full, moment):
            return closeup.backdrop(reader, frame, full, moment, known_at)

    def trails(self, card: Card) -> dict[str, Trail]:
        """The way of each key result of a card in few points; those of the live card are kept."""
        if self.scorecard.is_live(card):
            return self.sparklines.of(card)
        with self.store.read() as reader:
            frame = frame_known_at(reader, self.frame, card.known_at)
            return dict(trails(reader, frame, frame.key_results, card.at, card.known_at))

    def renew_trails(self) -> None:
        """Bring kept trails up to date, where somebody has asked for them before: so that the next need not wait."""
        if self._sparklines is not None:
            self._sparklines.of(self.live())

    def waiting(self, source: str | None = None) -> list[StoredMeasurement]:
        """The implausible readings that wait for a decision, of one source or all; the earliest of each signal."""
        names = [name for name, one in self.frame.signals.items() if source in (None, one.source)]
        with self.store.read() as reader:
            return [one for name in names if name in self.frame.limits for one in reader.waits(name, limit=WAITING)]

    def rows(self) -> dict[str, Rows]:
        """How many measurements of each signal count, and from when the earliest is."""
        return self.panel.rows()

    def tactics(self, name: str, at: Instant | None = None, known_at: Instant | None = None) -> tuple["Effect", ...]:
        """What each tactic that affects a key result did to it."""
        from ingest.run.trial import effects

        with self._then(name, at, known_at) as (reader, frame, full, moment):
            return effects(reader, frame, self.config.tactics, full, moment, known_at)

    def log(
        self,
        name: str,
        at: Instant | None = None,
        known_at: Instant | None = None,
        *,
        limit: int = PAGE,
        skip: int = 0,
    ) -> tuple[LogEntry, ...]:
        """Notes, changes of the definition, corrections and baselines of a key result, newest first.

        What was recorded by `at` and by `known_at`: later entries were not in it.
        """
        until = min((one for one in (at, known_at) if one is not None), default=None)
        with self._then(name, at, known_at) as (reader, frame, full, _):
            return journal(reader, frame, frame.key_results[full], until=until, limit=limit, skip=skip)

    def sources(self) -> tuple[SourceHealth, ...]:
        """How every configured source is, as kept in the database."""
        with self.store.read() as reader:
            return source_healths(self.config, standings(reader), self.now())

    def lint(self) -> "tuple[Placed, ...]":
        """What could be better about the objectives and key results, by what is written and measured now."""
        from ingest.run.lint import findings

        return findings(self.config, self.card())

    def signals(self) -> tuple[SignalHealth, ...]:
        """Every signal of the configured sources with its coverage and its newest number."""
        return self.panel.signals(self.now())

    def runs(self, source: str | None = None, *, limit: int = 100, before: int | None = None) -> list[Run]:
        """Pulls, posts, imports and what was recorded by hand, newest first; `before`: only those with a lower id."""
        if source is not None:
            self._source(source)
        with self.store.read() as reader:
            return reader.runs(source, limit=limit, before=before)

    def measurements(
        self,
        signal: str,
        *,
        start: Instant | None = None,
        end: Instant | None = None,
        at: Instant | None = None,
        known_at: Instant | None = None,
        limit: int | None = None,
        skip: int = 0,
    ) -> list[StoredMeasurement]:
        """The measurements of a signal with start ≤ observed_at < end, and none after `at`; oldest first."""
        signal = self._signal(signal)
        if at is not None:
            end = at + 1 if end is None else min(end, at + 1)
        wanted = None if limit is None else skip + limit
        listed: list[StoredMeasurement] = []
        with self.store.read() as reader:
            while wanted is None or len(listed) < wanted:
                last = listed[-1] if listed else None
                after = None if last is None else (last.observed_at, last.key, last.quarantined)
                page = reader.measurements(signal, start, end, known_at=known_at, limit=PAGE, after=after)
                listed += page
                if len(page) < PAGE:
                    break
        return listed[skip:wanted]

    def _source(self, name: str) -> str:
        if name not in self.config.sources:
            raise UnknownName(f"there is no source {name!r}{meant(name, self.config.sources)}")
        return name

    def _signal(self, name: str) -> str:
        if name not in self.frame.signals:
            raise UnknownName(f"there is no signal {name!r}{meant(name, self.frame.signals)}")
        return name

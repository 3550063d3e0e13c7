"""Trails: the way of each key result's value in few points, for the small lines of an overview.

They are read for many key results together, and kept for each until what it depends on is written or its value moves.
"""

from collections.abc import Iterable, Iterator
from threading import Lock

from ingest.okr.bar import bars
from ingest.okr.book import open_book
from ingest.okr.instant import Instant
from ingest.okr.target import Growth, Hold
from ingest.okr.trace import values_at
from ingest.run.card import Card, Scored, Trail
from ingest.run.evidence import Evidence, facets, gather, sample_times
from ingest.run.frame import Frame
from ingest.run.scorecard import Scorecard
from ingest.store.reader import Reader
from ingest.store.store import Store

SHOWN = 24
"""Points of a trail."""
PORTION = 200
"""Key results whose measurements are in memory at a time."""

_Seen = tuple[int, float | None, Instant | None]
"""The touches of a key result, its value and when that was measured: while they are the same its trail is."""


class Sparklines:
    """The trails of a live card. Safe to use from several threads."""

    def __init__(self, scorecard: Scorecard, store: Store) -> None:
        self._scorecard, self._store = scorecard, store
        self._held: dict[str, tuple[_Seen, Trail]] = {}
        self._lock = Lock()

    def of(self, card: Card) -> dict[str, Trail]:
        """The trail of each key result of the live card."""
        seen = {one.key_result.name: self._seen(one) for one in card.key_results()}
        with self._lock:
            owing = [name for name, now in seen.items() if name not in self._held or self._held[name][0] != now]
            if owing:
                with self._store.read() as reader:
                    for name, trail in trails(reader, self._scorecard.frame, owing, card.at, None):
                        self._held[name] = (seen[name], trail)
            return {name: self._held[name][1] for name in seen}

    def _seen(self, scored: Scored) -> _Seen:
        # Touches first: what is written after is told by the next look.
        return self._scorecard.touches(scored.key_result.name), scored.score.value, scored.score.measured_at


def trails(
    reader: Reader, frame: Frame, names: Iterable[str], at: Instant, known_at: Instant | None
) -> Iterator[tuple[str, Trail]]:
    """The trails of these key results up to a time, with what was recorded by `known_at`."""
    every = list(names)
    current = facets(reader, known_at, every if known_at is None else None)
    for start in range(0, len(every), PORTION):
        for name, one in gather(reader, frame, current, every[start : start + PORTION], at, samples=SHOWN).items():
            yield name, _trail(one, at)


def _trail(evidence: Evidence, at: Instant) -> Trail:
    key_result = evidence.key_result
    if isinstance(key_result.target, Growth | Hold):
        begun = [one for one in bars(open_book(key_result, evidence.series), at) if one.start <= at][-SHOWN:]
        return Trail(tuple(min(one.end, at) for one in begun), tuple(one.value for one in begun), stepped=True)
    times = sample_times(key_result.period, at, SHOWN)
    return Trail(times, tuple(values_at(key_result, evidence.series, times)), stepped=False)

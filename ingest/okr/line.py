"""Where progress should be: a line from 0 to 1 over time, bent by milestones, in steps for small counts."""

from dataclasses import dataclass
from itertools import pairwise

from ingest.okr.bound import whole_part
from ingest.okr.day import end_of_day
from ingest.okr.instant import Instant
from ingest.okr.objective import KeyResult

SMALL = 50
"""Below this a whole target of a count is expected in whole steps."""


@dataclass(frozen=True, slots=True)
class Line:
    """e over time."""

    points: tuple[tuple[Instant, float], ...]
    """(instant, share), both ascending, from 0 at the start to 1 at the end."""
    steps: float | None = None
    """t* of a count that is expected in whole steps."""

    def elapsed(self, now: Instant) -> float:
        """f: the share of the time between the line's start and its end that is gone."""
        start, end = self.points[0][0], self.points[-1][0]
        return 1.0 if now >= end else max(0.0, (now - start) / (end - start))

    def share(self, now: Instant) -> float:
        """Linear between the points."""
        points = self.points
        if len(points) == 2:
            return self.elapsed(now)
        if now <= points[0][0]:
            return 0.0
        for (before, low), (after, high) in pairwise(points):
            if now < after:
                return low + (high - low) * (now - before) / (after - before)
        return 1.0

    def expected(self, now: Instant) -> float:
        """e: the share, for a small whole target that of the whole steps: floor(e·t*)/t*."""
        share = self.share(now)
        return share if self.steps is None else whole_part(share * self.steps) / self.steps

    def passes(self, progress: float) -> float:
        """The first instant at which e exceeds a progress; the end, if it never does."""
        if self.steps is None:
            return self._first(progress, beyond=True)
        following = (whole_part(progress * self.steps) + 1) / self.steps
        return self._first(following, beyond=False)

    def _first(self, share: float, beyond: bool) -> float:
        """When the line goes beyond a share, or reaches it."""
        for (before, low), (after, high) in pairwise(self.points):
            if high > share or (high == share and not beyond):
                return before + (after - before) * max(0.0, share - low) / (high - low) if high > low else before
        return self.points[-1][0]


def line_of(key_result: KeyResult, late_at: Instant | None = None) -> Line:
    """The line of a key result. With a late baseline it starts at its time, and earlier milestones drop out."""
    period = key_result.period
    start = period.start if late_at is None else late_at
    days = ((end_of_day(day, period.zone), share) for day, share in key_result.milestones)
    between = tuple((at, share) for at, share in days if start < at < period.end)
    return Line(((start, 0.0), *between, (max(period.end, start), 1.0)))

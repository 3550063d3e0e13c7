"""Where a key result should be: the expected line from 0 to 1. Semantics §2 and §6."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ingest.okr.instant import Instant
from tests.oracle.bound import above, at_least, clamp, is_whole, steps
from tests.oracle.case import Baseline, Case
from tests.oracle.days import end_of_day

FEW = 50


def line_start(case: Case, b: Baseline | None) -> Instant:
    """§2: "start is the period's, or the time of a late baseline"."""
    return case.period.start if b is None or b.late_at is None else b.late_at


def elapsed_share(case: Case, b: Baseline | None) -> Fraction:
    """§2: f, "clamp((now − start)/(end − start))"."""
    if case.is_over:
        return Fraction(1)
    start = line_start(case, b)
    return clamp(Fraction(case.now - start, case.period.stop - start))


@dataclass(frozen=True)
class Line:
    """Straight between its points (time, share). `whole`: the t* of a total going up that is counted in whole steps."""

    points: tuple[tuple[Instant, Fraction], ...]
    whole: int | None = None

    def at(self, time: Instant) -> Fraction:
        """§6: e, "linear between the ends of those days, 0 at the start and 1 at the end; … then floor(e·t*)/t*"."""
        share = self._straight(time)
        return share if self.whole is None else Fraction(steps(share * self.whole), self.whole)

    def first_above(self, progress: Fraction) -> Fraction:
        """The first time at which e exceeds a progress; the end if it never does."""
        if self.whole is None:
            for (left, low), (right, high) in pairwise(self.points):
                if above(high, progress):
                    return _crossing(left, low, right, high, progress)
            return Fraction(self.points[-1][0])
        next_step = Fraction(steps(progress * self.whole) + 1, self.whole)
        for (left, low), (right, high) in pairwise(self.points):
            if at_least(high, next_step):
                return _crossing(left, low, right, high, next_step)
        return Fraction(self.points[-1][0])

    def _straight(self, time: Instant) -> Fraction:
        if time >= self.points[-1][0]:
            return Fraction(1)
        for (left, low), (right, high) in pairwise(self.points):
            if left <= time < right:
                return low + (high - low) * Fraction(time - left, right - left)
        return Fraction(0)


def _crossing(left: Instant, low: Fraction, right: Instant, high: Fraction, share: Fraction) -> Fraction:
    """When a straight piece that ends higher than it begins has `share`."""
    if low >= share or low == high:
        return Fraction(left)
    return left + (right - left) * min(Fraction(1), (share - low) / (high - low))


def line_of(case: Case, b: Baseline | None, t_star: Fraction) -> Line:
    """§6: "with a late b the line starts at 0 at its time and earlier milestones drop out; for a total going up with a
    whole t* < 50 then floor(e·t*)/t*"."""
    start, zone = line_start(case, b), case.key_result.period.zone
    between = [(end_of_day(day, zone), Fraction(share)) for day, share in case.key_result.milestones]
    points = (
        (start, Fraction(0)),
        *((time, share) for time, share in between if time > start),
        (case.period.stop, Fraction(1)),
    )
    few = case.total_up and is_whole(t_star) and 0 < round(t_star) < FEW
    return Line(points, round(t_star) if few else None)

"""The baselines of a key result: frozen, replaced, grown, given up, and corrected under. Semantics §4, §6 and §7."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction

from ingest.okr.instant import Instant
from ingest.okr.objective import Frozen, KeyResult
from tests.oracle.bound import same
from tests.oracle.case import Case, found_baseline, x_of_levels
from tests.oracle.days import midnight
from tests.oracle.freezing import freeze
from tests.oracle.value import AllSeries

Look = Callable[[KeyResult], AllSeries]
"""The measurements that a definition names, as known now."""


def final_at(key_result: KeyResult) -> Instant:
    """§6: "from the local midnight 7 days after the end only what was recorded by then counts"."""
    return midnight(key_result.period.last + timedelta(days=1 + 7), key_result.period.zone)


@dataclass(frozen=True)
class Grown:
    """§4: "a new `value` of levels grows b by (new x − old x) at that time"."""

    old: KeyResult
    new: KeyResult
    at: Instant

    def amount(self, look: Look) -> Fraction | None:
        xs = [x_of_levels(Case(one, look(one), self.at), self.at) for one in (self.new, self.old)]
        return None if xs[0] is None or xs[1] is None else xs[0] - xs[1]


@dataclass(frozen=True)
class Kept:
    """A baseline from a time on; `frozen` None: given up."""

    at: Instant
    by: KeyResult
    """The definition that it was found by, and where it grew that it grew to."""
    frozen: Frozen | None
    found_by: KeyResult
    grown: tuple[Grown, ...] = ()
    corrected_at: Instant | None = None
    gives: Fraction | None = None


@dataclass
class Standing:
    """The definitions and baselines of one key result, oldest first."""

    definitions: list[tuple[Instant, KeyResult]]
    kept: list[Kept] = field(default_factory=list)

    @property
    def today(self) -> KeyResult:
        return self.definitions[-1][1]

    def definition(self, known_at: Instant) -> KeyResult:
        """§7: "the oldest definition if none is"."""
        told = [one for at, one in self.definitions if at <= known_at]
        return told[-1] if told else self.definitions[0][1]

    def baseline(self, known_at: Instant) -> Kept | None:
        told = [one for one in self.kept if one.at <= known_at]
        return told[-1] if told and told[-1].frozen is not None else None

    def cut(self, at: Instant, known_at: Instant) -> Instant:
        """§6: what counts of a final score. One of another period than now was none of this."""
        final = final_at(self.definition(known_at))
        if at < final or self.definition(min(known_at, final)).period != self.definition(known_at).period:
            return known_at
        return min(known_at, final)

    def is_final(self, at: Instant) -> bool:
        return self.cut(at, at + 1) <= at

    def redefine(self, key_result: KeyResult, at: Instant, look: Look) -> None:
        """A changed definition is a version with its time, and its baseline follows it or is found anew."""
        self.definitions.append((at, key_result))
        if self.kept and self.kept[-1].frozen is not None:
            self._follow(at, look)

    def rebaseline(self, at: Instant, look: Look) -> None:
        """One that finds nothing where nothing is frozen changes nothing."""
        found = None if self.is_final(at) else freeze(self.today, look(self.today), at)
        if found is not None or (self.kept and self.kept[-1].frozen is not None):
            self.kept.append(Kept(at, self.today, found, self.today))

    def pass_time(self, at: Instant, look: Look) -> None:
        """§4: a baseline that time alone makes known; a running service freezes it."""
        if not self.is_final(at) and (not self.kept or self.kept[-1].frozen is None):
            self._find(at, look)

    def settle(self, at: Instant, look: Look) -> None:
        """What is known now and was not, or takes the place of a late one."""
        if self.is_final(at):
            return
        if not self.kept or self.kept[-1].frozen is None:
            self._find(at, look)
        elif self._has_moved():
            self._follow(at, look)
        elif self.kept[-1].frozen.late:
            self._find(at, look)

    def write(self, at: Instant, look: Look) -> None:
        """§4: "b is frozen in the transaction that makes it known"; "a *late* b is replaced …, when the reading for
        the period start arrives; a later correction of the measurements under it is a notice"."""
        if self.is_final(at):
            return
        before = len(self.kept)
        self.settle(at, look)
        if len(self.kept) == before:
            self._correct(at, look)

    def _has_moved(self) -> bool:
        by = self.kept[-1].by
        return (by.period, by.baseline, by.value) != (self.today.period, self.today.baseline, self.today.value)

    def _find(self, at: Instant, look: Look) -> None:
        found = freeze(self.today, look(self.today), at)
        was = self.kept[-1].frozen if self.kept else None
        if found is not None and (was is None or not found.late):
            self.kept.append(Kept(at, self.today, found, self.today))

    def _follow(self, at: Instant, look: Look) -> None:
        """§4: "A new target keeps b; a new `value` of levels grows b …; a new period or `baseline` finds b anew"."""
        last, today = self.kept[-1], self.today
        if not self._has_moved() or last.frozen is None:
            return
        alike = (last.by.period, last.by.baseline) == (today.period, today.baseline)
        if not (alike and all(Case(one, {}, at).only_levels for one in (last.by, today))):
            self.kept.append(Kept(at, today, freeze(today, look(today), at), today))
            return
        step = Grown(last.by, today, min(at, Case(today, {}, at).period.stop))
        more = step.amount(look)
        if more is not None:
            frozen = replace(last.frozen, value=float(Fraction(last.frozen.value) + more))
            gives = None if last.gives is None else last.gives + more
            self.kept.append(Kept(at, today, frozen, last.found_by, (*last.grown, step), last.corrected_at, gives))
            if (corrected := self._compared(at, look)) is not None:
                self.kept[-1] = corrected

    def _correct(self, at: Instant, look: Look) -> None:
        if self.kept and not self._has_moved() and (corrected := self._compared(at, look)) is not None:
            self.kept.append(corrected)

    def _compared(self, at: Instant, look: Look) -> Kept | None:
        """The last baseline with what the measurements under it give now, if that is news."""
        last = self.kept[-1]
        if last.frozen is None:
            return None
        gives = self._given(last, at, look)
        if gives is not None and same(gives, Fraction(last.frozen.value)):
            return None if last.corrected_at is None else replace(last, at=at, corrected_at=None, gives=None)
        if last.corrected_at is None:
            return replace(last, at=at, corrected_at=at, gives=gives)
        news = (gives is None) != (last.gives is None) or (
            gives is not None and last.gives is not None and not same(gives, last.gives)
        )
        return replace(last, at=at, gives=gives) if news else None

    def _given(self, last: Kept, at: Instant, look: Look) -> Fraction | None:
        """What the measurements that a baseline was found in and grew by say today; later ones are not under it."""
        b = found_baseline(Case(last.found_by, look(last.found_by), at))
        if b is None or b.assumed or last.frozen is None:
            return None
        if b.late_at is not None and (not last.frozen.late or b.late_at > last.frozen.measured_at):
            return None
        steps = [step.amount(look) for step in last.grown]
        return None if None in steps else sum((step for step in steps if step is not None), b.value)

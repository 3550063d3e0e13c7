"""Corrections: what the measurements under a frozen baseline give now, where they were changed after it was frozen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.okr.baseline import find_baseline, looks_up
from ingest.okr.book import open_book
from ingest.okr.bound import equal
from ingest.okr.expression import signals_of
from ingest.okr.instant import Instant
from ingest.okr.need import baseline_needs
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.scoring import value_at
from ingest.okr.signal import Need
from ingest.run.definition import defined, registered_kinds
from ingest.run.evidence import load
from ingest.run.frame import Frame
from ingest.store.reader import Reader
from ingest.store.row import Definition, FrozenBaseline


@dataclass(frozen=True, slots=True)
class Shift:
    """A new value, with which a frozen baseline grows by what it says at that time more than the one before."""

    before: KeyResult
    after: KeyResult
    at: Instant


@dataclass(frozen=True, slots=True)
class Footing:
    """What a frozen baseline stands on: how it was found, and how it grew since."""

    frozen: Frozen
    found_by: KeyResult
    shifts: tuple[Shift, ...]

    @property
    def found_until(self) -> Instant:
        """No measurement later than this is under it as it was found."""
        if self.frozen.late:
            return self.frozen.measured_at
        asked = looks_up(self.found_by)
        return self.found_by.period.start if asked is None else asked

    @property
    def until(self) -> Instant:
        """No measurement later than this is under it."""
        return max([self.found_until, *(one.at for one in self.shifts)])


def footing(
    reader: Reader, frame: Frame, today: KeyResult, history: Sequence[FrozenBaseline], frozen: Frozen
) -> Footing:
    """What a baseline stands on that ends this history of baselines."""
    since = max(place for place, one in enumerate(history) if one.why == "found")
    found, later = history[since], history[since + 1 :]
    versions = reader.definition_versions(today.name)
    shifts = []
    for before, grown in zip(history[since:], later, strict=False):
        if grown.why == "grown":
            old, new = (defined_at(reader, frame, today, versions, one.recorded_at or 0) for one in (before, grown))
            shifts.append(Shift(old, new, min(grown.recorded_at or 0, new.period.end)))
    return Footing(frozen, defined_at(reader, frame, today, versions, found.recorded_at or 0), tuple(shifts))


def defined_at(
    reader: Reader, frame: Frame, today: KeyResult, versions: Sequence[Definition], at: Instant
) -> KeyResult:
    """A key result by the definition that counted at a time."""
    body = next((one.body for one in reversed(versions) if one.recorded_at <= at), versions[0].body)
    return defined(today, body, frame, lambda: registered_kinds(reader))


def correction(reader: Reader, frame: Frame, under: Footing, now: Instant) -> FrozenBaseline | None:
    """What is to be kept of a frozen baseline whose measurements give something else than was told; None: nothing."""
    frozen, gives = under.frozen, _given(reader, frame, under, now)
    if _same(gives, frozen.value):
        corrected = replace(frozen, corrected_at=None, gives=None)
    elif frozen.corrected_at is None:
        corrected = replace(frozen, corrected_at=now, gives=gives)
    elif _same(gives, frozen.gives):
        return None
    else:
        corrected = replace(frozen, gives=gives)
    return None if corrected == frozen else FrozenBaseline(under.found_by.name, corrected, why="corrected")


def _given(reader: Reader, frame: Frame, under: Footing, now: Instant) -> float | None:
    """What the measurements under a baseline give today, by the definitions that it was found and grew by."""
    key_result = under.found_by
    needed = baseline_needs(key_result, under.found_until)
    series = load(reader, frame, needed, now, frame.begins, None)
    found = find_baseline(open_book(key_result, series), now)
    if found.value is None or found.assumed or (found.late and (found.measured_at or now) > under.found_until):
        return None  # what stands in for it now was not measured under it
    total = found.value
    for shift in under.shifts:
        more = grown_by(reader, frame, shift)
        if more is None:
            return None
        total += more
    return total


def grown_by(reader: Reader, frame: Frame, shift: Shift) -> float | None:
    """How much more a new value says than the one before it, at the time of the change; None: one is unknown."""
    need = Need(frozenset({shift.at}))
    asked = {name: need for one in (shift.before, shift.after) for name in signals_of(one.value)}
    series = load(reader, frame, asked, shift.at, frame.begins, None)
    old, new = (value_at(one, series, shift.at) for one in (shift.before, shift.after))
    return None if old is None or new is None else new - old


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return equal(one, other)

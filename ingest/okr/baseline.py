"""Where a key result starts from: its baseline b, how it is found, and what of it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ingest.okr.aim import counts_a_total, written_baseline
from ingest.okr.algebra import only_levels
from ingest.okr.book import Book, Window, open_book
from ingest.okr.day import end_of_day
from ingest.okr.instant import Instant
from ingest.okr.number import shown
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import period_before
from ingest.okr.signal import Series
from ingest.okr.target import Growth, Hold, Reach


@dataclass(frozen=True, slots=True)
class Baseline:
    """b, or why it is unknown."""

    value: float | None
    reason: str | None = None
    origin: str = ""
    measured_at: Instant | None = None
    """observed_at of the newest measurement under it; None where nothing was measured for it."""
    late: bool = False
    """Taken from the first reading after the instant that was asked for."""
    assumed: bool = False
    """0, because the period before is unknown."""
    notices: tuple[str, ...] = ()


def freeze(key_result: KeyResult, series: Mapping[str, Series], now: Instant) -> Frozen | None:
    """The baseline that is known now and is to be kept, whatever is measured later.

    None where it is not known yet (also where 0 stands in for an unknown period before), and where nothing measured
    is under it: a written number, 0 for a total that is to reach something, growth and hold, which find a base anew in
    each sub-period. None too before the period starts. A `late` one is to be replaced when a later call gives one
    that is not; that holds for series loaded with `needs(…, frozen=the late one)` as well.
    """
    if now < key_result.period.start or isinstance(key_result.target, Growth | Hold):
        return None
    if written_baseline(key_result) is not None or _starts_at_zero(key_result):
        return None
    found = find_baseline(open_book(key_result, series), now)
    if found.value is None or found.assumed or found.measured_at is None:
        return None
    return Frozen(found.value, found.late, found.measured_at, found.origin)


def find_baseline(book: Book, now: Instant, frozen: Frozen | None = None) -> Baseline:
    """The baseline at a time in or after the period: the frozen one, unless its measurement is later than that."""
    key_result = book.key_result
    if frozen is not None and frozen.measured_at <= now:
        notices = tuple(_frozen_notices(book, frozen))
        return Baseline(frozen.value, None, frozen.origin, frozen.measured_at, frozen.late, notices=notices)
    number = written_baseline(key_result)
    if number is not None:
        return Baseline(number, origin="as written")
    if isinstance(key_result.baseline, date):
        return _of_day(book, key_result.baseline, now)
    if only_levels(key_result.value, key_result.kinds):
        return _of_levels(book, key_result.period.start, now, "the reading at the start of the period")
    if _starts_at_zero(key_result):
        return Baseline(0.0, origin="a count starts at 0")
    return _of_period_before(book)


def looks_up(key_result: KeyResult) -> Instant | None:
    """At which instant the levels of a baseline are read; None where it is not made of levels alone."""
    if isinstance(key_result.baseline, date):
        return end_of_day(key_result.baseline, key_result.period.zone)
    if key_result.baseline is None and only_levels(key_result.value, key_result.kinds):
        return key_result.period.start
    return None


def looks_back(key_result: KeyResult) -> bool:
    """Whether the baseline is the same value over the period before."""
    return key_result.baseline is None and looks_up(key_result) is None and not _starts_at_zero(key_result)


def _starts_at_zero(key_result: KeyResult) -> bool:
    """A total with a reach target counts from 0."""
    return key_result.baseline is None and isinstance(key_result.target, Reach) and counts_a_total(key_result)


def _of_day(book: Book, day: date, now: Instant) -> Baseline:
    """x at the end of a day."""
    over = end_of_day(day, book.key_result.period.zone)
    if over > now:
        return Baseline(
            None, f"the baseline's day {day} is not over yet: wait for it, or write an earlier day or a number"
        )
    return _of_levels(book, over, now, f"the reading at the end of {day}")


def _of_levels(book: Book, at: Instant, now: Instant, origin: str) -> Baseline:
    """x at an instant, else the first x after it, marked late."""
    value = book.value_or_reason(Window(at, at, closed=True))
    if isinstance(value, float):
        return Baseline(value, None, origin, book.newest(at, closed=False))
    first = book.first_reading(at, min(now, book.key_result.period.end))
    if first is None:
        return Baseline(None, value)
    since, late = first
    notice = _late_notice(book, since)
    return Baseline(late, None, f"the first reading after {book.said(at)}", since, late=True, notices=(notice,))


def _of_period_before(book: Book) -> Baseline:
    """The same value over the period before, which a reach target takes as 0 where it is unknown."""
    before = period_before(book.key_result.period)
    value = book.whole_value(before.start, before.end)
    if isinstance(value, float):
        newest = book.newest(before.end, closed=True, flows_from=before.start)
        # Nothing measured is a real zero, known when that period was over.
        return Baseline(value, None, f"the value of {before.text}", before.end if newest is None else newest)
    if isinstance(book.key_result.target, Reach):
        notice = f"baseline: {before.text} is unknown, taken as 0 ({value})"
        return Baseline(0.0, origin=f"{before.text} is unknown", assumed=True, notices=(notice,))
    return Baseline(None, f"the baseline, the value of {before.text}, is unknown: {value}; or write `baseline`")


def _frozen_notices(book: Book, frozen: Frozen) -> Iterator[str]:
    """What is to be said of a baseline that was kept: it is late, took the place of one, or does not fit any more."""
    if frozen.late:
        yield _late_notice(book, frozen.measured_at)
    if frozen.replaces is not None:
        yield f"late baseline replaced: {shown(frozen.value)} took the place of {shown(frozen.replaces)}"
    if frozen.corrected_at is not None:
        gives = "none any more" if frozen.gives is None else shown(frozen.gives)
        yield (
            f"corrected: the baseline is frozen at {shown(frozen.value)}, and since {book.said(frozen.corrected_at)} "
            f"the measurements under it give {gives}: run `okr rebaseline {book.key_result.name}` to find it anew"
        )


def _late_notice(book: Book, since: Instant) -> str:
    return f"late baseline: the first reading, of {book.said(since)}, stands in for one at the start"

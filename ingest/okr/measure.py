"""From measurements to facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite

from ingest.okr.aim import counts_a_total, counts_part, goes_down, must_fall, target_without_baseline, written_baseline
from ingest.okr.baseline import Baseline, find_baseline
from ingest.okr.book import Book, Window, open_book
from ingest.okr.bound import at_least, at_most, equal
from ingest.okr.facts import Facts, Fall, Lack, Phase
from ingest.okr.freshness import changes, goes_stale, holes
from ingest.okr.instant import FOREVER, Instant
from ingest.okr.line import SMALL, line_of
from ingest.okr.number import shown
from ingest.okr.objective import Frozen, KeyResult
from ingest.okr.period import final_at
from ingest.okr.signal import Series
from ingest.okr.steps import read_steps
from ingest.okr.target import Change, Growth, Hold, Learn, Reach


def measure(
    key_result: KeyResult,
    series: Mapping[str, Series],
    now: Instant,
    frozen: Frozen | None = None,
    configured_at: Instant | None = None,
) -> Facts:
    """All of a score at `now` that depends on data; it holds at every instant from then to before `facts.until`.

    `series` hold at least what `needs` names; what is dated later than `now` or the period's end does not count. Once
    the score is final they hold what was recorded by `final_at(period)`, or everything where the key result was first
    configured later (`configured_at`, which a notice then tells).
    """
    return read_facts(open_book(key_result, series), now, frozen, configured_at)


def read_facts(book: Book, now: Instant, frozen: Frozen | None, configured_at: Instant | None) -> Facts:
    """`measure` of a book that is open already."""
    key_result, period = book.key_result, book.key_result.period
    final = final_at(period)
    if now < period.start:
        falls = must_fall(key_result)
        target = target_without_baseline(key_result)
        line = line_of(key_result)
        expected = 1.0 if falls else 0.0
        return Facts(Phase.SCHEDULED, period.start, line, final, target=target, expected=expected, moves=False)
    if isinstance(key_result.target, Growth | Hold):
        facts = _of_steps(book, key_result.target, now)
    else:
        facts = _of_value(book, now, frozen)
    stale_from, stale_reason = goes_stale(book)
    over = now >= period.end
    return replace(
        facts,
        until=FOREVER if over else min(facts.until, *changes(book, now, frozen)),
        over=over,
        stale_from=stale_from,
        stale_reason=stale_reason,
        measured_at=book.newest(min(now, period.end), closed=over),
        notices=(*facts.notices, *holes(book, now, frozen), *_configured_late(book, configured_at, final, now)),
    )


def _of_steps(book: Book, target: Growth | Hold, now: Instant) -> Facts:
    """Growth and hold."""
    key_result = book.key_result
    steps = read_steps(book, target, now)
    return Facts(
        Phase.MEASURED if steps.reason is None else Phase.NO_DATA,
        FOREVER if steps.boundary is None else steps.boundary,
        line_of(key_result),
        final_at(key_result.period),
        value=steps.value,
        baseline=steps.baseline,
        target=steps.target,
        raw=steps.raw,
        expected=steps.expected,
        moves=False,
        attained=now >= key_result.period.end and steps.raw is not None and at_least(steps.raw, 1.0),
        reason=steps.reason,
        notices=steps.notices,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known on the way to a progress."""

    value: float | None
    reason: str | None
    notices: tuple[str, ...] = ()


def _of_value(book: Book, now: Instant, frozen: Frozen | None) -> Facts:
    """Reach, change and learn."""
    key_result = book.key_result
    baseline = find_baseline(book, now, frozen)
    found = _best(book, now, baseline) if key_result.take == "best" else _value(book, now)
    facts = Facts(
        Phase.NO_DATA,
        FOREVER,
        line_of(key_result, baseline.measured_at if baseline.late else None),
        final_at(key_result.period),
        value=found.value,
        baseline=baseline.value,
        notices=(*found.notices, *baseline.notices),
    )
    if isinstance(key_result.target, Learn):
        why = tuple(reason for reason in dict.fromkeys((found.reason, baseline.reason)) if reason)
        return replace(facts, phase=Phase.LEARNING, notices=(*facts.notices, *why))
    target, target_reason = _target(key_result, baseline)
    facts = replace(facts, target=target, reason=found.reason or baseline.reason or target_reason)
    if facts.reason or found.value is None or baseline.value is None or target is None:
        return facts
    if must_fall(key_result):
        return _falling(facts, key_result, target, baseline, now)
    return _moving(facts, key_result, target, baseline)


def _value(book: Book, now: Instant) -> _Found:
    """x(t), with a notice of what is counted in part."""
    key_result, period = book.key_result, book.key_result.period
    window = Window(period.start, min(now, period.end), closed=now >= period.end, part=counts_part(key_result))
    value = book.value_or_reason(window)
    if isinstance(value, str):
        return _Found(None, value)
    notices = []
    for name, kind in key_result.kinds.items():
        if kind.is_flow and name in book.tallies:
            since = book.counted_from(name, window)
            if since > window.start:
                notices.append(f"partial: since {book.said(since)} ({name} is not covered before)")
    return _Found(value, None, tuple(notices))


def _best(book: Book, now: Instant, baseline: Baseline) -> _Found:
    """The best x at the readings after the period's start and up to t; before the first the baseline."""
    period = book.key_result.period
    values = [value for _, value in book.readings(period.start, min(now, period.end))]
    if not values:
        return _Found(baseline.value, baseline.reason)
    return _Found(min(values) if goes_down(book.key_result) else max(values), None)


def _target(key_result: KeyResult, baseline: Baseline) -> tuple[float | None, str | None]:
    """t*, or why there is none."""
    match key_result.target:
        case Reach(number):
            return number, None
        case Change(amount, relative) if baseline.value is not None:
            if relative and baseline.value <= 0:
                shown_baseline = shown(baseline.value)
                return None, f"baseline is not positive, give a number (it is {shown_baseline}: write +5, not +20%)"
            target = baseline.value * (1 + amount) if relative else baseline.value + amount
            return (target, None) if isfinite(target) else (None, "the target is too large to be computed")
    return None, baseline.reason


def _moving(facts: Facts, key_result: KeyResult, target: float, baseline: Baseline) -> Facts:
    """What is to be reached while x rises or, of readings, falls."""
    value, start = facts.value or 0.0, baseline.value or 0.0
    down, total = goes_down(key_result), counts_a_total(key_result)
    attained = at_most(value, target) if down else at_least(value, target)
    if at_most(start, target) if down else at_least(start, target):
        raw, lack = float(attained), Lack(fixed=abs(target - value))
    elif total and target > 0:
        raw, lack = value / target, Lack(scale=target, counted=value)
    else:
        raw, lack = (value - start) / (target - start), Lack(scale=abs(target - start))
    if not isfinite(raw):
        return replace(facts, reason="the progress is too large to be computed: check the measurements and the target")
    small = total and 0 < target < SMALL and equal(target, round(target))
    line = replace(facts.line, steps=float(round(target)) if small else None)
    return replace(
        facts,
        phase=Phase.MEASURED,
        line=line,
        raw=raw,
        attained=attained,
        stays_achieved=attained and total,
        passes_at=line.passes(min(max(raw, 0.0), 1.0)),
        lack=lack,
    )


def _falling(facts: Facts, key_result: KeyResult, target: float, baseline: Baseline, now: Instant) -> Facts:
    """A total that must go down: attained only at the end."""
    value, start = facts.value or 0.0, baseline.value or 0.0
    given = written_baseline(key_result) is not None or baseline.measured_at is not None
    return replace(
        facts,
        phase=Phase.MEASURED,
        expected=1.0,
        moves=False,
        fall=Fall(value, target, start if given and not at_most(start, target) else None),
        attained=now >= key_result.period.end and at_most(value, target),
        beyond=not at_most(value, target),
    )


def _configured_late(book: Book, configured_at: Instant | None, final: Instant, now: Instant) -> Iterable[str]:
    if configured_at is not None and configured_at > final and now >= final:
        yield f"first configured {book.said(configured_at)}, after its score was final: everything recorded counts"

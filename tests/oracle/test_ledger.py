"""The ledger does what semantics §1 says of identity, retraction, pins and coverage."""

import pytest
from hypothesis import given

from ingest.okr.instant import DAY, FOREVER, Instant
from ingest.store.unit import By, Covered, Measured, Result, Unit
from tests.oracle.effort import cases
from tests.oracle.ledger import Forgotten, Ledger, Operation, Recorded
from tests.oracle.operations import FIRST, KINDS, OK, histories

LATER = FIRST + 100 * DAY


def pull(*measured: Measured, covered: tuple[Covered, ...] = (), by: By = By.PULL) -> Unit:
    return Unit("s", by, LATER, LATER, OK, measured, covered, pin=by is By.HAND)


def after(*units: Unit | tuple[str, Instant | str]) -> Ledger:
    ledger = Ledger(KINDS)
    for number, unit in enumerate(units):
        at = LATER + number * DAY
        ledger.apply(Recorded(unit, at) if isinstance(unit, Unit) else Forgotten(*unit, at))
    return ledger


def amounts(ledger: Ledger, signal: str, known_at: Instant = FOREVER) -> list[float]:
    return list(ledger.series(signal, known_at).values)


def test_a_reading_told_twice_is_kept_once_and_another_number_is_a_revision() -> None:
    ledger = Ledger(KINDS)
    told = [ledger.apply(Recorded(pull(Measured("s.level", FIRST, value)), LATER)) for value in (1.0, 1.0, 2.0)]
    assert [one.results[0] for one in told] == [Result.CREATED, Result.DUPLICATE, Result.REVISED]
    assert amounts(ledger, "s.level") == [2.0]


def test_what_was_known_earlier_is_known_again() -> None:
    ledger = after(pull(Measured("s.level", FIRST, 1.0)), pull(Measured("s.level", FIRST, 2.0)))
    assert [amounts(ledger, "s.level", LATER + days * DAY) for days in (-1, 0, 1)] == [[], [1.0], [2.0]]


def test_an_event_missing_in_a_whole_listing_is_gone_and_a_moved_one_is_not() -> None:
    whole = Covered("s.events", FIRST, FIRST + 5 * DAY, whole=True)
    first = pull(*(Measured("s.events", FIRST + n * DAY, 1.0, key) for n, key in enumerate("abc")))
    second = pull(Measured("s.events", FIRST + 7 * DAY, 1.0, "a"), Measured("s.events", FIRST + DAY, 1.0, "b"))
    ledger = after(first, pull(*second.measurements, covered=(whole,)))
    assert ledger.series("s.events").times == [FIRST + DAY, FIRST + 7 * DAY]


def test_events_without_a_key_are_told_apart_by_their_number() -> None:
    twice = pull(Measured("s.events", FIRST, 1.0), Measured("s.events", FIRST, 1.0))
    assert amounts(after(twice, twice), "s.events") == [1.0, 1.0]


def test_a_pinned_reading_yields_to_a_hand_only() -> None:
    by_hand = pull(Measured("s.level", FIRST, 5.0), by=By.HAND)
    ledger = after(by_hand, pull(Measured("s.level", FIRST, 9.0)))
    assert amounts(ledger, "s.level") == [5.0]
    ledger = after(by_hand, ("s.level", FIRST), pull(Measured("s.level", FIRST, 9.0)))
    assert amounts(ledger, "s.level") == [9.0]


def test_what_a_hand_had_replaced_counts_again_when_it_is_forgotten() -> None:
    by_hand = [pull(Measured("s.level", FIRST, value), by=By.HAND) for value in (5.0, 6.0)]
    ledger = after(pull(Measured("s.level", FIRST, 4.0)), *by_hand, ("s.level", FIRST))
    assert amounts(ledger, "s.level") == [4.0]
    assert amounts(after(*by_hand, ("s.level", FIRST)), "s.level") == []
    assert amounts(after(pull(Measured("s.level", FIRST, 4.0)), ("s.level", FIRST)), "s.level") == []


def test_a_listing_that_is_suddenly_empty_is_no_retraction() -> None:
    ledger = after(pull(Measured("s.events", FIRST, 1.0, "a")))
    whole = Covered("s.events", FIRST, FIRST + DAY, whole=True)
    with pytest.raises(ValueError, match="suddenly empty"):
        ledger.apply(Recorded(pull(covered=(whole,)), LATER + DAY))


@pytest.mark.parametrize(
    ("spans", "holes"),
    [
        ([(0, 2), (2, 4)], []),
        ([(0, 2), (3, 4)], [(2, 3)]),
        ([(3, 4), (0, 1), (6, 7)], [(1, 3), (4, 6)]),
        ([(0, 1), (4, 5), (0, 4)], []),
        ([(0, 1), (4, 5), (2, 3)], [(1, 2), (3, 4)]),
    ],
)
def test_spans_that_do_not_touch_leave_a_hole(spans: list[tuple[int, int]], holes: list[tuple[int, int]]) -> None:
    ledger = after(pull(covered=tuple(Covered("s.level", *span) for span in spans)))
    series = ledger.series("s.level")
    assert (series.covered_from, series.covered_until) == (min(min(spans)), max(max(spans, key=max)))
    assert list(series.holes) == holes


@cases(150)
@given(histories())
def test_what_is_written_later_changes_no_past(history: list[Operation]) -> None:
    ledger, pasts = Ledger(KINDS), {}
    for operation in history:
        ledger.apply(operation)
        pasts[operation.recorded_at] = {signal: ledger.series(signal) for signal in KINDS}
    for known_at, past in pasts.items():
        assert {signal: ledger.series(signal, known_at) for signal in KINDS} == past

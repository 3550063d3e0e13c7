"""What is plausible: limits as they are written, single steps, and what waits in the order of time."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.instant import DAY, from_rfc3339
from ingest.okr.plausible import Content, Fate, Limit, Sifted, Slot, doubt, is_plausible, limit_of, sift
from ingest.okr.signal import Kind

LEVEL, COUNTER, EVENTS = Kind.LEVEL, Kind.COUNTER, Kind.EVENTS
START = from_rfc3339("2026-03-01T09:00:00Z")


@pytest.mark.parametrize(
    ("text", "size", "relative"),
    [("500", 500.0, False), ("20%", 0.2, True), ("0.5", 0.5, False), (" 150 % ", 1.5, True), ("1.1%", 0.011, True)],
)
def test_a_limit_is_a_number_or_a_share(text: str, size: float, relative: bool) -> None:
    limit = limit_of(text, LEVEL)
    assert (limit.size, limit.relative, limit.text) == (size, relative, text.strip())


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("a lot", LEVEL, "'a lot' is not a number"),
        ("5,000", LEVEL, "may mean 5000 or 5: write"),
        ("1,5%", LEVEL, "has a decimal comma: write 1.5%"),
        ("0", LEVEL, "must be more than 0"),
        ("-3", COUNTER, "must be more than 0"),
        ("0%", COUNTER, "must be more than 0"),
        ("", LEVEL, "a number is missing"),
        ("20%", EVENTS, "write the largest plausible amount"),
    ],
)
def test_a_limit_that_cannot_be_used_says_what_to_write(text: str, kind: Kind, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        limit_of(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "before", "value", "plausible"),
    [
        ("500", LEVEL, 1204.0, 1704.0, True),  # bounds are inclusive
        ("500", LEVEL, 1204.0, 1704.1, False),
        ("500", LEVEL, 1204.0, 703.9, False),
        ("500", LEVEL, None, 9e9, True),
        ("20%", LEVEL, 1000.0, 1200.0, True),
        ("20%", LEVEL, 1000.0, 1200.0000001, True),  # within 1e-9
        ("20%", LEVEL, 1000.0, 1201.0, False),
        ("20%", LEVEL, -1000.0, -1201.0, False),
        ("20%", LEVEL, -1000.0, -801.0, True),
        ("20%", LEVEL, 0.0, 9e9, True),
        ("20%", LEVEL, None, 9e9, True),
        ("500", LEVEL, 0.0, 501.0, False),
        ("500", LEVEL, -1.7e308, 1.7e308, False),
        ("50", COUNTER, 10_000.0, 10_051.0, False),
        ("50", COUNTER, 10_000.0, 10_050.0, True),
        ("50", COUNTER, 10_000.0, 12.0, True),  # a restart
        ("50", COUNTER, 10_000.0, 9_000.0, True),  # a correction
        ("20%", COUNTER, 100.0, 121.0, False),
        ("500", EVENTS, None, 500.0, True),
        ("500", EVENTS, None, -501.0, False),
        ("500", EVENTS, 500.0, 501.0, False),
    ],
)
def test_a_step_is_compared_with_its_limit(
    text: str, kind: Kind, before: float | None, value: float, plausible: bool
) -> None:
    assert is_plausible(limit_of(text, kind), before, value) is plausible


NUMBERS = st.integers(-4000, 4000).map(lambda number: number / 8)


@given(st.sampled_from([LEVEL, COUNTER]), NUMBERS, NUMBERS, st.integers(1, 400), st.booleans())
def test_a_step_agrees_with_exact_fractions(kind: Kind, before: float, after: float, size: int, share: bool) -> None:
    limit = limit_of(f"{size}%" if share else str(size), kind)
    moved = Fraction(after) - Fraction(before)
    step = moved if kind is COUNTER else abs(moved)
    allowed = Fraction(size, 100) * abs(Fraction(before)) if share else Fraction(size)
    assert is_plausible(limit, before, after) is ((share and before == 0) or step <= allowed)


def test_the_doubt_says_what_is_compared_with_what() -> None:
    at = from_rfc3339("2026-03-02T09:00:00Z")
    assert doubt(limit_of("20%", LEVEL), 1204.0, (at, 12_000.0)) == "12,000 on 2026-03-02 after 1,204, limit 20%"
    assert doubt(limit_of("50", EVENTS), None, (at, 75.5)) == "75.5 on 2026-03-02, limit 50"


def readings(*values: float) -> list[Slot]:
    """Told a day apart, none of them known."""
    return [Slot(START + day * DAY, told=[(START + day * DAY, value)]) for day, value in enumerate(values)]


def fates(limit: Limit, slots: list[Slot]) -> list[Fate]:
    return [fate for one in sift(limit, slots) for fate in one.fates]


def test_a_glitch_waits_and_what_follows_is_compared_with_what_counts() -> None:
    assert fates(limit_of("20%", LEVEL), readings(1000, 12_000, 1010)) == [Fate.PASSES, Fate.WAITS, Fate.PASSES]


def test_after_a_true_jump_all_that_follows_waits() -> None:
    assert fates(limit_of("20%", LEVEL), readings(1000, 1500, 1510, 1520)) == [Fate.PASSES, *[Fate.WAITS] * 3]


def test_what_is_plausible_after_one_that_is_accepted_is_released_and_no_other() -> None:
    first, *rest = readings(1500, 1510, 9000, 1520)
    waiting = [Slot(one.at, before=(START - DAY, 1000.0), waits=one.told[0]) for one in rest]
    found = sift(limit_of("20%", LEVEL), [first, *waiting], deliberate=True)
    assert [one.released for one in found] == [False, True, False, True]


def test_a_reading_between_two_others_is_compared_with_the_one_before_it() -> None:
    at = START + DAY
    for before, fate in ((1000.0, Fate.PASSES), (500.0, Fate.WAITS)):
        slot = Slot(at, before=(START, before), told=[(at, 1100.0)])
        assert fates(limit_of("20%", LEVEL), [slot]) == [fate]


def only(limit: str, slot: Slot, *, deliberate: bool = False) -> Sifted:
    (found,) = sift(limit_of(limit, LEVEL), [slot], deliberate=deliberate)
    return found


def told(*values: float, **known: float | None) -> Slot:
    """A slot in which these are told, after a reading of 1000; `known` are values that count or wait there."""
    contents: dict[str, Content | None] = {
        name: None if value is None else (START, value) for name, value in known.items()
    }
    return Slot(START, before=(START - DAY, 1000.0), told=[(START, value) for value in values], **contents)  # type: ignore[arg-type]


def test_what_waits_already_is_no_news_and_another_value_takes_its_place() -> None:
    again = only("20%", told(5000, waits=5000))
    assert (again.fates, again.waits) == ((Fate.REPEATED,), (START, 5000.0))
    other = only("20%", told(6000, waits=5000))
    assert (other.fates, other.waits) == ((Fate.WAITS,), (START, 6000.0))
    plausible = only("20%", told(1100, waits=5000))
    assert (plausible.fates, plausible.waits) == ((Fate.PASSES,), None)


def test_what_was_rejected_stays_so_and_other_content_is_judged_anew() -> None:
    slot = Slot(START, before=(START - DAY, 1000.0), told=[(START, 5000.0)], rejected=frozenset({(START, 5000.0)}))
    assert only("20%", slot) == Sifted((Fate.REPEATED,), None, "", False)
    assert only("20%", told(5001)).fates == (Fate.WAITS,)
    assert only("20%", slot, deliberate=True).fates == (Fate.PASSES,)


def test_a_revision_beyond_the_limit_waits_beside_what_counts() -> None:
    revised = only("20%", told(5000, counts=1010))
    assert (revised.fates, revised.waits) == ((Fate.WAITS,), (START, 5000.0))
    back = only("20%", told(1010, counts=1010, waits=5000))
    assert (back.fates, back.waits) == ((Fate.PASSES,), None)


def test_of_two_told_under_one_key_the_later_is_meant() -> None:
    assert only("20%", told(1100, 5000)) == Sifted(
        (Fate.PASSES, Fate.WAITS), (START, 5000.0), "5,000 on 2026-03-01 after 1,000, limit 20%", False
    )
    assert only("20%", told(5000, 1100)).waits is None


def test_what_a_hand_recorded_is_not_doubted_nor_replaced() -> None:
    assert only("20%", told(5000), deliberate=True).fates == (Fate.PASSES,)
    pinned = Slot(START, counts=(START, 7.0), before=(START - DAY, 1000.0), told=[(START, 5000.0)], pinned=True)
    assert only("20%", pinned) == Sifted((Fate.PASSES,), None, "", False)

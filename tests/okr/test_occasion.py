"""What people are told of a key result: examples, and any course of statuses against a slow, obvious oracle."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.okr.expression import parse_expression
from ingest.okr.instant import DAY, HOUR, Instant, instant
from ingest.okr.objective import KeyResult
from ingest.okr.occasion import News, Told, tell, week_due
from ingest.okr.period import parse_period
from ingest.okr.score import Score, Status
from ingest.okr.signal import Kind
from ingest.okr.target import parse_target

UTC_ZONE = ZoneInfo("UTC")
ON, RISK, OFF = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK
ACHIEVED, MISSED, STALE, NO_DATA = Status.ACHIEVED, Status.MISSED, Status.STALE, Status.NO_DATA


def key_result(target: str = "10", period: str = "2026", **more: object) -> KeyResult:
    made = KeyResult(
        name="o.talks",
        title="Talks",
        value=parse_expression("hand.talks"),
        value_text="hand.talks",
        target=parse_target(target),
        target_text=target,
        period=parse_period(period, UTC_ZONE),
        kinds={"hand.talks": Kind.EVENTS},
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def score(status: Status, progress: float | None = 0.0, last_known: Status | None = None) -> Score:
    return Score(
        value=None, baseline=None, target=None, raw_progress=progress, progress=progress, expected=None, pace=None,
        status=status, reason=None, last_known_status=last_known, measured_at=None, days_ahead=None, due=None,
        final=False,
    )  # fmt: skip


def told_over(course: Sequence[tuple[int, Score]], of: KeyResult | None = None) -> list[tuple[int, str]]:
    """(hour, occasion) of all that is told of a course of (hour, score)."""
    told, found = None, []
    for hour, one in course:
        told, news = tell(told, of or key_result(), one, hour * HOUR)
        found += [(hour, item.occasion) for item in news]
    return found


def course(*statuses: tuple[int, Status]) -> list[tuple[int, Score]]:
    return [(hour, score(status)) for hour, status in statuses]


def test_what_was_so_at_the_first_look_is_taken_as_told() -> None:
    assert told_over(course((0, ACHIEVED), (1, ACHIEVED))) == []
    assert told_over(course((0, OFF), (48, OFF))) == []
    assert told_over([(0, score(STALE, 0.6, ACHIEVED)), (1, score(ACHIEVED, 1.0))]) == []
    assert told_over([(0, score(RISK, 0.6)), (1, score(RISK, 0.7))]) == []


def test_achieved_is_told_once_whatever_comes_between() -> None:
    assert told_over(course((0, ON), (1, ACHIEVED), (2, STALE), (3, ACHIEVED), (4, ON), (5, ACHIEVED))) == [
        (1, "achieved")
    ]
    assert told_over(course((0, NO_DATA), (1, ACHIEVED))) == [(1, "achieved")]


def test_off_track_is_told_after_a_day_of_it_and_recovery_once() -> None:
    assert told_over(course((0, ON), (1, OFF), (24, OFF), (25, OFF), (60, OFF))) == [(25, "off_track")]
    assert told_over(course((0, ON), (1, OFF), (20, RISK), (21, OFF), (44, OFF), (45, OFF))) == [(45, "off_track")]
    told = told_over(course((0, OFF), (1, RISK), (2, OFF), (3, ON), (4, OFF), (5, ON)))
    assert told == [(3, "recovered")]


def test_stale_and_no_data_neither_count_nor_interrupt() -> None:
    assert told_over(course((0, ON), (1, OFF), (10, STALE), (30, NO_DATA), (40, OFF))) == [(40, "off_track")]
    assert told_over(course((0, OFF), (1, STALE), (2, NO_DATA), (3, ON))) == [(3, "recovered")]


def test_a_clock_that_is_set_back_tells_nothing_twice_and_waits_no_longer_than_a_day() -> None:
    assert told_over(course((0, ON), (100, OFF), (50, OFF), (74, OFF), (75, OFF))) == [(74, "off_track")]
    assert told_over(course((0, ON), (100, ACHIEVED), (50, ON), (100, ACHIEVED))) == [(100, "achieved")]


def test_one_that_was_off_track_and_is_missed_has_not_recovered() -> None:
    assert told_over(course((0, OFF), (1, MISSED), (2, ON))) == []


def test_of_several_milestones_the_greatest_is_told() -> None:
    running = [(hour, score(ON, progress)) for hour, progress in enumerate((0.1, 0.25, 0.24, 0.26, 0.8))]
    assert told_over(running) == [(1, "milestone"), (4, "milestone")]
    _, news = tell(Told("2026", "10", reached=0.25), key_result(), score(ON, 0.8), 0)
    assert news == (News("milestone", 0.75),)
    written = key_result(milestones=((date(2026, 6, 30), 0.4),))
    assert told_over(running, written) == [(4, "milestone")]
    assert told_over([(0, score(ON, 0.1)), (1, score(ACHIEVED, 1.0))]) == [(1, "achieved")]


@pytest.mark.parametrize("target", ["<= 10", "stay <= 2", "learn"])
def test_what_has_no_way_to_go_has_no_milestones(target: str) -> None:
    assert told_over([(0, score(ON, 0.1)), (1, score(ON, 0.9))], key_result(target)) == []


def test_another_period_begins_anew_and_another_target_may_be_achieved_again() -> None:
    told = Told("2026", "10", achieved=True, reached=0.75, off_since=0, off_track=True)
    after, news = tell(told, key_result(period="2027"), score(ON, 0.0), DAY)
    assert (news, after) == ((), Told("2027", "10", reached=0.0))
    after, news = tell(told, key_result("20"), score(RISK, 0.5), DAY)
    assert (news, after) == ((), Told("2026", "20", reached=0.5, off_track=True))
    _, news = tell(told, key_result("20"), score(ACHIEVED, 1.0), DAY)
    assert [one.occasion for one in news] == ["achieved", "recovered"]


STATUSES = st.sampled_from([ON, RISK, OFF, ACHIEVED, MISSED, STALE, NO_DATA])
COURSES = st.lists(st.tuples(st.integers(1, 30), STATUSES), min_size=1, max_size=25)


def by_hand(steps: Sequence[tuple[int, Status]]) -> list[tuple[int, str]]:
    """What is told of a course with a clock that goes on: each look is judged by all that were before it."""
    told: list[tuple[int, str]] = []
    for place in range(1, len(steps)):
        hour, status = steps[place]
        if status in (STALE, NO_DATA):
            continue
        known = [one for one in steps[: place + 1] if one[1] not in (STALE, NO_DATA)]
        begun = steps[0][1]
        if status is ACHIEVED and begun is not ACHIEVED and "achieved" not in [what for _, what in told]:
            told.append((hour, "achieved"))
        owing = _is_owing(steps[:place], told)
        if status in (ON, ACHIEVED) and owing:
            told.append((hour, "recovered"))
        if status is OFF and not owing:
            row = 0
            while row < len(known) and known[-1 - row][1] is OFF:
                row += 1
            if hour - known[-row][0] >= 24:
                told.append((hour, "off_track"))
    return told


def _is_owing(before: Sequence[tuple[int, Status]], told: Sequence[tuple[int, str]]) -> bool:
    """Whether the last that was told of being off track is that it is, and it neither recovered nor ended since."""
    since = max((hour for hour, what in told if what == "off_track"), default=None)
    if since is None:
        if before[0][1] is not OFF:
            return False
        since = before[0][0]
    return not any(hour > since and status in (ON, ACHIEVED, MISSED) for hour, status in before)


@given(COURSES)
def test_any_course_tells_what_the_rule_in_words_tells(gaps: list[tuple[int, Status]]) -> None:
    hour, steps = 0, []
    for gap, status in gaps:
        hour += gap
        steps.append((hour, status))
    assert sorted(told_over([(at, score(status)) for at, status in steps])) == sorted(by_hand(steps))


@given(st.lists(st.tuples(STATUSES, st.floats(0, 1), st.integers(-50, 50)), max_size=30))
def test_looking_again_tells_nothing_again(looks: list[tuple[Status, float, int]]) -> None:
    told, now = None, 100 * DAY
    for status, progress, hours in looks:
        now += hours * HOUR
        told, _ = tell(told, key_result(), score(status, progress), now)
        again, news = tell(told, key_result(), score(status, progress), now)
        assert (again, news) == (told, ())


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


MONDAY = date(2026, 6, 29)


@pytest.mark.parametrize(
    ("told", "now", "zone", "expected"),
    [
        (None, "2026-06-29T12:00", "UTC", (MONDAY, False)),
        (MONDAY, "2026-07-06T07:59", "UTC", (MONDAY, False)),
        (MONDAY, "2026-07-06T08:00", "UTC", (date(2026, 7, 6), True)),
        (MONDAY, "2026-07-06T06:00", "Europe/Berlin", (date(2026, 7, 6), True)),
        (MONDAY, "2026-07-06T05:59", "Europe/Berlin", (MONDAY, False)),
        (MONDAY, "2026-07-23T05:59", "UTC", (date(2026, 7, 20), True)),  # it slept for weeks: one summary
        (MONDAY, "2026-06-29T07:59", "UTC", (MONDAY, False)),  # the clock was set back
        (date(2099, 1, 5), "2026-06-29T12:00", "UTC", (MONDAY, True)),  # the clock was wrong by far
    ],
)
def test_the_week_is_due_on_monday_at_eight(
    told: date | None, now: str, zone: str, expected: tuple[date, bool]
) -> None:
    assert week_due(told, at(now), ZoneInfo(zone)) == expected


def test_each_week_of_a_year_is_told_once() -> None:
    zone, told, count = ZoneInfo("Europe/Berlin"), date(2025, 12, 29), 0
    now = datetime(2026, 1, 1, tzinfo=UTC)
    while now.year == 2026:
        told, due = week_due(told, instant(now), zone)
        count += due
        now += timedelta(hours=1)
    assert count == 52

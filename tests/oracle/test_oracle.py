"""What must hold for any score, whoever works it out; and the calendar that the oracle walks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from ingest.okr.instant import instant, moment
from ingest.okr.period import Period
from ingest.okr.score import Status
from ingest.okr.unit import Per
from tests.oracle.days import midnight, period_before, units_inside
from tests.oracle.effort import cases
from tests.oracle.generate import EVERY_SHAPE, Asked, asked, changes, growths, holds, reaches, rounds, ways
from tests.oracle.reckoning import PACE_STATUSES, score

LIKELY = cases(150)
UTC_ZONE = ZoneInfo("UTC")


@LIKELY
@given(asked(ways(reaches | changes, EVERY_SHAPE) | rounds(growths | holds)))
def test_a_score_never_contradicts_itself(question: Asked) -> None:
    told = score(question.key_result, question.series, question.now, question.frozen)
    assert (told.reason is not None) == (told.status in {Status.NO_DATA, Status.STALE})
    assert (told.last_known_status is not None) == (told.status is Status.STALE)
    assert (told.raw_progress is None) == (told.status in {Status.SCHEDULED, Status.NO_DATA, Status.LEARNING})
    assert told.progress is None or 0 <= told.progress <= 1
    assert told.expected is None or 0 <= told.expected <= 1
    if told.status not in PACE_STATUSES:
        assert told.days_ahead is None
        assert told.due is None
    if told.due is not None:
        assert told.due >= 0


@LIKELY
@given(asked(ways(reaches | changes, EVERY_SHAPE) | rounds(growths | holds)))
def test_what_is_dated_later_than_now_changes_nothing(question: Asked) -> None:
    kept = {}
    for name, series in question.series.items():
        count = sum(time <= question.now for time in series.times)
        kept[name] = type(series)(
            series.kind,
            series.times[:count],
            series.values[:count],
            series.covered_from,
            series.covered_until,
            series.holes,
            series.stale_after,
        )
    ahead = score(question.key_result, question.series, question.now, question.frozen)
    assert score(question.key_result, kept, question.now, question.frozen) == ahead


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22, tzinfo=UTC)),
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), datetime(2026, 4, 4, 13, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_midnight_or_its_first_instant(zone: str, day: date, begins: datetime) -> None:
    assert moment(midnight(day, ZoneInfo(zone))) == begins
    assert midnight(day, ZoneInfo(zone)) == instant(begins)


@pytest.mark.parametrize(
    ("text", "first", "last", "before"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), (date(2023, 1, 1), date(2023, 12, 31))),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), (date(2025, 7, 1), date(2025, 12, 31))),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30), (date(2026, 1, 1), date(2026, 3, 31))),
        ("2024-03", date(2024, 3, 1), date(2024, 3, 31), (date(2024, 2, 1), date(2024, 2, 29))),
        ("2026-03-01..2026-03-31", date(2026, 3, 1), date(2026, 3, 31), (date(2026, 1, 29), date(2026, 2, 28))),
    ],
)
def test_the_period_before(text: str, first: date, last: date, before: tuple[date, date]) -> None:
    assert period_before(Period(text, first, last, UTC_ZONE)) == before


def test_sub_periods_lie_whole_inside() -> None:
    period = Period("2026-01-15..2026-04-30", date(2026, 1, 15), date(2026, 4, 30), UTC_ZONE)
    assert [first for first, _ in units_inside(period, Per.MONTH)] == [date(2026, month, 1) for month in (2, 3, 4)]
    assert units_inside(period, Per.QUARTER) == ()
    assert units_inside(period, Per.WEEK)[0] == (date(2026, 1, 19), date(2026, 1, 25))

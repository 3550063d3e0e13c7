from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from ingest.connector import Day, Duration, Kind, Numeric, Received, SignalSettings, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("15 min", timedelta(minutes=15)),
        (" 1h ", timedelta(hours=1)),
        ("1.5h", timedelta(minutes=90)),
        ("35d", timedelta(days=35)),
        ("2w", timedelta(days=14)),
        ("2y", timedelta(days=730)),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "1", "h", "-1h", "0h", "1 hour", "1h30m", "1M", "1e3s", "101y", "999999999y", "１h"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


DAYS: TypeAdapter[date | datetime] = TypeAdapter(Day)


def test_a_day_and_an_instant_are_told_apart() -> None:
    assert DAYS.validate_python("2026-03-01") == date(2026, 3, 1)
    assert DAYS.validate_python("2026-03-01T09:00:00Z") == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13-01", "2026-02-29", "01.03.2026", "2026-03-01T09:00:00", "2026-W01-1", "2026T1"]
)
def test_what_is_no_day_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValidationError, match="write it as 2026-"):
        DAYS.validate_python(text)


class Fields(BaseModel):
    every: Duration = timedelta(hours=1)
    since: Day | None = None
    count: Numeric = 0.0


def test_fields_take_the_written_form_and_the_object() -> None:
    assert Fields.model_validate({"every": "2d", "since": "2026-03-01"}).since == date(2026, 3, 1)
    assert Fields(every=timedelta(days=2)).every == timedelta(days=2)


@pytest.mark.parametrize(("given", "number"), [("42", 42.0), ("-1.5", -1.5), ("1e3", 1000.0), (7, 7.0), (0.5, 0.5)])
def test_a_vendor_may_send_numbers_as_text(given: Any, number: float) -> None:
    assert Fields.model_validate({"count": given}, strict=True).count == number


@pytest.mark.parametrize("given", ["", "NaN", "inf", "1,5", "1e999", " 1", "1_000", True, None, "٣", [1]])
def test_what_is_no_number_stays_none(given: Any) -> None:
    with pytest.raises(ValidationError):
        Fields.model_validate({"count": given}, strict=True)


def test_the_user_names_the_signals() -> None:
    source = Received[SignalSettings].model_validate(
        {"signals": {"calls": {"kind": "counter", "unit": "calls", "max_step": "20%"}}}
    )
    (name, signal), *rest = source.offered().items()
    assert (name, signal.kind, signal.unit, signal.max_step, rest) == ("calls", Kind.COUNTER, "calls", "20%", [])


@pytest.mark.parametrize(
    ("signals", "place"),
    [
        ({"Calls": {}}, ("signals", "Calls", "[key]")),
        ({"calls": {"kind": "gauge"}}, ("signals", "calls", "kind")),
        ({"calls": {"max_step": "a lot"}}, ("signals", "calls", "max_step")),
        ({"calls": {"kind": "events", "max_step": "20%"}}, ("signals", "calls", "max_step")),
        ({"calls": {"max_step": "0"}}, ("signals", "calls", "max_step")),
        ({"calls": {"cell": "B2"}}, ("signals", "calls", "cell")),
        ({}, ("signals",)),
    ],
)
def test_a_mistake_in_a_signal_is_told_at_its_place_in_the_yaml(signals: Any, place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Received[SignalSettings].model_validate({"signals": signals})
    assert caught.value.errors()[0]["loc"] == place

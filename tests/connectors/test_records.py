"""What all services with tables share: records, and the signals that are found in them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.parts.records import Listing, TableService
from ingest.connector import Ask, Broken, Reading, Span
from tests.connectors.pulling import Pulled, pull

Rows = list[dict[str, Any]]


class Made(TableService):
    """A service whose tables are made up. Its records are numbered."""

    tables: dict[str, list[dict[str, Any]]]

    async def list(self, ask: Ask, listing: Listing) -> None:
        for number, fields in enumerate(self.tables[listing.table], 1):
            listing.add(f"rec{number}", fields)


def read(rows: Rows, locale: str | None = None, **signal: Any) -> Pulled:
    source = Made.model_validate(
        {"tables": {"Events": rows}, "locale": locale, "signals": {"it": {"table": "Events", **signal}}}
    )
    return pull(source, Path())


def number(value: Any, **settings: Any) -> float:
    [reading] = read([{"n": value}], column="n", **settings).readings
    return reading.value


MEETUPS: Rows = [
    {"Date": "2026-01-01", "Attendees": 40, "Status": "held"},
    {"Date": "2026-02-01T18:00:00.000Z", "Attendees": 46, "Status": "held"},
    {"Date": "2026-03-01", "Attendees": 12, "Status": "cancelled"},
    {"Date": None, "Attendees": 9, "Status": "held"},
]
JANUARY, FEBRUARY = datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 2, 1, 18, tzinfo=UTC)


def test_a_record_is_an_event_under_its_own_id() -> None:
    pulled = read(MEETUPS, date="Date", value="Attendees", kind="events", where={"Status": "held"})
    assert pulled.readings == [Reading("it", 40, JANUARY, "rec1"), Reading("it", 46, FEBRUARY, "rec2")]
    assert pulled.spans == {"it": Span("it", whole=True)}


def test_events_without_a_value_count_one_each_under_the_key_that_is_named() -> None:
    rows = [{"date": "2026-01-01", "No": 7}, {"date": "2026-01-01", "No": "b@example.com"}]
    readings = read(rows, date="Date", key="no", kind="events").readings
    assert [one.value for one in readings] == [1, 1]
    assert readings[0].key == "7"
    assert "@" not in (readings[1].key or "@")


def test_dated_levels_are_a_history_and_a_column_tells_its_last_value() -> None:
    assert read(MEETUPS, date="Date", value="Attendees", where={"Status": "held"}).readings == [
        Reading("it", 40, JANUARY),
        Reading("it", 46, FEBRUARY),
    ]
    assert read(MEETUPS, column="Attendees", where={"Status": ["cancelled", "moved"]}).readings == [Reading("it", 12)]


@pytest.mark.parametrize(
    ("value", "settings", "found"),
    [
        (0, {}, 0),
        (-1.5, {}, -1.5),
        ("45%", {}, 0.45),
        ("12.5", {}, 12.5),
        ("1.234", {"locale": "de_DE"}, 1234),
        ("1.234", {"locale": "en_US"}, 1.234),
        ("51:30", {"unit": "min"}, 51.5),
        ([42], {}, 42),
        ([None, 42, ""], {}, 42),
        ({"id": 3, "value": "42", "color": "red"}, {}, 42),
    ],
)
def test_a_number_is_read_whatever_it_is_wrapped_in(value: Any, settings: dict[str, Any], found: float) -> None:
    assert number(value, **settings) == found


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1.234", "set locale"),
        ("many", "'many' is no number"),
        (True, "True is no number"),
        ([1, 2], "'1, 2' is no number"),
        ({"error": "#ERROR!"}, "the error #ERROR!"),
        ({"specialValue": "NaN"}, "the error NaN"),
        ({"url": "https://example.com"}, "an object"),
        ([1, {"url": "x"}], "an object"),
    ],
)
def test_what_is_no_number_is_named_with_its_record_and_field(value: Any, message: str) -> None:
    with pytest.raises(Broken, match=message) as caught:
        number(value)
    assert caught.value.where == "Events, record rec1, n"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (["talk", "workshop"], "talk, workshop"),
        ([{"id": "x", "name": "Talk"}], "talk"),
        ({"display_name": "Ada"}, "Ada"),
        (True, "true"),
        (5.0, "5"),
    ],
)
def test_records_are_chosen_by_what_a_field_shows(written: Any, wanted: str) -> None:
    assert read([{"n": 1, "tag": written}, {"n": 2, "tag": "other"}], column="n", where={"Tag": wanted}).values(
        "it"
    ) == [1]


def test_an_empty_field_may_be_missing_and_is_not_zero() -> None:
    rows = [{"Date": "2026-01-01", "N": 3}, {"Date": "2026-02-01"}, {"N": 4}, {"Date": "2026-03-01", "N": []}]
    assert read(rows, date="Date", value="N", kind="events").values("it") == [3]


def test_a_table_without_records_is_a_real_zero_of_events_and_no_level() -> None:
    pulled = read([], date="Date", kind="events")
    assert (pulled.readings, pulled.spans) == ([], {"it": Span("it", whole=True)})
    with pytest.raises(Broken, match="there is no value in the column 'N'"):
        read([], column="N")


def test_a_field_that_is_gone_is_named_with_those_that_are_there() -> None:
    with pytest.raises(Broken, match="no row with the header 'Guests'; there is 'Date', 'Attendees', 'Status'"):
        read(MEETUPS, date="Date", value="Guests", kind="events")


def test_a_day_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Broken) as caught:
        read([{"D": "3/4/2026"}], date="D", kind="events")
    assert caught.value.where == "Events, record rec1, D"


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        ({}, "say where the number is: column"),
        ({"column": "n", "date": "d"}, "say where the number is: column"),
        ({"column": "n", "kind": "events"}, "events need date"),
        ({"date": "d"}, "a level needs value"),
        ({"date": "d", "value": "n", "key": "k"}, "key is for events"),
        ({"column": "n", "value": "m"}, "value and key are for dated rows"),
    ],
)
def test_a_signal_that_does_not_fit_together_is_found_at_the_start(signal: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read([], **signal)

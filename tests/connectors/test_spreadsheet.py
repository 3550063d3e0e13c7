"""The connector `spreadsheet`: what it yields for files, patterns and addresses."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import openpyxl
import pytest
from pydantic import ValidationError

from connectors.spreadsheet import Spreadsheet
from ingest.connector import Broken, Connector, Refused, Seen, Unavailable
from ingest.connector.kit import FileConformance, HttpConformance
from tests.connectors.pulling import NOW, pull, seen

HOUR = timedelta(hours=1)
RECORDED = Path(__file__).parent / "spreadsheet"


class TestPublished(HttpConformance):
    connector: ClassVar[type[Connector]] = Spreadsheet
    settings: ClassVar[Mapping[str, Any]] = {
        "path": "https://docs.example.com/spreadsheets/d/e/2PACX-1/pub?output=csv",
        "signals": {
            "attendees": {"date": "Date", "value": "Attendees", "kind": "events", "where": {"Status": "held"}},
            "minutes": {"date": "Date", "value": "Minutes", "unit": "min"},
        },
    }
    recorded: ClassVar[Path] = RECORDED


class TestFile(FileConformance):
    connector: ClassVar[type[Connector]] = Spreadsheet
    settings: ClassVar[Mapping[str, Any]] = {
        "path": "meetup.ods",
        "signals": {
            "attendees": {"worksheet": "Events", "date": "Date", "value": "Attendees", "kind": "events"},
            "subscribers": {"worksheet": "Other", "column": "Subscribers"},
            "first": {"worksheet": "Other", "cell": "A2"},
        },
    }
    home: ClassVar[Path] = RECORDED


def test_what_is_seen_is_the_newest_file_or_the_host_of_an_address(tmp_path: Path) -> None:
    for day in ("2026-10-02", "2026-07-02"):
        written(tmp_path / f"subscribers-{day}.csv", "Subscribers\n5\n")
    source = sheet({"subscribers": {"column": "Subscribers"}}, "subscribers-*.csv")
    assert seen(source, tmp_path) == Seen("subscribers-2026-10-02.csv")
    assert seen(TestPublished().made(), tmp_path) == Seen("docs.example.com")


def sheet(signals: dict[str, dict[str, Any]], path: str = "numbers.csv", **settings: Any) -> Spreadsheet:
    return Spreadsheet.model_validate({"path": path, "signals": signals, **settings})


def written(path: Path, text: str | bytes, changed: datetime = NOW - HOUR) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    return path


EVENTS = {"date": "Date", "value": "Attendees", "kind": "events"}
LEVEL = {"date": "Date", "value": "Minutes", "kind": "level", "unit": "min"}


def test_a_cell_and_the_last_value_of_a_column_are_read_as_of_now(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Month,Subscribers\nMay,100\nJune,120\n\n,\n")
    pulled = pull(sheet({"cell": {"cell": "B2"}, "column": {"column": "subscribers"}}), tmp_path)
    assert [(one.signal, one.value, one.at) for one in pulled.readings] == [("cell", 100, None), ("column", 120, None)]
    assert pulled.spans["cell"].end is None
    assert not pulled.spans["cell"].whole


def test_dated_rows_are_events_without_keys_and_the_listing_is_whole(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Date;Attendees\n05.01.2026;12\n05.01.2026;7\n01.02.2026;\n02.03.2026;30\n")
    pulled = pull(sheet({"attendees": EVENTS}), tmp_path)
    assert pulled.values("attendees") == [12, 7, 30]
    assert pulled.days("attendees") == ["2026-01-05", "2026-01-05", "2026-03-02"]
    assert {one.key for one in pulled.readings} == {None}
    assert pulled.spans["attendees"].whole
    assert (pulled.spans["attendees"].start, pulled.spans["attendees"].end) == (None, None)


def test_events_without_a_value_count_one_each_and_where_chooses_rows(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Date,Status\n2026-01-05,Confirmed \n2026-01-06,asked\n2026-01-07,confirmed\n")
    signals = {
        "gigs": {"date": "Date", "kind": "events", "where": {"Status": "confirmed"}},
        "all": {"date": "Date", "kind": "events", "where": {"Status": ["confirmed", "asked"]}},
    }
    pulled = pull(sheet(signals), tmp_path)
    assert pulled.values("gigs") == [1, 1]
    assert pulled.values("all") == [1, 1, 1]


def test_a_key_finds_an_event_again_and_an_address_is_hashed(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Id,Date\nA1,2026-01-05\nada@example.org,2026-01-06\nA1,2026-01-05\n")
    pulled = pull(sheet({"requests": {"date": "Date", "key": "Id", "kind": "events"}}), tmp_path)
    first, second = pulled.readings
    assert first.key == "A1"
    assert second.key is not None
    assert "@" not in second.key


def test_the_same_key_with_another_day_is_broken(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Id,Date\nA1,2026-01-05\nA1,2026-01-06\n")
    with pytest.raises(Broken, match="same 'Id'") as refused:
        pull(sheet({"requests": {"date": "Date", "key": "Id", "kind": "events"}}), tmp_path)
    assert refused.value.where == "line 3, column A"


def test_levels_with_a_day_keep_the_lowest_row_of_each_time(tmp_path: Path) -> None:
    written(tmp_path / "numbers.csv", "Date,Minutes\n2026-03-01,51:30\n2026-01-01,52:00\n2026-03-01,51:00\n")
    pulled = pull(sheet({"minutes": LEVEL}), tmp_path)
    assert sorted(zip(pulled.days("minutes"), pulled.values("minutes"), strict=True)) == [
        ("2026-01-01", 52),
        ("2026-03-01", 51),
    ]


def test_a_second_pull_of_the_same_file_reads_nothing_and_lists_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "numbers.csv", "Date,Attendees\n2026-01-05,12\n")
    source = sheet({"attendees": EVENTS, "current": {"cell": "B2"}})
    first = pull(source, tmp_path)
    second = pull(source, tmp_path, cursor=first.cursor)
    assert [(one.signal, one.value) for one in second.readings] == [("current", 12)]
    assert not second.spans["attendees"].whole
    written(path, "Date,Attendees\n2026-01-05,13\n", NOW - HOUR)
    third = pull(source, tmp_path, cursor=second.cursor)
    assert third.values("attendees") == [13]
    other = sheet({"attendees": {**EVENTS, "where": {"Attendees": "12"}}})
    assert pull(other, tmp_path, cursor=third.cursor).spans["attendees"].whole


def test_a_text_that_lost_the_end_of_its_last_line_is_cut_off_within_a_number(tmp_path: Path) -> None:
    path, whole = tmp_path / "numbers.csv", "Date,Attendees\n2026-01-05,12\n2026-02-02,17\n"
    source = sheet({"attendees": EVENTS})
    written(path, whole)
    first = pull(source, tmp_path)
    for cut in (whole[:-1], whole[:-2]):
        written(path, cut)
        with pytest.raises(Broken, match=r"numbers\.csv may be cut off"):
            pull(source, tmp_path, cursor=first.cursor)
        written(path, cut, NOW)
        with pytest.raises(Unavailable, match="written at the moment"):
            pull(source, tmp_path, cursor=first.cursor)
    written(path, whole + "2026-03-02,9\n")
    assert pull(source, tmp_path, cursor=first.cursor).values("attendees") == [12, 17, 9]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_text_whose_last_line_never_had_an_end_is_read(tmp_path: Path, encoding: str) -> None:
    source, cursor = sheet({"attendees": EVENTS}), None
    for count in (12, 13):
        text = f"\ufeffDate,Attendees\n2026-01-05,{count}"
        written(tmp_path / "numbers.csv", text.encode(encoding))
        drained = pull(source, tmp_path, cursor=cursor)
        cursor = drained.cursor
        assert drained.values("attendees") == [count]


def test_an_event_still_to_come_keeps_the_listing_whole_until_its_day_is_over(tmp_path: Path) -> None:
    path = written(tmp_path / "numbers.csv", "Date,Attendees\n2026-01-05,12\n2026-12-01,40\n")
    source = sheet({"attendees": EVENTS})
    first = pull(source, tmp_path)
    written(path, "Date,Attendees\n2026-01-05,12\n")
    struck_out = pull(source, tmp_path, cursor=first.cursor)
    after = pull(source, tmp_path, cursor=struck_out.cursor, now=datetime(2026, 12, 2, tzinfo=UTC))
    assert after.spans["attendees"].whole
    assert not pull(source, tmp_path, cursor=after.cursor).spans["attendees"].whole


def test_the_newest_of_a_pattern_counts_for_the_day_in_its_name(tmp_path: Path) -> None:
    written(tmp_path / "subs-2026-06-28.csv", "Subscribers\n120\n", NOW - 9 * HOUR)
    written(tmp_path / "subs-2026-05-31.csv", "Subscribers\n100\n", NOW)
    written(tmp_path / "subs-2026-07-31.csv.part", "Subscribers\n1\n", NOW)
    pulled = pull(sheet({"subscribers": {"column": "Subscribers"}}, "subs-*.csv*"), tmp_path)
    assert (pulled.values("subscribers"), pulled.days("subscribers")) == ([120], ["2026-06-28"])
    assert pulled.spans["subscribers"].end == datetime(2026, 6, 27, 22, tzinfo=UTC)


def test_of_a_pattern_without_days_the_file_written_last_is_up_to_date(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", "Subscribers\n120\n", NOW - HOUR)
    written(tmp_path / "b.csv", "Subscribers\n100\n", NOW - 2 * HOUR)
    pulled = pull(sheet({"subscribers": {"column": "Subscribers"}}, "*.csv"), tmp_path)
    assert (pulled.values("subscribers"), pulled.days("subscribers")) == ([120], [None])


def test_a_published_sheet_is_read_from_its_address(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"Date,Attendees\r\n2026-01-05,12\r\n", headers={"content-type": "text/csv"})

    pulled = pull(sheet({"attendees": EVENTS}, "https://docs.example.com/pub?output=csv"), tmp_path, answer=answer)
    assert pulled.values("attendees") == [12]


def test_a_login_page_is_no_sheet_and_says_how_to_publish(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, html="<!DOCTYPE html><html><body>Sign in 5000</body></html>")

    with pytest.raises(Broken, match="Publish to web"):
        pull(sheet({"x": {"cell": "A1"}}, "https://docs.example.com/d/1/edit"), tmp_path, answer=answer)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"numbers\.csv"):
        pull(sheet({"x": {"cell": "A1"}}), tmp_path)


def test_a_workbook_cut_a_moment_ago_is_being_written_and_an_older_one_is_broken(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Date", "Attendees"])  # type: ignore[union-attr]
    book.active.append([date(2026, 1, 5), 12])  # type: ignore[union-attr]
    book.save(tmp_path / "numbers.xlsx")
    whole = (tmp_path / "numbers.xlsx").read_bytes()
    source = sheet({"attendees": EVENTS}, "numbers.xlsx")
    written(tmp_path / "numbers.xlsx", whole)
    assert pull(source, tmp_path).values("attendees") == [12]
    written(tmp_path / "numbers.xlsx", whole[:-300], NOW)
    with pytest.raises(Unavailable, match="at the moment"):
        pull(source, tmp_path)
    written(tmp_path / "numbers.xlsx", whole[:-300], NOW - HOUR)
    with pytest.raises(Broken, match="cut off or damaged"):
        pull(source, tmp_path)


@pytest.mark.parametrize(
    ("text", "signal", "where", "why"),
    [
        ("Day,Attendees\n2026-01-05,1\n", EVENTS, None, "no row with the header 'Date'; there is 'Day', 'Attendees'"),
        ("Date,Attendees\n2026-01-05,many\n", EVENTS, "line 2, column B", "'many' is no number"),
        ('Date,Attendees\n2026-01-05,"5,000"\n', EVENTS, "line 2, column B", "set locale"),
        ("Date,Attendees\n03/04/2026,5\n", EVENTS, "line 2, column A", "day first"),
        ("Date,Attendees\n2026-01-05,1,5\n", EVENTS, "line 2", "more cells than the header"),
        ("Date,Attendees,Attendees\n2026-01-05,1,5\n", EVENTS, "line 1, column B", "columns B and C are all called"),
        ("Date,Attendees\nTotal,5\n", EVENTS, "line 2, column A", "no row has a date"),
        ("Date,Attendees\n#REF!,5\n", EVENTS, "line 2, column A", "'#REF!' is no date"),
        ("Subscribers\n\n", {"column": "Subscribers"}, None, "no value in the column 'Subscribers'"),
        ("1\n", {"cell": "B2"}, "line 2, column B", "the cell is empty"),
        ("Date,Attendees\n2026-01-05,12\n2026-01-0", EVENTS, None, "cut off in line 3"),
        ('Date,Attendees\n2026-01-05,"12\n2026-01-06,7\n', EVENTS, None, "quotes do not match"),
        ("Date,Attendees\n2026-01-05,12\n\0\0\0\0", EVENTS, None, "NUL in line 3"),
        ("", EVENTS, None, "is empty"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, text: str, signal: dict[str, Any], where: str | None, why: str
) -> None:
    written(tmp_path / "numbers.csv", text)
    with pytest.raises(Broken, match=why) as broken:
        pull(sheet({"x": signal}), tmp_path)
    assert broken.value.where == where


@pytest.mark.parametrize(
    ("signal", "why"),
    [
        ({}, "say where the number is"),
        ({"cell": "B2", "column": "x"}, "say where the number is"),
        ({"cell": "2B"}, "pattern"),
        ({"cell": "B2", "kind": "events"}, "events need date"),
        ({"date": "Date"}, "a level needs value"),
        ({"date": "Date", "value": "V", "key": "Id"}, "key is for events"),
        ({"column": "x", "value": "V"}, "value and key are for dated rows"),
        ({"cell": "B2", "where": {"a": "b"}}, "nothing to choose"),
        ({"cell": "B2", "columm": "x"}, "Extra inputs"),
    ],
)
def test_settings_that_do_not_fit_say_what_would(signal: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        sheet({"x": signal})


def test_an_unknown_locale_is_refused_when_it_is_configured() -> None:
    with pytest.raises(ValidationError, match="unknown locale"):
        sheet({"x": {"cell": "A1"}}, locale="xx")

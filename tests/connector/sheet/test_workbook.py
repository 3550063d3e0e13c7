"""Every format of workbook gives the same rows; what cannot be read is refused with what to do."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.connector import Broken, Refused, SourceError
from ingest.connector.archive import Damaged
from ingest.connector.sheet import opened
from ingest.connector.sheet.cell import Cells, Covered, Flaw
from tests.connector.sheet.books import RECORDED, rows

DAY = datetime(2026, 1, 5)  # noqa: DTZ001  workbooks know no zone
SAVED = ["gnumeric.xlsx", "workbook.ods", "workbook.xls"]


@pytest.mark.parametrize("name", SAVED)
def test_each_format_gives_the_same_rows(name: str) -> None:
    read = rows((RECORDED / name).read_bytes(), "Events")
    assert read[1] == {0: "Our meetups"}
    assert read[3] == {1: "Date", 2: "Attendees", 3: "Status", 4: "Time"}
    assert {column: read[4][column] for column in (1, 2, 3, 4)} == {
        1: DAY,
        2: 12,
        3: "held",
        4: timedelta(minutes=51, seconds=30),
    }
    assert (read[5][1], read[5][2]) == (datetime(2026, 2, 6, 18, 30), 30)  # noqa: DTZ001
    assert (read[6][2], read[8][2]) == (0.45, -3)
    assert read[7] == {1: Covered(datetime(2026, 3, 1)), 2: 7}  # noqa: DTZ001


@pytest.mark.parametrize("name", SAVED[:2])
def test_an_error_is_told_from_an_empty_cell(name: str) -> None:
    assert rows((RECORDED / name).read_bytes(), "Events")[4][6] == Flaw("the error #DIV/0!")


@pytest.mark.parametrize("name", SAVED)
def test_another_worksheet_is_found_without_regard_to_case(name: str) -> None:
    assert rows((RECORDED / name).read_bytes(), " other ") == {1: {0: "Subscribers"}, 2: {0: 5000}}


@pytest.mark.parametrize("name", SAVED)
def test_a_worksheet_that_is_gone_is_named_with_those_there(name: str) -> None:
    with pytest.raises(Broken, match="no worksheet 'Gone' in book; there is 'Events', 'Empty', 'Other'"):
        rows((RECORDED / name).read_bytes(), "Gone")


def test_a_workbook_with_a_password_is_refused_with_the_cure() -> None:
    with pytest.raises(Refused, match="password") as refused:
        rows((RECORDED / "locked.xlsx").read_bytes())
    assert refused.value.cure == "save it without a password"


@pytest.mark.parametrize("name", [*SAVED, "locked.xlsx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_is_cut_off_is_damaged(name: str, share: float) -> None:
    whole = (RECORDED / name).read_bytes()
    with pytest.raises((Damaged, Refused)):
        list(opened(whole[: int(len(whole) * share)], "book").rows(None))


@pytest.mark.parametrize("name", SAVED[:2])
@settings(max_examples=60)
@given(data=st.data())
def test_a_garbled_workbook_is_read_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    body = bytearray((RECORDED / name).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=10)):
        body[place] = data.draw(st.integers(0, 255))
    try:
        read = list(opened(bytes(body), "book").rows(None))
    except SourceError:
        return
    assert all(isinstance(number, int) for number, _ in read)


@pytest.mark.parametrize(
    ("body", "error", "why"),
    [
        (b"", Damaged, "empty"),
        (b" \r\n", Damaged, "empty"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", Broken, "web page"),
        (b"\n<HTML><body>5", Broken, "web page"),
        (b'<?xml version="1.0"?><Workbook/>', Broken, "no kind of sheet"),
        (b"%PDF-1.7", Broken, "no kind of sheet"),
    ],
)
def test_what_is_no_sheet_is_refused(body: bytes, error: type[SourceError], why: str) -> None:
    with pytest.raises(error, match=why):
        opened(body, "book")


def test_rows_do_not_depend_on_the_zone() -> None:
    """A workbook's day stays the day that is written; the configured zone gives it its place in time later."""
    cells: Cells = rows((RECORDED / "gnumeric.xlsx").read_bytes())[4]
    day = cells[1]
    assert isinstance(day, datetime)
    assert day.tzinfo is None
    assert day.replace(tzinfo=ZoneInfo("Asia/Tokyo")).date() == DAY.date()

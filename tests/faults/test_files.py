"""A file was read well, and the next day something is wrong with it: nothing new is stored, nothing old is lost."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.connector.outcome import Outcome
from ingest.okr.instant import DAY, SECOND, from_rfc3339
from ingest.run.workspace import Workspace
from tests.connector.sheet.books import saved, unzipped, zipped
from tests.connectors.calendars import calendar, event
from tests.run.world import QUICK
from tests.servers.misbehaving.document import LAUGHS, LOGIN

BROKEN, REFUSED = Outcome.BROKEN, Outcome.REFUSED
SHEET = "xl/worksheets/sheet1.xml"
NOW = from_rfc3339("2026-11-22T12:00:00Z")


def workbook(
    *rows: tuple[object, object], worksheet: str = "Events", header: tuple[str, str] = ("Date", "Attendees")
) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = worksheet
    for row in (header, *rows):
        sheet.append(row)
    return saved(book)


def within(change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with its worksheet changed."""
    members = unzipped(BOOK)
    sheet = members[SHEET]
    assert isinstance(sheet, bytes)
    return zipped(members | {SHEET: change(sheet)})


BOOK = workbook((date(2026, 1, 5), 12), (date(2026, 2, 2), 17))
DAMAGE = BOOK.index(SHEET.encode()) + len(SHEET) + 30
TEXT = b"Date,Attendees\r\n2026-01-05,12\r\n2026-02-02,17\r\n"
DAYS = calendar(event("DTSTART:20260105T160000Z", uid="1"), event("DTSTART:20260202T160000Z", uid="2"))

SOURCES = {
    "book": {
        "connector": "spreadsheet",
        "path": "book.xlsx",
        "signals": {"n": {"worksheet": "Events", "date": "Date", "value": "Attendees", "kind": "events"}},
    },
    "text": {
        "connector": "spreadsheet",
        "path": "text.csv",
        "signals": {"n": {"date": "Date", "value": "Attendees", "kind": "events"}},
    },
    "days": {"connector": "calendar", "path": "days.ics", "signals": {"n": {"summary": "talk"}}},
    "fine": {"connector": "spreadsheet", "path": "fine.csv", "signals": {"n": {"column": "Attendees"}}},
}
FILES = {"book": "book.xlsx", "text": "text.csv", "days": "days.ics"}
GOOD = {"book.xlsx": BOOK, "text.csv": TEXT, "days.ics": DAYS, "fine.csv": TEXT}


@dataclass(frozen=True)
class Case:
    source: str
    what: str
    body: bytes | None
    words: str
    outcome: Outcome = BROKEN


CASES = [
    Case("book", "cut off", BOOK[:-300], "cut off or damaged"),
    Case("book", "a damaged part", BOOK[:DAMAGE] + bytes(40) + BOOK[DAMAGE + 40 :], "damaged"),
    Case("book", "a bomb", within(lambda _: b"<worksheet><sheetData>" + b" " * 100 * 2**20), "unpacks to more than"),
    Case("book", "entities", within(lambda _: LAUGHS), "document type"),
    Case("book", "a formula without a value", workbook((date(2026, 1, 5), "=6+6")), "B2"),
    Case("book", "its worksheet gone", workbook((date(2026, 1, 5), 12), worksheet="Other"), "no worksheet 'Events'"),
    Case("book", "its header gone", workbook((date(2026, 1, 5), 12), header=("Date", "Guests")), "'Attendees'"),
    Case("book", "all rows gone", workbook(), "lists nothing at all where 2 events were known"),
    Case("book", "a web page", LOGIN, "web page"),
    Case("text", "cut within a row", TEXT[:-5], "cut off"),
    Case("text", "cut within a number", TEXT[:-3], "may be cut off"),
    Case("text", "cut within quotes", TEXT + b'2026-03-02,"', "quotes do not match"),
    Case("text", "zeros at its end", TEXT + bytes(512), "NUL"),
    Case("text", "its header gone", TEXT.replace(b"Attendees", b"Guests"), "'Attendees'"),
    Case("text", "all rows gone", TEXT[:16], "lists nothing at all where 2 events were known"),
    Case("text", "empty", b"", "empty"),
    Case("text", "missing", None, "no file is there", REFUSED),
    Case("days", "cut off", DAYS[:-40], "cut off"),
    Case("days", "seconds without end", calendar(event("DTSTART:20260105T160000Z", "RRULE:FREQ=SECONDLY")), "repeats"),
    Case("days", "entities", LAUGHS, "XML"),
    Case("days", "all events gone", calendar(), "lists nothing at all where 2 events were known"),
    Case("days", "a web page", LOGIN, "web page"),
    Case("days", "missing", None, "days.ics", REFUSED),
]


def write(folder: Path, name: str, body: bytes) -> None:
    """A file that nobody is writing any more."""
    (folder / name).write_bytes(body)
    os.utime(folder / name, (NOW // SECOND - 7200,) * 2)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}: {case.what}")
def test_what_is_wrong_with_a_file_is_told_and_what_was_known_stays(tmp_path: Path, case: Case) -> None:
    at = NOW
    (tmp_path / "okr.yaml").write_text(json.dumps({"timezone": "UTC", "sources": SOURCES}))
    for name, body in GOOD.items():
        write(tmp_path, name, body)
    with Workspace.open(tmp_path / "okr.yaml", {}, clock=lambda: at) as workspace:
        assert {pulled.unit.ending.outcome for pulled in workspace.pull(patience=QUICK)} == {Outcome.OK}
        known = workspace.measurements(f"{case.source}.n")
        assert len(known) == 2
        at += DAY
        if case.body is None:
            (tmp_path / FILES[case.source]).unlink()
        else:
            write(tmp_path, FILES[case.source], case.body)
        ended = {pulled.source: pulled.unit.ending for pulled in workspace.pull(patience=QUICK)}
        ending = ended.pop(case.source)
        assert ending.outcome is case.outcome, ending
        assert case.words in ending.message, ending
        assert str(tmp_path) not in f"{ending}"
        assert workspace.measurements(f"{case.source}.n") == known
        assert {other.outcome for other in ended.values()} == {Outcome.OK}
        assert len(workspace.measurements("fine.n")) == 2, "the others go on"

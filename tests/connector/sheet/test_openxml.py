"""Workbooks of Excel, as Excel, openpyxl and XlsxWriter write them, and as somebody might forge them."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import NamedStyle

from ingest.connector import Broken
from ingest.connector.sheet.cell import UNCOMPUTED, Covered, Flaw, column_of, letters
from ingest.connector.sheet.style import shown_by, timed
from tests.connector.sheet.books import rows, saved, unzipped, zipped

PART = "xl/worksheets/sheet1.xml"


def forged(sheet: str, **parts: str) -> bytes:
    """A small workbook whose first worksheet holds this XML."""
    members = unzipped(saved(Workbook()))
    members[PART] = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>'
    return zipped(members | parts)


def test_cells_keep_their_types() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["text", 5, 0.25, True, date(2026, 1, 5), datetime(2026, 1, 5, 18, 30), timedelta(hours=51), " pad "])  # noqa: DTZ001
    assert rows(saved(book)) == {
        1: {
            0: "text",
            1: 5,
            2: 0.25,
            3: True,
            4: datetime(2026, 1, 5),  # noqa: DTZ001
            5: datetime(2026, 1, 5, 18, 30),  # noqa: DTZ001
            6: timedelta(hours=51),
            7: " pad ",
        }
    }


def test_a_formula_that_openpyxl_wrote_was_never_computed() -> None:
    book = Workbook()
    book.worksheets[0].append(["=1+1", 0])
    assert rows(saved(book)) == {1: {0: UNCOMPUTED, 1: 0}}


def test_the_zero_of_a_formula_that_xlsxwriter_wrote_is_no_value_and_a_given_value_is() -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_formula(0, 0, "=1+1")
    sheet.write_formula(0, 1, "=1+1", None, 2)
    sheet.write_number(0, 2, 0)
    book.close()
    assert rows(file.getvalue()) == {1: {0: UNCOMPUTED, 1: 2, 2: 0}}


def test_a_formula_with_a_value_counts_and_so_does_one_that_says_nothing() -> None:
    cells = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>"a"</f><v>a</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="E1"><f>0</f><v>0</v></c></row>'
    )
    plain = {
        "xl/workbook.xml": unzipped(saved(Workbook()))["xl/workbook.xml"].decode().replace('fullCalcOnLoad="1"', "")
    }  # type: ignore[union-attr]
    assert rows(forged(f"<sheetData>{cells}</sheetData>", **plain)) == {
        1: {0: 2, 2: "a", 3: Flaw("the error #DIV/0!"), 4: 0}
    }


def test_cells_and_rows_without_a_place_follow_each_other() -> None:
    sheet = '<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c t="inlineStr"><is><t>a</t></is></c></row>'
    assert rows(forged(sheet + "</sheetData>")) == {1: {0: 1, 2: 3}, 2: {0: "a"}}


def test_names_with_a_prefix_are_read_too() -> None:
    sheet = '<x:sheetData xmlns:x="urn:x"><x:row r="2"><x:c r="B2"><x:v>7</x:v></x:c></x:row></x:sheetData>'
    members = unzipped(forged(""))
    members[PART] = f'<x:worksheet xmlns:x="urn:x">{sheet}</x:worksheet>'
    assert rows(zipped(members)) == {2: {1: 7}}


def test_what_is_said_aloud_beside_a_text_is_left_out() -> None:
    text = "<is><r><t>東</t></r><r><t>京</t></r><rPh><t>トウキョウ</t></rPh></is>"
    assert rows(forged(f'<sheetData><row r="1"><c r="A1" t="inlineStr">{text}</c></row></sheetData>')) == {
        1: {0: "東京"}
    }


def test_days_merged_downwards_stand_for_all_their_rows_and_titles_for_one() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in [["Title", None], [date(2026, 1, 5), 1], [None, 2], [None, 3], [None, 4]]:
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("A1:B1")
    day = Covered(datetime(2026, 1, 5))  # noqa: DTZ001
    assert {number: cells.get(0) for number, cells in rows(saved(book)).items()} == {
        1: "Title",
        2: day.value,
        3: day,
        4: day,
        5: None,
    }


def test_the_calendar_from_1904_is_known() -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    book.worksheets[0]["A1"] = date(2026, 1, 5)
    assert rows(saved(book)) == {1: {0: datetime(2026, 1, 5)}}  # noqa: DTZ001


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "number"),
        ("0.00%", "number"),
        ('0.0 "days"', "number"),
        ("#,##0.00 [$€-407]", "number"),
        ("[Red]0", "number"),
        ("0.00E+00", "number"),
        ("yyyy-mm-dd", "day"),
        ("dd/mm/yyyy hh:mm", "day"),
        ("[$-407]d. mmmm yyyy", "day"),
        ("mmm", "day"),
        ("h:mm AM/PM", "clock"),
        ("mm:ss", "clock"),
        ("[h]:mm:ss", "span"),
        ("[mm]:ss.0", "span"),
        ("@", "number"),
    ],
)
def test_a_number_format_tells_what_a_number_is(code: str, shown: str) -> None:
    assert shown_by(code) == shown


@pytest.mark.parametrize(
    ("number", "shown", "meant"),
    [
        (46027.0, "day", datetime(2026, 1, 5)),  # noqa: DTZ001
        (46027.5, "clock", datetime(2026, 1, 5, 12)),  # noqa: DTZ001
        (0.5, "day", timedelta(hours=12)),
        (1.5, "clock", timedelta(hours=36)),
        (46027.0, "span", timedelta(days=46027)),
        (-1.0, "day", -1.0),
        (1e9, "day", 1e9),
    ],
)
def test_days_times_and_spans_are_told_apart(number: float, shown: str, meant: object) -> None:
    assert timed(number, shown) == meant  # type: ignore[arg-type]


def test_a_style_by_name_shows_days() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = 46027
    sheet["A1"].style = NamedStyle("when", number_format="d mmm yy")
    assert rows(saved(book)) == {1: {0: datetime(2026, 1, 5)}}  # noqa: DTZ001


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        ('<sheetData><row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData>', "has a row 1048577"),
        ('<sheetData><row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData>', "has a column"),
        ('<sheetData><row r="1"><c r="A1"><v>one</v></c></row></sheetData>', "holds no number"),
        ("<sheetData><row>", "damaged"),
    ],
)
def test_a_forged_worksheet_is_broken(sheet: str, why: str) -> None:
    with pytest.raises(Broken, match=why):
        rows(forged(sheet))


def test_entities_that_explode_are_never_expanded() -> None:
    members = unzipped(forged(""))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(Broken, match="document type"):
        rows(zipped(members | {PART: bomb}))


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_stopped() -> None:
    bomb = b"<worksheet><sheetData>" + b"<row></row>" * 12_000_000
    with pytest.raises(Broken, match="unpacks to more than"):
        rows(zipped(unzipped(forged("")) | {PART: bomb}))


def test_a_zip_that_is_no_workbook_is_named() -> None:
    with pytest.raises(Broken, match=r"no workbook that can be read here; save it as \.xlsx"):
        rows(zipped({"readme.txt": "hello"}))


@given(st.integers(0, 2**14 - 1))
def test_columns_are_named_as_people_see_them(column: int) -> None:
    assert column_of(letters(column)) == column


def test_the_first_columns_are_a_to_z_and_then_aa() -> None:
    assert [letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

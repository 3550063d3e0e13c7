"""Worksheets of LibreOffice."""

from datetime import datetime, timedelta

import pytest

from ingest.connector import Broken, Refused
from ingest.connector.sheet.cell import UNCOMPUTED, Covered, Flaw
from tests.connector.sheet.books import document, rows, unzipped, zipped


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(kind: str, text: str = "", **attributes: str) -> str:
    more = " ".join(f'office:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


EMPTY = "<table:table-cell/>"


def test_cells_keep_their_types() -> None:
    read = rows(
        document(
            row(
                cell("string", "a<text:s text:c='2'/>b</text:p><text:p>c"),
                cell("float", "1.234,5", value="1234.5"),
                cell("percentage", "45 %", value="0.45"),
                cell("currency", "5 €", value="5"),
                cell("date", "5.1.26", date_value="2026-01-05"),
                cell("date", "", date_value="2026-01-05T18:30:00"),
                cell("time", "51:30:00", time_value="PT51H30M00.5S"),
                cell("boolean", "WAHR", boolean_value="true"),
            )
        )
    )
    assert read == {
        1: {
            0: "a  b\nc",
            1: 1234.5,
            2: 0.45,
            3: 5,
            4: datetime(2026, 1, 5),  # noqa: DTZ001
            5: datetime(2026, 1, 5, 18, 30),  # noqa: DTZ001
            6: timedelta(hours=51, minutes=30, seconds=0.5),
            7: True,
        }
    }


def test_formulas_without_a_value_and_errors_are_told_from_empty_cells() -> None:
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    said_nothing = (
        '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
    )
    assert rows(document(row(formula, error, said_nothing, EMPTY))) == {
        1: {0: UNCOMPUTED, 1: Flaw("the error #DIV/0!")}
    }


def test_repeated_rows_and_cells_take_their_places() -> None:
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>'
    far = '<table:table-cell table:number-columns-repeated="16000"/>'
    read = rows(
        document(row(EMPTY, times=3), row(EMPTY, twice, far), row(cell("float", value="1"), times=2), row(far, times=9))
    )
    assert read == {4: {1: 7, 2: 7}, 5: {0: 1}, 6: {0: 1}}


def test_comments_on_a_cell_are_not_its_text() -> None:
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>ask Ada</text:p></office:annotation>'
        "<text:p>5</text:p></table:table-cell>"
    )
    assert rows(document(row(noted))) == {1: {0: "5"}}


def test_days_merged_downwards_stand_for_all_their_rows() -> None:
    merged = '<table:table-cell table:number-rows-spanned="2" office:value-type="date" office:date-value="2026-01-05"/>'
    read = rows(
        document(row(merged, cell("float", value="1")), row("<table:covered-table-cell/>", cell("float", value="2")))
    )
    assert read[2] == {0: Covered(datetime(2026, 1, 5)), 1: 2}  # noqa: DTZ001


@pytest.mark.parametrize(
    "rows_of_xml",
    [
        row(cell("float", value="1"), times=2_000_000),
        row('<table:table-cell table:number-columns-repeated="99999999" office:value-type="float" office:value="1"/>'),
    ],
)
def test_a_document_that_repeats_itself_without_end_is_broken(rows_of_xml: str) -> None:
    with pytest.raises(Broken, match="damaged: it has a"):
        rows(document(rows_of_xml))


def test_a_document_with_a_password_is_refused() -> None:
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(Refused, match="password"):
        rows(zipped(unzipped(document()) | {"META-INF/manifest.xml": manifest}))

"""Text with delimiters, as programs of all kinds write it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector import Broken
from ingest.connector.archive import Damaged
from ingest.connector.sheet import Text
from ingest.connector.sheet.delimited import encoding_of

PLAIN = "Größe,Zahl\nä,5\n"


def cells(body: bytes, delimiter: str | None = None) -> list[list[object]]:
    return [list(cells.values()) for _, cells in Text(body, "numbers.csv", delimiter).rows()]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
        ("latin-1", b""),
        ("cp1252", b""),
    ],
)
def test_every_encoding_is_read(encoding: str, mark: bytes) -> None:
    assert cells(mark + PLAIN.encode(encoding)) == [["Größe", "Zahl"], ["ä", "5"]]


def test_old_windows_and_older_text_are_told_apart() -> None:
    assert encoding_of("5 €".encode("cp1252")) == "cp1252"
    assert encoding_of(b"\x81\xe4") == "latin-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(delimiter: str, end: str) -> None:
    text = end.join([delimiter.join(line) for line in (["Date", "Value"], ["2026-01-05", "7"], ["2026-01-06", "8"])])
    assert cells(text.encode()) == [["Date", "Value"], ["2026-01-05", "7"], ["2026-01-06", "8"]]


def test_a_decimal_comma_does_not_delimit() -> None:
    assert cells(b"Datum;Wert\n05.01.2026;1,5\n06.01.2026;2,5\n")[1:] == [["05.01.2026", "1,5"], ["06.01.2026", "2,5"]]


def test_a_title_above_does_not_hide_the_delimiter() -> None:
    assert cells(b"Our meetups\n\nDate;Value\n2026-01-05;1\n")[-1] == ["2026-01-05", "1"]


def test_the_delimiter_that_excel_declares_is_used() -> None:
    assert cells(b"sep=|\r\na,b|c\r\n") == [["a,b", "c"]]


def test_a_delimiter_that_is_set_is_used() -> None:
    assert cells(b"a;b,c\n", ",") == [["a;b", "c"]]


def test_quotes_hold_delimiters_lines_and_quotes() -> None:
    text = Text(b'Name,Value\n"Muster, ""Ada""\nBerlin",5\nx,6\n', "numbers.csv")
    assert list(text.rows()) == [
        (1, {0: "Name", 1: "Value"}),
        (3, {0: 'Muster, "Ada"\nBerlin', 1: "5"}),
        (4, {0: "x", 1: "6"}),
    ]


def test_ragged_rows_are_read() -> None:
    assert cells(b"a,b,c\n1\n1,2,3\n,,\n1,2\n") == [["a", "b", "c"], ["1"], ["1", "2", "3"], [], ["1", "2"]]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"a,b\n1,2\n3", "cut off in line 3"),
        (b'a,b\n1,"2\n', "from line 2 on quotes do not match"),
        (b'a,b\n"1"x,2\n', "from line 2 on quotes do not match"),
        (b"a,b\n1,2\n\0\0\0\0\0", "NUL in line 3"),
        ("a,b\n1,€\n".encode("utf-16")[:-1], "inside a character"),
        (b'a,"' + b"x" * 2_000_000, "quotes do not match"),
    ],
)
def test_text_that_is_cut_off_or_damaged_is_named_with_its_line(body: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=why):
        cells(body)


TABLE = st.lists(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), max_size=8),
        min_size=2,
        max_size=2,
    ),
    min_size=1,
    max_size=8,
)


@given(TABLE, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_python_writes_is_read_back(table: list[list[str]], delimiter: str, encoding: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["Head", "Line"], *table])
    read = [cells for _, cells in Text(file.getvalue().encode(encoding), "numbers.csv", delimiter).rows()][1:]
    assert read == [{i: cell for i, cell in enumerate(row) if cell.strip()} for row in table]


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_broken(body: bytes) -> None:
    try:
        assert all(number > 0 for number, _ in Text(body, "numbers.csv").rows())
    except Broken as broken:
        assert "numbers.csv" in str(broken)  # noqa: PT017

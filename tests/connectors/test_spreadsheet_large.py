"""A million rows, read in a process of their own that is measured."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

ROWS = 1_000_000
ALLOWED = 300
"""MiB for a process that reads and does not store: storing needs room too, and all of it has 512."""
PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from connectors.spreadsheet import Spreadsheet
from ingest.connector import Ask
from ingest.connector.drain import drain
from tests.memory import most

signals = {"minutes": {"date": "Date", "value": "Value", "kind": "events", "where": {"Status": "held"}}}
source = Spreadsheet.model_validate({"path": sys.argv[1], "signals": signals})
ask = Ask(client=None, now=datetime(2026, 11, 22, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"), home=Path(), key=b"k")

async def count():  # asyncio.run writes out what it returns once, which would be measured too
    return len((await drain(source, ask)).readings)

print(asyncio.run(count()), int(most()))
"""


def text(path: Path) -> Path:
    with path.open("w") as file:
        file.write("Date,Value,Status,Note\n")
        file.writelines(f'{2000 + i % 25}-03-05 10:{i % 60:02},{i}.5,held,"note, {i}"\n' for i in range(ROWS))
    return path


def workbook(path: Path) -> Path:
    """Written by hand: the libraries take longer to write it than we to read it."""
    Workbook().save(path)
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    header = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("Date", "Value", "Status"))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet><sheetData><row>{header}</row>".encode())
            for i in range(ROWS):
                cells = f"<c><v>{40000 + i % 6000}.25</v></c><c><v>{i}</v></c>"
                sheet.write(f'<row>{cells}<c t="inlineStr"><is><t>held</t></is></c></row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("write", "name"), [(text, "large.csv"), (workbook, "large.xlsx")])
def test_a_million_rows_are_read_within_300_mib(tmp_path: Path, write: object, name: str) -> None:
    path = write(tmp_path / name)  # type: ignore[operator]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True, timeout=600
    )
    readings, used = map(int, done.stdout.split())
    assert readings == ROWS
    assert used <= ALLOWED

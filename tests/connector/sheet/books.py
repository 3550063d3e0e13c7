"""Workbooks for the tests: written by the programs and libraries that people use, and by hand where those behave."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from ingest.connector.sheet import opened
from ingest.connector.sheet.cell import Cells

RECORDED = Path(__file__).with_name("recorded")
"""The same workbook saved by Gnumeric in three formats, and one that Excel's encryption protects."""


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def unzipped(body: bytes) -> dict[str, str | bytes]:
    with ZipFile(BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(body: bytes, worksheet: str | None = None, name: str = "book") -> dict[int, Cells]:
    return dict(opened(body, name).rows(worksheet))


def document(*rows: str, name: str = "Sheet1") -> bytes:
    """An .ods whose one table holds these rows of XML."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} xmlns:calcext="urn:org:documentfoundation:calcext">'
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})

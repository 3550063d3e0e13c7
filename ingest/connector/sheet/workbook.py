"""A file of numbers, of whatever kind it is, as a book of worksheets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from ingest.connector.answer import is_page
from ingest.connector.archive import MAGIC, Archive, Damaged
from ingest.connector.outcome import Broken, Unavailable
from ingest.connector.sheet.cell import Book
from ingest.connector.sheet.delimited import Text
from ingest.connector.sheet.old import OldWorkbook
from ingest.connector.sheet.opendocument import Document
from ingest.connector.sheet.openxml import Workbook

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "open it in a spreadsheet program and save it as .xlsx, .ods or .csv"
_PUBLISH = "publish the sheet to the web (File, Share, Publish to web) as CSV or .xlsx and use that address"
_SETTLED = timedelta(minutes=1)
T = TypeVar("T")


def opened(body: bytes, name: str, delimiter: str | None = None, *, ended: bool = False) -> Book:
    """The book in a file. What it is tells its content, not its name; `name` is for messages.

    `ended`: if it is text, its last line had an end so far.
    """
    if body.startswith(MAGIC):
        archive = Archive(body, name)
        return Document(archive) if "content.xml" in archive else Workbook(archive)
    if body.startswith(_COMPOUND):
        return OldWorkbook(body, name)
    if is_page(body):
        raise Broken(f"{name} is a web page (HTML), not a sheet; {_PUBLISH}")
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"%pdf", b"{\\rtf")):
        raise Broken(f"{name} is no kind of sheet that can be read; {_SAVE}")
    if not start:
        raise Damaged(f"{name} is empty")
    return Text(body, name, delimiter, ends=ended)


def patiently(steps: Iterator[T], changed: datetime | None, now: datetime) -> Iterator[T]:
    """`steps`; where they find the file damaged and it changed a moment ago, it is `Unavailable`: being written."""
    try:
        yield from steps
    except Damaged as error:
        if changed is None or abs(now - changed) > _SETTLED:
            raise
        raise Unavailable(f"{error.message}; it seems to be written at the moment") from error

"""A workbook as people keep one: a worksheet a subject, a row a day."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from ingest.config.demo.story import Story

if TYPE_CHECKING:
    from xlsxwriter import Workbook

CONFERENCES = (
    "Product Day",
    "Web Weekend",
    "Agile Evening",
    "Makers' Fair",
    "Design Camp",
    "Data Night",
    "Founders' Table",
)


def workbook(story: Story) -> bytes:
    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    book.set_properties({"created": datetime.combine(story.today, time(6), UTC).replace(tzinfo=None)})
    _worksheet(book, "Followers", ["Date", "X", "Instagram"], story.followers)
    _worksheet(book, "Newsletter", ["Date", "Subscribers", "Left"], story.newsletter)
    _worksheet(book, "Meetup", ["Date", "Attendees"], story.meetups)
    _worksheet(
        book,
        "Conferences",
        ["Date", "Conference", "Found presenters through us"],
        [
            (day, f"{CONFERENCES[number % len(CONFERENCES)]} {day.year}", "yes" if ours else "no")
            for number, (day, ours) in enumerate(story.conferences)
        ],
    )
    _worksheet(
        book,
        "Running",
        ["Date", "10 km", "Friends"],
        [(day, f"{seconds // 60}:{seconds % 60:02}", friends) for day, seconds, friends in story.runs],
    )
    book.close()
    return written.getvalue()


def _worksheet(book: "Workbook", name: str, columns: list[str], rows: Iterable[Sequence[date | str | int]]) -> None:
    sheet = book.add_worksheet(name)
    head, day_format = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, columns, head)
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, datetime.combine(cell, time()), day_format)
            else:
                sheet.write(number, column, cell)

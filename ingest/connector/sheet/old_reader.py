"""Run as a program of its own by `ingest.connector.sheet.old`: reads an .xls from its input and prints its cells.

It imports nothing of the house, so that it starts fast.
"""

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import python_calamine

LARGEST = 2**30
"""Bytes of memory, and seconds of CPU below: more than any real .xls takes."""
LONGEST = 60


def bound() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for what, limit in ((resource.RLIMIT_AS, LARGEST), (resource.RLIMIT_CPU, LONGEST)):
        with suppress(ValueError, OSError):  # a lower limit is set already, or the system knows none
            resource.setrlimit(what, (limit, limit))


def plain(value: Any) -> Any:
    """A JSON value: a day as text in a list, a span or a time of day as seconds in an object."""
    if isinstance(value, date):
        return [value.isoformat() if isinstance(value, datetime) else f"{value.isoformat()}T00:00:00"]
    if isinstance(value, time):
        value = datetime.combine(date.min, value) - datetime.combine(date.min, time())
    return {"seconds": value.total_seconds()} if isinstance(value, timedelta) else value


def tell(*parts: Any) -> None:
    sys.stdout.write(json.dumps(parts) + "\n")


def main(place: int | None) -> None:
    """The names of the worksheets; or of one its leftmost column and merged cells, then row by row."""
    bound()
    try:
        book = python_calamine.load_workbook(BytesIO(sys.stdin.buffer.read()))
    except python_calamine.PasswordError:
        return tell("password")
    if place is None:
        return tell("names", *book.sheet_names)
    sheet = book.get_sheet_by_index(place)
    tell("rows", sheet.start[1] if sheet.start else 0, sheet.merged_cell_ranges or [])
    for row in sheet.iter_rows():
        tell(*map(plain, row))
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)

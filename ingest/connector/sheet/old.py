"""Workbooks of an old Excel (.xls). Cells of theirs that hold errors look empty.

The library for them ends the process, or fills its memory, over some damaged files. So it runs in a process of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.connector.archive import Damaged
from ingest.connector.outcome import Refused
from ingest.connector.sheet.cell import Cells, Row, Value, chosen
from ingest.connector.sheet.merged import Merged

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What an .xlsx with a password is wrapped in."""
_PROGRAM = Path(__file__).with_name("old_reader.py")
_LONGEST = 50
"""Seconds, a little less than a pull waits for a thread."""


class OldWorkbook:
    delimited = False

    def __init__(self, body: bytes, name: str) -> None:
        self._body, self._name = body, name
        if _ENCRYPTED in body:
            raise self._locked()

    def rows(self, worksheet: str | None) -> Iterator[Row]:
        (_, *names), *_ = self._asked()
        (_, left, ranges), *rows = self._asked(str(chosen(worksheet, names, self._name)))
        merged = Merged()
        for (top, column), (bottom, _) in ranges:
            merged.add(top + 1, bottom + 1, column)
        yield from merged.fill((number, _cells(row, left)) for number, row in enumerate(rows, 1))

    def _asked(self, *place: str) -> list[list[Any]]:
        """What the program prints, line by line."""
        command = [sys.executable, "-I", str(_PROGRAM), *place]
        try:
            # S603: the command is ours; what comes from elsewhere is its input.
            done = subprocess.run(command, input=self._body, capture_output=True, timeout=_LONGEST, check=True)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as error:
            raise Damaged(f"{self._name} is cut off or damaged, or no workbook") from error
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if lines[0] == ["password"]:
            raise self._locked()
        return lines

    def _locked(self) -> Refused:
        return Refused(f"{self._name} is protected by a password", "save it without a password")


def _cells(row: list[Any], left: int) -> Cells:
    return {column: _value(written) for column, written in enumerate(row, left) if written != ""}


def _value(written: Any) -> Value:
    if isinstance(written, list):
        return datetime.fromisoformat(written[0])
    if isinstance(written, dict):
        return timedelta(seconds=written["seconds"])
    value: Value = written
    return value

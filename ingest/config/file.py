"""Files of text: bounded, UTF-8, or a problem that says what to do."""

from pathlib import Path

from ingest.config.node import Place
from ingest.config.report import Report

LARGEST = 1024 * 1024
"""Bytes of one file."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def shown(path: Path) -> str:
    """How a file is named in messages: as it was asked for."""
    return path.as_posix()


def text_of(path: Path, report: Report) -> str | None:
    """The text of a file, its byte order mark left out; None where it cannot be read, which is reported."""
    start = Place(shown(path), 1, 1)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        report.add(start, "", "there is no such file; `okr init` writes one")
        return None
    except OSError as error:
        report.add(start, "", f"cannot be read: {error.strerror or type(error).__name__}")
        return None
    if len(data) > LARGEST:
        report.add(start, "", "larger than 1 MiB; split it: a folder is all its *.yaml")
        return None
    if data.startswith(_UTF16):
        report.add(start, "", "is UTF-16; save it as UTF-8")
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = Place(shown(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
        report.add(place, "", "is not UTF-8 from here on; save the file as UTF-8")
        return None

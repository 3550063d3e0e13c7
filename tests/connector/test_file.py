import asyncio
import os
import time
from pathlib import Path

import pytest

from ingest.connector import Broken, Refused, SourceError, Unavailable
from ingest.connector.file import read_file
from tests.connector.asking import ask_over, nothing


def read(home: Path, name: str | Path, **limits: int) -> bytes:
    return asyncio.run(ask_over(nothing, home, **limits).file(name))


def newest(home: Path, pattern: str) -> str:
    found = asyncio.run(ask_over(nothing, home).newest(pattern))
    return str(found.relative_to(home))


def test_a_relative_path_starts_at_home_and_an_absolute_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1")
    assert read(tmp_path, "a.csv") == read(Path("/"), tmp_path / "a.csv") == b"1"


def test_a_missing_file_is_refused_with_what_to_do_and_without_the_whole_path(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"meetup\.xlsx") as caught:
        read(tmp_path, "no/meetup.xlsx")
    assert "check the path" in caught.value.cure
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("name", [".", "", "a\0b", "~nobody-here/a"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        read(tmp_path, name)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="no regular file"):
        read(tmp_path, "pipe")


def test_a_file_is_bounded_and_the_bound_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(bytes(2**20 + 1))
    with pytest.raises(Broken, match="larger than 1 MiB"):
        read(tmp_path, "a.csv", file=2**20)


def test_a_file_that_is_being_written_is_unavailable(tmp_path: Path) -> None:
    """A writer appends all the while: a read is either whole between two writes, or says so."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    endings = set()

    async def write_and_read() -> None:
        ask = ask_over(nothing, tmp_path)

        def append() -> None:
            with path.open("ab", buffering=0) as file:
                until = time.monotonic() + 0.5
                while time.monotonic() < until and file.tell() < 2**29:  # well below what may be read
                    file.write(b"x" * 65_536)

        writing = asyncio.ensure_future(ask.thread(append))
        while not writing.done():
            try:
                await ask.thread(read_file, tmp_path, "a.csv", 2**30)
            except SourceError as error:
                endings.add(type(error))
        await writing

    asyncio.run(write_and_read())
    assert endings == {Unavailable}


def test_the_newest_of_a_pattern_is_taken_and_what_office_programs_leave_is_not(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    files = ["b.zip", "a.zip", "c.csv", "~$d.zip", ".e.zip", "f.zip.part"]
    for age, name in enumerate(files):
        (tmp_path / "exports" / name).write_bytes(b"")
        os.utime(tmp_path / "exports" / name, (1000 + age, 1000 + age))
    (tmp_path / "exports" / "folder.zip").mkdir()
    assert newest(tmp_path, "exports/*.zip") == "exports/a.zip"
    assert newest(tmp_path, "**/*.csv") == "exports/c.csv"
    assert newest(tmp_path, "exports/b.zip") == "exports/b.zip"
    assert newest(tmp_path, str(tmp_path / "exports" / "*.zip")) == "exports/a.zip"


def test_of_files_of_the_same_time_the_last_name_is_taken(tmp_path: Path) -> None:
    for name in ("2026-02.csv", "2026-10.csv", "2026-01.csv"):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1000, 1000))
    assert newest(tmp_path, "*.csv") == "2026-10.csv"


def test_a_name_with_the_letters_of_a_pattern_is_a_name_first(tmp_path: Path) -> None:
    (tmp_path / "export [1].csv").write_bytes(b"")
    assert newest(tmp_path, "export [1].csv") == "export [1].csv"


@pytest.mark.parametrize("pattern", ["*.csv", "no/such.csv", "a\0*", "**a/*.csv"])
def test_a_pattern_that_means_nothing_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(Refused) as caught:
        newest(tmp_path, pattern)
    assert "check the path" in caught.value.cure

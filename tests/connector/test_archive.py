from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.connector import Broken, Refused, SourceError
from ingest.connector.archive import Archive, Damaged


def zipped(content: bytes = b"text " * 100, name: str = "a/B.txt", method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def test_members_are_found_without_regard_to_case_or_slashes() -> None:
    archive = Archive(zipped(name="A\\b.TXT"), "it.zip")
    assert "a/B.txt" in archive
    assert archive.read("/a/b.txt", 1000) == b"text " * 100


def test_other_compressions_are_read() -> None:
    assert Archive(zipped(method=ZIP_BZIP2), "it.zip").read("a/b.txt", 1000) == b"text " * 100


def test_a_member_that_is_not_there_is_named() -> None:
    with pytest.raises(Broken, match=r"it\.zip holds no c\.txt"):
        Archive(zipped(), "it.zip").open("c.txt")


def test_more_than_was_allowed_is_stopped() -> None:
    with pytest.raises(Broken, match="unpacks to more than"):
        Archive(zipped(), "it.zip").read("a/b.txt", 499)


def test_a_bomb_is_stopped_by_how_far_it_unpacks() -> None:
    with pytest.raises(Broken, match="unpacks to more than 64 MiB"):
        Archive(zipped(bytes(80 * 2**20)), "it.zip").read("a/b.txt", 2**30)


def test_a_member_with_a_password_is_refused() -> None:
    body = bytearray(zipped())
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="password"):
        Archive(bytes(body), "it.zip").open("a/b.txt")


def test_a_wrong_checksum_is_damage() -> None:
    body = zipped(method=0)
    with pytest.raises(Damaged, match="cannot be unpacked"):
        Archive(body.replace(b"text text", b"test test", 1), "it.zip").read("a/b.txt", 1000)


@settings(max_examples=50)
@given(st.data())
def test_a_garbled_archive_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(zipped())
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=6)):
        body[place] = data.draw(st.integers(0, 255))
    try:
        archive = Archive(bytes(body), "it.zip")
        assert all(len(archive.read(member, 10_000)) <= 10_000 for member in archive.members())
    except SourceError as refused:
        told = str(refused)
        assert told

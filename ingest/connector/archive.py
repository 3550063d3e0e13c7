"""Zip archives from elsewhere, opened without trust: bounded, and clear about what is wrong with them."""

import zlib
from io import BytesIO
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.connector.outcome import Broken, Refused

MAGIC = b"PK\x03\x04"
_MEMBERS = 50_000
_LARGEST = 2**30
"""Bytes that one member may unpack to. It is read as a stream, so this bounds time and not memory."""
_UNSUSPICIOUS = 64 * 2**20
_RATIO = 250
"""No file that people make shrinks so well: rows of a sheet that are all the same do by about 100."""


class Damaged(Broken):
    """The file is cut off or garbled: perhaps it is being written at the moment."""


class Archive:
    """A zip archive in memory; its members are found without regard to case."""

    def __init__(self, body: bytes, name: str) -> None:
        """`name` is what messages call it."""
        self.name = name
        try:
            self._zip = ZipFile(BytesIO(body))
        except (BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise Damaged(f"{name} is cut off or damaged: it is no whole zip archive") from error
        if len(self._zip.infolist()) > _MEMBERS:
            raise Broken(f"{name} holds more than {_MEMBERS:,} files")
        self._members = {_plain(info.filename): info for info in reversed(self._zip.infolist())}

    def members(self) -> list[str]:
        return [info.filename for info in self._zip.infolist() if not info.is_dir()]

    def __contains__(self, member: str) -> bool:
        return _plain(member) in self._members

    def open(self, member: str, largest: int = _LARGEST) -> "Member":
        """A stream of what a member unpacks to; `Broken` from more than `largest` bytes on."""
        info = self._members.get(_plain(member))
        if info is None:
            raise Broken(f"{self.name} holds no {member}: it is not what it seems, or damaged")
        if info.flag_bits & 1:
            raise Refused(f"{self.name} is protected by a password", "save it without a password")
        try:
            return Member(self._zip.open(info), info, self.name, largest)
        except (BadZipFile, NotImplementedError, ValueError, EOFError, OSError, RuntimeError) as error:
            raise Damaged(f"{self.name} is damaged: {info.filename} cannot be unpacked") from error

    def read(self, member: str, largest: int) -> bytes:
        """All that a member unpacks to."""
        with self.open(member, largest) as stream:
            return b"".join(iter(stream.read, b""))


class Member:
    """A stream of what one member unpacks to, counted as it comes: the sizes in the archive may lie."""

    def __init__(self, stream: IO[bytes], info: ZipInfo, name: str, largest: int) -> None:
        self._stream, self._info, self._name, self._largest = stream, info, name, largest
        self._taken = 0

    def __enter__(self) -> "Member":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = 2**18) -> bytes:
        try:
            piece = self._stream.read(size)
        except (BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise Damaged(f"{self._name} is damaged: {self._info.filename} cannot be unpacked") from error
        self._taken += len(piece)
        bomb = self._taken > _UNSUSPICIOUS and self._taken > _RATIO * max(1, self._info.compress_size)
        if bomb or self._taken > self._largest:
            raise Broken(f"{self._name} unpacks to more than {self._taken // 2**20} MiB: that is no file to read")
        return piece


def _plain(member: str) -> str:
    return member.replace("\\", "/").lstrip("/").lower()

"""The file of a token: read by its owner alone, replaced as a whole, and changed by one at a time."""

import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from ingest.connector.oauth.token import Token, token_of
from ingest.connector.outcome import Refused, Unavailable

_LARGEST = 2**20
_LOOK = 0.05
"""Seconds between two looks whether the lock is free."""
_WRITABLE = (
    "let this user write there, or name another place as `token_file`: a renewed token must be kept before it is used"
)


def read(file: Path, shown: str, cure: str) -> Token | None:
    """The token in a file; None where there is no file. `shown` is its path as people wrote it; `cure` how another one
    is got."""
    try:
        with file.open("rb") as kept:
            mode, text = os.fstat(kept.fileno()).st_mode, kept.read(_LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{file.name} cannot be read: {error.strerror}", "let this user read it") from None
    if stat.S_IMODE(mode) & 0o077:
        raise Refused(f"others can read {file.name}, which holds a token", f"chmod 600 {shown}")
    try:
        return token_of(text)
    except ValueError as error:
        raise Refused(f"{file.name} holds no token: {error}", f"delete {shown}, then {cure}") from None


@asynccontextmanager
async def locked(file: Path, seconds: float) -> AsyncIterator[None]:
    """Be the only one who changes the file, over all tasks and processes. `Unavailable` after `seconds` of waiting.

    The lock is a file beside it, which stays; a process that dies lets go of it.
    """
    import asyncio

    try:
        _make_folder(file.parent)
        lock = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(file, error) from None
    try:
        deadline = asyncio.get_running_loop().time() + seconds
        while not _taken(lock):
            if asyncio.get_running_loop().time() >= deadline:
                raise Unavailable(f"{file.name} is being renewed by another process, which does not come to an end")
            await asyncio.sleep(_LOOK)
        yield
    finally:
        os.close(lock)


def _make_folder(folder: Path) -> None:
    """A folder for its owner alone, which git leaves out; one that is there stays as it is."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")


def _taken(lock: int) -> bool:
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def prepared(file: Path) -> Iterator[Callable[[Token], None]]:
    """A place for the next token, to be filled by calling what is given. Only under `locked`.

    It is opened before the old token is spent, because a vendor may take that one only once. When the call returns,
    the token is on the disk, under the name of the file.
    """
    file = file.resolve()
    new = file.with_name(f"{file.name}.new")
    try:
        place = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(file, error) from None

    def save(token: Token) -> None:
        try:
            os.fchmod(place, 0o600)
            with os.fdopen(place, "wb", closefd=False) as out:
                out.write(token.text().encode())
            os.fsync(place)
            new.replace(file)
            _sync_folder(file.parent)
        except OSError as error:
            raise _unwritable(file, error) from None

    try:
        yield save
    finally:
        os.close(place)
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(file: Path, error: OSError) -> Refused:
    return Refused(f"{file.name} cannot be written: {error.strerror}", _WRITABLE)

"""Reading files that other programs write: whole, bounded, and not while they are being written."""

import os
import stat
from pathlib import Path

from ingest.connector.outcome import Broken, Refused, Unavailable, as_source_error

_CURE = "check the path in the source's settings; a relative one starts beside the configuration"
_OFFICE_LOCK = "~$"
_UNFINISHED = (".part", ".crdownload", ".tmp", ".download")


def read_file(home: Path, name: str | Path, largest: int) -> bytes:
    """The bytes of a regular file. `Refused` where there is none, `Unavailable` while it changes under our eyes."""
    path = Path(name)
    try:
        path = home / path.expanduser()
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise Refused(f"{path.name} is no regular file", _CURE)
        if before.st_size > largest:
            raise Broken(f"{path.name} is larger than {largest / 2**20:g} MiB")
        with path.open("rb") as file:
            body = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError, RuntimeError) as error:
        raise _told(error, path) from error
    unchanged = (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)
    if not unchanged or len(body) != after.st_size:
        raise Unavailable(f"{path.name} is being written at the moment")
    return body


def newest_file(home: Path, pattern: str) -> Path:
    """The file that `pattern` names: a path, or the newest of those that match `exports/*.zip`, `**/*.csv`.

    Newest is the latest modification time, then the last name. Hidden files, locks of office programs and unfinished
    downloads do not count. `Refused` where there is none.
    """
    found = matching(home, pattern)
    try:
        times = {path: path.stat().st_mtime_ns for path in found}
    except OSError as error:
        raise _told(error, Path(pattern)) from error
    if not found:
        raise Refused(f"no file is there that {Path(pattern).name} means", _CURE)
    return max(found, key=lambda path: (times[path], path.name))


def matching(home: Path, pattern: str) -> list[Path]:
    """The file or folder that `pattern` names, or all files that match it; none where there is none."""
    try:
        start = Path(pattern).expanduser()
        if (home / start).exists():
            return [home / start]
        start = home / start
        return [path for path in Path(start.anchor).glob(str(start.relative_to(start.anchor))) if _counts(path)]
    except (OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _told(error, Path(pattern)) from error


def _counts(path: Path) -> bool:
    name = path.name
    return path.is_file() and not name.startswith((".", _OFFICE_LOCK)) and not name.lower().endswith(_UNFINISHED)


def _told(error: Exception, path: Path) -> Exception:
    if isinstance(error, OSError):
        return as_source_error(error, path.name, 0)
    return Refused(f"{path.name} is no path", _CURE)

"""Has a file of the configuration changed? Looked up by its time and size, which costs next to nothing."""

from pathlib import Path

from ingest.config.model import Config

Print = tuple[tuple[str, int, int], ...]
"""(path, modification time in ns, size) of each file; a file that is gone is left out."""


def footprint(config: Config) -> Print:
    """What to compare with later: of all files that were read, and of those that a folder holds now."""
    files = {*config.files}
    if config.path.is_dir():
        files.update(config.path.glob("*.yaml"))
    return tuple(sorted(found for file in files if (found := _of(file)) is not None))


def _of(file: Path) -> tuple[str, int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return (str(file), state.st_mtime_ns, state.st_size)

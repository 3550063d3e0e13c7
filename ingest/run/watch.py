"""Has a file of the configuration changed? Looked up by its time and size, which costs next to nothing."""

from collections.abc import Mapping
from pathlib import Path

from ingest.config.model import Config

Footprint = Mapping[str, tuple[int, int]]
"""Path to (modification time in ns, size); a file that is gone is left out."""


def footprint(config: Config) -> Footprint:
    """What to compare with later: of all files that were read, and of those that a folder holds now."""
    files = {*config.files}
    if config.path.is_dir():
        files.update(config.path.glob("*.yaml"))
    return {str(file): state for file in files if (state := _state(file)) is not None}


def after_reading(before: Footprint, after: Footprint) -> Footprint:
    """The footprint of what was read between these two: a file that was written meanwhile still counts as changed."""
    return {file: before.get(file, state) for file, state in after.items()}


def _state(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return (state.st_mtime_ns, state.st_size)

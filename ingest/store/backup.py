"""A consistent copy of a SQLite file while it is used."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.store.error import StoreError


def copy_sqlite(file: Path, target: Path) -> None:
    """Copy a database as of one moment, readable by its owner only. Never over an existing file."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreError(f"{target} exists; a backup never overwrites a file") from None
    except OSError as error:
        raise StoreError(f"{target} cannot be created: {error.strerror}") from error
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{target} could not be written: {error}") from error

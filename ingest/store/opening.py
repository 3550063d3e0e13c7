"""Opening a store: the file is made, the schema brought up to date or refused."""

from pathlib import Path

from sqlalchemy import Engine

from ingest.store.backup import copy_sqlite
from ingest.store.engine import create_file, database_url, make_engine, reading, writing
from ingest.store.error import Outdated
from ingest.store.migration import migrate, revision_of
from ingest.store.schema import HEAD
from ingest.store.store import OnWrite, Store


def open_store(url: str, *, on_write: OnWrite | None = None) -> Store:
    """Open the store of a database URL; `StoreError` if it cannot be used.

    SQLite is created and upgraded unasked, after a copy; PostgreSQL is not. `on_write`: see `OnWrite`.
    """
    engine = _reach(url)
    try:
        with reading(engine) as connection:
            revision = revision_of(connection)
        if revision != HEAD:
            if engine.dialect.name != "sqlite":
                state = "is empty" if revision is None else f"has the schema {revision}, and {HEAD} is needed"
                raise Outdated(f"the database {state}: run `okr db upgrade`")
            _upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, on_write)


def upgrade_store(url: str) -> str:
    """`okr db upgrade`: bring the schema up to date, SQLite after a copy; says in a sentence what was done."""
    engine = _reach(url)
    try:
        return _upgrade(engine)
    finally:
        engine.dispose()


def _reach(url: str) -> Engine:
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        create_file(Path(str(parsed.database)))
    return make_engine(parsed)


def _upgrade(engine: Engine) -> str:
    copied = ""
    with writing(engine) as connection:  # nobody else upgrades at the same time
        revision = revision_of(connection)
        if revision == HEAD:
            return f"The schema is up to date ({HEAD})."
        if revision is not None and engine.dialect.name == "sqlite":
            copied = f" The database as it was: {_copy(engine, revision)}."
        migrate(connection)
    before = "an empty database" if revision is None else revision
    return f"The schema was brought from {before} to {HEAD}.{copied}"


def _copy(engine: Engine, revision: str) -> Path:
    """A copy beside the file, named after its revision; a number is added where that name is taken."""
    file = Path(str(engine.url.database))
    number, target = 1, file.with_name(f"{file.name}.before-{revision}")
    while target.exists():
        number += 1
        target = file.with_name(f"{file.name}.before-{revision}-{number}")
    copy_sqlite(file, target)
    return target

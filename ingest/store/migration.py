"""Migrations: which revision a database has, and bringing it to the one that this program needs."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from ingest.store.error import StoreError
from ingest.store.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).with_name("migrations")
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""All there are, oldest first; the last is `HEAD`."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the schema; None: the database is empty. `StoreError` if it holds something else."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision is not None and revision not in REVISIONS:
            raise StoreError(
                f"the database has the schema {revision}, this program knows up to {HEAD}: "
                "a newer okr-ingest wrote it; upgrade the program"
            )
        return revision
    if names:
        found = ", ".join(sorted(names)[:3])
        raise StoreError(f"the database holds tables that are not ours ({found}); use an empty one")
    return None


def migrate(connection: Connection, revision: str = HEAD) -> None:
    """Bring the schema to a revision inside the transaction of a connection that alone may write."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config

"""The edge where measurements are kept: SQLAlchemy Core on SQLite or PostgreSQL.

`open_store` is the door. Importing this package does not load SQLAlchemy; opening a store does.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.store.store import OnWrite as OnWrite
    from ingest.store.store import Store as Store


def open_store(url: str, *, on_write: "OnWrite | None" = None) -> "Store":
    """Open the store of a database URL; `StoreError` if it cannot be used.

    SQLite is created and upgraded unasked, after a copy (`okr.db.before-<revision>`); PostgreSQL is not. `on_write` is
    called inside each transaction that changed something; see `OnWrite`.
    """
    from ingest.store.opening import open_store as opened

    return opened(url, on_write=on_write)


def upgrade_store(url: str) -> str:
    """`okr db upgrade`: bring the schema up to date; says in a sentence what was done."""
    from ingest.store.opening import upgrade_store as upgraded

    return upgraded(url)

"""Deliveries to hooks: each counts once, also after a restart."""

from ingest.okr.instant import DAY, Duration
from ingest.store.error import Repeated
from ingest.store.transaction import Transaction

REMEMBERED: Duration = 30 * DAY
"""Senders retry for up to ten days; a signed time ends a repetition after minutes."""


def remember(transaction: Transaction, source: str, identity: str) -> None:
    """Write down what a delivery is known by; `Repeated` if it was there. Those before `REMEMBERED` are forgotten."""
    mark, connection = transaction.backend.mark, transaction.connection
    number, at = transaction.source(source), transaction.recorded_at
    connection.exec_driver_sql(
        f"DELETE FROM delivery WHERE source_id = {mark} AND received_at < {mark}", (number, at - REMEMBERED)
    )
    new = connection.exec_driver_sql(
        f"INSERT INTO delivery (source_id, identity, received_at) VALUES ({mark}, {mark}, {mark}) "
        "ON CONFLICT DO NOTHING",
        (number, identity, at),
    )
    if new.rowcount == 0:
        raise Repeated(source)

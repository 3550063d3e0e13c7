"""What people were told, and the news that wait to be delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from ingest.okr.instant import DAY, Duration, Instant
from ingest.store import schema

Subject = tuple[Literal["key_result", "source", "week"], str]
"""What something was told of: its kind and its name."""
Told = Mapping[Subject, str]
"""What was told of each subject: JSON, as whoever tells wrote it."""
REMEMBERED: Duration = 90 * DAY
"""How long what was delivered is kept. `told` alone decides what is news; this is for people who look."""


@dataclass(frozen=True, slots=True)
class Tiding:
    """News for one recipient."""

    recipient: str
    occasion: str
    happened_at: Instant
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """News that were kept and not delivered."""

    id: int
    tiding: Tiding


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What waits for a recipient, and when anything was last delivered."""

    waiting: int = 0
    delivered_at: Instant | None = None


def keep(connection: Connection, told: Told, news: Sequence[Tiding], now: Instant) -> None:
    """Both or neither: a crash before it loses nothing, since all is found again; after it, the news wait."""
    if told:
        table = schema.told.c
        subjects = [{"of_kind": kind, "of_name": name} for kind, name in told]
        gone = delete(schema.told).where(table.kind == bindparam("of_kind"), table.name == bindparam("of_name"))
        connection.execute(gone, subjects)
        new = [{"kind": kind, "name": name, "body": body} for (kind, name), body in told.items()]
        connection.execute(insert(schema.told), new)
    if news:
        rows = [
            {"recipient": one.recipient, "occasion": one.occasion, "happened_at": one.happened_at, "text": one.text}
            for one in news
        ]
        connection.execute(insert(schema.tiding), rows)
        connection.execute(delete(schema.tiding).where(schema.tiding.c.delivered_at < now - REMEMBERED))


def delivered(connection: Connection, numbers: Sequence[int], now: Instant) -> None:
    table = schema.tiding
    connection.execute(update(table).where(table.c.id.in_(numbers)).values(delivered_at=now))


def drop(connection: Connection, recipients: Sequence[str], before: Instant) -> int:
    """Give up what waits since before a time, or for anybody but these; how many that was."""
    table = schema.tiding
    gone = or_(table.c.recipient.not_in(recipients), table.c.happened_at < before)
    return connection.execute(delete(table).where(table.c.delivered_at.is_(None), gone)).rowcount


def told(connection: Connection) -> dict[Subject, str]:
    return {(row.kind, row.name): row.body for row in connection.execute(select(schema.told))}


def waiting(connection: Connection, recipient: str, most: int) -> list[Waiting]:
    """What waits for a recipient, oldest first."""
    table = schema.tiding
    query = select(table).where(table.c.delivered_at.is_(None), table.c.recipient == recipient)
    rows = connection.execute(query.order_by(table.c.id).limit(most))
    return [Waiting(row.id, Tiding(row.recipient, row.occasion, row.happened_at, row.text)) for row in rows]


def mailboxes(connection: Connection) -> dict[str, Mailbox]:
    """How it stands with each recipient that was ever told anything."""
    table = schema.tiding
    waits = func.count() - func.count(table.c.delivered_at)
    query = select(table.c.recipient, waits, func.max(table.c.delivered_at)).group_by(table.c.recipient)
    return {row[0]: Mailbox(row[1], row[2]) for row in connection.execute(query)}

"""Quarantine: what is kept aside as implausible, until somebody decides or the source says something else.

A row waits while `until_run` is null. Then `accepted` says how it ended: true, it counts (somebody said so, or what
came to count before it made it plausible); false, it was rejected; null, its source said something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ingest.okr.instant import FOREVER, Instant
from ingest.okr.plausible import Content
from ingest.store import schema
from ingest.store.backend import Backend, Columns, parts
from ingest.store.identity import EVENTS, Keeping, Shelf
from ingest.store.row import Waiting

WAITS = "q.until_run IS NULL"


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that waits."""

    id: int
    signal: int
    key: str
    content: Content


def told_again(keeping: Keeping, shelf: Shelf, columns: Columns) -> list[Aside]:
    """What waits of these signals and concerns these rows: under the same keys, and of readings all that is later."""
    signals = {"signal_id": list(dict.fromkeys(columns["signal_id"]))}
    exists = f"EXISTS (SELECT 1 FROM quarantine q WHERE q.signal_id = g.signal_id AND {WAITS})"
    some = {row[0] for row in keeping.read(signals, f"SELECT g.signal_id FROM g WHERE {exists}")}
    if not some:
        return []
    if shelf is EVENTS:
        rows = zip(columns["signal_id"], columns["key"], strict=True)
        keys = list(dict.fromkeys(row for row in rows if row[0] in some))
        wanted: Columns = {"signal_id": [row[0] for row in keys], "key": [row[1] for row in keys]}
        return _asides(keeping, wanted, "q.key = g.key")
    first: dict[int, Instant] = {}
    for signal, at in zip(columns["signal_id"], columns["observed_at"], strict=True):
        if signal in some:
            first[signal] = min(at, first.get(signal, at))
    wanted = {"signal_id": list(first), "observed_at": list(first.values())}
    return _asides(keeping, wanted, "q.observed_at >= g.observed_at")


def of_key(keeping: Keeping, signal: int, key: str) -> Aside | None:
    """What waits under a key."""
    return next(iter(_asides(keeping, {"signal_id": [signal], "key": [key]}, "q.key = g.key")), None)


def of_signal(keeping: Keeping, signal: int) -> list[Aside]:
    """All that waits of a signal, by time and key."""
    return _asides(keeping, {"signal_id": [signal]}, "TRUE")


def _asides(keeping: Keeping, wanted: Columns, which: str) -> list[Aside]:
    query = (
        "SELECT q.id, q.signal_id, q.key, q.observed_at, q.value FROM g "
        f"JOIN quarantine q ON q.signal_id = g.signal_id AND {which} WHERE {WAITS} ORDER BY q.observed_at, q.key"
    )
    return [Aside(row[0], row[1], row[2], (row[3], row[4])) for row in keeping.read(wanted, query)]


def rejected(keeping: Keeping, columns: Columns) -> dict[tuple[int, str], frozenset[Content]]:
    """What was rejected under each of these keys (columns signal_id and key)."""
    query = (
        "SELECT q.signal_id, q.key, q.observed_at, q.value FROM g "
        "JOIN quarantine q ON q.signal_id = g.signal_id AND q.key = g.key "
        "WHERE q.accepted IS NOT NULL AND NOT q.accepted"
    )
    found: dict[tuple[int, str], frozenset[Content]] = {}
    for signal, key, at, value in keeping.read(columns, query):
        found[signal, key] = found.get((signal, key), frozenset()) | {(at, value)}
    return found


def hold(keeping: Keeping, rows: Sequence[tuple[int, str, Content, str]]) -> None:
    """Let (signal, key, content, reason) wait."""
    if not rows:
        return
    columns: dict[str, list[Any]] = {
        "signal_id": [signal for signal, _, _, _ in rows],
        "key": [key for _, key, _, _ in rows],
        "observed_at": [content[0] for _, _, content, _ in rows],
        "value": [content[1] for _, _, content, _ in rows],
        "reason": [reason for _, _, _, reason in rows],
    }
    keeping.backend.insert(keeping.connection, "quarantine", columns, keeping.run)
    _doubted(keeping, columns["signal_id"])


def close(keeping: Keeping, rows: Sequence[tuple[Aside, bool | None]]) -> None:
    """These wait no more; how each ended."""
    ended = [(keeping.run, accepted, aside.id) for aside, accepted in rows]
    if ended:
        mark = keeping.backend.mark
        statement = f"UPDATE quarantine SET until_run = {mark}, accepted = {mark} WHERE id = {mark}"
        keeping.connection.exec_driver_sql(statement, ended)
    _doubted(keeping, (aside.signal for aside, _ in rows))


def _doubted(keeping: Keeping, signals: Iterable[int]) -> None:
    """What waits of these changed, and by that alone nothing that counts."""
    for signal in signals:
        keeping.changed.setdefault(signal, FOREVER)


def withdraw(keeping: Keeping, signal: int, start: Instant, end: Instant, listed: Mapping[str, Any]) -> None:
    """Events that wait and are missing from a whole listing wait no more."""
    gone = [
        aside for aside in of_signal(keeping, signal) if start <= aside.content[0] < end and aside.key not in listed
    ]
    close(keeping, [(aside, None) for aside in gone])


def last_decision(connection: Connection, backend: Backend, signal: int, key: str) -> bool | None:
    """How somebody decided last of what waited under a key; None: nobody did."""
    mark = backend.mark
    statement = (
        f"SELECT accepted FROM quarantine WHERE signal_id = {mark} AND key = {mark} AND accepted IS NOT NULL "
        "ORDER BY until_run DESC LIMIT 1"
    )
    found = connection.exec_driver_sql(statement, (signal, key)).scalar()
    return None if found is None else bool(found)


def waiting(
    connection: Connection, backend: Backend, asked: Sequence[tuple[int, Instant]], known_run: int | None
) -> list[Waiting | None]:
    """What waits of each (signal, observed by then), as known after a run (None: now); None where nothing does.

    Costs a few seeks for each that is asked for where nothing waits.
    """
    found: list[Waiting | None] = [None] * len(asked)
    waits, known = WAITS, list[int]()
    if known_run is not None:
        mark = backend.mark
        waits = f"q.run_id <= {mark} AND COALESCE(q.until_run, {schema.OPEN}) > {mark}"
        known = [known_run, known_run]
    mine = f"FROM quarantine q WHERE q.signal_id = g.signal_id AND {waits}"
    query = (
        f"SELECT g.n, (SELECT count(*) {mine} AND q.observed_at <= g.end_at), "
        f"(SELECT min(q.observed_at) {mine} AND q.observed_at > g.end_at), f.key, f.observed_at, f.value, f.reason "
        f"FROM g LEFT JOIN quarantine f ON f.id = "
        f"(SELECT q.id {mine} AND q.observed_at <= g.end_at ORDER BY q.observed_at, q.key LIMIT 1) "
        f"WHERE EXISTS (SELECT 1 {mine})"
    )
    offset = 0
    columns = {"signal_id": [signal for signal, _ in asked], "end_at": [end for _, end in asked]}
    for part in parts(backend, columns) if asked else ():
        given, parameters = backend.given(part)
        rows = connection.exec_driver_sql(f"WITH {given} {query}", (*parameters, *known * 4))
        for place, count, later, key, at, value, reason in rows:
            found[offset + place] = Waiting(count, later, key, at, value, reason)
        offset += len(part["signal_id"])
    return found

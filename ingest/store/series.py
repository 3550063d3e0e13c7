"""Series: the part of a signal's measurements that a score depends on, by seeks in the index.

Whatever is asked for becomes intervals [a, b]: the rows inside, the last before and the first after. A point is an
interval of no length. Asking for many signals at once takes a statement for some hundred intervals, not for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from ingest.okr.instant import Instant
from ingest.okr.signal import Kind, Need, Series
from ingest.store.backend import Backend, parts
from ingest.store.coverage import covered, merged, summary
from ingest.store.transaction import Known

Row = tuple[int, Instant, str, float]
"""signal, observed_at, key, value"""

EVERYTHING = (-(2**62), 2**62)


def load(
    connection: Connection, backend: Backend, needs: Mapping[Known, Need | None], known_run: int | None
) -> dict[str, Series]:
    """The series of each signal as far as it is needed (None: whole), as known after a run (None: now)."""
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    for found in _rows(connection, backend, needs, known_run):
        for row in found:
            rows[row[0]].append(row)
    spans = covered(connection, backend, [signal.id for signal in needs], known_run)
    return {signal.name: _series(signal.kind, rows.get(signal.id, []), spans.get(signal.id, [])) for signal in needs}


def _series(kind: Kind, rows: Iterable[Row], spans: Sequence[tuple[Instant, Instant]]) -> Series:
    ordered = sorted(set(rows))
    coverage = summary(spans)
    return Series(
        kind=kind,
        times=[row[1] for row in ordered],
        values=[row[3] for row in ordered],
        covered_from=coverage.start,
        covered_until=coverage.end,
        holes=coverage.holes,
    )


def _rows(
    connection: Connection, backend: Backend, needs: Mapping[Known, Need | None], known_run: int | None
) -> Iterable[Sequence[Row]]:
    for table, events in (("reading", False), ("event", True)):
        asked = [
            (signal.id, start, end)
            for signal, need in needs.items()
            if (signal.kind is Kind.EVENTS) is events
            for start, end in ([EVERYTHING] if need is None else _intervals(need))
        ]
        key = "r.key" if events else "''"
        if known_run is None:
            yield from _within(connection, backend, around(table, key, ""), asked, ())
            continue
        mark = backend.mark
        current = f" AND {{row}}.run_id <= {mark}"
        yield from _within(connection, backend, around(table, key, current), asked, (known_run,))
        replaced = f"{current} AND {{row}}.until_run > {mark} AND {{row}}.key IS {'NOT ' if events else ''}NULL"
        yield from _within(connection, backend, around("superseded", key, replaced), asked, (known_run, known_run))


def _intervals(need: Need) -> list[tuple[Instant, Instant]]:
    return merged([*((point, point) for point in need.points), *need.spans])


def _within(
    connection: Connection,
    backend: Backend,
    query: str,
    asked: Sequence[tuple[int, Instant, Instant]],
    known: tuple[int, ...],
) -> Iterable[Sequence[Row]]:
    """What `around` finds for these intervals; `known`: the parameters of its condition."""
    if not asked:
        return
    signals, starts, ends = zip(*asked, strict=True)
    for part in parts(backend, {"signal_id": signals, "start_at": starts, "end_at": ends}):
        given, parameters = backend.given(part)
        found = connection.exec_driver_sql(f"WITH {given} {query}", (*parameters, *known * _CONDITIONS))
        rows: Any = found.cursor
        yield rows.fetchall()  # all at once, and as the driver has them: a fetch or a Row for each costs as much again
        found.close()


_CONDITIONS = 5
"""How often the condition stands in `around`."""


def around(table: str, key: str, condition: str) -> str:
    """The rows of a table within, just before and just after the intervals `g`; `condition`: which rows count.

    All are asked for by a range of times. Where one time is asked for, SQLite reads all events of the signal: it holds
    a signal for small, and its primary key for better than the index.
    """
    columns = f"SELECT r.signal_id, r.observed_at, {key}, r.value FROM g JOIN {table} r ON r.signal_id = g.signal_id"
    outer, inner = condition.format(row="r"), condition.format(row="p")

    def nearest(side: str, order: str) -> str:
        return (
            f"(SELECT p.observed_at FROM {table} p WHERE p.signal_id = g.signal_id AND p.observed_at {side}{inner} "
            f"ORDER BY p.observed_at {order} LIMIT 1)"
        )

    before, after = nearest("< g.start_at", "DESC"), nearest("> g.end_at", "ASC")
    return (
        f"{columns} AND r.observed_at BETWEEN g.start_at AND g.end_at{outer} UNION ALL "
        f"{columns} AND r.observed_at >= {before} AND r.observed_at < g.start_at{outer} UNION ALL "
        f"{columns} AND r.observed_at <= {after} AND r.observed_at > g.end_at{outer}"
    )

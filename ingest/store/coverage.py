"""Coverage: for which spans a signal's source answered. Spans that touch are one; a hole between two is kept."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from sqlalchemy import Connection

from ingest.okr.instant import Instant
from ingest.store.backend import Backend, parts
from ingest.store.row import Coverage
from ingest.store.schema import OPEN

Spans = list[tuple[Instant, Instant]]


def merged(spans: Iterable[tuple[Instant, Instant]]) -> Spans:
    """The same time in spans that do not touch, ascending."""
    whole: Spans = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def summary(spans: Sequence[tuple[Instant, Instant]]) -> Coverage:
    """From the first start to the last end, with the holes between."""
    if not spans:
        return Coverage()
    holes = tuple((left[1], right[0]) for left, right in pairwise(spans))
    return Coverage(spans[0][0], spans[-1][1], holes)


def covered(
    connection: Connection, backend: Backend, signals: Sequence[int], known_run: int | None = None
) -> dict[int, Spans]:
    """The spans of each of these signals that has any, ascending; `known_run`: as they were after that run."""
    found: dict[int, Spans] = {}
    if not signals:
        return found
    mark = backend.mark
    asked: tuple[int, ...]
    if known_run is None:
        current, asked = f"c.until_run = {mark}", (OPEN,)
    else:
        current, asked = f"c.until_run > {mark} AND c.run_id <= {mark}", (known_run, known_run)
    for part in parts(backend, {"signal_id": signals}):
        given, parameters = backend.given(part)
        statement = (
            f"WITH {given} SELECT c.signal_id, c.start_at, c.end_at "
            f"FROM g JOIN coverage c ON c.signal_id = g.signal_id AND {current} ORDER BY c.signal_id, c.start_at"
        )
        for signal, start, end in connection.exec_driver_sql(statement, (*parameters, *asked)):
            found.setdefault(signal, []).append((start, end))
    return found


def cover(connection: Connection, backend: Backend, run: int, new: Mapping[int, Spans]) -> set[int]:
    """Add these spans; the signals whose coverage grew."""
    old = covered(connection, backend, list(new))
    closed: list[tuple[int, Instant]] = []
    opened: list[tuple[int, Instant, Instant]] = []
    for signal, spans in new.items():
        before = set(old.get(signal, ()))
        after = set(merged([*before, *spans]))
        closed += [(signal, start) for start, _ in before - after]
        opened += [(signal, start, end) for start, end in after - before]
    mark = backend.mark
    if closed:
        where = f"signal_id = {mark} AND until_run = {mark} AND start_at = {mark}"
        connection.exec_driver_sql(
            f"UPDATE coverage SET until_run = {mark} WHERE {where}",
            [(run, signal, OPEN, start) for signal, start in closed],
        )
    if opened:
        connection.exec_driver_sql(
            f"INSERT INTO coverage (signal_id, until_run, start_at, end_at, run_id) VALUES ({', '.join([mark] * 5)})",
            [(signal, OPEN, start, end, run) for signal, start, end in opened],
        )
    return {signal for signal, _, _ in opened}

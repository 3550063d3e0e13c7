"""Measurements as files: CSV in, and CSV, JSON lines or OpenMetrics out."""

import csv
import json
import math
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal, TextIO
from zoneinfo import ZoneInfo

from ingest.okr.instant import Instant, from_rfc3339, rfc3339
from ingest.okr.signal import Kind
from ingest.okr.when import instant_of
from ingest.run.name import meant
from ingest.run.taking import Catalogue, key_of, value_of
from ingest.store.unit import Measured

COLUMNS = ("signal", "observed_at", "value", "key")
Format = Literal["csv", "jsonl", "openmetrics"]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of an imported file that cannot be taken, by its line in the file (the header is line 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    created: int
    duplicate: int
    revised: int
    quarantined: int
    """How many of these are implausible, and wait for a decision."""
    bad: tuple[BadRow, ...]
    """Without `skip_bad` and with any of these nothing was written."""
    written: bool


def read_rows(lines: Iterable[str], catalogue: Catalogue, zone: ZoneInfo) -> tuple[list[Measured], list[BadRow]]:
    """The measurements of a CSV file with the columns signal, observed_at, value and, for events, key."""
    rows = csv.reader(_without_mark(lines), strict=True)
    good: list[Measured] = []
    bad: list[BadRow] = []
    line = 1
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS[:3] if name not in header]
        if missing:
            told = f"the first line must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}"
            return [], [BadRow(1, told)]
        read = _reader(header, catalogue, zone)
        line = rows.line_num + 1
        for row in rows:
            if row:
                try:
                    good.append(read(row))
                except ValueError as error:
                    bad.append(BadRow(line, str(error)))
            line = rows.line_num + 1
    except csv.Error as error:
        bad.append(BadRow(line, f"not CSV: {error}"))
    except UnicodeDecodeError as error:
        bad.append(BadRow(line, f"not UTF-8 text: {error.reason}; save the file as CSV UTF-8"))
    return good, bad


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the mark that spreadsheets put before the first."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _reader(header: list[str], catalogue: Catalogue, zone: ZoneInfo) -> Callable[[list[str]], Measured]:
    """Reads one row. Made once for a file, since files are long."""
    signal_at, time_at, value_at = (header.index(name) for name in COLUMNS[:3])
    key_at = header.index("key") if "key" in header else None
    signals, columns = catalogue.signals, len(header)

    def read(row: list[str]) -> Measured:
        if len(row) != columns:
            raise ValueError(f"{len(row)} columns where the first line names {columns}")
        name = row[signal_at]
        signal = signals.get(name)
        if signal is None:
            raise ValueError(f"there is no signal {name!r}{meant(name, signals)}")
        at = _time(row[time_at], zone)
        value = _plain(row[value_at])
        if value is None:
            value = value_of(row[value_at], signal.unit)
        key = row[key_at] if key_at is not None else None
        return Measured(name, at, value, key_of(key or None, signal.kind, at))

    return read


def _time(text: str, zone: ZoneInfo) -> Instant:
    """A time as an export writes it, or as people do: a day means its beginning."""
    if text.endswith("Z"):
        try:
            return from_rfc3339(text)
        except ValueError:
            pass
    try:
        return instant_of(text, zone, "begins")
    except ValueError as error:
        raise ValueError(f"observed_at: {error}") from None


def _plain(text: str) -> float | None:
    """The number of a text that holds nothing but digits, a point and a sign; None: look closer."""
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def write_rows(
    read: Callable[[], Generator[Measured, None, None]],
    told: Callable[[str], tuple[str, Kind]],
    form: Format,
    out: TextIO,
    now: Instant,
) -> None:
    """Write measurements, which `read` gives by signal and time. `told`: a signal's source and kind.

    OpenMetrics ends with `now`: a Prometheus that is given samples of the future refuses all it scrapes until then.
    What is read is closed before this returns or raises: the database may be gone after it.
    """
    if form == "openmetrics":
        _write_openmetrics(read, told, out, now)
        return
    write = _write_csv if form == "csv" else _write_json
    with closing(read()) as measurements:
        write(measurements, out)


def _key(one: Measured) -> str:
    return rfc3339(one.observed_at) if one.key is None else one.key


def _write_csv(measurements: Iterable[Measured], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.signal, rfc3339(one.observed_at), repr(one.value), _key(one)) for one in measurements)


def _write_json(measurements: Iterable[Measured], out: TextIO) -> None:
    for one in measurements:
        row = {
            "signal": one.signal,
            "observed_at": rfc3339(one.observed_at),
            "value": one.value,
            "key": _key(one),
        }
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


_FAMILIES = (
    ("okr_signal_value", "The reading of a level or counter.", False),
    ("okr_signal_events", "The sum of the amounts of the events so far.", True),
)


def _write_openmetrics(
    read: Callable[[], Generator[Measured, None, None]],
    told: Callable[[str], tuple[str, Kind]],
    out: TextIO,
    now: Instant,
) -> None:
    """Samples with their times, for `promtool tsdb create-blocks-from openmetrics`; times in whole milliseconds.

    A family must stand in one piece, so that all is read once for each of the two.
    """
    for name, help_text, events in _FAMILIES:
        out.write(f"# TYPE {name} gauge\n# HELP {name} {help_text}\n")
        with closing(read()) as measurements:
            for signal, ones in groupby(measurements, lambda one: one.signal):
                source, kind = told(signal)
                if (kind is Kind.EVENTS) is events:
                    block = f'{name}{{source="{source}",signal="{signal.partition(".")[2]}"}}'
                    known = takewhile(lambda one: one.observed_at <= now, ones)
                    samples = _samples(known, summed=events)
                    out.writelines(f"{block} {value!r} {at / 1000:.3f}\n" for at, value in samples)
    out.write("# EOF\n")


def _samples(measurements: Iterable[Measured], *, summed: bool) -> Iterator[tuple[int, float]]:
    """(milliseconds, value), the last of each millisecond; `summed`: the running sum of the amounts."""
    total = 0.0
    for at, ones in groupby(measurements, lambda one: one.observed_at // 1000):
        for one in ones:
            total = total + one.value if summed else one.value
        yield at, total

"""`okr import` of a CSV file, against storing the same readings."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.okr.instant import rfc3339
from ingest.store import open_store
from tests.bench.measure import OKR, Figure, command_cpu, cpu, interleaved, median
from tests.bench.store import SIGNALS, Row, names, prepared, rows_of

COUNT = 1_000_000


def configured(home: Path) -> Path:
    """A configuration whose one source has the signals of the readings."""
    lines = ["timezone: UTC", "sources:", "  bench:", "    connector: manual", "    signals:"]
    lines += [f"      {name.removeprefix('bench.')}:\n        kind: level" for name in names()]
    (home / "okr.yaml").write_text("\n".join(lines) + "\n")
    return home / "okr.yaml"


def written(home: Path, rows: Sequence[Row]) -> Path:
    """The readings as `okr export` writes them."""
    known = names()
    with (home / "readings.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("signal", "observed_at", "value", "key"))
        times = {at: rfc3339(at) for at in {row[1] for row in rows}}
        writer.writerows((known[signal - 1], times[at], repr(value), times[at]) for signal, at, value, _ in rows)
    return home / "readings.csv"


def figures() -> Iterator[Figure]:
    assert len(names()) == SIGNALS
    rows = rows_of(COUNT)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        configuration, file = configured(home), written(home, rows)

        def imported() -> float:
            for left in home.glob("okr.db*"):
                left.unlink()
            return command_cpu([OKR, "-c", configuration, "import", file])

        def stored() -> float:
            with tempfile.TemporaryDirectory() as place, open_store(f"sqlite:///{place}/okr.db") as store:
                return cpu(prepared(store, rows))

        ours, theirs = (median(times) for times in interleaved(imported, stored))
    micros = 1e6 / COUNT
    yield Figure(
        f"`okr import` of {COUNT:,} readings as CSV",
        f"{ours * micros:.2f} µs CPU a row",
        f"storing them: {theirs * micros:.2f} µs",
        ours / theirs,
        3.0,
    )

"""10,000 key results over 5,000 signals with 10,000,000 measurements: all of them, one new one, any past time."""

import gc
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import DAY, MINUTE, Instant
from ingest.root import COLLECTED
from ingest.run.taking import Item
from ingest.run.workspace import Workspace
from ingest.store.unit import By, Covered, Kept, Measured, Unit
from tests.bench.measure import Figure, cpu, median

SIGNALS, EACH = 5_000, 2_000
SOURCES = 50
KINDS = ("level", "counter", "events")
SPAN = 730 * DAY
NOW: Instant = 1_782_864_000_000_000
"""2026-07-01, UTC; the period of every key result is 2026."""
TARGETS = {"level": ("+20%", "1500"), "counter": ("5000", "+10% per month"), "events": ("5000", "stay >= 10 per month")}
TURNS = 20
MEBI = 2**20


def kind(number: int) -> str:
    return KINDS[number % len(KINDS)]


def name(number: int) -> str:
    return f"source{number % SOURCES}.s{number // SOURCES}"


def configured(home: Path) -> None:
    """Sources in one file, objectives in others: two key results on each signal, every tenth over two signals."""
    lines = ["timezone: UTC", "sources:"]
    for source in range(SOURCES):
        lines += [f"  source{source}:", "    connector: manual", "    since: 2020-01-01", "    signals:"]
        lines += [f"      s{n // SOURCES}:\n        kind: {kind(n)}" for n in range(source, SIGNALS, SOURCES)]
    (home / "sources.yaml").write_text("\n".join(lines) + "\n")
    for file in range(0, SIGNALS, 500):
        lines = ["objectives:"]
        for first in range(file, file + 500, 5):
            lines += [
                f"  - id: objective{first}",
                f"    title: Objective {first}",
                "    period: 2026",
                "    key_results:",
            ]
            for number in range(first, first + 5):
                for place, target in enumerate(TARGETS[kind(number)]):
                    other = f" + {name((number + 3) % SIGNALS)}" if number % 10 == place else ""
                    lines += [f"      - id: k{number}_{place}", f"        title: More of {number}"]
                    lines += [f"        value: {name(number)}{other}", f'        target: "{target}"']
        (home / f"objectives{file}.yaml").write_text("\n".join(lines) + "\n")


def fill(workspace: Workspace) -> None:
    """Measurements of two years, evenly, with a trend and a wave."""
    step = SPAN // EACH
    for number in range(SIGNALS):
        source, own = f"source{number % SOURCES}", kind(number)
        at = NOW - SPAN + (number % 997) * MINUTE
        told = [
            Measured(
                name(number), at + place * step, _value(own, number, place), str(place) if own == "events" else None
            )
            for place in range(EACH)
        ]
        covered = [Covered(name(number), NOW - SPAN, NOW)]
        [kept] = workspace.store.write(
            [Unit(source, By.IMPORT, NOW, NOW, Ending(Outcome.OK, "ok"), told, covered)], now=NOW
        )
        assert isinstance(kept, Kept)


def _value(own: str, number: int, place: int) -> float:
    if own == "events":
        return 1.0 + (place * 7 + number) % 3
    return 1_000.0 + place * (1 + number % 5) / 10 + (0 if own == "counter" else (place * 13 + number) % 17)


def figures() -> Iterator[Figure]:
    gc.set_threshold(*COLLECTED)  # as `okr` sets it
    what = f"of 10,000 key results over {SIGNALS:,} signals with {SIGNALS * EACH:,} measurements"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        configured(home)
        workspace = Workspace.open(home, {}, clock=lambda: NOW)
        fill(workspace)
        workspace.close()
        for words, bar in (("scores", 20), ("forecasts", 40)):
            seconds, peak = _apart(home, words)
            yield Figure(f"a cold card {what}: {words}", f"{seconds:.3g} s CPU", f"{bar} s", seconds / bar, 1)
            yield Figure(f"its memory: {words}", f"{peak:.0f} MiB", "1 GiB", peak / 1024, 1)
        yield from _warm(home)


def _apart(home: Path, words: str) -> tuple[float, float]:
    """CPU seconds and peak memory (MiB) of a process of its own that opens everything and works out one card."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "tests.bench.large", words, home], check=True, env=dict(os.environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return seconds, after.ru_maxrss / 1024


def _warm(home: Path) -> Iterator[Figure]:
    now = NOW
    workspace = Workspace.open(home, {}, clock=lambda: now)
    workspace.live()
    scores, forecasts = [], []
    for turn in range(TURNS):
        now += MINUTE
        workspace.live()
        own, key = kind(turn), f"new {turn}" if kind(turn) == "events" else None
        workspace.take([Item(name(turn), _value(own, turn, EACH + turn), now, key)])
        named = sorted(workspace.frame.named_by[name(turn)])
        scores.append(cpu(workspace.live) / len(named))
        forecasts.append(cpu(lambda names=named: workspace.foresee(names)) / len(named))  # type: ignore[misc]  # mypy cannot infer a default
    us, ahead = median(scores), median(forecasts)
    yield Figure("what depends on one new measurement, a key result", f"{us * 1e3:.3g} ms", "5 ms", us / 0.005, 1)
    yield Figure("its forecast, a key result", f"{ahead * 1e3:.3g} ms", "5 ms", ahead / 0.005, 1)
    past = [cpu(lambda at=NOW - days * DAY: workspace.card(at)) / 10_000 for days in (3, 30, 170)]  # type: ignore[misc]  # as above
    yield Figure("a past time, a key result", f"{max(past) * 1e3:.3g} ms", "50 ms", max(past) / 0.05, 1)
    workspace.close()


def _cold(words: str, home: Path) -> None:
    gc.set_threshold(*COLLECTED)
    with Workspace.open(home, {}, clock=lambda: NOW) as workspace:
        card = workspace.scorecard.card(NOW, ahead=words == "forecasts")
    assert sum(one.score.progress is not None for one in card.key_results()) == 2 * SIGNALS


def main(words: Sequence[str]) -> None:
    _cold(words[0], Path(words[1]))


if __name__ == "__main__":
    main(sys.argv[1:])

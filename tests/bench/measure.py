"""How things are measured: interleaved runs, medians, CPU time; a figure is a ratio within one run."""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 5
OKR = Path(sys.executable).with_name("okr")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    ours: str
    against: str
    ratio: float
    bar: float
    at_least: bool = False
    """The bar is a floor, not a ceiling."""

    @property
    def holds(self) -> bool:
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar

    def row(self) -> str:
        bar = f"{'≥' if self.at_least else '≤'} {self.bar:g}"
        holds = "yes" if self.holds else "**no**"
        return f"| {self.what} | {self.ours} | {self.against} | {self.ratio:.3g} | {bar} | {holds} |"


HEADER = "| what | ours | against | ratio | bar | holds |\n| --- | --- | --- | --- | --- | --- |"


def cpu(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """CPU seconds that a call takes: of this process with all its threads, or what `clock` counts."""
    gc.collect()
    before = clock()
    work()
    return clock() - before


def interleaved(
    ours: Callable[[], float], theirs: Callable[[], float], runs: int = RUNS
) -> tuple[list[float], list[float]]:
    """What each of two measurements says, in turn, so that a machine that slows down slows both."""
    figures: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        figures[0].append(ours())
        figures[1].append(theirs())
    return figures


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def command_cpu(words: Sequence[str | os.PathLike[str]]) -> float:
    """CPU seconds of a whole program, as a user has it: with the bytecode that Python keeps."""
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"

"""How long commands take, against the bare start of Python."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import OKR, Figure, command_cpu, interleaved, median, milliseconds

BARE = [sys.executable, "-c", "pass"]


def twenty_sources() -> str:
    """A configuration of 20 sources and as many key results."""
    lines = ["timezone: UTC", "sources:"]
    for n in range(20):
        lines += [f"  sheet{n}:", "    connector: spreadsheet", f"    path: sheet{n}.csv", "    signals:"]
        lines += ["      people:", "        column: People"]
    lines += ["objectives:", "  - id: growth", "    title: Grow", "    period: 2026", "    key_results:"]
    for n in range(20):
        lines += [f"      - id: people{n}", f"        title: More people on {n}", f"        value: sheet{n}.people"]
        lines += ["        target: +10%"]
    return "\n".join(lines) + "\n"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "okr.yaml").write_text(twenty_sources())
        command_cpu([OKR, "init", "--demo", home / "demo"])
        demo = home / "demo" / "okr.yaml"
        command_cpu([OKR, "-c", demo, "pull"])
        for what, words, bar in (
            ("`okr --help`", ["--help"], 12.0),
            ("`okr check` of 20 sources", ["-c", home / "okr.yaml", "check"], 40.0),
            ("`okr status` on the demo", ["-c", demo, "status"], 60.0),
        ):
            command_cpu([OKR, *words])  # once, so that its bytecode is kept
            ours, bare = interleaved(lambda words=words: command_cpu([OKR, *words]), lambda: command_cpu(BARE), 11)  # type: ignore[misc]
            us, them = median(ours), median(bare)
            yield Figure(what, f"{milliseconds(us)} CPU", f"bare Python: {milliseconds(them)}", us / them, bar)

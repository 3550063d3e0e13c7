"""A configuration in a folder, a database file and a clock that stands still: what the tests of the runtime live in."""

from pathlib import Path
from textwrap import dedent, indent
from zoneinfo import ZoneInfo

from ingest.okr.instant import Instant, from_rfc3339
from ingest.okr.score import Score
from ingest.okr.when import instant_of
from ingest.run.pull import Patience
from ingest.run.taking import Item
from ingest.run.workspace import Workspace

QUICK = Patience(tries=2, first=0.001)


class Wall:
    """A clock that is set by hand."""

    def __init__(self, text: str) -> None:
        self.at = from_rfc3339(text)

    def __call__(self) -> Instant:
        return self.at

    def set(self, text: str) -> None:
        self.at = from_rfc3339(text)


class World:
    """Signals `hand.<name>` kept by hand, `file.<name>` read from data.csv, and key results of objective `o`."""

    def __init__(self, folder: Path, now: str = "2026-07-01T00:00:00Z") -> None:
        self.folder, self.wall = folder, Wall(now)
        self.signals = {"level": "level", "other": "level", "count": "events", "views": "counter"}
        self.sources = ""
        self.workspaces: list[Workspace] = []

    def write(self, key_results: str, period: str = "2026") -> Path:
        """okr.yaml with these key results; `- id: …` lines."""
        signals = "\n".join(f"      {name}: {{kind: {kind}}}" for name, kind in self.signals.items())
        text = (
            "timezone: UTC\nsources:\n  hand:\n    connector: manual\n    signals:\n"
            f"{signals}\n{indent(dedent(self.sources), '  ')}\n"
            f"objectives:\n  - id: o\n    title: Objective\n    period: {period}\n    key_results:\n"
            f"{indent(dedent(key_results).strip(), '      ')}\n"
        )
        path = self.folder / "okr.yaml"
        path.write_text(text)
        return path

    def open(self, key_results: str, period: str = "2026") -> Workspace:
        workspace = Workspace.open(self.write(key_results, period), {}, clock=self.wall)
        self.workspaces.append(workspace)
        return workspace

    def close(self) -> None:
        for workspace in self.workspaces:
            workspace.close()

    def at(self, text: str) -> Instant:
        """A time, or the beginning of a day, in UTC."""
        return instant_of(text, ZoneInfo("UTC"), "begins")

    def item(self, signal: str, value: float, day: str, key: str | None = None) -> Item:
        return Item(signal, value, self.at(day), key)


def score_of(workspace: Workspace, name: str, at: Instant | None = None, known_at: Instant | None = None) -> Score:
    card = workspace.card(at, known_at)
    return next(one.score for one in card.key_results() if one.key_result.name == f"o.{name}")

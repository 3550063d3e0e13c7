"""The roster: every source of the running service, how it stands, what it is given next, and when it is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.config.model import Config, Source
from ingest.okr.instant import FOREVER, Instant
from ingest.run.health import standings
from ingest.run.memory import advanced, memories
from ingest.run.pull import Memory
from ingest.run.standing import Standing, after, due_at
from ingest.store.reader import Reader
from ingest.store.unit import Unit


@dataclass(slots=True)
class Entry:
    source: Source
    standing: Standing | None
    memory: Memory
    due: Instant
    """When it is to be pulled next; `FOREVER`: never."""


class Roster:
    """Kept in memory, so that a turn of thousands of sources asks the database nothing."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._zone = ZoneInfo("UTC")

    def fill(self, reader: Reader, config: Config) -> None:
        """Take on the sources of a configuration, with what the database knows of them."""
        known, remembered = standings(reader), memories(reader, config.sources.values())
        self._zone = config.zone
        self.entries = {
            name: Entry(source, known.get(name), remembered[name], self._due(source, known.get(name)))
            for name, source in config.sources.items()
        }

    def standings(self) -> dict[str, Standing]:
        return {name: entry.standing for name, entry in self.entries.items() if entry.standing is not None}

    def due(self, names: Iterable[str], at: Instant) -> list[str]:
        """Those of these sources that are due at a time."""
        entries = self.entries
        return [name for name in names if (entry := entries.get(name)) is not None and entry.due <= at]

    def standing(self, source: str) -> Standing | None:
        entry = self.entries.get(source)
        return None if entry is None else entry.standing

    def pulled(self, unit: Unit, before: Standing | None) -> None:
        """Write down a pull that was kept; `before`: how the source stood until then, since what was read from the
        database meanwhile may hold this pull already. One that is gone meanwhile is left out."""
        entry = self.entries.get(unit.source)
        if entry is not None:
            entry.standing = after(before, unit)
            entry.memory = advanced(entry.memory, unit)
            entry.due = self._due(entry.source, entry.standing)

    def sent(self, unit: Unit) -> Standing | None:
        """Write down something that was sent to a source; how it stood before."""
        entry = self.entries.get(unit.source)
        if entry is None:
            return None
        before, entry.standing = entry.standing, after(entry.standing, unit)
        return before

    def _due(self, source: Source, standing: Standing | None) -> Instant:
        due = due_at(source, standing, self._zone)
        return FOREVER if due is None else due

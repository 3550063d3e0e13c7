"""The rota: sources are pulled at their turns, by clock and pullers, and each pull is kept by the one writer."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from ingest.config.model import Config, Every
from ingest.connector.outcome import Outcome
from ingest.okr.instant import MINUTE, SECOND, Instant
from ingest.run.clock import Clock
from ingest.run.health import SourceHealth, source_healths
from ingest.run.memory import asking
from ingest.run.name import UnknownName, meant
from ingest.run.observer import Observer
from ingest.run.pull import Means, pull, seconds
from ingest.run.pullers import Pullers
from ingest.run.roster import Roster
from ingest.run.round import Pulled, kept
from ingest.run.standing import Standing
from ingest.run.workspace import Workspace
from ingest.run.writer import Writer
from ingest.store.error import StoreError
from ingest.store.unit import Kept, Unit

logger = logging.getLogger("okr")


class Rota:
    """Use on one event loop. `committed` is called after each commit of a pull, `tick` at each minute."""

    def __init__(
        self,
        workspace: Workspace,
        writer: Writer,
        observer: Observer,
        *,
        limit: int,
        committed: Callable[[Unit, Kept], None],
        tick: Callable[[], None],
    ) -> None:
        self.workspace = workspace
        self._writer, self._observer = writer, observer
        self._committed, self._tick = committed, tick
        self._roster = Roster()
        self._pullers = Pullers(self._pull, limit=limit, handed_over=self._handed_over)
        self._clock = Clock(workspace.config.zone, self._fire)
        self._last: dict[str, Pulled] = {}
        """The newest pull of each source, without its measurements."""
        self._means: Means

    def start(self, means: Means) -> None:
        """Plan the turns, and pull what is due: what is new, and what had its turn while nobody ran."""
        self._means = means
        self.reread()
        self._pullers.start()
        self._plan(self.workspace.config)
        self._pull_overdue()

    async def stop(self, grace: float) -> None:
        """No new pull; running ones get so many seconds and are then given up."""
        self._clock.stop()
        await self._pullers.stop(grace)

    def reread(self) -> None:
        """Take on what the database and the configuration say of the sources."""
        with self.workspace.store.read() as reader:
            self._roster.fill(reader, self.workspace.config)

    def use(self, config: Config) -> None:
        """Run on with another configuration, whose definitions are in the store."""
        if config.zone != self._clock.zone:
            self._clock.stop()
            self._clock = Clock(config.zone, self._fire)
            self._plan(config)
        else:
            self._replan(config)
        self._means = replace(self._means, zone=config.zone, home=config.home)
        self.reread()
        self._pull_overdue()

    def sources(self) -> tuple[SourceHealth, ...]:
        """How the sources are, from memory."""
        return source_healths(self.workspace.config, self._roster.standings(), self.workspace.now())

    def pulling(self) -> frozenset[str]:
        """Sources that are being pulled, or wait for a puller."""
        return frozenset(name for name in self._roster.entries if self._pullers.running(name))

    def sent(self, unit: Unit) -> None:
        """Something was sent to a source."""
        tell(unit, self._roster.sent(unit))

    async def pull(self, source: str) -> Pulled:
        """Pull one source now, or join the pull of it that is running."""
        entry = self._roster.entries.get(source)
        if entry is None:
            raise UnknownName(f"there is no source {source!r}{meant(source, self._roster.entries)}")
        if entry.source.schedule is None:
            raise UnknownName(entry.source.problem or f"{source} is not pulled: its measurements are sent or recorded")
        self._last.pop(source, None)
        await self._pullers.join(source, self.workspace.now())
        if source not in self._last:
            raise StoreError(f"the pull of {source} could not be kept; the log says why")
        return self._last[source]

    def _plan(self, config: Config) -> None:
        for source in config.sources.values():
            if source.schedule is not None:
                self._clock.add(source.id, source.schedule)
        self._clock.call(Every(MINUTE), lambda due: self._tick())
        self._clock.start()

    def _fire(self, sources: Iterable[str], due: Instant) -> None:
        self._pullers.due(self._roster.due(sources, due), due)

    def _pull_overdue(self) -> None:
        """Sources whose turn passed while nobody ran, and those that are new or changed."""
        now = self.workspace.now()
        self._pullers.due(self._roster.due(self._roster.entries, now), now)

    def _handed_over(self, source: str, due: Instant) -> None:
        self._observer.late(max(0, self.workspace.now() - due) / SECOND)

    async def _pull(self, name: str) -> None:
        entry = self._roster.entries.get(name)
        if entry is None or entry.source.schedule is None:
            return  # gone since it became due
        source = entry.source
        unit = await pull(source, self._means, asking(entry.memory, self.workspace.frame, source, self.workspace.now()))
        self._observer.pulled(name, source.kind, unit.ending.outcome, seconds(unit))
        before = self._roster.standing(name)
        try:
            unit, one = await kept(self._writer, unit)
        except StoreError as error:
            logger.error("%s was pulled and could not be kept, and is pulled again at its next turn: %s", name, error)
            return
        self._roster.pulled(unit, before)
        tell(unit, before)
        self._last[name] = Pulled(name, replace(unit, measurements=()), one)
        self._committed(unit, one)
        if self._roster.due([name], self.workspace.now()):
            asyncio.get_running_loop().call_soon(self._pull_overdue)  # its settings changed while it ran

    def _replan(self, config: Config) -> None:
        """Move in the clock what has another schedule now."""
        before = {name: entry.source.schedule for name, entry in self._roster.entries.items()}
        after = {name: source.schedule for name, source in config.sources.items()}
        for name in before.keys() | after.keys():
            old, new = before.get(name), after.get(name)
            if old != new:
                if old is not None:
                    self._clock.remove(name, old)
                if new is not None:
                    self._clock.add(name, new)


def tell(unit: Unit, before: Standing | None) -> None:
    """Log a pull whose outcome is not that of the one before: once when a source fails, and once when it recovers; and
    once what is to be done although all is well."""
    ending = unit.ending
    was = Outcome.OK if before is None else before.outcome
    if ending.outcome is Outcome.OK and ending.cure and (before is None or before.cure != ending.cure):
        logger.warning("%s: %s; %s", unit.source, ending.message, ending.cure)
    if ending.outcome is was:
        return
    if ending.is_ok:
        logger.info("%s answers again", unit.source)
    else:
        cure = f"; {ending.cure}" if ending.cure else ""
        logger.warning("%s is %s: %s%s", unit.source, ending.outcome, ending.message, cure)

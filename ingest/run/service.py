"""What `okr serve` runs beside the web: clock, pullers, writer, reload and the minute's tick, with its state for faces.

Everything here runs on one event loop; `workspace` may be read from threads.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace

from ingest.config.model import Config, ConfigError, Every
from ingest.connector.outcome import Ending, Outcome
from ingest.okr.instant import MINUTE, SECOND, Instant
from ingest.run.card import Card
from ingest.run.clock import Clock
from ingest.run.health import SourceHealth, source_healths
from ingest.run.memory import asking
from ingest.run.name import UnknownName, meant
from ingest.run.observer import Observer as Observer
from ingest.run.observer import Unobserved
from ingest.run.poll import Poll
from ingest.run.pull import Means, Patience, pull, seconds
from ingest.run.pullers import GRACE, LIMIT, Pullers
from ingest.run.roster import Roster
from ingest.run.round import Pulled, kept, means_of
from ingest.run.standing import Standing
from ingest.run.taking import Item, Refusal, Taken
from ingest.run.watch import after_reading, footprint
from ingest.run.workspace import Workspace
from ingest.run.writer import Writer
from ingest.store.error import StoreError
from ingest.store.unit import By, Kept, Unit

logger = logging.getLogger("okr")


@dataclass(frozen=True, slots=True)
class Reload:
    """How the last reading of the configuration ended; `problems` are empty where it is in use."""

    at: Instant
    successful: bool
    problems: tuple[str, ...] = ()


class Service:
    """Start, reload and stop; what the faces ask of a running service."""

    def __init__(
        self,
        workspace: Workspace,
        observer: Observer | None = None,
        *,
        limit: int = LIMIT,
        patience: Patience | None = None,
        glance: float = 1.0,
    ) -> None:
        """`glance`: how many seconds apart it looks whether files or, by another process, the database changed."""
        self.workspace = workspace
        self.ready = False
        """The database is open, definitions are in it and the clock runs; False again while it stops."""
        self.last_reload = Reload(workspace.now(), True)
        """Not successful: the last good configuration runs on."""
        self._observer = observer or Unobserved()
        self._patience, self._glance = patience, glance
        self._roster = Roster()
        self._writer = Writer(lambda units: workspace.store.write(units, now=workspace.now()))
        self._pullers = Pullers(self._pull, limit=limit, handed_over=self._handed_over)
        self._clock = Clock(workspace.config.zone, self._fire)
        self._last: dict[str, Pulled] = {}
        self._poll = Poll()
        self._seen = footprint(workspace.config)
        self._reloading = asyncio.Lock()
        self._written = asyncio.Event()
        self._open = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._card_listeners: list[Callable[[Card], None]] = []
        self._config_listeners: list[Callable[[Config], None]] = []
        self._means: Means

    async def start(self) -> None:
        """Open the store (a second service on one SQLite file is refused), plan the pulls, run the pullers."""
        workspace = self.workspace
        self._open.callback(workspace.close)
        self._open.enter_context(workspace.opened.lock())
        store = workspace.store
        self._means = await self._open.enter_async_context(
            means_of(workspace.config, store, workspace.now, self._patience)
        )
        with store.read() as reader:
            self._roster.fill(reader, workspace.config)
            self._poll.begin(reader)
        self._observer.configured(workspace.config)
        self._observer.reloaded(True, workspace.now())
        self._writer.start()
        self._pullers.start()
        self._plan(workspace.config)
        self._clock.call(Every(MINUTE), lambda due: self._written.set())
        self._clock.start()
        self._written.set()
        self._tasks = [asyncio.create_task(self._refresh_forever()), asyncio.create_task(self._look_forever())]
        self._pull_overdue()
        self.ready = True

    async def stop(self, grace: float = GRACE) -> None:
        """Within 10 s: no new pull, running ones get 5 s and are then given up without harm, the writer is flushed."""
        self.ready = False
        self._clock.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pullers.stop(grace)
        await self._writer.close()
        await self._open.aclose()

    async def reload(self) -> Reload:
        """Read the configuration again. Only changed sources restart; no running pull is lost."""
        async with self._reloading:
            before = footprint(self.workspace.config)
            try:
                config = await asyncio.to_thread(self.workspace.read_config)
                await self._writer.call(lambda: self.workspace.apply(config))
            except ConfigError as error:
                problems = tuple(map(str, error.problems))
            except (StoreError, OSError) as error:
                problems = (str(error),)
            else:
                self._use(config)
                problems = ()
            for problem in problems:
                logger.error("the configuration cannot be used, the last good one runs on: %s", problem)
            self._seen = after_reading(before, footprint(self.workspace.config))
            self.last_reload = Reload(self.workspace.now(), not problems, problems)
            self._observer.reloaded(not problems, self.last_reload.at)
            self._written.set()
            return self.last_reload

    # What the faces ask

    def card(self) -> Card:
        """The card of the last whole minute; call it in a thread where something may have been written since."""
        return self.workspace.live()

    def sources(self) -> tuple[SourceHealth, ...]:
        """How the sources are, from memory."""
        return source_healths(self.workspace.config, self._roster.standings(), self.workspace.now())

    async def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """As `Workspace.take`, through the one writer."""
        try:
            parcel = self.workspace.parcel(items, by)
        except Refusal:
            self._count_refused(items)
            raise
        kept_units = await self._writer.keep_all(parcel.units, soon=True)
        for unit, one in zip(parcel.units, kept_units, strict=True):
            if unit.by is By.PUSH:
                self._roster.sent(unit)
            self._keep_in_mind(unit, one)
        return parcel.taken(kept_units)

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

    def on_card(self, listener: Callable[[Card], None]) -> None:
        """Call `listener` on the event loop with each new card (a minute went by, or something was written)."""
        self._card_listeners.append(listener)

    def on_config(self, listener: Callable[[Config], None]) -> None:
        """Call `listener` on the event loop with each configuration that takes the place of the one before."""
        self._config_listeners.append(listener)

    # Turns

    def _plan(self, config: Config) -> None:
        for source in config.sources.values():
            if source.schedule is not None:
                self._clock.add(source.id, source.schedule)

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
        try:
            unit, one = await kept(self._writer, unit)
        except StoreError as error:
            logger.error("%s was pulled and could not be kept, and is pulled again at its next turn: %s", name, error)
            return
        tell(unit, self._roster.pulled(unit))
        self._last[name] = Pulled(name, replace(unit, measurements=()), one)
        self._keep_in_mind(unit, one)
        if self._roster.due([name], self.workspace.now()):
            asyncio.get_running_loop().call_soon(self._pull_overdue)  # its settings changed while it ran

    def _keep_in_mind(self, unit: Unit, one: Kept) -> None:
        """What follows from a commit: counted, and the scores that depend on it made anew."""
        self._observer.received(unit.source, one, unit.refused)
        self._poll.own(one)
        self.workspace.touch(one.signals)
        self._written.set()

    def _count_refused(self, items: Sequence[Item]) -> None:
        for source in self.workspace.config.sources:
            refused = sum(item.signal.partition(".")[0] == source for item in items)
            if refused:
                self._observer.received(source, Kept(0, 0), refused)

    # What happens by itself

    async def _refresh_forever(self) -> None:
        """A new card for each minute, and soon after something was written."""
        while True:
            await self._written.wait()
            self._written.clear()
            with _surviving("the scores cannot be brought up to date"):
                card = await asyncio.to_thread(self.workspace.live)
                if await self._writer.call(self.workspace.freeze_known):
                    card = await asyncio.to_thread(self.workspace.live)
                for listener in self._card_listeners:
                    listener(card)
            await asyncio.sleep(self._glance)

    async def _look_forever(self) -> None:
        """Notice changed files, and what other processes wrote."""
        while True:
            await asyncio.sleep(self._glance)
            with _surviving("what changed cannot be looked up"):
                if await asyncio.to_thread(footprint, self.workspace.config) != self._seen:
                    await asyncio.sleep(self._glance / 4)  # an editor may be writing several files
                    await self.reload()
                await self._notice_others()

    async def _notice_others(self) -> None:
        """`okr record`, `okr pull` and `okr rebaseline` beside the service."""
        foreign = await asyncio.to_thread(self._poll.look, self.workspace.store)
        if foreign is None:
            return
        if foreign:
            self.workspace.touch(foreign)
        else:
            self.workspace.scorecard.touch_all()
        self._written.set()
        with self.workspace.store.read() as reader:
            self._roster.fill(reader, self.workspace.config)

    def _use(self, config: Config) -> None:
        """Run on with another configuration, whose definitions are in the store."""
        if config.zone != self._clock.zone:
            self._clock.stop()
            self._clock = Clock(config.zone, self._fire)
            self._clock.call(Every(MINUTE), lambda due: self._written.set())
            self._plan(config)
            self._clock.start()
        else:
            self._replan(config)
        self._means = replace(self._means, zone=config.zone, home=config.home)
        with self.workspace.store.read() as reader:
            self._roster.fill(reader, config)
        self._observer.configured(config)
        for listener in self._config_listeners:
            listener(config)
        self._pull_overdue()

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


@contextmanager
def _surviving(what: str) -> Iterator[None]:
    """What runs as long as the service does outlives its errors, and logs them."""
    try:
        yield
    except StoreError as error:
        logger.error("%s: %s", what, error)
    except Exception:
        logger.exception("%s", what)


def tell(unit: Unit, before: Standing | None) -> None:
    """Log a pull whose outcome is not that of the one before: once when a source fails, and once when it recovers."""
    ending: Ending = unit.ending
    was = Outcome.OK if before is None else before.outcome
    if ending.outcome is was:
        return
    if ending.outcome is Outcome.OK:
        logger.info("%s answers again", unit.source)
    else:
        cure = f"; {ending.cure}" if ending.cure else ""
        logger.warning("%s is %s: %s%s", unit.source, ending.outcome, ending.message, cure)

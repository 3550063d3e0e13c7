"""What `okr serve` runs beside the web: clock, pullers, writer, reload and the minute's tick, with its state for faces.

Everything here runs on one event loop; `workspace` may be read from threads.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from typing import TypeVar

from ingest.config.model import Config
from ingest.run.card import Card
from ingest.run.health import SourceHealth
from ingest.run.observer import Observer, Unobserved
from ingest.run.poll import Poll
from ingest.run.pull import Patience
from ingest.run.pullers import GRACE, LIMIT
from ingest.run.reload import Reload, Reloading
from ingest.run.rota import Rota
from ingest.run.round import Pulled, means_of
from ingest.run.taking import Item, Refusal, Taken
from ingest.run.workspace import Workspace
from ingest.run.writer import Writer
from ingest.store.decision import Decided
from ingest.store.error import StoreError
from ingest.store.unit import By, Kept, Unit

T = TypeVar("T")

logger = logging.getLogger("okr")
FORESEEN = 100
"""Forecasts that are worked out between two looks at what else is to be done."""


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
        self._observer = observer or Unobserved()
        self._patience, self._glance = patience, glance
        self._writer = Writer(lambda units: workspace.store.write(units, now=workspace.now()))
        self._rota = Rota(
            workspace,
            self._writer,
            self._observer,
            limit=limit,
            committed=self._keep_in_mind,
            tick=lambda: self._written.set(),
        )
        self._poll = Poll()
        self._reloading = Reloading(workspace, self._writer, self._use)
        self._written, self._scored = asyncio.Event(), asyncio.Event()
        self._open = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._card_listeners: list[Callable[[Card], None]] = []
        self._config_listeners: list[Callable[[Config], None]] = []

    async def start(self) -> None:
        """Open the store (a second service on one SQLite file is refused), plan the pulls, run the pullers."""
        workspace = self.workspace
        self._open.callback(workspace.close)
        self._open.enter_context(workspace.opened.lock())
        store = workspace.store
        means = await self._open.enter_async_context(means_of(workspace.config, store, workspace.now, self._patience))
        with store.read() as reader:
            self._poll.begin(reader)
        self._observer.configured(workspace.config)
        self._observer.reloaded(True, workspace.now())
        self._writer.start()
        self._rota.start(means)
        self._written.set()
        forever = (self._refresh_forever(), self._foresee_forever(), self._look_forever())
        self._tasks = [asyncio.create_task(one) for one in forever]
        self.ready = True

    async def stop(self, grace: float = GRACE) -> None:
        """Within 10 s: no new pull, running ones get 5 s and are then given up without harm, the writer is flushed."""
        self.ready = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._rota.stop(grace)
        await self._writer.close()
        await self._open.aclose()

    @property
    def last_reload(self) -> Reload:
        """Not successful: the last good configuration runs on."""
        return self._reloading.last

    async def reload(self) -> Reload:
        """Read the configuration again. Only changed sources restart; no running pull is lost."""
        ended = await self._reloading.reload()
        self._observer.reloaded(ended.successful, ended.at)
        self._written.set()
        return ended

    # What the faces ask

    def card(self) -> Card:
        """The card of the last whole minute; call it in a thread where something may have been written since."""
        return self.workspace.live()

    def sources(self) -> tuple[SourceHealth, ...]:
        """How the sources are, from memory."""
        return self._rota.sources()

    def pulling(self) -> frozenset[str]:
        """Sources that are being pulled right now, or wait for a puller."""
        return self._rota.pulling()

    async def take(self, items: Sequence[Item], by: By = By.PUSH) -> tuple[Taken, ...]:
        """As `Workspace.take`, through the one writer."""
        try:
            parcel = self.workspace.parcel(items, by)
        except Refusal:
            self._count_refused(items)
            raise
        return parcel.taken(await self.keep(parcel.units))

    async def keep(self, units: Sequence[Unit]) -> Sequence[Kept]:
        """Keep what was handed in, in one commit; what the store raised for one of the units is raised."""
        kept_units = await self._writer.keep_all(units, soon=True)
        for unit, one in zip(units, kept_units, strict=True):
            if unit.by is By.PUSH:
                self._rota.sent(unit)
            self._keep_in_mind(unit, one)
        return kept_units

    async def decide(self, signal: str, key: str, *, accepted: bool) -> Decided:
        """As `Workspace.decide`, between the commits of the one writer."""
        told = f"API: {'accept' if accepted else 'reject'}"
        decide = partial(self.workspace.decide, signal, key, accepted=accepted, note=told)
        decided = await self._writer.call(decide)
        self._poll.own(decided.kept)
        self._written.set()
        return decided

    async def note(self, name: str, text: str) -> None:
        """As `Workspace.note`, between the commits of the one writer."""
        await self._writer.call(partial(self.workspace.note, name, text))

    def repeated(self, unit: Unit) -> None:
        """A unit was not kept, since its delivery had come before: its measurements are counted as duplicates."""
        self._observer.received(unit.source, Kept(0, 0, duplicate=len(unit.measurements)), 0)

    async def call(self, function: Callable[[], T]) -> T:
        """What a function returns that writes to the store, run between the commits of the one writer."""
        return await self._writer.call(function)

    async def pull(self, source: str) -> Pulled:
        """Pull one source now, or join the pull of it that is running."""
        return await self._rota.pull(source)

    def on_card(self, listener: Callable[[Card], None]) -> None:
        """Call `listener` on the event loop with each new card (a minute went by, or something was written)."""
        self._card_listeners.append(listener)

    def on_config(self, listener: Callable[[Config], None]) -> None:
        """Call `listener` on the event loop with each configuration that takes the place of the one before."""
        self._config_listeners.append(listener)

    # What happens by itself

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

    async def _refresh_forever(self) -> None:
        """A new card for each minute, and soon after something was written."""
        while True:
            await self._written.wait()
            self._written.clear()
            with _surviving("the scores cannot be brought up to date"):
                card = await asyncio.to_thread(self.workspace.live)
                if await self._writer.call(self.workspace.freeze_known):
                    card = await asyncio.to_thread(self.workspace.live)
                self._tell(card)
                self._scored.set()
                await asyncio.to_thread(self.workspace.renew_trails)
            await asyncio.sleep(self._glance)

    async def _foresee_forever(self) -> None:
        """Forecasts follow the scores, a few at a time, so that nobody waits for them."""
        while True:
            await self._scored.wait()
            self._scored.clear()
            with _surviving("forecasts cannot be brought up to date"):
                while await asyncio.to_thread(self.workspace.foresee, most=FORESEEN):
                    self._tell(await asyncio.to_thread(self.workspace.live))

    def _tell(self, card: Card) -> None:
        for listener in self._card_listeners:
            listener(card)

    async def _look_forever(self) -> None:
        """Notice changed files, and what other processes wrote."""
        while True:
            await asyncio.sleep(self._glance)
            with _surviving("what changed cannot be looked up"):
                if await asyncio.to_thread(self._reloading.is_due):
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
        self.workspace.settler.reopen(self.workspace.frame.key_results)
        self._written.set()
        self._rota.reread()

    def _use(self, config: Config) -> None:
        """Run on with another configuration, whose definitions are in the store."""
        self._rota.use(config)
        self._observer.configured(config)
        for listener in self._config_listeners:
            listener(config)


@contextmanager
def _surviving(what: str) -> Iterator[None]:
    """What runs as long as the service does outlives its errors, and logs them."""
    try:
        yield
    except StoreError as error:
        logger.error("%s: %s", what, error)
    except Exception:
        logger.exception("%s", what)

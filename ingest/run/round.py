"""A round of pulls on an event loop: what all pulls share, and one source asked and kept after another's fashion."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.config.model import Config, Source
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.seen import Seen
from ingest.connector.slots import Slots
from ingest.okr.instant import Instant
from ingest.run.frame import Frame
from ingest.run.memory import asking, memories
from ingest.run.pull import Means, Memory, Patience, pull, seen
from ingest.run.pullers import LIMIT
from ingest.run.writer import Writer
from ingest.store.error import UnitError
from ingest.store.store import Store
from ingest.store.unit import UNCHANGED, Kept, Unit

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Pulled:
    """How one pull ended and what it brought. `kept` is None in a dry run."""

    source: str
    unit: Unit
    kept: Kept | None
    seen: Seen | None = None
    """What the credential can see, where that was asked and the pull went well."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Told while sources are pulled: a source `started`, or `ended` with what came of it."""

    source: str
    pulled: Pulled | None
    """None when it started."""
    done: int
    total: int


@asynccontextmanager
async def means_of(
    config: Config, store: Store, now: Callable[[], Instant], patience: Patience | None = None
) -> AsyncIterator[Means]:
    """What all pulls on this loop share; the client is opened when the first request needs it."""
    with store.read() as reader:
        key = reader.salt()
    client: httpx.AsyncClient | None = None

    def opened() -> "httpx.AsyncClient":
        nonlocal client
        if client is None:
            from ingest.run.http import open_client

            client = open_client()
        return client

    try:
        yield Means(
            client=opened,
            zone=config.zone,
            home=config.home,
            key=key,
            now=now,
            slots=Slots(),
            patience=patience or Patience(),
        )
    finally:
        if client is not None:
            await client.aclose()


async def kept(writer: Writer, unit: Unit) -> tuple[Unit, Kept]:
    """Keep a pull's unit. One that cannot be kept, because a listing is suddenly empty, becomes a broken run."""
    try:
        return unit, await writer.keep(unit)
    except UnitError as error:
        broken = replace(
            unit,
            ending=Ending(Outcome.BROKEN, str(error)),
            measurements=(),
            coverage=(),
            cursor=UNCHANGED,
            refused=len(unit.measurements),
            credential_expires_at=None,
        )
        return broken, await writer.keep(broken)


@dataclass(frozen=True, slots=True)
class _Round:
    """What is done with each source of a round; see `pull_round`."""

    frame: Frame
    writer: Writer
    known: Mapping[str, Memory]
    now: Callable[[], Instant]
    since: Instant | None
    dry_run: bool
    look: bool

    async def pulled(self, source: Source, means: Means) -> Pulled:
        memory = Memory() if self.look else self.known[source.id]
        unit = await pull(source, means, asking(memory, self.frame, source, self.now(), self.since))
        if self.look and unit.ending.is_ok:
            return Pulled(source.id, unit, None, await seen(source, means))
        if self.look or self.dry_run:
            return Pulled(source.id, unit, None)
        return Pulled(source.id, *await kept(self.writer, unit))


async def pull_round(
    config: Config,
    frame: Frame,
    store: Store,
    sources: Sequence[Source],
    *,
    now: Callable[[], Instant],
    since: Instant | None = None,
    dry_run: bool = False,
    look: bool = False,
    progress: Callable[[Progress], None] = lambda told: None,
    patience: Patience | None = None,
) -> list[Pulled]:
    """Pull these sources once, several at a time; in their order.

    `look`: nothing is stored, each is asked as at the first time, and what its credential can see besides.
    """
    writer = Writer(lambda units: store.write(units, now=now()))
    with store.read() as reader:
        one_round = _Round(frame, writer, memories(reader, sources), now, since, dry_run, look)
    free, done = asyncio.Semaphore(LIMIT), 0

    async def one(source: Source, means: Means) -> Pulled:
        nonlocal done
        async with free:
            progress(Progress(source.id, None, done, len(sources)))
            found = await one_round.pulled(source, means)
            done += 1
            progress(Progress(source.id, found, done, len(sources)))
            return found

    writer.start()
    try:
        async with means_of(config, store, now, patience) as means, asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one(source, means)) for source in sources]
    finally:
        await writer.close()
    return [task.result() for task in running]

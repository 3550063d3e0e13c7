"""One pull of one source: ask, check, stamp, and hand over one unit. The only place that catches, times and retries.

A pull always ends as a unit. One that failed holds how it failed and nothing else.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.config.model import Source
from ingest.connector.ask import Ask
from ingest.connector.drain import drain
from ingest.connector.limits import Limits
from ingest.connector.outcome import Ending, Outcome, SourceError, Unavailable, as_source_error, ending_of
from ingest.connector.seen import Seen
from ingest.okr.instant import SECOND, Instant, moment
from ingest.run.intake import Intake, intake
from ingest.store.unit import By, Unit

if TYPE_CHECKING:
    import httpx

    from ingest.connector.slots import Slots

MANY = 2_000
"""Readings whose stamping would hold up the loop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and how many seconds apart, an unavailable source is asked again within its turn."""

    tries: int = 3
    first: float = 1.0
    factor: float = 4.0

    def delay(self, tried: int) -> float:
        """Seconds before the next try, with jitter, so that sources which failed together do not come back so."""
        return self.first * self.factor ** (tried - 1) * random.uniform(0.5, 1.5)


@dataclass(frozen=True)
class Means:
    """What every pull of a process shares."""

    client: "Callable[[], httpx.AsyncClient]"
    """Called at the first request; the same client for all."""
    zone: ZoneInfo
    home: Path
    key: bytes = field(repr=False)
    now: Callable[[], Instant]
    slots: "Slots | None" = None
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of earlier pulls of a source and given to the next one."""

    since: Instant | None = None
    """How far back history is wanted."""
    cursor: Any = None
    covered_until: Mapping[str, Instant] = field(default_factory=dict)
    """By full signal name."""


async def pull(source: Source, means: Means, memory: Memory) -> Unit:
    """Ask a source, some times if it is unavailable, within one deadline. Raises nothing but cancellation."""
    started = means.now()
    longest = means.limits.pull
    try:
        async with asyncio.timeout(longest):
            return await _tries(source, means, memory, started)
    except TimeoutError:
        return _failed(source, means, started, Unavailable(f"the pull took longer than {longest:g} s").ending())


async def _tries(source: Source, means: Means, memory: Memory, started: Instant) -> Unit:
    tried = 0
    while True:
        tried += 1
        try:
            taken = await _asked(source, means, memory)
        except Exception as error:
            ending = ending_of(error, means.now(), source.connector.needs)
        else:
            return _succeeded(source, means, started, taken)
        if ending.outcome is not Outcome.UNAVAILABLE or ending.retry_at is not None or tried >= means.patience.tries:
            return _failed(source, means, started, ending)
        await means.pause(means.patience.delay(tried))


async def _asked(source: Source, means: Means, memory: Memory) -> Intake:
    now = means.now()
    drained = await drain(source.connector, _ask(source, means, memory, now))
    if len(drained.readings) < MANY:
        return intake(source, drained, now, memory.covered_until)
    return await asyncio.to_thread(intake, source, drained, now, memory.covered_until)


def _ask(source: Source, means: Means, memory: Memory, now: Instant) -> Ask:
    return Ask(
        client=means.client,
        now=moment(now),
        zone=means.zone,
        home=means.home,
        key=means.key,
        since=None if memory.since is None else moment(memory.since),
        cursor=memory.cursor,
        slots=means.slots,
        limits=means.limits,
        account=source.account,
        pause=means.pause,
    )


async def seen(source: Source, means: Means) -> Seen:
    """What a credential can see. That it cannot be told is a remark and no failure: the numbers came."""
    try:
        async with asyncio.timeout(means.limits.request):
            return await source.connector.seen(_ask(source, means, Memory(), means.now()))
    except Exception as error:
        told: SourceError = as_source_error(error, "the source", means.now())
        return Seen(remarks=(f"what it is called could not be asked ({told.ending().message})",))


def _succeeded(source: Source, means: Means, started: Instant, taken: Intake) -> Unit:
    count, trouble = len(taken.measurements), taken.trouble
    message = f"{count} {'measurement' if count == 1 else 'measurements'}"
    return Unit(
        source=source.id,
        by=By.PULL,
        started_at=started,
        finished_at=means.now(),
        ending=Ending(Outcome.OK, f"{message}; {trouble.message}", trouble.cure)
        if trouble
        else Ending(Outcome.OK, message),
        measurements=taken.measurements,
        coverage=taken.coverage,
        cursor=taken.cursor,
        fingerprint=source.fingerprint,
        limits=source.limits,
        credential_expires_at=taken.credential_expires_at,
    )


def _failed(source: Source, means: Means, started: Instant, ending: Ending) -> Unit:
    return Unit(source.id, By.PULL, started, means.now(), ending, fingerprint=source.fingerprint)


def seconds(unit: Unit) -> float:
    """How long a pull took."""
    return (unit.finished_at - unit.started_at) / SECOND

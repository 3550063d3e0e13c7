"""Hooks: what is sent to a source by whoever has its secret becomes measurements, once, through the one writer."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ingest.config.model import Source
from ingest.connector.form import TYPE, form_object
from ingest.connector.handshake import Greeting, challenge
from ingest.connector.hook import Hook, Message
from ingest.connector.outcome import Broken, Ending, SourceError, as_source_error
from ingest.connector.reading import Reading
from ingest.connector.signature import Delivery, Unverified
from ingest.connector.strict import NotStrict, strict_json
from ingest.okr.instant import Instant, instant, moment
from ingest.okr.signal import Kind
from ingest.run.service import Service
from ingest.run.taking import Catalogue, Item, unit_of
from ingest.store.error import Repeated
from ingest.store.unit import By, Kept, Measured, Unit

logger = logging.getLogger("okr")
_CURE = "compare what the sender sends with the settings of the source's signals"


class NoHook(LookupError):
    """There is no hook at this address, and nobody learns whether there is such a source."""

    def __str__(self) -> str:
        return "there is no hook at this address; a source has one when its `secret` is set"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a delivery. `kept` None: it is a repeated one, or only a question, which has its `greeting`."""

    kept: Kept | None = None
    greeting: Greeting | None = None


class Hooks:
    """The hooks of a running service. Use on its event loop."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._refusing: set[str] = set()
        """Sources whose last delivery was not signed as it should be: said once."""
        self._key: bytes | None = None

    def find(self, source: str, ending: str) -> Hook:
        """The hook of a source, where the path may end in a secret; else `NoHook`."""
        configured = self._service.workspace.config.sources.get(source)
        hook = None if configured is None else configured.connector.hook()
        if hook is None or hook.in_path != bool(ending):
            raise NoHook
        if hook.in_path:
            try:
                hook.identity(Delivery({}, b"", ending=ending), 0)
            except Unverified as error:
                self._refuse(source, error)
                raise NoHook from None
        return hook

    async def take(self, name: str, hook: Hook, delivery: Delivery) -> Arrived:
        """Keep what a delivery brings; returns after the commit. What is raised says what the sender should change:

        `Unverified`: it is not signed as it should be. `NotStrict`: it is neither JSON nor a form. `SourceError`: it
        is not what the settings of the signals say.
        """
        workspace = self._service.workspace
        source, catalogue, now = workspace.config.sources[name], workspace.catalogue, workspace.now()
        try:
            identity = hook.identity(delivery, now)
        except Unverified as error:
            self._refuse(name, error)
            raise
        self._accept(name)
        try:
            document, is_form = document_of(delivery)
            if (greeting := challenge(delivery.headers, document)) is not None:
                return Arrived(greeting=greeting)
            message = Message(name, document, moment(now), catalogue.config.zone, await self._salt(), is_form)
            unit = await asyncio.to_thread(unit_from, source, catalogue, message, identity)
        except NotStrict as error:
            await self._break(source, catalogue, Broken(error.message, error.where), now)
            raise
        except SourceError as error:
            await self._break(source, catalogue, error, now)
            raise
        return await self._keep(unit)

    async def _keep(self, unit: Unit) -> Arrived:
        try:
            [kept] = await self._service.keep([unit])
        except Repeated:
            self._service.repeated(unit)
            return Arrived()
        return Arrived(kept)

    async def _break(self, source: Source, catalogue: Catalogue, error: SourceError, now: Instant) -> None:
        """A run that says what is wrong. The delivery may come again: the settings can be corrected meanwhile."""
        ending = error.ending()
        unit = unit_of(catalogue.config, source.id, (), By.PUSH, now)
        told = Ending(ending.outcome, f"a delivery was not taken: {ending.message}", ending.cure or _CURE)
        await self._service.keep([replace(unit, ending=told, refused=1)])

    async def _salt(self) -> bytes:
        if self._key is None:
            self._key = await asyncio.to_thread(self._read_salt)
        return self._key

    def _read_salt(self) -> bytes:
        with self._service.workspace.store.read() as reader:
            return reader.salt()

    def _refuse(self, source: str, error: Unverified) -> None:
        """Say it once. A stranger can send anything, so it changes nothing else."""
        if source not in self._refusing:
            self._refusing.add(source)
            logger.warning("a delivery to the hook of %s was refused: %s", source, error)

    def _accept(self, source: str) -> None:
        if source in self._refusing:
            self._refusing.discard(source)
            logger.info("the hook of %s takes deliveries again", source)


def document_of(delivery: Delivery) -> tuple[Any, bool]:
    """The JSON of a delivery, or a form as an object, and whether it is a form; `NotStrict`.

    What begins as JSON is none, whatever its type says: `curl -d` calls everything a form.
    """
    kind = delivery.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == TYPE and not delivery.body.lstrip().startswith((b"{", b"[")):
        return form_object(delivery.body), True
    return strict_json(delivery.body), False


def unit_from(source: Source, catalogue: Catalogue, message: Message, identity: str) -> Unit:
    """What a message brings, ready to be kept; `SourceError` where it is not what it should be."""
    now = instant(message.at)
    try:
        readings = list(source.connector.received(message))
    except Exception as error:
        raise as_source_error(error, "the delivery", now) from error
    measured = list(_measured(source, catalogue, readings, identity, now))
    return replace(unit_of(catalogue.config, source.id, measured, By.PUSH, now), delivery=identity)


def _measured(
    source: Source, catalogue: Catalogue, readings: Iterable[Reading], identity: str, now: Instant
) -> Iterable[Measured]:
    """Readings with full names. An event without a key has the delivery's identity and its number in it."""
    numbers: Counter[str] = Counter()
    for index, one in enumerate(readings):
        key, signal = one.key, source.signals.get(one.signal)
        if key is None and signal is not None and signal.kind is Kind.EVENTS:
            numbers[one.signal] += 1
            key = f"{identity}#{numbers[one.signal]}"
        at = None if one.at is None else instant(one.at)
        try:
            yield catalogue.measured(Item(f"{source.id}.{one.signal}", one.value, at, key), now)
        except ValueError as error:
            raise Broken(str(error), f"reading {index}") from None

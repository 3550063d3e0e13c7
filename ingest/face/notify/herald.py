"""Who tells: finds what is news at each new card, keeps it, and delivers it to each recipient until it arrived.

What was told and what waits are in the store, written together: neither a restart nor a crash loses news or makes it
twice. Delivered is written after the delivery, so that a crash between the two repeats one message, once.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from ingest.connector.outcome import Unavailable
from ingest.connector.thread import in_thread
from ingest.face.notify.receiver import UNREADABLE, Receiver, receiver
from ingest.face.notify.text import message, text
from ingest.okr.instant import DAY, Duration, Instant
from ingest.run.frame import Frame
from ingest.run.lookout import look_over
from ingest.run.service import Service
from ingest.store.tiding import Mailbox, Subject, Tiding, Waiting

logger = logging.getLogger("okr")
DEADLINE = 30.0
"""Seconds that one delivery may take."""
FIRST_RETRY, LAST_RETRY = 5.0, 3600.0
"""Seconds after a failed delivery; doubled with each further one up to the last."""
KEPT_FOR: Duration = 7 * DAY
"""How long news wait for a recipient that cannot be reached."""
BATCH = 20
"""News in one message."""
FAREWELL = 1.0
"""Seconds that a running delivery gets at the end."""


@dataclass(slots=True)
class _Recipient:
    name: str
    """`notify[0]`"""
    when: frozenset[str]
    receiver: Receiver | None
    failures: int = 0
    reason: str = ""
    """Why the last delivery failed."""
    retry_at: float = 0.0
    """By the monotonic clock."""
    busy: bool = False
    """A delivery that was given up still runs."""


@dataclass(frozen=True, slots=True)
class RecipientHealth:
    """How it stands with somebody who is told, without their address."""

    name: str
    services: str | None
    """None: their URL is not understood."""
    when: tuple[str, ...]
    waiting: int
    consecutive_failures: int
    reason: str
    """Why the last delivery failed; empty: none did since one arrived."""
    last_delivered_at: Instant | None


class Herald:
    """Start after the service, stop before it. Use on its loop."""

    def __init__(
        self, service: Service, failed: Callable[[], None], *, first: float = FIRST_RETRY, deadline: float = DEADLINE
    ) -> None:
        """`failed` is called with each delivery that failed."""
        self._service, self._failed, self._first, self._deadline = service, failed, first, deadline
        self._recipients: dict[str, _Recipient] = {}
        self._told: dict[Subject, str] = {}
        self._frame: Frame | None = None
        """The configuration that `_told` and `_recipients` are of."""
        self._woken, self._ending = asyncio.Event(), False
        self._task: asyncio.Task[None] | None = None
        service.on_card(lambda _: self._woken.set())
        service.on_config(lambda _: self._woken.set())

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="herald")

    async def stop(self) -> None:
        """A running delivery gets a moment; what does not arrive in it waits in the store."""
        self._ending = True
        self._woken.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=FAREWELL)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def recipients(self) -> tuple[RecipientHealth, ...]:
        """How it stands with everybody. Reads the store: not for the event loop."""
        with self._service.workspace.store.read() as reader:
            boxes = reader.mailboxes()
        return tuple(_health(one, boxes.get(key, Mailbox())) for key, one in tuple(self._recipients.items()))

    async def _run(self) -> None:
        while not self._ending:
            self._woken.clear()
            try:
                await self._look()
                await asyncio.gather(*map(self._deliver, self._recipients))
            except Exception:  # it lives as long as the service does; what was not done is found again
                logger.exception("people cannot be told what is new")
            if not self._ending:
                await self._rest()

    async def _rest(self) -> None:
        """Until something is new, or a delivery is to be tried again."""
        retries = [one.retry_at for one in self._recipients.values() if one.failures and not one.busy]
        wait = max(0.1, min(retries) - time.monotonic()) if retries else None
        try:
            await asyncio.wait_for(self._woken.wait(), wait)
        except TimeoutError:
            return

    async def _look(self) -> None:
        """Find what is news, and keep it for those who want to know."""
        workspace = self._service.workspace
        if workspace.frame is not self._frame:
            await self._prepare()
        if not self._recipients:
            return
        sources = self._service.sources()
        card = await asyncio.to_thread(self._service.card)
        found = await asyncio.to_thread(look_over, self._told, card, sources, workspace.config.zone)
        news = [
            Tiding(key, happening.occasion, card.at, told)
            for happening in found.happenings
            for told in (text(happening, card, sources),)
            for key, one in self._recipients.items()
            if happening.occasion in one.when
        ]
        if found.told:
            await self._service.call(partial(workspace.store.keep_news, found.told, news, workspace.now()))
            self._told |= found.told

    async def _prepare(self) -> None:
        """Take on a configuration: who is told of what, and what was told. What waits for others is given up."""
        workspace = self._service.workspace
        frame, notify = workspace.frame, workspace.config.notify
        salt, told = await asyncio.to_thread(self._recall)
        recipients: dict[str, _Recipient] = {}
        for number, one in enumerate(notify):
            key = blake2b(one.url.encode(), key=salt[:64], digest_size=16).hexdigest()
            if key in recipients:
                recipients[key].when |= set(one.when)
                continue
            known = await asyncio.to_thread(receiver, one.url)
            recipients[key] = self._recipients.get(key) or _Recipient("", frozenset(), None)
            recipients[key].name, recipients[key].when = f"notify[{number}]", frozenset(one.when)
            recipients[key].receiver = known
            if known is None:
                logger.error("notify[%d].url: nobody is told: %s", number, UNREADABLE)
        self._recipients, self._told, self._frame = recipients, told, frame
        await self._give_up()

    async def _give_up(self) -> None:
        """What waits too long, or for nobody any more."""
        workspace = self._service.workspace
        recipients, before = tuple(self._recipients), workspace.now() - KEPT_FOR
        dropped = await self._service.call(partial(workspace.store.drop_news, recipients, before))
        if dropped:
            logger.warning("notify: %d news were not delivered in 7 days, or wait for nobody any more", dropped)

    def _recall(self) -> tuple[bytes, dict[Subject, str]]:
        with self._service.workspace.store.read() as reader:
            return reader.salt(), reader.told()

    async def _deliver(self, key: str) -> None:
        """Bring a recipient what waits for them, until it fails."""
        one, workspace = self._recipients[key], self._service.workspace
        while not self._ending and not one.busy and time.monotonic() >= one.retry_at:
            batch = await asyncio.to_thread(self._waiting, key)
            if not batch or one.receiver is None:
                one.failures, one.reason = 0, ""  # nothing is left to be tried again
                return
            config = workspace.config
            title, body = message([item.tiding for item in batch], workspace.now(), config.zone, config.server)
            reason = await self._send(one, one.receiver, title, body)
            if reason is None:
                numbers = [item.id for item in batch]
                await self._service.call(partial(workspace.store.delivered_news, numbers, workspace.now()))
                if one.failures:
                    logger.info("%s (%s) is told again", one.name, one.receiver.services)
                one.failures, one.reason, one.retry_at = 0, "", 0.0
            else:
                self._put_off(one, one.receiver, reason)
                await self._give_up()

    def _waiting(self, key: str) -> list[Waiting]:
        with self._service.workspace.store.read() as reader:
            return reader.waiting_news(key, most=BATCH)

    async def _send(self, one: _Recipient, to: Receiver, title: str, body: str) -> str | None:
        """None: it arrived within the deadline; else why not. Given up, it runs on in its thread and may arrive."""

        def ended() -> None:
            one.busy = False
            self._woken.set()

        one.busy = True
        try:
            return await asyncio.wait_for(in_thread(ended, to.send, title, body), self._deadline)
        except TimeoutError:
            return f"its service did not answer within {self._deadline:g} s"
        except Unavailable as error:
            return error.message

    def _put_off(self, one: _Recipient, to: Receiver, reason: str) -> None:
        self._failed()
        one.failures, one.reason = one.failures + 1, reason
        one.retry_at = time.monotonic() + min(LAST_RETRY, self._first * 2 ** min(one.failures - 1, 20))
        if one.failures == 1:
            logger.warning(
                "%s (%s) could not be told: %s; it is tried again, for 7 days", one.name, to.services, reason
            )


def _health(one: _Recipient, box: Mailbox) -> RecipientHealth:
    services = None if one.receiver is None else one.receiver.services
    return RecipientHealth(
        one.name, services, tuple(sorted(one.when)), box.waiting, one.failures, one.reason, box.delivered_at
    )

"""What a pull is given: the time, the guarded client, files, threads, and what was kept from last time.

Every connector imports this for its annotations, also where nothing is pulled: what needs asyncio is imported when it
is used.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr

from ingest.connector.answer import Answer
from ingest.connector.file import newest_file, read_file
from ingest.connector.limits import Limits
from ingest.connector.outcome import Broken, Ending, Unavailable
from ingest.connector.question import Question, Request, Step, question
from ingest.okr.day import midnight
from ingest.okr.instant import SECOND, Instant, instant, moment

if TYPE_CHECKING:
    import httpx

    from ingest.connector.oauth.account import Account
    from ingest.connector.slots import Slots

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
_USUAL = Limits()
_AGAIN = 3
"""How often the same is asked again in a pull, when the source asks for a moment."""
_LARGE = 2**20
"""From here on parsing would hold up the loop; a thread does it."""


class Ask:
    """What a pull is given. Everything it does is bounded, and fails as a `SourceError` that says what to do."""

    def __init__(
        self,
        *,
        client: "Callable[[], httpx.AsyncClient]",
        now: datetime,
        zone: ZoneInfo,
        home: Path,
        key: bytes,
        since: datetime | None = None,
        cursor: Any = None,
        slots: "Slots | None" = None,
        limits: Limits = _USUAL,
        account: "Account | None" = None,
        pause: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        """`client` is called at the first request; `key` (at most 64 bytes) makes the fingerprints; `slots` bound what
        runs at a time, over all pulls that share them; `account` is what `token` comes from; `pause` waits so many
        seconds."""
        self.now = now
        """When this pull started; aware."""
        self.zone = zone
        """Where days begin."""
        self.home = home
        """The folder that relative paths start from: that of the configuration."""
        self.since = since
        """How far back history is wanted; None: as the connector sees fit."""
        self.cursor = cursor
        """What the last successful pull yielded as `Cursor`; None at first."""
        self.limits = limits
        self.expiry: datetime | None = None
        """When what was granted ends and somebody has to consent again, as far as `token` learned it."""
        self.trouble: Ending | None = None
        """Why what was granted could not be renewed although it is still good, as far as `token` learned it."""
        from ingest.connector.slots import Slots

        self._client, self._key, self._slots = client, key, slots or Slots()
        self._account, self._pause = account, pause
        self._waited: float | None = None
        """Seconds, for a source that asked for a moment; None: it has answered nothing yet."""
        self._unrenewed: SecretStr | None = None
        """The token that could not be renewed: that is not tried again before the next pull."""
        self._started = time.monotonic()

    async def get(self, url: str, **request: Unpack[Request]) -> Answer:
        """The answer to one request: `.body`, `.content_type`, `.headers`, `.text()`, `.value()`, `.json(model)`.

        `params` go into the URL's query and replace what is there under the same name. `body`: bytes as they are,
        anything else as JSON. Secrets go in `bearer`, `basic`, `authorization` or `headers`, and in `params` or `body`
        only where a vendor takes them nowhere else; all as `SecretStr`. A refusal is raised as what its status means,
        or as what `means` makes of it and its words, but for the statuses in `heard`.
        """
        return await self._exchange(question(url, **request), self.limits.body)

    async def json(self, model: type[M], url: str, **request: Unpack[Request]) -> M:
        """The answer as `model`, asked for as in `get`. What the model does not name is ignored; what it names and is
        not there, or is of another type, is `Broken` with the path of the field."""
        page, _ = await self._page(model, question(url, **request))
        return page

    async def pages(
        self,
        model: type[M],
        url: str,
        following: Callable[[M, Answer], Step | None],
        **request: Unpack[Request],
    ) -> AsyncGenerator[M, None]:
        """Each page of a listing, asked for as in `json`.

        `following` tells from a page and its answer what comes next: the address (also a relative one), the `params`
        that change, the whole `Body` where pages are asked for in it, or None after the last. It must be on the same
        host, since the credential goes there too. A page that comes a second time, and a listing that does not end, are
        `Broken`.
        """
        asked = question(url, **request)
        seen: set[bytes] = set()
        for _ in range(self.limits.pages):
            page, answer = await self._page(model, asked)
            mark = blake2b(answer.body).digest()
            if mark in seen:
                raise Broken(f"{asked.host}: the same page came twice; the listing does not end")
            seen.add(mark)
            yield page
            step = following(page, answer)
            if step is None:
                return
            asked = asked.stepped(step)
        raise Broken(f"{asked.host}: the listing has more than {self.limits.pages} pages")

    async def token(self, refused: SecretStr | None = None) -> SecretStr:
        """The access token of the account that was granted with `okr auth`, or that follows on the one in the settings,
        renewed before it ends.

        For connectors that tell their `authorization`. Ask for it again before each request: it may have changed.
        `refused`: a token that the source did not take although it came from here; another is got. `Refused` says
        that somebody has to consent (again).
        """
        if self._account is None:
            raise Broken("a bug in the connector: it wants a token and tells no `authorization`")
        if self._unrenewed is not None and refused is None:
            return self._unrenewed
        token = await self._account.token(self._told, self._clock, refused)
        self.expiry = None if token.ends_at is None else moment(token.ends_at)
        self.trouble = token.trouble
        self._unrenewed = None if token.trouble is None else token.access
        return token.access

    async def file(self, path: str | Path) -> bytes:
        """The bytes of a file; a relative path starts at `home`. Missing: `Refused`; being written: `Unavailable`."""
        return await self.thread(read_file, self.home, path, self.limits.file)

    async def newest(self, pattern: str) -> Path:
        """The newest file that a path or a pattern such as `exports/*.zip` names, from `home` on. None: `Refused`."""
        return await self.thread(newest_file, self.home, pattern)

    async def thread(self, function: Callable[..., T], *args: Any, host: str | None = None) -> T:
        """What a blocking function returns, run in a thread of its own, within the deadline of a request.

        `host`: whom it waits for, where it is a library that asks a server. Such calls are bounded as requests are, to
        one host and in all, so that servers that hang make nobody wait but those who ask them. Without it the function
        reads or computes here, and few of those run at a time.

        A function that is given up runs on to its end, and keeps its place until then, so it should have a time-out of
        its own.
        """
        import asyncio

        from ingest.connector.thread import in_thread

        ended = await self._slots.thread(self.limits.waiting, host)
        try:
            async with asyncio.timeout(self.limits.request):
                return await in_thread(ended, function, *args)
        except TimeoutError as error:
            raise Unavailable("took too long to answer") from error

    async def walk(self, steps: Iterator[Any]) -> None:
        """A generator carried on to its end, each of its steps in a thread, so that none of them takes long."""
        over = object()
        while await self.thread(next, steps, over) is not over:
            pass

    async def program(self, command: Sequence[str], environment: Mapping[str, str | SecretStr]) -> bytes:
        """What a program prints that is run at `home` without a shell, within the deadline of a request.

        It gets `environment` and none of our own secrets, and ends with its children. Few programs run at a time. What
        it is said to be when it fails: see `ingest.connector.program`.
        """
        from ingest.connector.program import Program, output

        ended = await self._slots.thread(self.limits.waiting)
        try:
            return await output(Program(command, self.home, environment), self.limits.request, self.limits.json)
        finally:
            ended()

    def midnight(self, day: date) -> datetime:
        """When a day begins in the configured zone."""
        return moment(midnight(day, self.zone))

    def fingerprint(self, text: str) -> str:
        """A keyed hash: the key of an event where the source's own id is personal (a Message-ID, an address)."""
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).hexdigest()

    async def _page(self, model: type[M], asked: Question) -> tuple[M, Answer]:
        answer = await self._exchange(asked, self.limits.json)
        if len(answer.body) > _LARGE:
            return await self.thread(answer.json, model), answer
        return answer.json(model), answer

    async def _exchange(self, asked: Question, largest: int) -> Answer:
        """Once a source has answered, it may ask for a moment now and then: a listing of many pages that began anew
        each time would never end."""
        from ingest.connector.exchange import exchange

        tries = 0
        while True:
            tries += 1
            try:
                answer = await exchange(self._client(), asked, self._slots, self.limits, largest, self._clock)
            except Unavailable as error:
                seconds = self._moment(error)
                if seconds is None or tries > _AGAIN:
                    raise
            else:
                self._waited = self._waited or 0.0
                return answer
            await self._wait(seconds)

    def _moment(self, error: Unavailable) -> float | None:
        """How long to wait before the same is asked again; None: not in this pull."""
        if error.retry_at is None or self._waited is None:
            return None
        seconds = max((error.retry_at - self._clock()) / SECOND, 0)
        fits = seconds <= self.limits.moment and self._waited + seconds <= self.limits.moments
        return seconds if fits and self.limits.moment else None

    async def _wait(self, seconds: float) -> None:
        import asyncio

        self._waited = (self._waited or 0.0) + seconds
        await (self._pause or asyncio.sleep)(seconds)

    async def _told(self, asked: Question) -> Answer:
        """The answer of a token endpoint: small, and from nowhere else."""
        from ingest.connector.exchange import exchange
        from ingest.connector.oauth.endpoint import LARGEST

        limits = replace(self.limits, redirects=0)
        return await exchange(self._client(), asked, self._slots, limits, LARGEST, self._clock)

    def _clock(self) -> Instant:
        return instant(self.now) + int((time.monotonic() - self._started) * SECOND)

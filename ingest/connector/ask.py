"""What a pull is given: the time, the guarded client, files, threads, and what was kept from last time."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr

if TYPE_CHECKING:
    import httpx

    from ingest.connector.answer import Answer
    from ingest.connector.slots import Slots

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
Params = Mapping[str, str | int | float | list[str]]
Headers = Mapping[str, str | SecretStr]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one pull may take. Times in seconds, sizes in bytes after decompression."""

    request: float = 60.0
    """One request with its redirects, from asking for a connection to the last byte."""
    pull: float = 300.0
    """The whole pull."""
    waiting: float = 60.0
    """For a free slot, before a request starts."""
    body: int = 64 * 2**20
    json: int = 32 * 2**20
    """JSON takes some ten times its size in memory."""
    file: int = 256 * 2**20
    redirects: int = 5
    pages: int = 1000


class Ask:
    """What a pull is given. Everything it does is bounded, and fails as a `SourceError` that says what to do."""

    now: datetime
    """When this pull started; aware."""
    zone: ZoneInfo
    """Where days begin."""
    home: Path
    """The folder that relative paths start from: that of the configuration."""
    since: datetime | None
    """How far back history is wanted; None: as the connector sees fit."""
    cursor: Any
    """What the last successful pull yielded as `Cursor`; None at first."""

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
        limits: Limits = Limits(),
    ) -> None:
        """`client` is called at the first request; `key` makes the fingerprints; `slots` bound what runs at a time."""
        self.now, self.zone, self.home, self.since, self.cursor = now, zone, home, since, cursor
        self.limits = limits

    async def get(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        bearer: SecretStr | None = None,
        basic: tuple[str, SecretStr] | None = None,
        method: str = "GET",
        body: Any = None,
    ) -> "Answer":
        """The answer to one request: `.body` (bytes), `.content_type`, `.headers`, `.url`, `.text()`, `.json()`.

        `params` are added to the URL's own query. `body`: bytes as they are, anything else as JSON.
        Secrets go in `bearer`, `basic` or `headers` (as `SecretStr`), never in the URL.
        """
        raise NotImplementedError

    async def json(
        self,
        model: type[M],
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        bearer: SecretStr | None = None,
        basic: tuple[str, SecretStr] | None = None,
        method: str = "GET",
        body: Any = None,
    ) -> M:
        """The answer as `model`. What the model does not say is ignored; what it says and is not there is `Broken`."""
        raise NotImplementedError

    def pages(
        self, model: type[M], url: str, following: "Callable[[M, Answer], str | None]", **request: Any
    ) -> AsyncIterator[M]:
        """Each page of a listing: `following` gives the next page's URL, or None after the last."""
        raise NotImplementedError

    async def file(self, path: str | Path) -> bytes:
        """The bytes of a file; a relative path starts at `home`. Missing: `Refused`; being written: `Unavailable`."""
        raise NotImplementedError

    def newest(self, pattern: str) -> Path:
        """The newest file (by modification time, then name) that a path or a pattern such as `exports/*.zip` names."""
        raise NotImplementedError

    async def thread(self, function: Callable[..., T], *args: Any) -> T:
        """What a blocking function returns, run in a thread, within the deadline."""
        raise NotImplementedError

    def fingerprint(self, text: str) -> str:
        """A keyed hash: the key of an event where the source's own id is personal (a Message-ID, an address)."""
        raise NotImplementedError

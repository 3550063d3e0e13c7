"""An account that was granted to us: it gives an access token that is good now.

Every source that has one is built with it, also where nothing is pulled: what reads and asks is imported when it is
used.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from ingest.connector.oauth.client import OAuth
from ingest.connector.outcome import Refused, SourceError, Unavailable
from ingest.okr.instant import Instant

if TYPE_CHECKING:
    from asyncio import Task

    from ingest.connector.oauth.endpoint import Send
    from ingest.connector.oauth.token import Token

WAITING = 90.0
"""Seconds for another process that is renewing the token: longer than its request may take."""
_outlasting: "set[Task[Token]]" = set()
"""Renewals under way. They end even where nobody waits any more: an answer that is not kept loses the account."""


@dataclass(frozen=True, slots=True)
class Account(ABC):
    """What every way of being granted access has alike: one renewal at a time, and nothing used before it is kept."""

    source: str
    """The id of the source."""
    file: Path
    """Where the token is kept; absolute."""
    shown: str
    """The same path as people write it."""
    former: Path | None = field(default=None, kw_only=True)
    """Where it was kept before the source was renamed."""

    @property
    @abstractmethod
    def cure(self) -> str:
        """What somebody does where access has ended."""

    @abstractmethod
    def kept(self) -> "Token | None":
        """The token as it is; None where nothing was granted yet. `Refused` where what is kept cannot be used by us."""

    async def token(self, send: "Send", clock: Callable[[], Instant], refused: SecretStr | None = None) -> "Token":
        """A token whose access is good now, renewed before it ends; kept on the disk before it is given.

        `refused`: an access token that the source did not take although it should be good; another is got.
        `Refused` where somebody has to act, `Unavailable` where the vendor gives none at the moment.
        """
        self._take_over()
        token = self._held()
        if not self._is_due(token, clock(), refused):
            return token
        try:
            return await _to_its_end(self._renewed(send, clock, refused))
        except SourceError as error:
            return self._instead(self._held(), error, clock(), refused)

    async def _renewed(self, send: "Send", clock: Callable[[], Instant], refused: SecretStr | None) -> "Token":
        from ingest.connector.oauth.keep import locked, prepared

        async with locked(self.file, WAITING):
            token = self._held()  # again: another process may have renewed it while we waited
            if not self._is_due(token, clock(), refused):
                return token
            with prepared(self.file) as save:
                token = await self._following(send, token, clock)
                save(token)
            return token

    def _read(self) -> "Token | None":
        from ingest.connector.oauth.keep import read

        token = read(self.file, self.shown, self.cure)
        if token is not None or self.former is None:
            return token
        return read(self.former, str(Path(self.shown).with_name(self.former.name)), self.cure)

    def _take_over(self) -> None:
        """What is kept under the former name of the source; where it cannot be moved it is read where it is."""
        if self.former is not None and not self.file.exists():
            with suppress(OSError):
                self.former.rename(self.file)

    def _held(self) -> "Token":
        token = self.kept()
        if token is None:
            raise Refused("nobody has granted access yet", self.cure)
        return token

    @abstractmethod
    def _is_due(self, token: "Token", now: Instant, refused: SecretStr | None) -> bool:
        """Whether another one is to be got now."""

    @abstractmethod
    async def _following(self, send: "Send", token: "Token", clock: Callable[[], Instant]) -> "Token":
        """The token that follows on this one."""

    @abstractmethod
    def _instead(self, token: "Token", error: SourceError, now: Instant, refused: SecretStr | None) -> "Token":
        """The token that is given although it was not renewed; where it is not good, what is to be said of it is
        raised."""


@dataclass(frozen=True, slots=True)
class OAuthAccount(Account):
    """What `okr auth SOURCE` granted: an access token, and mostly a refresh token to get the next one with."""

    oauth: OAuth

    @property
    def cure(self) -> str:
        return f"run `okr auth {self.source}`"

    def kept(self) -> "Token | None":
        token = self._read()
        if token is not None and not token.belongs(self.oauth):
            raise Refused(f"{self.file.name} was granted to another client, or at another address", self.cure)
        return token

    async def keep(self, token: "Token") -> None:
        """Keep a token that was just granted."""
        from ingest.connector.oauth.keep import locked, prepared

        async with locked(self.file, WAITING):
            with prepared(self.file) as save:
                save(token)

    def _is_due(self, token: "Token", now: Instant, refused: SecretStr | None) -> bool:
        return not token.lasts(now) or is_refused(token, refused)

    async def _following(self, send: "Send", token: "Token", clock: Callable[[], Instant]) -> "Token":
        from ingest.connector.oauth.endpoint import Denied, renewed

        if token.refresh is None:
            raise _Unrenewable("the access that was granted has ended, and there is no refresh token", self.cure)
        try:
            return await renewed(send, self.oauth, token, token.refresh, clock())
        except Denied as error:
            if error.code != "invalid_grant":
                raise
            raise Refused(f"the grant has ended or was revoked: {error.message}", self.cure) from None

    def _instead(self, token: "Token", error: SourceError, now: Instant, refused: SecretStr | None) -> "Token":
        """While the vendor is out of order a token that ends soon is used to its end, and so is the last one."""
        good = token.holds(now) and not is_refused(token, refused)
        if good and isinstance(error, Unavailable | _Unrenewable):
            return token
        raise error


class _Unrenewable(Refused):
    """There is nothing to renew it with."""


def is_refused(token: "Token", refused: SecretStr | None) -> bool:
    return refused is not None and token.access == refused


async def _to_its_end(renewal: "Coroutine[Any, Any, Token]") -> "Token":
    import asyncio

    task = asyncio.create_task(renewal)
    _outlasting.add(task)
    task.add_done_callback(_ended)
    return await asyncio.shield(task)


def _ended(task: "Task[Token]") -> None:
    _outlasting.discard(task)
    if not task.cancelled():
        task.exception()  # whoever waited has it; if nobody did, there is nobody to tell

"""An account that was granted to us: it gives an access token that is good now.

Every source that has one is built with it, also where nothing is pulled: what reads and asks is imported when it is
used.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from ingest.connector.oauth.client import OAuth
from ingest.connector.outcome import Refused, Unavailable
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
class Account:
    source: str
    """The id of the source, for `okr auth`."""
    oauth: OAuth
    file: Path
    """Where the token is kept; absolute."""
    shown: str
    """The same path as people write it."""

    @property
    def cure(self) -> str:
        return f"run `okr auth {self.source}`"

    def kept(self) -> "Token | None":
        """What is kept; None where nothing was granted yet. `Refused` where it cannot be used by us."""
        from ingest.connector.oauth.keep import read

        token = read(self.file, self.shown)
        if token is not None and not token.belongs(self.oauth):
            raise Refused(f"{self.file.name} was granted to another client, or at another address", self.cure)
        return token

    async def token(self, send: "Send", clock: Callable[[], Instant], refused: SecretStr | None = None) -> "Token":
        """A token whose access is good now, renewed before it ends; kept on the disk before it is given.

        `refused`: an access token that the source did not take although it should be good; another is got.
        `Refused` where somebody has to consent (again), `Unavailable` where the vendor gives none at the moment.
        """
        token = self._granted()
        if token.lasts(clock()) and not _is(token, refused):
            return token
        return await _to_its_end(self._renewed(send, clock, refused))

    async def keep(self, token: "Token") -> None:
        """Keep a token that was just granted."""
        from ingest.connector.oauth.keep import locked, prepared

        async with locked(self.file, WAITING):
            with prepared(self.file) as save:
                save(token)

    async def _renewed(self, send: "Send", clock: Callable[[], Instant], refused: SecretStr | None) -> "Token":
        from ingest.connector.oauth.endpoint import Denied, renewed
        from ingest.connector.oauth.keep import locked, prepared

        async with locked(self.file, WAITING):
            token = self._granted()  # again: another process may have renewed it while we waited
            if token.lasts(clock()) and not _is(token, refused):
                return token
            good = token.holds(clock()) and not _is(token, refused)
            if token.refresh is None:
                return self._last(token, good)
            with prepared(self.file) as save:
                try:
                    token = await renewed(send, self.oauth, token, token.refresh, clock())
                except Unavailable:
                    if good:  # it ends soon, but not yet
                        return token
                    raise
                except Denied as error:
                    if error.code != "invalid_grant":
                        raise
                    raise Refused(f"the grant has ended or was revoked: {error.message}", self.cure) from None
                save(token)
            return token

    def _granted(self) -> "Token":
        token = self.kept()
        if token is None:
            raise Refused("nobody has granted access yet", self.cure)
        return token

    def _last(self, token: "Token", good: bool) -> "Token":
        if good:
            return token
        raise Refused("the access that was granted has ended, and there is no refresh token", self.cure)


def _is(token: "Token", refused: SecretStr | None) -> bool:
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

"""A token that somebody made with the vendor and wrote in the settings, and that is renewed by showing it.

There is no app of ours and no refresh token: the token itself asks for the one that follows on it. The first stands in
the settings; what follows is kept in the file that `okr auth` would use. A new first token wins over what is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ingest.connector.oauth.account import Account, is_refused
from ingest.connector.outcome import Ending, Outcome, Refused, SourceError, Unavailable
from ingest.connector.question import Meaning, question
from ingest.okr.instant import DAY, MINUTE, Duration, Instant

if TYPE_CHECKING:
    from ingest.connector.oauth.endpoint import Send
    from ingest.connector.oauth.token import Token

YOUNGEST: Duration = DAY
"""How old a token is at least that a vendor renews. How old the first one is nobody knows: it is as old as it is known
here."""
REST: Duration = 7 * DAY
"""How old a token becomes before it is renewed, if it lives long enough: a machine that is off for weeks loses none."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a token is renewed: `GET url?grant_type=…&access_token=…`, answered with `access_token` and `expires_in`."""

    token: SecretStr
    """The first one, as it stands in the settings."""
    url: str
    grant_type: str
    cure: str
    """What to do where it has ended, and where: `make a new token (example.com/tokens), and write it as token`."""
    means: Meaning | None = None
    """What a refusal means, where its status alone does not tell."""


@dataclass(frozen=True, slots=True)
class RenewalAccount(Account):
    """Whatever goes wrong with a renewal, the token is given on while it is good, with what is to be told of it."""

    renewal: Renewal = field(repr=False)

    @property
    def cure(self) -> str:
        return self.renewal.cure

    def kept(self) -> "Token":
        """What follows on the token of the settings, and that one itself where nothing does yet."""
        from ingest.connector.oauth.token import Token

        token = self._read()
        if token is not None and (token.first, token.token_url) == (self._mark(), self.renewal.url):
            return token
        return Token(self.renewal.token, first=self._mark(), token_url=self.renewal.url)

    def _mark(self) -> str:
        """Tells first tokens apart, and nothing of them."""
        return blake2b(self.renewal.token.get_secret_value().encode(), digest_size=16).hexdigest()

    def _is_due(self, token: "Token", now: Instant, refused: SecretStr | None) -> bool:
        """A first token is to be kept; one that comes from the future was got on another clock."""
        if token.obtained_at is None or is_refused(token, refused):
            return True
        return not -MINUTE <= now - token.obtained_at < _rest(token)

    async def _following(self, send: "Send", token: "Token", clock: Callable[[], Instant]) -> "Token":
        from ingest.connector.oauth.token import Granted

        now = clock()
        if token.obtained_at is None:
            return replace(token, obtained_at=now)
        asked = question(
            self.renewal.url,
            params={"grant_type": self.renewal.grant_type, "access_token": token.access},
            means=self.renewal.means,
        )
        granted = (await send(asked)).json(Granted)
        access = SecretStr(granted.access_token)
        return replace(token, access=access, obtained_at=now, expires_at=granted.expires_at(now))

    def _instead(self, token: "Token", error: SourceError, now: Instant, refused: SecretStr | None) -> "Token":
        """Of its end alone: where the clock was set back, the source says whether it is good."""
        if not is_refused(token, refused) and (token.expires_at is None or now < token.expires_at):
            return replace(token, trouble=self._trouble(error))
        if isinstance(error, Refused):
            raise Refused(f"the token has ended and could not be renewed: {error.message}", self.cure, 401) from None
        raise error

    def _trouble(self, error: SourceError) -> Ending:
        told = error.ending()
        cure = "it is tried again at the next pull"
        if isinstance(error, Refused):  # one without a status is of a file or an address, and knows what to do
            cure = self.cure if error.status is not None else error.cure
        elif not isinstance(error, Unavailable):
            cure += f"; if that does not help, {self.cure}"
        return Ending(Outcome.OK, f"its token could not be renewed: {told.message}", cure)


def _rest(token: "Token") -> Duration:
    """How long it is used before it is renewed; in the second half of a short life."""
    if token.expires_at is None or token.obtained_at is None:
        return YOUNGEST
    return max(YOUNGEST, min(REST, (token.expires_at - token.obtained_at) // 2))

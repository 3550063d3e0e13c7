"""What a vendor granted: an access token, and mostly a refresh token to get the next one with. Pure.

It is kept as a JSON object:

| key | holds |
| --- | --- |
| `access_token` | what requests are sent with; may be missing where there is a refresh token |
| `refresh_token` | what the next access token is got with; a vendor may take each one only once |
| `scope` | what was granted, with blanks between |
| `obtained_at`, `expires_at` | when the access token was got, and when it ends (RFC 3339); null: unknown |
| `refresh_expires_at` | when the refresh token ends; null: unknown |
| `client_id`, `token_url` | whom it was granted to and where; it is sent nowhere else |
| `first` | a hash of the token in the settings that it follows on; missing: it was granted with `okr auth` |
"""

import json
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, SecretStr, ValidationError

from ingest.connector.oauth.client import OAuth
from ingest.connector.outcome import Ending
from ingest.connector.settings import Numeric
from ingest.okr.instant import DAY, MINUTE, SECOND, Duration, Instant, from_rfc3339, rfc3339

_MARGIN: Duration = 5 * MINUTE
"""How long before its end an access token is renewed, so that it lasts for a pull; never more than a quarter of its
life."""
_LONGEST: Duration = 36_525 * DAY


@dataclass(frozen=True, slots=True)
class Token:
    access: SecretStr
    """Empty where only a refresh token is there yet."""
    refresh: SecretStr | None = None
    scope: str | None = None
    obtained_at: Instant | None = None
    expires_at: Instant | None = None
    """When the access token ends; None: unknown."""
    refresh_expires_at: Instant | None = None
    client_id: str | None = field(default=None, kw_only=True)
    token_url: str | None = field(default=None, kw_only=True)
    first: str | None = field(default=None, kw_only=True)
    trouble: Ending | None = field(default=None, kw_only=True)
    """Why it could not be renewed although it is still good, and what to do; not kept."""

    @property
    def ends_at(self) -> Instant | None:
        """When somebody has to consent again; None: unknown."""
        return self.expires_at if self.refresh is None else self.refresh_expires_at

    def holds(self, now: Instant) -> bool:
        """Whether the access token is good at `now`. One without a known end is; one that comes from the future is
        not: the clock was set back, and what is written of its end says nothing."""
        if not self.access.get_secret_value() or (self.obtained_at is not None and now < self.obtained_at - MINUTE):
            return False
        return self.expires_at is None or now < self.expires_at

    def lasts(self, now: Instant) -> bool:
        """Whether it is good for a while: it is renewed before it ends."""
        return self.holds(now) and self.holds(now + self._margin())

    def belongs(self, oauth: OAuth) -> bool:
        """Whether it was granted to this client at this address."""
        return self.client_id in (None, oauth.client_id) and self.token_url in (None, oauth.token_url)

    def text(self) -> str:
        """As it is kept."""
        kept = {
            "access_token": self.access.get_secret_value() or None,
            "refresh_token": None if self.refresh is None else self.refresh.get_secret_value(),
            "scope": self.scope,
            "obtained_at": _written(self.obtained_at),
            "expires_at": _written(self.expires_at),
            "refresh_expires_at": _written(self.refresh_expires_at),
            "client_id": self.client_id,
            "token_url": self.token_url,
            **({} if self.first is None else {"first": self.first}),
        }
        return json.dumps(kept, indent=2) + "\n"

    def _margin(self) -> Duration:
        if self.expires_at is None or self.obtained_at is None:
            return _MARGIN
        return min(_MARGIN, max(0, self.expires_at - self.obtained_at) // 4)


def _read_instant(text: Any) -> Any:
    return from_rfc3339(text) if isinstance(text, str) else text


_At = Annotated[Instant | None, BeforeValidator(_read_instant)]


class _Kept(BaseModel):
    access_token: SecretStr | None = Field(None, min_length=1)
    refresh_token: SecretStr | None = Field(None, min_length=1)
    scope: str | None = None
    obtained_at: _At = None
    expires_at: _At = None
    refresh_expires_at: _At = None
    client_id: str | None = None
    token_url: str | None = None
    first: str | None = None


def token_of(text: str | bytes) -> Token:
    """The token that was kept. `ValueError` where it is none."""
    try:
        kept = _Kept.model_validate_json(text)
    except ValidationError:
        raise ValueError("no JSON object with the keys of a token") from None
    if kept.access_token is None and kept.refresh_token is None:
        raise ValueError("neither `access_token` nor `refresh_token` is in it")
    return Token(
        kept.access_token or SecretStr(""),
        kept.refresh_token,
        kept.scope,
        kept.obtained_at,
        kept.expires_at,
        kept.refresh_expires_at,
        client_id=kept.client_id,
        token_url=kept.token_url,
        first=kept.first,
    )


def _scopes(given: Any) -> Any:
    return " ".join(given) if isinstance(given, list) and all(isinstance(one, str) for one in given) else given


class Granted(BaseModel):
    """The answer of a token endpoint."""

    access_token: str = Field(min_length=1, max_length=100_000)
    token_type: str = Field("Bearer", pattern="^(?i:bearer)$")
    expires_in: Numeric | None = None
    refresh_token: str | None = Field(None, min_length=1, max_length=100_000)
    refresh_expires_in: Numeric | None = Field(
        None, validation_alias=AliasChoices("refresh_token_expires_in", "refresh_expires_in")
    )
    scope: Annotated[str | None, BeforeValidator(_scopes)] = None

    def token(self, oauth: OAuth, asked_at: Instant, before: Token | None = None) -> Token:
        """What was granted at `asked_at`, our own time: a vendor's clock that is wrong does no harm.

        What is not said again is as it was `before`: the refresh token, its end, the scope.
        """
        old = before or Token(SecretStr(""), scope=oauth.scope or None)
        renewed = self.refresh_token is not None
        ends = _after(asked_at, self.refresh_expires_in)
        return Token(
            SecretStr(self.access_token),
            SecretStr(self.refresh_token) if self.refresh_token is not None else old.refresh,
            self.scope or old.scope,
            asked_at,
            self.expires_at(asked_at),
            ends if ends is not None or renewed else old.refresh_expires_at,
            client_id=oauth.client_id,
            token_url=oauth.token_url,
        )

    def expires_at(self, asked_at: Instant) -> Instant | None:
        return _after(asked_at, self.expires_in)


def _after(asked_at: Instant, seconds: float | None) -> Instant | None:
    """Nothing, and nothing sensible, is unknown: some vendors write 0 for what does not end."""
    if seconds is None or not seconds > 0:
        return None
    return asked_at + min(int(min(seconds, 1e12) * SECOND), _LONGEST)


def _written(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)

"""Consent on another device: a code to type at an address, while we ask whether it was done (RFC 8628)."""

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import AliasChoices, BaseModel, Field, SecretStr

from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.endpoint import Denied, Send, post
from ingest.connector.oauth.token import Granted, Token
from ingest.connector.outcome import Refused, Unavailable
from ingest.connector.settings import Numeric
from ingest.connector.shape import cleaned
from ingest.okr.instant import SECOND, Instant
from ingest.run.consent.prompt import Prompt, Show

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5.0
"""Seconds that are added each time the vendor wants to be asked less often."""
_LONGEST = 1800.0

Pause = Callable[[float], Awaitable[None]]


class Begun(BaseModel):
    """The answer of a device endpoint."""

    device_code: str = Field(min_length=1)
    user_code: str = Field(min_length=1)
    address: str = Field(validation_alias=AliasChoices("verification_uri", "verification_url"), pattern="^https?://")
    whole_address: str | None = Field(None, alias="verification_uri_complete", pattern="^https?://")
    expires_in: Numeric = Field(gt=0)
    interval: Numeric = Field(5, ge=0)


async def by_device(
    oauth: OAuth, send: Send, show: Show, clock: Callable[[], Instant], pause: Pause = asyncio.sleep
) -> Token:
    """The token that somebody grants on another device. Raises `SourceError` where it does not come to that."""
    if oauth.device_url is None:
        raise Refused("the source names no `device_url`", "write one if the vendor has it, or leave out --device")
    form = {**oauth.parameters, "client_id": oauth.client_id, **({"scope": oauth.scope} if oauth.scope else {})}
    begun = (await post(send, oauth, oauth.device_url, form, clock())).json(Begun)
    address, seconds = begun.whole_address or begun.address, min(begun.expires_in, _LONGEST)
    shown = cleaned(begun.user_code, 40)
    show(Prompt(cleaned(address, 2000), seconds, shown, filled_in=begun.whole_address is not None))
    until = clock() + int(seconds * SECOND)
    interval = max(begun.interval, 1.0)
    while clock() + int(interval * SECOND) < until:
        await pause(interval)
        asked: dict[str, str | SecretStr] = {"grant_type": _GRANT, "device_code": SecretStr(begun.device_code)}
        now = clock()
        try:
            return (await post(send, oauth, oauth.token_url, asked, now)).json(Granted).token(oauth, now)
        except Denied as error:
            interval += _waiting(error)
        except Unavailable as error:
            later = 0.0 if error.retry_at is None else (error.retry_at - now) / SECOND
            interval = max(2 * interval, later)
    raise Refused(f"nobody consented within {seconds / 60:g} minutes", "run it again")


def _waiting(denied: Denied) -> float:
    """By how many seconds the next question is to be later; raises where there is none."""
    if denied.code == "authorization_pending":
        return 0.0
    if denied.code == "slow_down":
        return _SLOWER
    if denied.code == "access_denied":
        raise Refused("access was not granted", "run it again and consent") from None
    if denied.code == "expired_token":
        raise Refused("the code has ended before somebody consented", "run it again") from None
    raise denied

"""Asking a vendor's token endpoint: a form, with the client's own credential, never led to another address."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from pydantic import SecretStr

from ingest.connector.answer import Answer
from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.token import Granted, Token
from ingest.connector.outcome import Broken, Refused, Unavailable, of_status
from ingest.connector.question import Question, question
from ingest.connector.secret import revealed, without
from ingest.connector.shape import cleaned
from ingest.okr.instant import Instant

Send = Callable[[Question], Awaitable[Answer]]
"""Asks one question without following redirects; raises nothing but `SourceError`."""

LARGEST = 2**20
"""Bytes of an answer."""
_HEARD = frozenset({400, 401, 403, 428})
"""Statuses whose answer says in a word of RFC 6749 or 8628 what is the matter."""
_PASSING = {"server_error", "temporarily_unavailable"}
_CURES = {
    "invalid_client": "check `client_id` and `client_secret` of the source, and `client_auth`",
    "unauthorized_client": "look at the app's registration with the vendor: it may not do this",
    "invalid_scope": "check `scope` of the source",
    "unsupported_grant_type": "look at the app's registration with the vendor: it may not do this",
}


class Denied(Refused):
    """The vendor said no in a word of OAuth 2: `code` is `invalid_grant`, `authorization_pending`, …"""

    def __init__(self, message: str, cure: str, code: str) -> None:
        super().__init__(message, cure)
        self.code = code


async def post(send: Send, oauth: OAuth, url: str, form: Mapping[str, str | SecretStr], now: Instant) -> Answer:
    """The good answer to a form. `Denied` where the vendor says no in its own words; else as any request ends."""
    asked = _asked(oauth, url, form)
    answer = await send(asked)
    said = _said(answer)
    if said is None:
        failure = of_status(answer.status, asked.host, now, retry_after=answer.headers.get("retry-after"))
        if failure is not None:
            raise failure
        return answer
    code, description = said
    words = cleaned(without(f"{code}: {description}" if description else code, asked.secrets), 160)
    if code in _PASSING:
        raise Unavailable(f"{asked.host} gives no token at the moment ({words})")
    cure = _CURES.get(code, "check the OAuth settings of the source")
    raise Denied(f"{asked.host} gives no token ({words})", cure, code)


async def renewed(send: Send, oauth: OAuth, token: Token, refresh: SecretStr, now: Instant) -> Token:
    """The token that follows on another."""
    form: dict[str, str | SecretStr] = {"grant_type": "refresh_token", "refresh_token": refresh}
    answer = await post(send, oauth, oauth.token_url, form, now)
    return answer.json(Granted).token(oauth, now, token)


def _asked(oauth: OAuth, url: str, form: Mapping[str, str | SecretStr]) -> Question:
    fields = {name: revealed(value) for name, value in form.items()}
    secrets = [value.get_secret_value() for value in form.values() if isinstance(value, SecretStr)]
    basic = None
    if oauth.client_secret is None or oauth.client_auth == "body":
        fields["client_id"] = oauth.client_id
    if oauth.client_secret is not None:
        secret = oauth.client_secret.get_secret_value()
        secrets += [secret, quote_plus(secret)]
        if oauth.client_auth == "body":
            fields["client_secret"] = secret
        else:  # RFC 6749, 2.3.1: each is encoded as in a form before they are joined
            basic = (quote_plus(oauth.client_id), SecretStr(quote_plus(secret)))
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    asked = question(url, method="POST", body=urlencode(fields).encode(), headers=headers, basic=basic)
    return replace(asked, secrets=tuple(secrets), heard=_HEARD)


def _said(answer: Answer) -> tuple[str, str] | None:
    """The error that an answer tells, and its description; None where it tells none. Some tell it with status 200."""
    try:
        value: Any = answer.value()
    except Broken:
        return None
    if not isinstance(value, dict) or not isinstance(code := value.get("error"), str):
        return None
    description = value.get("error_description")
    return code, description if isinstance(description, str) else ""

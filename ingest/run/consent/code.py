"""Consent in a browser on this machine: authorization code with PKCE (RFC 6749, 7636, 8252)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.endpoint import Send, post
from ingest.connector.oauth.token import Granted, Token
from ingest.connector.outcome import Broken, Refused, Unavailable
from ingest.connector.shape import cleaned
from ingest.okr.instant import Instant
from ingest.run.consent.loopback import landing
from ingest.run.consent.prompt import Prompt, Show

PATIENCE = 600.0
"""Seconds for a person to consent."""
_PASSING = {"server_error", "temporarily_unavailable"}


async def by_browser(
    oauth: OAuth, send: Send, show: Show, clock: Callable[[], Instant], seconds: float = PATIENCE
) -> Token:
    """The token that somebody grants in a browser. Raises `SourceError` where it does not come to that."""
    if oauth.authorize_url is None:
        raise Refused("the source names no `authorize_url`", "write one, or use --device")
    state, verifier = token_urlsafe(32), token_urlsafe(64)
    async with landing(oauth.redirect, state) as (place, redirect, port):
        show(Prompt(_asking(oauth, oauth.authorize_url, state, verifier, redirect), seconds, port=port))
        answer = await place.answer(seconds)
    form: dict[str, str | SecretStr] = {
        "grant_type": "authorization_code",
        "code": SecretStr(_code(answer)),
        "redirect_uri": redirect,
        "code_verifier": SecretStr(verifier),
    }
    now = clock()
    return (await post(send, oauth, oauth.token_url, form, now)).json(Granted).token(oauth, now)


def _asking(oauth: OAuth, url: str, state: str, verifier: str, redirect: str) -> str:
    """The address where somebody is asked for consent."""
    digest = sha256(verifier.encode("ascii")).digest()
    fields = {
        **oauth.parameters,
        "response_type": "code",
        "client_id": oauth.client_id,
        "redirect_uri": redirect,
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
    }
    if oauth.scope:
        fields["scope"] = oauth.scope
    parts = urlsplit(url)
    query = urlencode({**dict(parse_qsl(parts.query, keep_blank_values=True)), **fields})
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _code(answer: dict[str, str]) -> str:
    if (error := answer.get("error")) is not None:
        words = cleaned(": ".join(filter(None, (error, answer.get("error_description")))), 160)
        if error in _PASSING:
            raise Unavailable(f"the vendor cannot ask for consent at the moment ({words})")
        if error == "access_denied":
            raise Refused(f"access was not granted ({words})", "run it again and consent")
        raise Refused(f"the vendor does not ask for consent ({words})", "check the OAuth settings of the source")
    if not (code := answer.get("code")):
        raise Broken("the vendor sent the browser back without a code")
    return code

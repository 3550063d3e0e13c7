"""A token of Google's for a service account: an assertion is signed with its key, and Google gives a token for it."""

from datetime import timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.service_account import ServiceAccount
from ingest.connector import Answer, Ask, Refused, SourceError

_AUDIENCE = "https://oauth2.googleapis.com/token"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIBRARY = "pip install 'okr-ingest[sheets]' (pipx: pipx inject okr-ingest google-auth)"
KEY_ENDED = "look whether the service account and its key are still there, and whether this machine's clock is right"
NO_KEY = "make a new key of the service account; this one is not as Google wrote it"
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class _Token(BaseModel):
    access_token: SecretStr = Field(min_length=1)


async def token_of(ask: Ask, account: ServiceAccount, scope: str) -> SecretStr:
    """An access token, good for an hour; `scope` is the end of its address."""
    claims = {
        "iss": account.client_email,
        "scope": f"https://www.googleapis.com/auth/{scope}",
        "aud": _AUDIENCE,
        "iat": int(ask.now.timestamp()),
        "exp": int((ask.now + timedelta(hours=1)).timestamp()),
    }
    body = urlencode({"grant_type": _GRANT, "assertion": await ask.thread(_signed, account, claims)}).encode()
    token = await ask.json(_Token, account.token_uri, method="POST", body=body, headers=_FORM, means=_ended)
    return token.access_token


def _signed(account: ServiceAccount, claims: dict[str, str | int]) -> str:
    try:
        from google.auth import crypt, jwt
    except ModuleNotFoundError as error:
        raise Refused(f"a service account needs the package {error.name}, which is not installed", _LIBRARY) from None
    try:
        signer = crypt.RSASigner.from_service_account_info(account.info())  # type: ignore[no-untyped-call]
        assertion: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        raise Refused("the private key of the service account cannot be read", NO_KEY) from None
    return assertion.decode()


def _ended(_: Answer, error: SourceError) -> SourceError:
    """The key went in the body, which the words for the status do not know."""
    if not isinstance(error, Refused):
        return error
    words = error.message if error.status == 400 else f"Google does not accept the service account ({error.status})"
    return Refused(words, KEY_ENDED, error.status)

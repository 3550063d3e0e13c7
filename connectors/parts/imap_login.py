"""Logging in to a mail server: by password, or by an access token of OAuth 2."""

import re
from dataclasses import dataclass
from imaplib import IMAP4

from pydantic import SecretStr

from connectors.parts.imap_answer import quoted
from connectors.parts.imap_wire import Wire
from ingest.connector import Refused, Unavailable

PASSING = re.compile(r"UNAVAILABLE|INUSE|LIMIT|THROTTL|SERVERBUG|too many|temporar|try again|later", re.IGNORECASE)
"""What a server says that will do again what it does not do now."""
_BY_APP = (
    "most providers want an app password here, not your own one: `okr connectors imap` says where to make it; "
    "look also whether IMAP is switched on there"
)
_ANEW = "get a new access token: it may have ended, or may not read mail; its user must be the one in `username`"


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    password: SecretStr | None = None
    token: SecretStr | None = None
    """An access token of OAuth 2, sent as XOAUTH2; without one the password counts."""


class NoToken(Refused):
    """The server does not take the token."""


def log_in(wire: Wire, login: Login, host: str) -> None:
    try:
        if login.token is not None:
            token = f"user={login.username}\x01auth=Bearer {login.token.get_secret_value()}\x01\x01".encode()
            wire.authenticate("XOAUTH2", lambda challenge: b"" if challenge else token)
        elif login.password is not None:
            _with_password(wire, login.username, login.password.get_secret_value())
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        if PASSING.search(str(error)):
            raise Unavailable(f"{host}: the server takes no login at the moment") from None
        if login.token is not None:
            raise NoToken(f"{host} does not accept the token", _ANEW) from None
        raise Refused(f"{host} does not accept the user name and password", _BY_APP) from None


def _with_password(wire: Wire, username: str, password: str) -> None:
    if "AUTH=PLAIN" in wire.capabilities or not f"{username}{password}".isascii():
        wire.authenticate("PLAIN", lambda _: f"\0{username}\0{password}".encode())
    else:
        wire.login(quoted(username), password)

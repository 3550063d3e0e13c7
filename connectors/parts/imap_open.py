"""A mail server that has let us in: by password, by a token, or by what was granted with `okr auth`."""

from dataclasses import replace

from connectors.parts.imap import Session
from connectors.parts.imap_login import Login, NoToken
from connectors.parts.imap_wire import Server
from ingest.connector import Ask, Refused

_CONSENT = "look whether `username` is the one who consented and `scope` allows to read mail, then run `okr auth` again"


async def opened(ask: Ask, server: Server, login: Login, *, granted: bool) -> Session:
    """A session, logged in, to be closed. `granted`: the token is the one of `okr auth`.

    One of those that the server does not take is renewed once: it may have been revoked before its end.
    """
    if not granted:
        return await _logged_in(ask, server, login)
    token = await ask.token()
    try:
        return await _logged_in(ask, server, replace(login, token=token))
    except NoToken:
        token = await ask.token(refused=token)
    try:
        return await _logged_in(ask, server, replace(login, token=token))
    except NoToken as error:
        raise Refused(error.message, _CONSENT) from None


async def _logged_in(ask: Ask, server: Server, login: Login) -> Session:
    session = Session(server, login, ask.limits)
    try:
        await ask.thread(session.open, host=session.host)
    except BaseException:
        session.close()
        raise
    return session

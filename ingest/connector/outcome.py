"""How a pull ended, and what to do about it. `ending_of` decides, from what was raised alone."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb

from pydantic import ValidationError

from ingest.connector.address import ForbiddenAddress
from ingest.connector.again import parse_retry_after
from ingest.connector.shape import misfit
from ingest.okr.instant import Instant, instant


class Outcome(StrEnum):
    """OK · UNAVAILABLE: wait · REFUSED: somebody must act · BROKEN: the answer is not what its docs say."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pull ended, in words a stranger understands."""

    outcome: Outcome
    message: str
    cure: str | None = None
    retry_at: Instant | None = None
    """The source said not to come before this."""

    @property
    def is_ok(self) -> bool:
        return self.outcome is Outcome.OK


class SourceError(Exception):
    """What a connector or `Ask` raises when a source did not give what was asked for.

    Messages name places, never secrets and never what a third party sent beyond a short, cleaned excerpt.

    SourceError
    ├── Unavailable(message, retry_at=None)   time-outs, network, 5xx, 408, 425, 429
    ├── Refused(message, cure)                401, 403, 404, 410, 426, other 4xx; a missing file
    └── Broken(message, where=None)           not what the docs say; `where` is the path of the field or cell
    """

    def ending(self) -> Ending:
        raise NotImplementedError


class Unavailable(SourceError):
    """The source does not answer at the moment. It is asked again, not before `retry_at` where it said so."""

    def __init__(self, message: str, retry_at: Instant | datetime | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_at = instant(retry_at) if isinstance(retry_at, datetime) else retry_at

    def ending(self) -> Ending:
        return Ending(Outcome.UNAVAILABLE, self.message, retry_at=self.retry_at)


class Refused(SourceError):
    """The source said no. `cure` tells somebody what to do; asking again changes nothing until it is done.

    `status`: that of HTTP, where it was one that said no.
    """

    def __init__(self, message: str, cure: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.status = status

    def ending(self) -> Ending:
        return Ending(Outcome.REFUSED, self.message, cure=self.cure)


class Broken(SourceError):
    """The answer is not what its docs say. `where`: the path of the field, or the cell (`stats.member_count`, `B2`)."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def ending(self) -> Ending:
        return Ending(Outcome.BROKEN, f"{self.where}: {self.message}" if self.where else self.message)


def ending_of(error: BaseException | None, now: Instant, needs: str = "") -> Ending:
    """How a pull ended that raised `error`; None: it ended well. `now` dates a Retry-After.

    `needs`: what the connector says of its credential, told where that was not enough.
    """
    if error is None:
        return Ending(Outcome.OK, "ok")
    told = as_source_error(error, "the source", now)
    ending = told.ending()
    if needs and isinstance(told, Refused) and told.status in {401, 403}:
        return replace(ending, cure=f"{told.cure}; it needs {needs}")
    return ending


def as_source_error(error: BaseException, place: str, now: Instant) -> SourceError:
    """What any error says about the source at `place` (a host, a file). What nobody foresaw is a bug, told as one."""
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, SourceError):
            return cause
    known = next(filter(None, (_known(cause, place, now) for cause in reversed(chain))), None)
    return known or Broken(f"a bug in the connector: {_told(error)}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, outermost first; the first of a group stands for it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        inner = current.exceptions[0] if isinstance(current, BaseExceptionGroup) else None
        current = inner or current.__cause__


def _known(error: BaseException, place: str, now: Instant) -> SourceError | None:
    if isinstance(error, ValidationError):
        where, message = misfit(error)
        return Broken(message, where)
    if isinstance(error, UnicodeDecodeError):
        return Broken(f"{place}: byte {error.start} is not {error.encoding} text")
    if isinstance(error, RecursionError):
        return Broken(f"{place}: the answer is nested too deeply")
    if isinstance(error, OSError):
        return _of_system(error, place)
    if type(error).__name__ == "CancelledError":
        return Unavailable("stopped before it was done")
    if type(error).__module__.partition(".")[0] == "httpx":
        return _of_httpx(error, place, now)
    return None


_CERTIFICATE = "renew or correct the server's certificate, check the host name and this machine's clock"
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"}
_TLS = "check the address: does the server speak https there, or plain http?"
_FILE = "check the path in the source's settings, and that this user may read it"


def _of_system(error: OSError, place: str) -> SourceError:
    """What the operating system said. Modules are looked up here because start-up needs none of them."""
    import socket
    import ssl

    if isinstance(error, ForbiddenAddress):
        return Refused(f"{place}: {error}", "use another address; this rule cannot be switched off")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(f"{place}: its certificate is not valid: {error.verify_message}", _CERTIFICATE)
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "reason", None) or "cut"
        message = f"{place}: no encrypted connection comes about ({reason})"
        return Refused(message, _TLS) if reason in _NO_TLS else Unavailable(message)
    if isinstance(error, TimeoutError):
        return Unavailable(f"{place}: took too long to answer")
    if isinstance(error, socket.gaierror):
        return Unavailable(f"{place}: the name does not resolve; is it spelt right, and is there a network?")
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError | PermissionError):
        file = f" ({Path(str(error.filename)).name})" if error.filename is not None else ""
        return Refused(f"{place}: {error.strerror or type(error).__name__}{file}", _FILE)
    return Unavailable(f"{place}: {_system_text(error)}")


def _system_text(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else "the connection failed"


def _of_httpx(error: BaseException, place: str, now: Instant) -> SourceError | None:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        answer = error.response
        return of_status(answer.status_code, place, now, retry_after=answer.headers.get("retry-after"))
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(f"{place}: took too long to answer")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
        return Refused(f"{place}: this address cannot be asked", "check the URL in the source's settings")
    if isinstance(error, httpx.DecodingError):
        return Broken(f"{place}: the answer is not encoded as it says")
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
        return Unavailable(f"{place}: the connection was cut before the answer was whole")
    if isinstance(error, httpx.HTTPError):
        return Unavailable(f"{place}: the connection failed")
    return None


def _told(error: BaseException) -> str:
    """The error's class and place in the code; not its text, which may hold what a third party sent."""
    frames = extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


_REFUSALS = {
    400: ("does not understand the request", "check the source's settings, ids above all"),
    401: ("does not accept the credential", "check the key or token of the source: it may be wrong, ended or revoked"),
    402: ("wants to be paid for this", "look at the account's plan"),
    403: ("does not allow this", "give the key or token read access, and look whether the account is in order"),
    404: ("has nothing at this address", "check the ids and the address in the source's settings"),
    407: ("is behind a proxy that wants a login", "give the machine direct access"),
    410: ("no longer has this", "it was removed: check the ids and the address, or update okr-ingest"),
    426: ("no longer speaks this version of its API", "update okr-ingest"),
}
_NOTHING_SENT = {
    401: ("wants a credential, and none was sent", "check the address; write the source's key or token, if it has one"),
    403: ("does not allow this to everybody", "check the address; write the source's key or token, if it has one"),
}
_OTHER_REFUSAL = ("refuses the request", "check the source's settings")


def of_status(
    status: int,
    place: str,
    now: Instant,
    *,
    retry_after: str | None = None,
    retry_at: Instant | None = None,
    said: str | None = None,
    keyed: bool = True,
) -> SourceError | None:
    """What an HTTP status says; None where it is 2xx, but for 206: a part was not asked for and is not the whole.

    `retry_at`: when to come again, if that was told otherwise than by Retry-After. `said`: a short, cleaned excerpt of
    the answer. `keyed`: whether a credential was sent.
    """
    words = f": {said}" if said else ""
    if 200 <= status <= 299 and status != 206:
        return None
    if status in {408, 425, 429} or 500 <= status <= 599:
        reason = "asks to slow down" if status == 429 else "is out of order at the moment"
        return Unavailable(f"{place} {reason} ({status}){words}", retry_at or parse_retry_after(retry_after, now))
    if 400 <= status <= 499:
        reason, cure = (_REFUSALS if keyed else _REFUSALS | _NOTHING_SENT).get(status, _OTHER_REFUSAL)
        return Refused(f"{place} {reason} ({status}){words}", cure, status)
    return Broken(f"{place} answered with status {status}, which nobody asked for")

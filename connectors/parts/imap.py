"""One conversation with a mail server over IMAP: blocking, read-only, bounded in time and size."""

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from imaplib import IMAP4
from typing import Any

from connectors.parts.imap_answer import arrival, folders, mailbox, messages, quoted, sequence_set, words_of
from connectors.parts.imap_login import PASSING, Login, log_in
from connectors.parts.imap_wire import Resolve, Server, Tls, Wire, of_tls
from ingest.connector import Broken, Limits, Refused, Unavailable
from ingest.connector.outcome import as_source_error

FIELDS = "MESSAGE-ID IN-REPLY-TO REFERENCES DATE FROM TO CC SUBJECT"
HEADER = 64 * 2**10
"""Of each mail's header so many bytes are asked for, and of its whole so many: who writes to us decides its size."""
WHOLE = 256 * 2**10
EARLY = timedelta(days=3)
"""SEARCH compares days of a zone that nobody knows, and a mail's own date may be a day later than its arrival."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
_SHOWN = 12
"""So many folders are named to somebody who asks for one that is not there."""


@dataclass(frozen=True, slots=True)
class Folder:
    validity: int
    """While it stays the same, a number (UID) names the same mail."""
    next: int | None
    """Above the number of every mail; None where the server does not say."""
    mails: int | None
    """How many lie in it; None where the server does not say."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What is fetched of one mail."""

    uid: int
    arrived: datetime
    header: bytes


class Session:
    """A login and its read-only questions, each within `limits.request` seconds and `limits.body` bytes.

    Every method but `close` blocks and runs in a thread; they raise `SourceError`s. Nothing that is asked changes a
    mail: folders are opened with EXAMINE, contents are taken with BODY.PEEK.
    """

    def __init__(self, server: Server, login: Login, limits: Limits, resolve: Resolve = socket.getaddrinfo) -> None:
        self._server, self._login, self._limits, self._resolve = server, login, limits, resolve
        self._wire: Wire | None = None
        self._closed = False

    @property
    def host(self) -> str:
        return self._server.host

    @property
    def received(self) -> int:
        """Bytes that came from the server so far."""
        return self._wire.received if self._wire else 0

    def open(self) -> None:
        """Connect, encrypt and log in."""
        with self._told():
            self._wire = wire = Wire(self._server, self._limits, self._resolve)
            if self._closed:
                self.close()
            if self._server.tls is Tls.STARTTLS:
                wire.start_tls()
            log_in(wire, self._login, self._server.host)

    def examine(self, name: str) -> Folder:
        """Open a folder to read it."""
        with self._asked() as wire:
            status, said = wire.select(quoted(mailbox(name)), readonly=True)
            if status != "OK":
                raise self._no_folder(wire, name, words_of(said))
            validity, following = (wire.response(code)[1][-1] for code in ("UIDVALIDITY", "UIDNEXT"))
        if not validity or not validity.isdigit():
            raise Broken(f"{self._server.host}: the folder has no UIDVALIDITY, so its mails cannot be told apart")
        return Folder(int(validity), _number(following), _number(said[0] if said else None))

    def search(self, after: int, since: datetime | None) -> list[int]:
        """The numbers above `after` of the mails in the folder, ascending; `since`: older ones may be left out.

        A range that ends in `*` always finds the last mail, also one that was read before.
        """
        criteria = ["UID", f"{after + 1}:*"]
        if since is not None:
            day = since - EARLY
            criteria += ["SINCE", f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"]
        with self._asked() as wire:
            found = _done(wire.uid("SEARCH", *criteria))
            numbers = {int(number) for line in found if line for number in line.split()}
        return sorted(number for number in numbers if number > after)

    def headers(self, uids: Sequence[int]) -> list[Raw]:
        """When each of these mails arrived, and of its header what is needed. Mails that are gone are left out."""
        found = self._fetched(uids, f"(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({FIELDS})]<0.{HEADER}>)")
        with self._told():
            return [
                Raw(uid, arrival(arrived[1]), body)
                for text, uid, body in messages(found)
                if (arrived := _ARRIVED.search(text))
            ]

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The beginning of these mails, with their headers."""
        found = self._fetched(uids, f"(UID BODY.PEEK[]<0.{WHOLE}>)")
        return {uid: body for text, uid, body in messages(found) if b"BODY[" in text}

    def close(self) -> None:
        """End the conversation, from any thread; a question that is under way fails."""
        self._closed = True
        if self._wire is not None:
            self._wire.shutdown()

    def _fetched(self, uids: Sequence[int], what: str) -> list[Any]:
        with self._asked() as wire:
            return _done(wire.uid("FETCH", sequence_set(uids), what))

    @contextmanager
    def _asked(self) -> Iterator[Wire]:
        if self._wire is None:
            raise Unavailable(f"{self._server.host}: the connection is closed")
        self._wire.grant()
        with self._told():
            yield self._wire

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, in the words of a `SourceError`."""
        host = self._server.host
        try:
            yield
        except ssl.SSLError as error:  # first, since a certificate's is a ValueError too
            raise of_tls(error, self._server) from None
        except OSError as error:
            raise as_source_error(error, host, 0) from None
        except (IMAP4.error, ValueError):
            raise Broken(f"{host}: what answers there does not speak IMAP as it should") from None

    def _no_folder(self, wire: Wire, name: str, said: str) -> Exception:
        host = self._server.host
        if PASSING.search(said):
            return Unavailable(f"{host}: the folder {name!r} cannot be read at the moment")
        there = folders(_done(wire.list('""', "*")))
        near = get_close_matches(name, there, cutoff=0.5)
        shown = list(dict.fromkeys([*near, *there]))[:_SHOWN]
        more = f" and {len(there) - len(shown)} more" if len(there) > len(shown) else ""
        return Refused(f"{host}: the folder {name!r} cannot be opened", f"the folders are: {', '.join(shown)}{more}")


def _number(text: bytes | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    """What a question was answered with; one that the server declines is broken, since all of them are plain."""
    status, found = answer
    if status != "OK":
        if PASSING.search(words_of(found)):
            raise Unavailable("the mail server cannot answer at the moment")
        raise IMAP4.error
    return found

"""A connection to a mail server: to an address that may be reached, encrypted, bounded in time and size.

`imaplib` of the standard library speaks the protocol: it is looked after with Python itself, typed, and has its
connection in methods that are made to be replaced, which is where addresses are checked, deadlines kept and sizes
bounded. imap-tools is a layer over the same module for reading whole mails, which is not done here; aioimaplib is under
the GPL, so a program under another licence cannot carry it.
"""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from imaplib import IMAP4
from pathlib import Path
from typing import Any

from connectors.parts.imap_answer import words_of
from ingest.connector import Broken, Limits, Refused, Unavailable
from ingest.connector.address import ForbiddenAddress, literal, refuse
from ingest.connector.outcome import as_source_error

SHARE = 0.9
"""Of the time for a question: what takes longer is told here, with the host, before the thread is given up."""

Resolve = Callable[..., Sequence[tuple[Any, ...]]]
"""`socket.getaddrinfo`, or what a test has in its place."""


class Tls(StrEnum):
    """How the connection is encrypted."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    tls: Tls
    ca_file: Path | None = None
    """The authority of the server's certificate; None: the public ones."""


class Wire(IMAP4):
    """The connection: to an address that may be reached, encrypted, never slower or longer than was granted."""

    sock: socket.socket

    def __init__(self, server: Server, limits: Limits, resolve: Resolve) -> None:
        self._server, self._limits, self._resolve = server, limits, resolve
        self._context = None if server.tls is Tls.NONE else _trusting(server.ca_file)
        self._arrived = bytearray()
        self.received = 0
        self.grant()
        super().__init__(server.host, server.port)

    def grant(self) -> None:
        """Time and bytes for one more question."""
        self._until = time.monotonic() + SHARE * self._limits.request
        self._most = self.received + self._limits.body

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock = self._connected()
        if self._server.tls is Tls.IMPLICIT:
            self._encrypt()

    def start_tls(self) -> None:
        """Encrypt the connection that is open. `Refused` where the server does not want to."""
        place = f"{self.host} port {self.port}"
        if "STARTTLS" not in self.capabilities or self.xatom("STARTTLS")[0] != "OK":
            raise Refused(f"{place}: the server offers no STARTTLS", "use port 993, where all is encrypted")
        if self._arrived:
            raise Broken(f"{place}: something was sent before the encryption began")
        self._encrypt()
        self.capabilities = tuple(words_of(self.capability()[1]).upper().split())

    def read(self, size: int) -> bytes:
        if size > self._most - self.received + len(self._arrived):
            raise self._too_much()
        while len(self._arrived) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        start = 0
        while (end := self._arrived.find(b"\n", start)) < 0:
            start = len(self._arrived)
            self._receive()
        line = self._taken(end + 1)
        if line[:8].upper().split()[:2] == [b"*", b"BYE"]:
            raise Unavailable(f"{self.host}: the server hangs up; it is out of order, or has too many visitors")
        return line

    def send(self, data: Any) -> None:
        self.sock.settimeout(self._seconds())
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise as_source_error(error, self.host, 0) from None

    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def _connected(self) -> socket.socket:
        """A connection to the first address of the host that answers; each is checked before."""
        failed: OSError = OSError()
        for family, kind, protocol, _, address in self._resolve(self.host, self.port, type=socket.SOCK_STREAM):
            try:
                self._check(address[0])
                connection = socket.socket(family, kind, protocol)
                try:
                    connection.settimeout(self._seconds())
                    connection.connect(address)
                except BaseException:
                    connection.close()
                    raise
                return connection
            except OSError as error:
                failed = failed if isinstance(failed, ForbiddenAddress) else error
        raise failed

    def _check(self, address: str) -> None:
        refuse(address)
        known = literal(address)
        if self._server.tls is Tls.NONE and not (known and known.is_loopback):
            raise Refused(
                f"{self.host} is another machine: without encryption others would read the password",
                "leave `tls` out, or write `tls: starttls`",
            )

    def _encrypt(self) -> None:
        if self._context is not None:
            self.sock.settimeout(self._seconds())
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def _receive(self) -> None:
        self.sock.settimeout(self._seconds())
        new = self.sock.recv(2**16)
        if not new:
            raise Unavailable(f"{self.host}: the connection was cut before the answer was whole")
        self.received += len(new)
        if self.received > self._most:
            raise self._too_much()
        self._arrived += new

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._arrived[:size])
        del self._arrived[:size]
        return taken

    def _seconds(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _too_much(self) -> Broken:
        return Broken(f"{self.host}: one answer is larger than {self._limits.body / 2**20:g} MiB")


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies the certificate and the host name; trusts whom the HTTP connectors trust."""
    if ca_file is None:
        import httpx

        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError) as error:
        raise Refused(
            f"{ca_file.name} holds no certificate that can be read ({type(error).__name__})",
            "let `ca_file` name the PEM file of the authority that signed the server's certificate",
        ) from None


def of_tls(error: ssl.SSLError, server: Server) -> Exception:
    place = f"{server.host} port {server.port}"
    if error.reason == "WRONG_VERSION_NUMBER":
        return Refused(
            f"{place}: what answers there is not encrypted", "use port 993, or port 143 with `tls: starttls`"
        )
    if isinstance(error, ssl.SSLCertVerificationError) and server.ca_file is None:
        return Refused(
            f"{place}: its certificate is not valid: {error.verify_message}",
            "write the host name that the provider tells; for a server of your own, whose certificate you made, let "
            "`ca_file` name the PEM file of its authority",
        )
    return as_source_error(error, place, 0)

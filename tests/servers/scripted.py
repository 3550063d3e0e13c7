"""A mail server that says what a test wants, on a loopback port: for answers that no real one gives."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

GREETING = "greeting"


@dataclass(frozen=True)
class Said:
    """An answer, and what the server does then. `{tag}` stands for the mark of the question."""

    text: bytes
    then: str = ""
    """`close`, `hold` (say nothing more), `again` (the same without end), `slowly` (byte by byte)."""


Answer = bytes | Said | Callable[[str], bytes]
MAIL = b"Message-ID: <1@a>\r\nDate: Wed, 7 Oct 2026 10:00:00 +0200\r\nSubject: guest post\r\n\r\n"


def fetched(uid: int, header: bytes = MAIL, arrived: bytes = b" 8-Oct-2026 10:00:00 +0200") -> bytes:
    """One mail, as it stands in an answer to FETCH."""
    head = b'* %d FETCH (UID %d INTERNALDATE "%s" BODY[HEADER.FIELDS (DATE)]<0> {%d}\r\n'
    return head % (uid, uid, arrived, len(header)) + header + b")\r\n"


GOOD: Mapping[str, Answer] = {
    GREETING: b"* OK hello\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n",
    "LOGIN": b"{tag} OK done\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n{tag} OK [READ-ONLY]\r\n",
    "LIST": b'* LIST () "/" INBOX\r\n{tag} OK done\r\n',
    "SEARCH": b"* SEARCH 1\r\n{tag} OK done\r\n",
    "FETCH": fetched(1) + b"{tag} OK done\r\n",
}


@contextmanager
def scripted(**answers: Answer) -> Iterator[int]:
    """A server while it is needed; its port. What is not said in `answers` is answered well."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()
        serving = threading.Thread(target=_serve, args=(listening, {**GOOD, **answers}, ended))
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            with suppress(OSError), socket.create_connection(listening.getsockname()):
                pass
            serving.join()


def _serve(listening: socket.socket, answers: Mapping[str, Answer], ended: threading.Event) -> None:
    while not ended.is_set():
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            _converse(connection, answers, ended)


def _converse(connection: socket.socket, answers: Mapping[str, Answer], ended: threading.Event) -> None:
    goes_on = _say(connection, answers[GREETING], "", ended)
    with connection.makefile("rb") as lines:
        while goes_on and (line := lines.readline().decode()):
            _, command, *rest = line.split()
            asked = rest[0] if command == "UID" else command
            goes_on = _say(connection, answers[asked], line, ended)
        connection.shutdown(socket.SHUT_RDWR)


def _say(connection: socket.socket, answer: Answer, line: str, ended: threading.Event) -> bool:
    """Whether the conversation goes on."""
    said = answer if isinstance(answer, Said) else Said(answer(line) if callable(answer) else answer)
    text = said.text.replace(b"{tag}", line.partition(" ")[0].encode())
    if said.then == "slowly":
        for byte in text:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)
    else:
        connection.sendall(text)
    while said.then == "again" and not ended.is_set():
        connection.sendall(text)
    if said.then == "hold":
        ended.wait(10)
    return said.then != "close"

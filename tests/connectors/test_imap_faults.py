"""What goes wrong between us and a mail server: each has its outcome, none gives a measurement."""

import json
import socket
import time
from asyncio import run
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from pydantic import SecretStr

from connectors.imap import Imap
from connectors.parts.imap import Session
from connectors.parts.imap_login import Login
from connectors.parts.imap_wire import Server, Tls
from ingest.connector import Ask, Broken, Limits, Refused, Span, Unavailable
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import SourceError
from tests.servers.scripted import GREETING, MAIL, Answer, Said, fetched, scripted

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "a-made-up-password"
SMALL = Limits(request=1, body=2**19)
LINE = b"* OK " + b"x" * 9000 + b"\r\n"


def pulled(port: int, cursor: Any = None, **settings: Any) -> Drained:
    source = Imap.model_validate(
        {
            "host": "127.0.0.1",
            "port": port,
            "tls": "none",
            "username": "ada",
            "password": SECRET,
            "signals": {"posts": {"subject": "guest post"}},
            **settings,
        }
    )
    zone = ZoneInfo("Europe/Berlin")
    client = httpx.AsyncClient
    ask = Ask(client=client, now=NOW, zone=zone, home=Path(), key=b"key", cursor=cursor, limits=SMALL)
    return run(drain(source, ask))


def test_a_server_that_does_as_it_should_gives_a_measurement() -> None:
    with scripted() as port:
        assert len(pulled(port).readings) == 1


@pytest.mark.parametrize(
    ("asked", "answer", "error", "words"),
    [
        (GREETING, Said(b"", "close"), Unavailable, "was cut"),
        (GREETING, Said(b"", "hold"), Unavailable, "took too long"),
        (GREETING, Said(b"* OK hello\r\n" * 99, "slowly"), Unavailable, "took too long"),
        (GREETING, Said(b"* OK " + b"x" * 2000, "slowly"), Unavailable, "took too long"),
        (GREETING, b"* BYE too many connections\r\n", Unavailable, "hangs up"),
        (GREETING, b"SSH-2.0-OpenSSH_9.2\r\n", Broken, "does not speak IMAP"),
        (GREETING, b"HTTP/1.1 400 Bad Request\r\n\r\n", Broken, "does not speak IMAP"),
        (GREETING, b"\0\xff\r\n", Broken, "does not speak IMAP"),
        (GREETING, Said(b"x" * 9999, "again"), Broken, "larger than 0.5 MiB"),
        ("CAPABILITY", b"{tag} OK done\r\n", Broken, "does not speak IMAP"),
        ("CAPABILITY", Said(LINE * 99, "again"), Broken, "larger than 0.5 MiB"),
        ("LOGIN", b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", Refused, "user name and password"),
        ("LOGIN", b"{tag} BAD never\r\n", Refused, "user name and password"),
        ("LOGIN", b"{tag} NO [UNAVAILABLE] later\r\n", Unavailable, "takes no login"),
        ("LOGIN", b"{tag} NO [ALERT] Too many simultaneous connections\r\n", Unavailable, "takes no login"),
        ("LOGIN", Said(b"* BYE\r\n* BYE bye\r\n", "close"), Unavailable, "hangs up"),
        ("LOGIN", Said(b"", "hold"), Unavailable, "took too long"),
        ("EXAMINE", b"* 1 EXISTS\r\n{tag} OK done\r\n", Broken, "UIDVALIDITY"),
        ("EXAMINE", b"* OK [UIDVALIDITY x] no\r\n{tag} OK done\r\n", Broken, "UIDVALIDITY"),
        ("EXAMINE", b"{tag} NO [SERVERBUG] oh\r\n", Unavailable, "at the moment"),
        ("EXAMINE", b"{tag} NO no such mailbox\r\n", Refused, "INBOX"),
        ("EXAMINE", b"{tag} BAD no\r\n", Broken, "does not speak IMAP"),
        ("SEARCH", b"{tag} NO no\r\n", Broken, "does not speak IMAP"),
        ("SEARCH", b"{tag} NO [INUSE] wait\r\n", Unavailable, "at the moment"),
        ("SEARCH", b"* SEARCH 1 two\r\n{tag} OK done\r\n", Broken, "does not speak IMAP"),
        ("SEARCH", b"* SEARCH " + b"9" * 9999 + b"\r\n{tag} OK done\r\n", Broken, "does not speak IMAP"),
        ("SEARCH", Said(b"* SEARCH 1\r\n", "close"), Unavailable, "was cut"),
        ("FETCH", fetched(1, arrived=b"yesterday") + b"{tag} OK done\r\n", Broken, "does not speak IMAP"),
        ("FETCH", fetched(1, arrived=b"99-Oct-2026 9:00") + b"{tag} OK done\r\n", Broken, "does not speak IMAP"),
        ("FETCH", Said(fetched(1)[:-20], "close"), Unavailable, "was cut"),
        ("FETCH", Said(fetched(1), "close"), Unavailable, "was cut"),
        ("FETCH", Said(fetched(1)[:-20], "hold"), Unavailable, "took too long"),
        ("FETCH", b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n", Broken, "larger than 0.5 MiB"),
        ("FETCH", b"* 1 FETCH (UID 1 BODY[] {" + b"9" * 9999 + b"}\r\n", Broken, "does not speak IMAP"),
        ("FETCH", Said(fetched(1, MAIL * 99), "again"), Broken, "larger than 0.5 MiB"),
        ("FETCH", b"nonsense\r\n", Broken, "does not speak IMAP"),
    ],
)
def test_a_server_that_misbehaves_gives_no_measurement(
    asked: str, answer: Answer, error: type[SourceError], words: str
) -> None:
    started = time.monotonic()
    with scripted(**{asked: answer}) as port, pytest.raises(error) as raised:
        pulled(port)

    told = raised.value.ending()
    assert words in f"{told.message} {told.cure}"
    assert "127.0.0.1" in told.message or "mail server" in told.message
    assert SECRET not in str(told)
    assert time.monotonic() - started < 5


def test_a_mail_that_is_gone_when_it_is_asked_for_is_left_out() -> None:
    with scripted(SEARCH=b"* SEARCH 1 2 3\r\n{tag} OK done\r\n", FETCH=fetched(2) + b"{tag} OK done\r\n") as port:
        assert len(pulled(port).readings) == 1


def test_a_server_that_finds_the_last_mail_again_counts_nothing_twice() -> None:
    """`UID 2:*` finds mail 1 where there is no other."""
    examined = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK done\r\n"
    with scripted(EXAMINE=examined) as port:
        first = pulled(port)
        assert first.cursor
        second = pulled(port, cursor=first.cursor.value)

    assert (len(first.readings), second.readings, second.cursor) == (1, (), None)


def test_a_folder_too_large_for_one_pull_is_read_over_several() -> None:
    """And covered as far as it was read."""
    long = MAIL.replace(b"guest post", b"guest post " + b"x" * 700)

    def mails(line: str) -> bytes:
        first, _, last = line.split()[3].partition(":")
        one = (fetched(uid, long.replace(b"<1@", b"<%d@" % uid)) for uid in range(int(first), int(last or first) + 1))
        return b"".join(one) + b"{tag} OK done\r\n"

    def found(line: str) -> bytes:
        after = int(line.split()[4].partition(":")[0])
        return b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(after, 3001)) + b"\r\n{tag} OK done\r\n"

    examined = b"* 3000 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3001] ok\r\n{tag} OK done\r\n"
    with scripted(EXAMINE=examined, SEARCH=found, FETCH=mails) as port:
        first = pulled(port)
        assert first.cursor
        second = pulled(port, cursor=json.loads(json.dumps(first.cursor.value)))

    assert 500 < len(first.readings) < 3000
    assert first.spans == (Span("posts", end=datetime(2026, 10, 8, 8, tzinfo=UTC)),)
    assert len({one.key for one in (*first.readings, *second.readings)}) == 3000
    assert second.spans == (Span("posts"),)


@pytest.mark.parametrize(
    ("address", "tls", "words"),
    [
        ("169.254.169.254", Tls.IMPLICIT, "never reached"),
        ("::ffff:169.254.169.254", Tls.IMPLICIT, "never reached"),
        ("fe80::1%eth0", Tls.STARTTLS, "never reached"),
        ("100.100.100.200", Tls.STARTTLS, "never reached"),
        ("192.0.2.1", Tls.NONE, "without encryption"),
    ],
)
def test_the_address_that_is_connected_to_is_checked_whatever_the_name(address: str, tls: Tls, words: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 993))]

    session = Session(Server("mail.example.org", 993, tls), Login("ada", SecretStr(SECRET)), SMALL, resolve)

    with pytest.raises(Refused, match=words):
        session.open()


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with scripted() as port:

        def resolve(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", at)) for at in (1, port)]

        session = Session(Server("localhost", port, Tls.NONE), Login("ada", SecretStr(SECRET)), SMALL, resolve)
        session.open()
        session.close()


def test_a_server_that_offers_no_encryption_gets_no_password() -> None:
    asked: list[str] = []

    def login(line: str) -> bytes:
        asked.append(line)
        return b"{tag} OK done\r\n"

    with scripted(LOGIN=login) as port, pytest.raises(Refused, match="no STARTTLS"):
        pulled(port, tls="starttls")
    assert not asked


def test_what_is_said_before_the_encryption_begins_is_not_believed() -> None:
    offer = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"
    injected = b"{tag} OK done\r\n* CAPABILITY IMAP4rev1\r\n"
    with scripted(CAPABILITY=offer, STARTTLS=injected) as port, pytest.raises(Broken, match="before the encryption"):
        pulled(port, tls="starttls")


def test_a_session_that_is_closed_asks_nothing_more() -> None:
    with scripted() as port:
        session = Session(Server("127.0.0.1", port, Tls.NONE), Login("ada", SecretStr(SECRET)), SMALL)
        session.close()
        with pytest.raises(SourceError):
            session.open()

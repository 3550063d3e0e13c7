"""A mailbox with 100,000 mails on a real Dovecot: what the second pull costs, against the first that reads all."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from connectors.imap import Imap
from ingest.connector import Ask
from ingest.connector.drain import Drained, drain
from tests.bench.measure import Figure, median, milliseconds
from tests.servers.dovecot import PASSWORD, USER, Dovecot, dovecot

MAILS = 100_000
RUNS = 3
NEW = 10
START = datetime(2025, 1, 1, tzinfo=UTC)
REQUESTS = 200
"""One mail in so many is a request; the others are what else comes in a year."""


def mail(number: int) -> bytes:
    at = START + timedelta(minutes=7 * number)
    subject = "Would you write a guest post?" if number % REQUESTS == 0 else f"Your weekly news, no. {number}"
    lines = [
        f"Message-ID: <{number}.20250101@mail.example.org>",
        f"References: <{number - 3}.20250101@mail.example.org>" if number % 5 == 4 else "X-Mailer: of the benchmark",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"From: =?utf-8?q?M=C3=BCller?= {number % 997} <sender{number % 997}@example.org>",
        "To: Ada <ada@example.org>",
        f"Subject: {subject}",
        "",
        "Hi Ada,",
        *["this is what mails say, line by line."] * 8,
        "",
    ]
    return "\n".join(lines).encode()


def fill(server: Dovecot) -> None:
    """All mails in one file in the way of mbox, which is written faster than a hundred thousand files."""
    file = server.home / "inbox"
    with file.open("wb") as out:
        for number in range(MAILS):
            at = START + timedelta(minutes=7 * number)
            out.write(f"From sender@example.org {at:%a %b %d %H:%M:%S %Y}\n".encode() + mail(number) + b"\n")
    owner = server.home.stat()
    os.chown(file, owner.st_uid, owner.st_gid)


def pull(server: Dovecot, cursor: Any) -> Drained:
    settings = {
        "host": "localhost",
        "port": server.encrypted_port,
        "ca_file": str(server.authority),
        "username": USER,
        "password": PASSWORD,
        "signals": {"posts": {"subject": "guest post"}, "questions": {"from": "sender7@"}},
    }
    now = datetime.now(UTC)
    ask = Ask(client=httpx.AsyncClient, now=now, zone=ZoneInfo("UTC"), home=Path(), key=b"k" * 32, cursor=cursor)
    return asyncio.run(drain(Imap.model_validate(settings), ask))


def timed(server: Dovecot, cursor: Any) -> tuple[Drained, float, float]:
    """A pull, with its CPU seconds and the seconds that it lasted."""
    cpu, elapsed = time.process_time(), time.perf_counter()
    drained = pull(server, cursor)
    return drained, time.process_time() - cpu, time.perf_counter() - elapsed


def figures() -> Iterator[Figure]:
    firsts, seconds = [], []
    with dovecot("mbox:~/mail:INBOX=~/inbox") as server:
        fill(server)
        for run in range(RUNS):
            first, *times = timed(server, None)
            firsts.append(times)
            assert first.cursor
            assert len(first.readings) > MAILS // REQUESTS
            server.deliver(*(mail(REQUESTS * MAILS + NEW * run + number) for number in range(NEW)))
            second, *times = timed(server, first.cursor.value)
            seconds.append(times)
            assert second.cursor
            assert second.cursor.value["INBOX"]["uid"] == MAILS + NEW * (run + 1)
    for name, everything, new in zip(
        ("CPU", "elapsed"), zip(*firsts, strict=True), zip(*seconds, strict=True), strict=True
    ):
        yield Figure(
            f"a mailbox of {MAILS:,} mails: a pull when {NEW} have come, {name}",
            milliseconds(median(new)),
            f"the pull that reads all: {milliseconds(median(everything))}",
            median(new) / median(everything),
            0.05,
        )

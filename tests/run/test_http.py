"""The guarded client against real servers on loopback. Each fault, for each connector: tests/faults."""

import asyncio
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from ingest.connector import Answer, Ask, Broken, Limits, Refused, SourceError, Unavailable
from ingest.run.http import open_client
from tests.servers.misbehaving import large, secure, slow
from tests.servers.misbehaving.server import serving
from tests.servers.misbehaving.visit import Fault, Visit

AUTHORITY = trustme.CA()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Names(AbstractResolver):
    """A name server that says what a test wants."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.names[host]
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def asking(names: dict[str, list[str]] | None = None, **limits: Any) -> AsyncIterator[Ask]:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    client = open_client(resolver=Names(names) if names else None, context=context)
    async with client:
        yield Ask(
            client=lambda: client,
            now=datetime.now(UTC),
            zone=ZoneInfo("UTC"),
            home=Path(),
            key=b"",
            limits=replace(Limits(), **limits),
        )


def saying(answer: bytes) -> Fault:
    async def fault(visit: Visit) -> None:
        await visit.send(answer)

    return fault


def certificate(*names: str, **dates: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert(*names, **dates).configure_cert(context)
    return context


async def asked(
    fault: Fault, path: str = "/", context: ssl.SSLContext | None = None, host: str = "127.0.0.1", **limits: Any
) -> Answer:
    async with serving(fault, context) as port, asking({host: ["127.0.0.1"]}, **limits) as ask:
        return await ask.get(f"{'https' if context else 'http'}://{host}:{port}{path}")


def ends(fault: Fault, kind: type[SourceError], **how: Any) -> str:
    with pytest.raises(kind) as caught:
        asyncio.run(asked(fault, **how))
    return caught.value.ending().message


def test_a_configured_host_may_be_on_this_machine() -> None:
    assert asyncio.run(asked(saying(OK))).value() == {}
    assert asyncio.run(asked(saying(OK), host="grafana.internal")).value() == {}


def test_the_machines_own_resolver_is_used() -> None:
    async def by_name() -> Answer:
        async with serving(saying(OK)) as port, asking() as ask:
            return await ask.get(f"http://localhost:{port}/")

    assert asyncio.run(by_name()).value() == {}


def test_a_name_that_does_not_resolve_is_told_so() -> None:
    async def unknown() -> None:
        async with asking() as ask:
            await ask.get("http://nobody.invalid/")

    with pytest.raises(Unavailable, match=r"nobody\.invalid: the name does not resolve"):
        asyncio.run(unknown())


@pytest.mark.parametrize(
    "addresses",
    [
        ["169.254.169.254"],
        ["::ffff:169.254.169.254"],
        ["fe80::1", "169.254.1.1"],
        ["fd00:ec2::254"],
        ["100.100.100.200"],
        ["64:ff9b::a9fe:a9fe"],
    ],
)
def test_metadata_addresses_are_never_reached_whatever_the_name(addresses: list[str]) -> None:
    async def reach() -> None:
        async with asking({"innocent.example.com": addresses}) as ask:
            await ask.get("http://innocent.example.com/latest")

    with pytest.raises(Refused, match="never reached"):
        asyncio.run(reach())


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[::ffff:a9fe:a9fe]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
    ],
)
def test_metadata_addresses_are_never_reached_however_they_are_written(host: str) -> None:
    async def reach() -> None:
        async with asking(request=5) as ask:
            await ask.get(f"http://{host}/latest")

    with pytest.raises((Refused, Unavailable)) as caught:
        asyncio.run(reach())
    assert "too long" not in str(caught.value)


def test_of_several_addresses_the_allowed_one_is_taken() -> None:
    async def reach() -> Answer:
        names = {"two.example.com": ["169.254.169.254", "127.0.0.1"]}
        async with serving(saying(OK)) as port, asking(names) as ask:
            return await ask.get(f"http://two.example.com:{port}/")

    assert asyncio.run(reach()).value() == {}


def test_a_redirect_to_a_name_of_this_machine_is_refused_even_over_an_open_connection() -> None:
    async def reach() -> None:
        names = {"inside.example.com": ["127.0.0.1"], "front.example.com": ["127.0.0.1"]}
        inside, front = certificate("inside.example.com"), certificate("front.example.com")
        async with serving(saying(OK), inside) as port, asking(names) as ask:
            target = f"https://inside.example.com:{port}/"
            assert (await ask.get(target)).value() == {}
            redirect = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
            async with serving(saying(redirect), front) as front_port:
                await ask.get(f"https://front.example.com:{front_port}/")

    with pytest.raises(Refused, match="public addresses only"):
        asyncio.run(reach())


@pytest.mark.parametrize(
    "written",
    [
        "/rest/networkSizes/urn%3Ali%3Aorganization%3A2414183?edgeType=X",
        "/rest/memberFollowersCount?q=dateRange&dateRange=(start:(year:2026,month:5,day:4),end:(year:2026))",
        "/v3?time=2026-10-01T00%3A00%3A00Z&expand%5B%5D=stats&name=%C3%A4+b%2Bc%2F%7E",
        "/",
    ],
)
def test_an_address_is_sent_as_it_is_written(written: str) -> None:
    seen: list[bytes] = []

    async def fault(visit: Visit) -> None:
        seen.append(await visit.reader.readuntil(b"\r\n\r\n"))
        await visit.send(OK)

    async def once() -> None:
        async with serving(fault, reads=False) as port, asking({"h": ["127.0.0.1"]}) as ask:
            await ask.get(f"http://h:{port}{written}")

    asyncio.run(once())
    assert seen[0].split()[1].decode() == written


def test_the_request_says_who_we_are_and_keeps_no_cookies() -> None:
    seen: list[bytes] = []

    async def fault(visit: Visit) -> None:
        for _ in range(2):
            seen.append(await visit.reader.readuntil(b"\r\n\r\n"))
            await visit.send(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=of-another-source; Path=/\r\n\r\n"))

    async def twice() -> None:
        async with serving(fault, reads=False) as port, asking({"h": ["127.0.0.1"]}) as ask:
            await ask.get(f"http://h:{port}/")
            await ask.get(f"http://h:{port}/")

    asyncio.run(twice())
    assert b"user-agent: okr-ingest/" in seen[0].lower()
    assert b"accept-encoding: gzip\r\n" in seen[0].lower()
    assert b"cookie" not in seen[1].lower()


@pytest.mark.parametrize("fault", [slow.hang, slow.trickle, slow.trickling_head])
def test_whatever_takes_too_long_ends_at_the_total_deadline(fault: Fault) -> None:
    started = time.monotonic()
    assert "took too long" in ends(fault, Unavailable, request=0.3)
    assert time.monotonic() - started < 3


def test_a_body_without_end_is_bounded() -> None:
    assert "larger than 1 MiB" in ends(large.endless, Broken, body=2**20)


def test_a_closed_port_is_unavailable() -> None:
    async def reach() -> None:
        async with serving(slow.hang) as port:
            pass
        async with asking(request=5) as ask:
            await ask.get(f"http://127.0.0.1:{port}/")

    with pytest.raises(Unavailable, match="Connection refused"):
        asyncio.run(reach())


OPENS = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
from ingest.run.http import open_client
open_client()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize("hard", [256, 1000])
def test_a_client_may_have_as_many_connections_as_the_system_lets_it(hard: int) -> None:
    root = Path(__file__).parents[2]
    opened = subprocess.run(
        [sys.executable, "-c", OPENS.format(hard=hard)], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(opened.stdout) == hard


# Certificates

PAST = {"not_before": datetime.now(UTC) - timedelta(days=9), "not_after": datetime.now(UTC) - timedelta(days=1)}


def test_a_certificate_that_we_trust_is_fine() -> None:
    assert asyncio.run(asked(saying(OK), context=certificate("a.example.com"), host="a.example.com")).status == 200


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (certificate("a.example.com", **PAST), "expired"),
        (certificate("b.example.com"), "not valid for 'a.example.com'"),
    ],
)
def test_a_certificate_that_is_not_right_is_refused_with_what_to_do(context: ssl.SSLContext, words: str) -> None:
    assert words in ends(saying(OK), Refused, context=context, host="a.example.com")


def test_a_certificate_of_nobody_is_refused() -> None:
    stranger = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("a.example.com").configure_cert(stranger)
    assert "certificate is not valid" in ends(saying(OK), Refused, context=stranger, host="a.example.com")


def test_https_to_a_server_of_plain_http_is_told_so() -> None:
    async def reach() -> None:
        async with serving(secure.plain, reads=False) as port, asking() as ask:
            await ask.get(f"https://127.0.0.1:{port}/")

    with pytest.raises(Refused, match="no encrypted connection"):
        asyncio.run(reach())

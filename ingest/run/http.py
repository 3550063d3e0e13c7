"""The one HTTP client of the process: aiohttp's connections behind httpx's interface, with a guard at every socket."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from ingest.connector.address import refuse
from ingest.connector.exchange import PUBLIC_ONLY
from ingest.connector.outcome import Broken
from ingest.connector.thread import in_thread

AddressInfo = tuple[int, int, int, str, tuple[object, ...]]

KEPT_OPEN = 5.0
"""Seconds that an idle connection waits for the next page: a pull's requests follow each other at once."""
FILES = 16_384
"""Open files that are enough for thousands of hosts pulled in a minute; each connection is one."""


def open_client(
    *, resolver: AbstractResolver | None = None, context: ssl.SSLContext | None = None, connections: int = 400
) -> httpx.AsyncClient:
    """A client for all sources, to be closed with `aclose`. It belongs to the event loop of its first request.

    Every address is checked when it is connected to, whatever name led there (`ingest.connector.address.refuse`).
    Proxies of the environment are not used. Trusted are the authorities of certifi, or those that `SSL_CERT_FILE` or
    `SSL_CERT_DIR` name. `resolver` and `context` are for tests.
    """
    allow_files(FILES)
    return Client(Guarded(resolver, context or httpx.create_ssl_context(), connections))


class Client(httpx.AsyncClient):
    """A client that sends what it is given and nothing more: it keeps no cookies (all sources share it), follows no
    redirects, asks no `.netrc`, and logs no URLs."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        agent = f"okr-ingest/{version('okr-ingest')}"
        super().__init__(transport=transport, headers={"user-agent": agent}, trust_env=False)
        self._guarded = transport

    async def send(self, request: httpx.Request, *, stream: bool = False, **_: object) -> httpx.Response:
        response = await self._guarded.handle_async_request(request)
        response.request = request
        if not stream:
            await response.aread()
        return response


class Guarded(httpx.AsyncBaseTransport):
    """Two pools of connections: for hosts of the configuration, and for where other hosts redirect to.

    They are apart because a connection that is kept open was judged by the rule of its pool.
    """

    def __init__(self, resolver: AbstractResolver | None, context: ssl.SSLContext, connections: int) -> None:
        self._sessions = [
            Session(partial(_session, resolver, context, connections, public_only)) for public_only in (False, True)
        ]
        self._configured, self._led_to = (AiohttpTransport(verify=context, client=one) for one in self._sessions)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._led_to if request.extensions.get(PUBLIC_ONLY) else self._configured
        try:
            return await pool.handle_async_request(request)
        except httpx.ConnectTimeout as error:
            if isinstance(error.__cause__, TimeoutError):
                raise
            # the transport has this one name for every connection that failed
            raise httpx.ConnectError("the connection failed") from error.__cause__
        except aiohttp.ClientResponseError as error:
            raise Broken(f"{request.url.host}: what answers there does not speak HTTP as it should") from error

    async def aclose(self) -> None:
        for session in self._sessions:
            await session.close()


class Session:
    """The connections of one pool, opened with the first request, in the event loop that it is made in.

    Addresses are sent as they are written. aiohttp decodes what needs no `%` by itself, and then a vendor who insists
    on `urn%3Ali%3A…` has nothing at this address.
    """

    def __init__(self, opened: Callable[[], aiohttp.ClientSession]) -> None:
        self._opened = opened
        self._session: aiohttp.ClientSession | None = None

    def __call__(self) -> Any:
        """What the transport asks for before each request."""
        return self

    def request(self, *, url: str, **said: Any) -> Any:
        if self._session is None:
            self._session = self._opened()
        return self._session.request(url=URL(url, encoded=True), **said)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def allow_files(wanted: int) -> None:
    """Let this process have more open files, as far as the system lets it: by default some have 256 or 1,024."""
    try:
        import resource
    except ImportError:  # a system without such bounds
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unbounded = resource.RLIM_INFINITY
    most = wanted if hard == unbounded else min(wanted, hard)
    if soft != unbounded and soft < most:
        with suppress(ValueError, OSError):  # macOS has a bound of its own below the one it tells
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _session(
    resolver: AbstractResolver | None, context: ssl.SSLContext, connections: int, public_only: bool
) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=resolver or Resolver(),
        ssl=context,
        limit=connections,
        keepalive_timeout=KEPT_OPEN,
        ttl_dns_cache=30,
        socket_factory=partial(_socket, public_only),
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _socket(public_only: bool, info: AddressInfo) -> socket.socket:
    """The socket for a connection to the address in `info`, if that may be reached."""
    family, kind, protocol, _, address = info
    refuse(str(address[0]), public_only)
    return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """The system's resolver in threads of its own: one that hangs must not keep the process from ending."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await in_thread(_nothing, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=of,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for of, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def _nothing() -> None:
    """Nobody counts these threads: the connections are counted."""

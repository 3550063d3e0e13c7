"""Places where TLS is expected, and goes wrong before any request."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import trustme

from tests.servers.misbehaving.visit import Visit

DAY = timedelta(days=1)


def contexts(authority: trustme.CA, host: str) -> dict[str, ssl.SSLContext]:
    """By what is wrong with each: where `authority` is trusted, `tls` is right."""
    now = datetime.now(UTC)
    expired = authority.issue_cert(host, not_before=now - 9 * DAY, not_after=now - DAY)
    return {
        "tls": _context(authority.issue_cert(host)),
        "tls-of-nobody": _context(trustme.CA().issue_cert(host)),
        "tls-expired": _context(expired),
        "tls-other-host": _context(authority.issue_cert("elsewhere.example.com")),
    }


def certified(authority: trustme.CA, host: str) -> ssl.SSLContext:
    """With a certificate that is right for a host."""
    return _context(authority.issue_cert(host))


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


async def silent(visit: Visit) -> None:
    """Takes the connection and says nothing, not even TLS."""
    await asyncio.Event().wait()


async def plain(visit: Visit) -> None:
    """Answers the first byte of TLS in plain HTTP."""
    await visit.reader.read(1)
    await visit.answer(b"", 400)


UNREAD = {"tls-silent": silent, "tls-plain": plain}
"""What answers without having read a request, by the name of its port."""

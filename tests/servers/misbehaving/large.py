"""Answers without measure."""

import zlib
from itertools import repeat

from tests.servers.misbehaving.visit import Visit, chunk, head

MIB = 2**20
BLANK = b" " * MIB


async def ten_gigabytes(visit: Visit) -> None:
    """A body of 10 GB, as its length says."""
    await visit.send(head(200, 10 * 10**9, {"content_type": visit.good.kind}), *repeat(BLANK, 10_000))


async def ten_gigabytes_unsaid(visit: Visit) -> None:
    """As much, without a length: it ends with the connection."""
    await visit.send(head(200, None, {"content_type": visit.good.kind}), *repeat(BLANK, 10_000))


async def endless(visit: Visit) -> None:
    """Chunks of 64 KiB without end."""
    await visit.send(head(200, None, {"content_type": visit.good.kind, "transfer_encoding": "chunked"}))
    for piece in repeat(chunk(BLANK[:65_536])):
        await visit.send(piece)


async def bomb(visit: Visit) -> None:
    """1 MB of gzip that unpacks to 1 GiB of blanks."""
    await visit.answer(_bomb(1024), content_encoding="gzip")


async def small_bombs(visit: Visit) -> None:
    """The same in a thousand members of 1 MiB each."""
    await visit.answer(_bomb(1) * 1024, content_encoding="gzip")


async def bomb_in_a_refusal(visit: Visit) -> None:
    """A bomb in the body of a 404, whose words are read."""
    await visit.answer(_bomb(1024), 404, content_encoding="gzip")


async def large_header(visit: Visit) -> None:
    """One header of 1 MiB."""
    await visit.answer(visit.good.body, x_large="a" * MIB)


async def many_headers(visit: Visit) -> None:
    """A hundred thousand headers."""
    await visit.answer(visit.good.body, **{f"x_{number}": "a" for number in range(100_000)})


async def headers_without_end(visit: Visit) -> None:
    """Headers for as long as somebody reads them."""
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    for _ in repeat(None):
        await visit.send(b"x-more: of the same\r\n" * 1000)


def _bomb(mebibytes: int) -> bytes:
    """gzip of so many MiB of blanks: the same compressed block again and again, and the right sum at its end."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(BLANK) + deflate.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    total = 0
    for _ in range(mebibytes if mebibytes < 8 else 0):
        total = zlib.crc32(BLANK, total)
    trailer = total.to_bytes(4, "little") + (mebibytes * MIB).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * mebibytes + last + trailer

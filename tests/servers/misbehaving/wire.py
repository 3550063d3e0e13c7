"""Bytes that are not what HTTP, or the head before them, promises."""

import gzip
import socket
import zlib

from tests.servers.misbehaving.visit import Visit, chunk, head


async def length_too_long(visit: Visit) -> None:
    """The right answer, of which the length says that more should come."""
    await visit.send(head(200, len(visit.good.body) + 1000, {"content_type": visit.good.kind}) + visit.good.body)


async def length_too_short(visit: Visit) -> None:
    """The right answer, of which the length says that it ends in the middle."""
    await visit.send(head(200, len(visit.good.body) // 2, {"content_type": visit.good.kind}) + visit.good.body)


async def two_lengths(visit: Visit) -> None:
    """The right answer with two lengths that differ."""
    size = len(visit.good.body)
    await visit.send(head(200, size, {"content_length": str(size - 1), "content_type": visit.good.kind}))
    await visit.send(visit.good.body)


async def no_length(visit: Visit) -> None:
    """Half of the right answer, and the connection ends, as old servers end theirs."""
    await visit.send(head(200, None, {"content_type": visit.good.kind}) + half(visit))


async def chunk_cut(visit: Visit) -> None:
    """The connection ends within a chunk."""
    await visit.send(_chunked(visit) + chunk(visit.good.body)[:-4])


async def last_chunk_missing(visit: Visit) -> None:
    """The right answer, whole, but nobody says that it is."""
    await visit.send(_chunked(visit) + chunk(visit.good.body))


async def no_chunks(visit: Visit) -> None:
    """Chunks are announced, and the right answer comes without."""
    await visit.send(_chunked(visit) + visit.good.body)


async def not_compressed(visit: Visit) -> None:
    """The right answer, said to be gzip."""
    await visit.answer(visit.good.body, content_encoding="gzip")


async def not_said_to_be_compressed(visit: Visit) -> None:
    """gzip, and no word of it."""
    await visit.answer(gzip.compress(visit.good.body))


async def compressed_another_way(visit: Visit) -> None:
    """An encoding that nobody asked for."""
    await visit.answer(visit.good.body, content_encoding="br")


async def gzip_cut(visit: Visit) -> None:
    """gzip that ends early, with a length that fits."""
    await visit.answer(gzip.compress(visit.good.body)[:-10], content_encoding="gzip")


async def gzip_damaged(visit: Visit) -> None:
    """gzip with a wrong sum at its end."""
    await visit.answer(gzip.compress(visit.good.body)[:-8] + b"\0" * 8, content_encoding="gzip")


async def deflated(visit: Visit) -> None:
    """The right answer, compressed as it says."""
    await visit.answer(zlib.compress(visit.good.body), content_encoding="deflate")


async def no_http(visit: Visit) -> None:
    """The greeting of another protocol."""
    await visit.send(b"SSH-2.0-OpenSSH_9.2\r\n")


async def no_status(visit: Visit) -> None:
    """A status that is no number."""
    await visit.send(b"HTTP/1.1 abc OK\r\n\r\n" + visit.good.body)


async def nothing(visit: Visit) -> None:
    """The connection ends without a word."""


async def reset(visit: Visit) -> None:
    """The connection is torn down."""
    visit.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    visit.writer.transport.abort()


async def reset_within(visit: Visit) -> None:
    """Half of the right answer, then the connection is torn down."""
    await visit.send(head(200, len(visit.good.body), {"content_type": visit.good.kind}) + half(visit))
    await reset(visit)


def half(visit: Visit) -> bytes:
    return visit.good.body[: len(visit.good.body) // 2]


def _chunked(visit: Visit) -> bytes:
    return head(200, None, {"content_type": visit.good.kind, "transfer_encoding": "chunked"})

"""Events, messages and the patience of the login form."""

import asyncio

import pytest

from ingest.face.web.live import MOST, Live
from ingest.face.web.message import LASTS, Message, Messages
from ingest.face.web.patience import REFILL, TRIES, Patience


def test_the_stream_begins_with_the_state_and_tells_each_that_follows() -> None:
    async def follow() -> None:
        live = Live()
        stream = live.stream()
        first = await anext(stream)
        assert f"id: {live.version}\ndata: {live.version}\n\n" in first
        before = live.version
        live.tell()
        live.tell()
        assert await anext(stream) == f"id: {live.version}\ndata: {live.version}\n\n"
        assert live.version != before
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        assert not waiting.done()
        live.tell()
        assert live.version in await waiting
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(follow())


def test_a_quiet_stream_gives_signs_of_life_and_ends_when_it_is_closed() -> None:
    async def follow() -> None:
        live = Live(beat=0.001)
        stream = live.stream()
        await anext(stream)
        assert (await anext(stream)).startswith(":")
        live.close()
        assert [one async for one in stream] == []

    asyncio.run(follow())


def test_connections_are_bounded_and_a_gone_one_makes_room() -> None:
    async def follow() -> None:
        live = Live()
        streams = [live.stream() for _ in range(MOST)]
        for stream in streams:
            await anext(stream)
        assert live.full
        await streams[0].aclose()  # type: ignore[attr-defined]  # it is a generator
        assert not live.full
        for stream in streams[1:]:
            await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(follow())


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_message_is_found_by_its_name_for_some_minutes() -> None:
    clock = Clock()
    messages = Messages(clock)
    name = messages.keep(Message(True, "done"))
    assert messages.find(name) == Message(True, "done")
    assert messages.find("another") is messages.find(None) is None
    clock.now += LASTS
    assert messages.find(name) is None


def test_after_some_wrong_tokens_an_address_waits_and_others_do_not() -> None:
    clock = Clock()
    patience = Patience(clock)
    for _ in range(TRIES):
        assert patience.wait("10.0.0.7") == 0
        patience.wrong("10.0.0.7")
    assert patience.wait("10.0.0.7") == pytest.approx(REFILL)
    assert patience.wait("10.0.0.8") == 0
    clock.now += REFILL
    assert patience.wait("10.0.0.7") == 0
    patience.wrong("10.0.0.7")
    assert patience.wait("10.0.0.7") > 0
    patience.right("10.0.0.7")
    assert patience.wait("10.0.0.7") == 0


def test_one_network_of_ipv6_is_one_address() -> None:
    patience = Patience(Clock())
    for number in range(TRIES):
        patience.wrong(f"2001:db8::{number:x}")
    assert patience.wait("2001:db8::ffff") > 0
    assert patience.wait("2001:db8:0:1::1") == 0

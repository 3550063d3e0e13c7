"""pretix on a real one."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from connectors.pretix import Pretix
from ingest.connector import Ask, Seen
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import ZONE
from tests.servers.pretix.server import Server, pretix

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pretix() as running:
        yield running


def pulled(server: Server, counted: str) -> tuple[Drained, Seen]:
    made = Pretix.model_validate({"token": server.token, "organizer": "talks", "url": server.url, "counted": counted})

    async def run() -> tuple[Drained, Seen]:
        async with httpx.AsyncClient(trust_env=False) as client:
            now = datetime(2026, 11, 25, tzinfo=UTC)
            ask = Ask(client=lambda: client, now=now, zone=ZONE, home=Path(), key=b"k")
            return await drain(made, ask), await made.seen(ask)

    return asyncio.run(run())


def of(drained: Drained, signal: str) -> dict[str, float]:
    return {one.key or "": one.value for one in drained.readings if one.signal == signal}


def test_tickets_are_counted_over_two_pages_and_what_does_not_count_is_left_out(server: Server) -> None:
    drained, seen = pulled(server, "signed_up")
    people = of(drained, "attendees")
    assert people.pop("conference") == 57
    assert sorted(people.values()) == [0, 1], "the two dates of the series"
    assert set(of(drained, "events")) == set(of(drained, "attendees"))
    assert sum(of(drained, "registrations").values()) == 58
    assert seen.name == "Talks"


def test_who_came_went_in(server: Server) -> None:
    people = of(pulled(server, "came")[0], "attendees")
    assert (people.pop("conference"), set(people.values())) == (1, {0})

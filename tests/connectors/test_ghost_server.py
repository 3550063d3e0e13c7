"""ghost on a real one, on MariaDB."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from connectors.ghost import Ghost
from ingest.connector import Ask, Refused, Seen
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import ZONE
from tests.servers.ghost.server import Ghost as Server
from tests.servers.ghost.server import ghost

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)  # a real Ghost takes a credential by its own clock
THEN = (NOW - timedelta(days=10)).replace(hour=8, minute=0, second=0, microsecond=0)
READERS = 105
"""More than a page."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """105 readers of the newsletter, one a minute, a member who gets none, and one who signed up and is gone."""
    with ghost() as running:
        for number in range(READERS):
            running.post("members/", members=[{"email": f"reader{number:03d}@example.com"}])
        running.post("members/", members=[{"email": "quiet@example.com", "newsletters": []}])
        gone = running.post("members/", members=[{"email": "gone@example.com"}])["members"][0]["id"]
        running.delete(f"members/{gone}/")
        running.database.run(
            f"SET @then = '{THEN:%Y-%m-%d %H:%M:%S}'",
            "UPDATE ghost.members SET created_at = @then + INTERVAL REGEXP_SUBSTR(email, '[0-9]+') MINUTE"
            " WHERE email LIKE 'reader%'",
            "UPDATE ghost.members_status_events events JOIN ghost.members people ON people.id = events.member_id"
            " SET events.created_at = people.created_at",
        )
        yield running


def pulled(server: Server, now: datetime = NOW, since: datetime | None = None, **settings: str) -> Drained:
    async def run() -> Drained:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await drain(made(server, **settings), asking(client, now, since))

    return asyncio.run(run())


def seen(server: Server) -> Seen:
    async def run() -> Seen:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await made(server).seen(asking(client, datetime.now(UTC), None))

    return asyncio.run(run())


def made(server: Server, **settings: str) -> Ghost:
    return Ghost.model_validate({"url": server.url, "api_key": server.api_key, **settings})


def asking(client: httpx.AsyncClient, now: datetime, since: datetime | None) -> Ask:
    return Ask(client=lambda: client, now=now, zone=ZONE, home=Path(), key=b"k", since=since)


def of(drained: Drained, signal: str) -> list[tuple[datetime | None, float]]:
    return [(one.at, one.value) for one in drained.readings if one.signal == signal]


def test_subscribers_are_counted_over_two_pages_by_their_own_time(server: Server) -> None:
    drained = pulled(server, datetime.now(UTC))
    assert of(drained, "subscribers") == [(None, READERS)]
    told = sorted(at for at, value in of(drained, "new_subscribers") if at and value == 1)
    assert told == [THEN + timedelta(minutes=number) for number in range(READERS)]
    assert len({one.key for one in drained.readings if one.signal == "new_subscribers"}) == READERS


def test_members_have_a_past_and_who_gets_no_newsletter_is_one(server: Server) -> None:
    drained = pulled(server, datetime.now(UTC))
    midnight = (THEN + timedelta(days=1)).replace(hour=0)
    for signal, then, now in (("members", READERS, READERS + 1), ("paid_subscribers", 0, 0)):
        told = of(drained, signal)  # one more where the test meets midnight
        assert (told[0], told[-1]) == ((midnight, then), (None, now))
    assert of(drained, "open_rate") == [], "no mail was sent"


def test_the_site_is_named(server: Server) -> None:
    assert seen(server).name == "News of example"


def test_a_wrong_key_and_a_wrong_clock_are_refused(server: Server) -> None:
    name, secret = server.api_key.split(":")
    with pytest.raises(Refused, match="Invalid token"):
        pulled(server, datetime.now(UTC), api_key=f"{name}:{secret[::-1]}")
    with pytest.raises(Refused, match="Unknown Admin API Key"):
        pulled(server, datetime.now(UTC), api_key=f"{name[::-1]}:{secret}")
    with pytest.raises(Refused, match="Invalid token"):
        pulled(server, datetime.now(UTC) - timedelta(hours=1))

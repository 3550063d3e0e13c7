"""bluesky on Bluesky's own AppView."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.bluesky import Bluesky
from ingest.connector import Ask, Refused, Seen
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import ZONE
from tests.servers.bluesky.appview import AppView, appview

pytestmark = pytest.mark.slow
THEN = "2026-10-01T08:00:00.000Z"


@dataclass(frozen=True)
class World:
    server: AppView
    ada: str
    bo: str


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with appview() as server:
        ada, bo, cy = (server.account(f"{name}.test") for name in ("ada", "bo", "cy"))
        server.record(ada, "actor.profile", "self", **{"$type": "app.bsky.actor.profile", "displayName": "Ada"})
        follow(server, bo, ada)
        follow(server, cy, ada)
        follow(server, ada, bo)
        for number in range(3):
            post = {"$type": "app.bsky.feed.post", "text": f"Post {number}", "createdAt": THEN}
            server.record(ada, "feed.post", f"3l5qqqqqqqq2{'abc'[number]}", **post)
        yield World(server, ada, bo)


def follow(server: AppView, who: str, whom: str) -> None:
    record = {"$type": "app.bsky.graph.follow", "subject": whom, "createdAt": THEN}
    server.record(who, "graph.follow", "3l4qqqqqqqq2a", **record)


def pulled(world: World, account: str, cursor: Any = None) -> Drained:
    async def run() -> Drained:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await drain(made(world, account), asking(client, cursor))

    return asyncio.run(run())


def seen(world: World, account: str) -> Seen:
    async def run() -> Seen:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await made(world, account).seen(asking(client, None))

    return asyncio.run(run())


def made(world: World, account: str) -> Bluesky:
    return Bluesky.model_validate({"account": account, "url": world.server.url})


def asking(client: httpx.AsyncClient, cursor: Any) -> Ask:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    return Ask(client=lambda: client, now=now, zone=ZONE, home=Path(), key=b"k", cursor=cursor)


def values(drained: Drained) -> dict[str, float]:
    return {one.signal: one.value for one in drained.readings}


def test_followers_and_posts_are_counted_and_zero_is_zero(world: World) -> None:
    assert values(pulled(world, "ada.test")) == {"followers": 2, "following": 1, "posts": 3}
    assert values(pulled(world, "cy.test")) == {"followers": 0, "following": 1, "posts": 0}
    assert values(pulled(world, world.ada)) == values(pulled(world, "@ada.test"))


def test_the_name_is_the_one_that_is_shown_or_else_the_handle(world: World) -> None:
    assert (seen(world, "ada.test").name, seen(world, "bo.test").name) == ("Ada", "bo.test")


def test_an_account_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="Profile not found") as caught:
        pulled(world, "nobody.test")
    assert "check that nobody.test is the whole handle" in str(caught.value.cure)


def test_a_follow_that_is_taken_back_no_longer_counts(world: World) -> None:
    di = world.server.account("di.test")
    follow(world.server, di, world.bo)
    assert values(pulled(world, "di.test"))["following"] == 1
    world.server.record(di, "graph.follow", "3l4qqqqqqqq2a")
    assert values(pulled(world, "di.test"))["following"] == 0


def test_an_account_is_still_found_when_its_handle_changes(world: World) -> None:
    told = pulled(world, "bo.test").cursor
    assert told
    world.server.account("robert.test", did=world.bo)
    world.server.account("bo.test")
    assert values(pulled(world, "bo.test", told.value))["followers"] == 1
    assert values(pulled(world, "bo.test"))["followers"] == 0, "somebody else"

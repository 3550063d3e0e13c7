"""The connector `mailman`, with answers recorded from Mailman 3.3.10 and on a real one."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.mailman import Mailman
from ingest.connector import Ask, Connector, Reading, Refused, Seen
from ingest.connector.drain import drain
from ingest.connector.kit import ZONE, HttpConformance
from tests.servers.mailman.core import PASSWORD
from tests.servers.mailman.core import Mailman as Server
from tests.servers.mailman.core import mailman as running

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class TestMailman(HttpConformance):
    connector: ClassVar[type[Connector]] = Mailman
    settings: ClassVar[Mapping[str, Any]] = {"password": "a-made-up-password", "mailing_list": "news@example.org"}
    recorded: ClassVar[Path] = Path(__file__).parent / "mailman"

    def test_members_and_those_who_wait_are_told(self) -> None:
        assert self.drained(self.ask()).readings == (Reading("subscribers", 3), Reading("pending_subscribers", 1))

    def test_a_list_without_members_is_a_real_zero(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert drained.readings == (Reading("subscribers", 0), Reading("pending_subscribers", 0))


@pytest.mark.parametrize("name", ["", "news@example.org/config", "../domains", "news?count=5", "news#x", "a b"])
def test_what_is_no_name_of_a_list_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Mailman.model_validate({"password": "x", "mailing_list": name})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as one:
        one.make("news")
        one.make("empty")
        for reader in ("ada", "bo", "cy", "di"):
            one.join("news", f"{reader}@example.com")
        one.leave("news", "di@example.com")
        one.join("news", "ed@example.com", approved=False)
        yield one


def pulled(server: Server, **settings: str) -> dict[str, float]:
    return {one.signal: one.value for one in asyncio.run(_drained(server, settings))}


async def _drained(server: Server, settings: Mapping[str, str]) -> tuple[Reading, ...]:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await drain(made(server, settings), asking(client))).readings


async def _seen(server: Server) -> Seen:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await made(server, {}).seen(asking(client))


def made(server: Server, settings: Mapping[str, str]) -> Mailman:
    given = {"url": server.url, "password": PASSWORD, "mailing_list": "news@example.org", **settings}
    return Mailman.model_validate(given)


def asking(client: httpx.AsyncClient) -> Ask:
    return Ask(client=lambda: client, now=NOW, zone=ZONE, home=Path(), key=b"k")


@pytest.mark.parametrize("name", ["news@example.org", "news.example.org"])
def test_on_a_real_mailman_members_and_those_who_wait_are_counted(server: Server, name: str) -> None:
    assert pulled(server, mailing_list=name) == {"subscribers": 3, "pending_subscribers": 1}
    assert pulled(server, mailing_list=name.replace("news", "empty")) == {"subscribers": 0, "pending_subscribers": 0}


def test_on_a_real_mailman_a_member_whose_delivery_is_off_is_a_member(server: Server) -> None:
    server.pause("news", "ada@example.com")
    assert pulled(server)["subscribers"] == 3


def test_a_real_mailman_tells_the_lists_name(server: Server) -> None:
    assert asyncio.run(_seen(server)).name == "news@example.org"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"password": "wrong"}, "does not accept the credential (401): 401 Unauthorized"),
        ({"username": "nobody"}, "does not accept the credential (401): 401 Unauthorized"),
        ({"mailing_list": "none@example.org"}, "has nothing at this address (404)"),
    ],
)
def test_a_real_mailman_refuses_and_says_why(server: Server, settings: Mapping[str, str], said: str) -> None:
    with pytest.raises(Refused) as caught:
        pulled(server, **settings)
    assert said in caught.value.message

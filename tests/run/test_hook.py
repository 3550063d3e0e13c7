"""A connector of one's own that is pulled and has a hook: what comes through it, and what its bugs do."""

import hmac
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.connector.hook import Hook
from ingest.connector.outcome import Broken, Outcome
from ingest.connector.signature import Delivery, Unverified
from ingest.run.hook import Arrived, Hooks, NoHook
from ingest.run.service import Service
from ingest.store.row import Run
from ingest.store.unit import By
from tests.run.world import QUICK, World

pytestmark = pytest.mark.anyio

VENDOR = '''
"""A vendor whose API is asked and that calls us too."""
from collections.abc import AsyncIterator, Iterator
from typing import ClassVar

from pydantic import SecretStr

from ingest.connector import Ask, Broken, Connector, Hook, Message, Reading, Signature, Span, events, level


class Vendor(Connector):
    signals: ClassVar = {"people": level(), "joined": events()}
    secret: SecretStr

    async def pull(self, ask: Ask) -> AsyncIterator[Reading | Span]:
        yield Reading("people", 7)
        yield Span("joined")

    def hook(self) -> Hook | None:
        return Hook(Signature.GITHUB, (self.secret,))

    def received(self, message: Message) -> Iterator[Reading]:
        match message.document:
            case {"joined": list(people)}:
                for person in people:
                    yield Reading("joined", key=message.fingerprint(person) if person else None)
            case {"people": number}:
                yield Reading("people", number)
            case {"unknown": _}:
                yield Reading("nobody", 1)
            case {"bug": _}:
                yield Reading("people", 1)
                raise KeyError("a secret of somebody")
            case _:
                raise Broken("should say who joined", "joined")
'''
SOURCES = """
vendor: {connector: "./vendor.py:Vendor", every: 1h, secret: made-up}
silent: {connector: push, signals: {n: {}}}
"""


class Hooked:
    """A running service with the vendor, whose first pull is over."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.hooks = Hooks(service)
        self.found: Hook = self.hooks.find("vendor", "")

    async def send(self, document: Any, key: str = "made-up") -> Arrived:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        signature = f"sha256={hmac.new(key.encode(), body, 'sha256').hexdigest()}"
        return await self.hooks.take("vendor", self.found, Delivery({"x-hub-signature-256": signature}, body))

    def runs(self) -> list[Run]:
        return self.service.workspace.runs("vendor")

    def outcome(self) -> Outcome | None:
        return next(one.outcome for one in self.service.sources() if one.id == "vendor")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vendor.py").write_text(VENDOR)
    return tmp_path


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Hooked]:
    world = World(folder)
    world.sources = SOURCES
    service = Service(world.open("- {id: joined, title: T, value: vendor.joined, target: 10}"), patience=QUICK)
    await service.start()
    try:
        await service.pull("vendor")
        yield Hooked(service)
    finally:
        await service.stop(grace=0.1)


async def test_what_a_hook_brings_is_kept_beside_what_is_pulled(folder: Path) -> None:
    async with running(folder) as hooked:
        arrived = await hooked.send({"joined": ["ada", "grace"]})
        assert arrived.kept is not None
        assert arrived.kept.created == 2
        [newest, *_] = hooked.runs()
        assert (newest.by, newest.created) == (By.IMPORT, 2), "it says nothing of how the pulls go"
        assert not any("ada" in one.key for one in hooked.service.workspace.measurements("vendor.joined"))


async def test_events_without_a_key_are_told_apart_and_counted_once(folder: Path) -> None:
    async with running(folder) as hooked:
        first, again = [await hooked.send({"joined": [None, None]}) for _ in range(2)]
        assert first.kept is not None
        assert first.kept.created == 2
        assert again == Arrived()
        assert len({one.key for one in hooked.service.workspace.measurements("vendor.joined")}) == 2


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"bug": 1}, r"a bug in the connector: KeyError at vendor\.py"),
        ({"unknown": 1}, "there is no signal 'vendor.nobody'"),
        ({"people": "many"}, "is no number"),
        ({"people": float("inf")}, "people: Infinity is not a number"),
        ([], "should say who joined"),
    ],
)
async def test_a_delivery_that_cannot_be_read_leaves_nothing_and_a_run_that_says_why(
    folder: Path, document: Any, message: str
) -> None:
    async with running(folder) as hooked:
        before = hooked.service.workspace.measurements("vendor.people")
        for _ in range(2):
            with pytest.raises((Broken, ValueError)):  # a second time too: its settings may have been corrected
                await hooked.send(document)
        [newest, *_] = hooked.runs()
        assert (newest.outcome, newest.refused) == (Outcome.BROKEN, 1)
        assert re.search(f"^a delivery was not taken: .*{message}", newest.message)
        assert "a secret of somebody" not in newest.message
        assert hooked.service.workspace.measurements("vendor.people") == before
        assert hooked.outcome() is Outcome.OK, "a pulled source is judged by its pulls"


async def test_what_strangers_send_leaves_one_line_in_the_log(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running(folder) as hooked:
        runs = hooked.runs()
        caplog.set_level(logging.INFO, "okr")
        for _ in range(10):
            with pytest.raises(Unverified):
                await hooked.send({"joined": ["x"]}, "another secret")
        assert [one.levelname for one in caplog.records] == ["WARNING"]
        assert "secret" not in caplog.text.replace("have the same secret", "")
        assert hooked.runs() == runs
        await hooked.send({"joined": ["x"]})
        assert [one.levelname for one in caplog.records] == ["WARNING", "INFO"]


@pytest.mark.parametrize(("source", "ending"), [("silent", ""), ("hand", ""), ("none", ""), ("vendor", "made-up")])
async def test_where_there_is_no_hook_nobody_learns_why(folder: Path, source: str, ending: str) -> None:
    async with running(folder) as hooked:
        with pytest.raises(NoHook) as missing:
            hooked.hooks.find(source, ending)
        assert source not in str(missing.value).replace("a source has", "")

"""People are told: by Apprise, to real receivers on this machine, once each whatever happens in between."""

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from ingest.face.notify.herald import Herald
from ingest.face.notify.receiver import receiver
from ingest.face.notify.text import LONGEST, plain
from ingest.run.service import Service
from ingest.run.workspace import Workspace
from tests.face.conftest import free_port
from tests.run.world import QUICK, World
from tests.servers.receiver import SECRET, Told, receiving

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""What Apprise loads uses it, and does without it where Python has it no more."""

TALKS = "- {id: talks, title: Ten talks, value: hand.count, target: 10}"
RENAMED = "- {id: speeches, formerly: talks, title: Ten talks, value: hand.count, target: 10}"
SWITCH = '''
"""A source that says what a file says."""
from collections.abc import AsyncIterator
from typing import ClassVar

from ingest.connector import Ask, Connector, Reading, Refused, level


class Switch(Connector):
    signals: ClassVar = {"n": level()}

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        said = (ask.home / "said").read_text()
        if said == "refused":
            raise Refused("the key is not known", "get a new key")
        yield Reading("n", float(said))
'''


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def told() -> Iterator[Told]:
    with receiving() as one:
        yield one


def listed(told: Told, *whens: str) -> str:
    """`notify` with a recipient for each of these."""
    lines = [f"  - {{url: '{told.url('ab'[number])}', when: [{when}]}}" for number, when in enumerate(whens)]
    return "\n".join(["notify:", *lines, ""])


class Telling:
    """A running service that tells, on the world's clock."""

    def __init__(self, world: World, deadline: float) -> None:
        self.world, self.failures = world, 0
        workspace = Workspace.open(world.folder / "okr.yaml", {}, clock=world.wall)
        self.service = Service(workspace, patience=QUICK, glance=0.05)
        self.herald = Herald(self.service, self._failed, first=0.05, deadline=deadline)

    def _failed(self) -> None:
        self.failures += 1

    def known(self) -> dict[tuple[str, str], str]:
        with self.service.workspace.store.read() as reader:
            return dict(reader.told())

    async def add(self, count: int, name: str = "a") -> None:
        """So many talks; what wakes the scores."""
        day = "2026-03-01"
        await self.service.take([self.world.item("hand.count", 1, day, f"{name}{n}") for n in range(count)])

    async def move(self, time: str) -> None:
        """Set the clock, and let the scores know."""
        self.world.wall.set(time)
        await self.service.take([self.world.item("hand.other", 1, time[:10])])

    async def settled(self) -> None:
        """Everything that is so by now was looked at."""
        await asyncio.sleep(0.5)


@asynccontextmanager
async def telling(
    world: World, notify: str, key_results: str = TALKS, *, deadline: float = 5.0
) -> AsyncIterator[Telling]:
    path = world.write(key_results)
    path.write_text(path.read_text() + notify)
    one = Telling(world, deadline)
    await one.service.start()
    one.herald.start()
    try:
        await until(lambda: bool(one.known()) or not notify)
        yield one
    finally:
        await one.herald.stop()
        await one.service.stop()


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.anyio
async def test_each_is_told_what_they_asked_for_and_that_once(world: World, told: Told) -> None:
    async with telling(world, listed(told, "achieved", "milestone, achieved")) as one:
        await one.add(5)
        await until(lambda: len(told.messages) == 1)
        await one.add(11)
        await until(lambda: len(told.messages) == 3)
        await one.add(12, "b")
        await one.settled()
    achieved = "Achieved: Ten talks (11 of 10, 100 %)"
    half = "b: 50 % reached: Ten talks (5 of 10, 50 %, should be 40 %)"
    assert sorted(told.messages) == sorted([f"a: {achieved}", half, f"b: {achieved}"])
    async with telling(world, listed(told, "achieved", "milestone, achieved")) as again:
        await again.add(1, "c")
        await again.settled()
        assert len(told.messages) == 3
        assert [one.waiting for one in again.herald.recipients()] == [0, 0]


@pytest.mark.anyio
async def test_what_was_so_before_notifying_began_is_taken_as_told(world: World, told: Told) -> None:
    async with telling(world, "") as one:
        await one.add(12)
        path = world.folder / "okr.yaml"
        path.write_text(path.read_text() + listed(told, "achieved, milestone"))
        assert (await one.service.reload()).successful
        await until(lambda: bool(one.known()))
        await one.settled()
    assert told.messages == []


@pytest.mark.anyio
async def test_off_track_is_told_after_a_day_and_then_that_it_recovered(world: World, told: Told) -> None:
    world.wall.set("2026-05-01T00:00:00Z")
    world.open(TALKS).take([world.item("hand.count", 1, "2026-03-01", f"a{n}") for n in range(5)])
    async with telling(world, listed(told, "off_track, recovered")) as one:
        await one.move("2026-12-01T00:00:00Z")
        await one.settled()
        await one.move("2026-12-01T23:59:00Z")
        await one.settled()
        assert told.messages == []
        await one.move("2026-12-02T00:00:00Z")
        await until(lambda: len(told.messages) == 1)
        await one.add(9)
        await until(lambda: len(told.messages) == 2)
    assert told.messages[0].startswith("a: Off track for a day: Ten talks (5 of 10")
    assert told.messages[1].startswith("a: Recovered: Ten talks is on track again (9 of 10")


@pytest.mark.anyio
async def test_a_source_that_fails_is_told_once_with_the_cure_and_once_when_it_works(world: World, told: Told) -> None:
    (world.folder / "switch.py").write_text(SWITCH)
    (world.folder / "said").write_text("1")
    world.sources = 's: {connector: "./switch.py:Switch", every: 1h}'
    async with telling(world, listed(told, "source_failing")) as one:
        await until(lambda: ("week", "") in one.known())
        await one.service.pull("s")
        for said, count in (("refused", 1), ("refused", 1), ("2", 2), ("3", 2), ("many", 3)):
            (world.folder / "said").write_text(said)
            await one.service.pull("s")
            await until(lambda count=count: len(told.messages) == count)  # type: ignore[misc]
        await one.settled()
    failing = "a: Source fails: s: the key is not known → get a new key"
    assert told.messages[:2] == [failing, "a: Source works again: s"]
    [broken] = told.messages[2:]
    assert broken.startswith("a: Source fails: s: ")
    assert broken.endswith(" → compare its settings with what it answers; where they are right, update okr-ingest")


@pytest.mark.anyio
async def test_a_renamed_key_result_is_not_told_again(world: World, told: Told) -> None:
    async with telling(world, listed(told, "achieved")) as one:
        await one.add(10)
        await until(lambda: len(told.messages) == 1)
    async with telling(world, listed(told, "achieved"), RENAMED) as renamed:
        await renamed.add(11)
        await renamed.settled()
        assert ("key_result", "o.speeches") in renamed.known()
    assert len(told.messages) == 1


@pytest.mark.anyio
async def test_the_week_is_told_on_monday_from_eight(world: World, told: Told) -> None:
    async with telling(world, listed(told, "weekly")) as one:  # a Wednesday
        await one.add(5)
        await one.move("2026-07-06T07:59:00Z")
        await one.settled()
        assert told.messages == []
        await one.move("2026-07-06T08:00:00Z")
        await until(lambda: len(told.messages) == 1)
        await one.move("2026-07-06T08:01:00Z")
        await one.settled()
    assert told.messages == [
        "a: The week\nObjective: 50 %, on track\n- Ten talks: on track (5 of 10, 50 %, should be 50 %)"
    ]


@pytest.mark.anyio
async def test_a_delivery_that_fails_is_counted_shown_logged_once_and_tried_again(
    world: World, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told.mode = "refuses"
    async with telling(world, listed(told, "achieved")) as one:
        await one.add(10)
        await until(lambda: one.failures >= 3)
        [health] = await asyncio.to_thread(one.herald.recipients)
        assert (health.name, health.services, health.waiting) == ("notify[0]", "JSON", 1)
        assert health.consecutive_failures >= 3
        assert health.reason == "its service answered 500"
        assert health.last_delivered_at is None
        told.mode = "takes"
        await until(lambda: len(told.messages) == 1)
        await one.settled()
        [health] = await asyncio.to_thread(one.herald.recipients)
        assert (health.waiting, health.consecutive_failures, health.reason) == (0, 0, "")
        assert health.last_delivered_at == world.wall.at
    lines = [record.getMessage() for record in caplog.records if record.name == "okr"]
    assert lines == [
        "notify[0] (JSON) could not be told: its service answered 500; it is tried again, for 7 days",
        "notify[0] (JSON) is told again",
    ]
    assert SECRET not in caplog.text
    assert len(told.messages) == 1


@pytest.mark.anyio
async def test_who_cannot_be_reached_or_never_answers_is_told_apart(world: World, told: Told) -> None:
    told.mode = "hangs"
    unreachable = f"  - {{url: 'json://127.0.0.1:{free_port()}/{SECRET}', when: [achieved]}}\n"
    async with telling(world, listed(told, "achieved") + unreachable, deadline=0.3) as one:
        await one.add(10)
        await until(lambda: one.failures >= 2)
        slow, gone = await asyncio.to_thread(one.herald.recipients)
        told.mode = "takes"
    assert slow.reason == "its service did not answer within 0.3 s"
    assert gone.reason == "its service refused it or cannot be reached"


@pytest.mark.anyio
async def test_one_who_never_answers_holds_up_neither_the_others_nor_the_end(world: World) -> None:
    with receiving() as deaf, receiving() as told:
        deaf.mode = "hangs"
        notify = listed(told, "achieved") + f"  - {{url: '{deaf.url()}', when: [achieved]}}\n"
        async with telling(world, notify) as one:
            await one.add(10)
            await until(lambda: deaf.refused == 1 and len(told.messages) == 1)
            begun = time.monotonic()
        assert time.monotonic() - begun < 5
        deaf.mode = "takes"
        async with telling(world, notify):
            await until(lambda: len(deaf.messages) == 1)
        assert len(told.messages) == 1


def test_a_delivery_runs_in_no_thread_that_the_end_of_the_process_waits_for() -> None:
    with receiving() as deaf:
        deaf.mode = "hangs"
        to = receiver(deaf.url())
        assert to is not None
        before = set(threading.enumerate())
        threading.Thread(target=to.send, args=("title", "body"), daemon=True).start()
        deaf.wait_for_refusals(1)
        assert [one.name for one in set(threading.enumerate()) - before if not one.daemon] == []


@pytest.mark.anyio
async def test_news_of_who_is_told_no_more_are_given_up(world: World, told: Told) -> None:
    told.mode = "refuses"
    async with telling(world, listed(told, "achieved")) as one:
        await one.add(10)
        await until(lambda: one.failures >= 1)
    told.mode = "takes"
    other = "notify:\n  - {url: '" + told.url("b") + "', when: [achieved]}\n"
    async with telling(world, other) as again:
        await again.settled()
        assert [one.waiting for one in again.herald.recipients()] == [0]
    async with telling(world, listed(told, "achieved")) as back:
        await back.settled()
    assert told.messages == []


def test_what_others_wrote_is_one_bounded_line() -> None:
    assert plain("a\n\x1b[31mb\u202ec  d") == "a [31mb c d"
    assert len(plain("x" * 10_000)) == LONGEST


@pytest.mark.parametrize("joined", ["می\u200cشود", "\N{MAN}\N{ZERO WIDTH JOINER}\N{GIRL}"])
def test_what_joins_letters_and_emoji_stays(joined: str) -> None:
    assert plain(joined) == joined


@contextmanager
def served(world: World, told: Told) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """A running `okr serve` whose recipient's URL is filled in."""
    year, port = datetime.now(UTC).year, free_port()
    path = world.write(TALKS, f"{year - 1}-07-01..{year + 1}-06-30")
    notify = "notify:\n  - {url: '${NOTIFY_URL}', when: [achieved, milestone]}\n"
    path.write_text(path.read_text() + notify + f'server: {{listen: "127.0.0.1:{port}", token: made-up-token}}\n')
    (world.folder / ".env").write_text(f"NOTIFY_URL={told.url()}\n")
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with (world.folder / "serve.log").open("ab") as log:
        command = [sys.executable, "-m", "ingest", "-c", str(path), "serve"]
        process = subprocess.Popen(command, cwd=world.folder, env=environ, stdout=log, stderr=log)
    headers = {"Authorization": "Bearer made-up-token"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, trust_env=False) as client:
        try:
            _wait_until_it_looks(world, process, client)
            yield process, client
        finally:
            process.kill()
            process.wait()


def _wait_until_it_looks(world: World, process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    """Until it runs and has looked at the key result."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, (world.folder / "serve.log").read_text()
        try:
            ready = client.get("/-/ready").status_code == 200
        except httpx.TransportError:
            ready = False
        if ready and client.get("/api/v1/notifications").json()["items"]:
            with closing(sqlite3.connect(world.folder / "okr.db")) as connection:
                if connection.execute("SELECT 1 FROM told WHERE kind = 'key_result'").fetchone():
                    return
        time.sleep(0.1)
    pytest.fail("it did not look at its key result")


def post(client: httpx.Client, count: int) -> None:
    before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()  # what happened in the running minute counts after it
    items = [{"signal": "hand.count", "value": 1, "key": f"k{n}", "observed_at": before} for n in range(count)]
    assert client.post("/api/v1/measurements", json=items).status_code == 200


def test_what_could_not_be_delivered_survives_kill_9_and_nothing_shows_the_address(world: World, told: Told) -> None:
    told.mode = "refuses"
    with served(world, told) as (process, client):
        post(client, 10)
        told.wait_for_refusals(1)
        seen = "".join(client.get(path).text for path in ("/sources", "/metrics", "/api/v1/notifications", "/"))
        process.kill()
        process.wait()
    told.mode = "takes"
    with served(world, told) as (process, client):
        assert told.wait_for(1) == ["a: Achieved: Ten talks (10 of 10, 100 %)"]
        post(client, 11)
        deadline = time.monotonic() + 20
        while client.get("/api/v1/notifications").json()["items"][0]["waiting"] and time.monotonic() < deadline:
            time.sleep(0.1)
        [shown] = client.get("/api/v1/notifications").json()["items"]
        assert (shown["services"], shown["when"], shown["waiting"]) == ("JSON", ["achieved", "milestone"], 0)
        process.kill()
        process.wait()
    with served(world, told) as (process, client):
        assert "okr_notification_failures_total 0.0" in client.get("/metrics").text
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 10
    assert len(told.messages) == 1
    assert "1 delivery failed" in seen
    assert "okr_notification_failures_total 1.0" in seen
    kept = b"".join(file.read_bytes() for file in world.folder.glob("okr.db*"))
    written = (world.folder / "serve.log").read_text()
    assert "notify[0] (JSON) could not be told" in written
    assert SECRET not in seen + written + kept.decode("latin-1")


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        (f"json://127.0.0.1:9/{SECRET}", 0, "notify[0]: JSON would be told of achieved; nothing was sent"),
        (f"nosuch://{SECRET}", 2, "notify[0].url: Apprise knows no such service"),
        (f"slack://{SECRET}", 2, "notify[0].url: Apprise knows no such service, or a part of its address is missing"),
    ],
)
def test_check_says_who_would_be_told_without_showing_the_address(world: World, url: str, code: int, said: str) -> None:
    path = world.write(TALKS)
    path.write_text(path.read_text() + f"notify:\n  - {{url: '{url}', when: [achieved]}}\n")
    command = [sys.executable, "-m", "ingest", "-c", str(path), "check", "--live"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    if code:
        assert "okr.yaml:" in done.stderr

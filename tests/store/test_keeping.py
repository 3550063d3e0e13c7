"""What was acknowledged stays: kill -9, writers at the same time, backups, and the lock of the service."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.store import open_store
from ingest.store.error import Locked, StoreError
from ingest.store.store import Store
from tests.store.units import LEVEL, T0, level, register, unit, values, write

WRITER = """
import sys
from ingest.store import open_store
from tests.store.units import level, unit, T0
with open_store(sys.argv[1]) as store:
    for number in range(1_000_000):
        units = [unit(level(number + part / 4, number)) for part in range(3)]
        store.write(units, now=T0)
        print(number, flush=True)
"""

HOLDER = """
import sys, time
from ingest.store import open_store
with open_store(sys.argv[1]) as store, store.lock():
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def running(program: str, url: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_nothing_acknowledged_is_lost_by_kill_9(store: Store, url: str) -> None:
    register(store)
    acknowledged = -1
    for stop in (3, 40, 25):
        with running(WRITER, url) as process:
            assert process.stdout is not None
            for count, line in enumerate(process.stdout):
                acknowledged = max(acknowledged, int(line))
                if count == stop:
                    os.kill(process.pid, signal.SIGKILL)
    with store.read() as reader:
        times = set(reader.all_series(LEVEL).times)
    whole = [
        [level(number + part / 4, 0).observed_at in times for part in range(3)] for number in range(acknowledged + 9)
    ]
    assert all(all(parts) for parts in whole[: acknowledged + 1])
    assert all(all(parts) or not any(parts) for parts in whole)
    write(store, level(-1, 5))
    assert values(store)[0] == 5


def test_writers_in_several_processes_and_threads_wait_for_each_other(store: Store, url: str) -> None:
    register(store)

    def work(number: int) -> None:
        with open_store(url) as own:
            for part in range(20):
                write(own, level(number + part / 100, part))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as reader:
        runs = reader.runs(limit=1000)
        assert [run.id for run in runs] == list(range(80, 0, -1))
        assert len({run.recorded_at for run in runs}) == 80
        assert sorted((run.recorded_at for run in runs), reverse=True) == [run.recorded_at for run in runs]


def test_threads_read_while_one_writes(store: Store) -> None:
    register(store)
    wrong: list[object] = []

    def look() -> None:
        for _ in range(30):
            with store.read() as reader:
                if len(reader.all_series(LEVEL).times) % 10:
                    wrong.append(reader.last_run())

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        store.write([unit(*[level(number + part / 10, part) for part in range(10)])], now=T0)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_second_service_is_refused_until_the_first_is_gone_even_by_kill_9(store: Store, url: str) -> None:
    with running(HOLDER, url) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Locked, match="another okr serve runs on") as error, store.lock():
            raise AssertionError("held twice")
        if url.startswith("sqlite"):
            assert f"process {process.pid}" in str(error.value)
        register(store)
        write(store, level(1, 1))
        process.kill()
        process.wait()
    for _ in range(200):
        try:
            with store.lock():
                break
        except Locked:
            threading.Event().wait(0.05)  # the server notices a moment later that its client is gone
    else:
        raise AssertionError("the lock stayed")
    with store.lock():
        assert values(store) == [1]


def test_a_backup_is_consistent_and_its_owners_alone(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with open_store(f"sqlite:///{tmp_path}/okr.db") as store:
        register(store)
        stop = threading.Event()

        def write_on() -> None:
            number = 0
            while not stop.is_set():
                store.write([unit(*[level(number + part / 10, part) for part in range(10)])], now=T0)
                number += 1

        thread = threading.Thread(target=write_on)
        thread.start()
        while not values(store):
            pass
        store.backup(target)
        stop.set()
        thread.join()
        with pytest.raises(StoreError, match="never overwrites"):
            store.backup(target)
        with pytest.raises(StoreError, match="cannot be created"):
            store.backup(tmp_path / "none" / "copy.db")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with open_store(f"sqlite:///{target}") as copy, copy.read() as reader:
        count = len(reader.all_series(LEVEL).times)
        assert count == 10 * reader.last_run() > 0


def test_a_backup_of_postgresql_names_the_program_for_it(upgraded_postgres: str) -> None:
    with open_store(upgraded_postgres) as store, pytest.raises(StoreError, match="pg_dump --format=custom"):
        store.backup(Path("copy.dump"))

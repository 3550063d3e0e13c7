"""What an error in a thread held is free when the error is: large answers must not wait for cycles to be collected."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ingest.connector.thread import in_thread


class Large:
    """Stands for an answer."""


def failing(seen: list["weakref.ref[Large]"], given: Large) -> None:
    held = Large()
    seen += [weakref.ref(held), weakref.ref(given)]
    raise ValueError("it is not what it should be")


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_what_a_failed_call_held_is_free_as_soon_as_its_error_is() -> None:
    seen: list[weakref.ref[Large]] = []

    async def run() -> None:
        with suppress(ValueError):  # pytest.raises would keep the error
            await in_thread(lambda: None, failing, seen, Large())
        for _ in range(500):  # the thread itself may be about to end
            if [ref() for ref in seen] == [None, None]:
                return
            await asyncio.sleep(0.01)
        pytest.fail("it is still there")

    asyncio.run(run())

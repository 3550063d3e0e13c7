import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Cursor,
    Expiry,
    Reading,
    Refused,
    Signal,
    Span,
    Unavailable,
    counter,
    events,
    level,
)
from ingest.connector.drain import Drained, drain
from ingest.connector.outcome import Outcome, ending_of
from tests.connector.asking import NOW, ask_over, nothing


class Scripted(Connector):
    """Yields what it is told to."""

    signals: ClassVar[dict[str, Signal]] = {"people": level(), "views": counter(), "talks": events()}

    script: tuple[Any, ...] = ()

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        for item in self.script:
            if isinstance(item, Exception):
                raise item
            yield item


def drained(*script: Any, **limits: Any) -> Drained:
    return asyncio.run(drain(Scripted(script=script), ask_over(nothing, **limits)))


def test_a_pull_is_drained_in_its_order() -> None:
    readings = (Reading("people", 7), Reading("talks", 1, NOW, "a"), Reading("people", -0.5, NOW))
    span, expiry = Span("talks", whole=True), Expiry(NOW)
    assert drained(readings[0], span, Cursor(1), *readings[1:], expiry, Cursor({"page": 2})) == Drained(
        readings, (span,), Cursor({"page": 2}), expiry
    )


def test_nothing_yielded_is_nothing_drained() -> None:
    assert drained() == Drained()


@pytest.mark.parametrize(
    ("item", "where"),
    [
        (Reading("unknown", 1), "unknown"),
        (Reading("people", float("nan")), "people"),
        (Reading("people", float("-inf")), "people"),
        (Reading("people", 10**400), "people"),
        (Reading("people", True), "people"),
        (Reading("people", "7"), "people"),  # type: ignore[arg-type]
        (Reading("people", None), "people"),  # type: ignore[arg-type]
        (Reading("people", 7, datetime(2026, 1, 1)), "people"),  # noqa: DTZ001
        (Reading("people", 7, NOW, "key"), "people"),
        (Reading("views", 7, key="key"), "views"),
        (Reading("talks", key=""), "talks"),
        (Reading("talks", key="a\ud800"), "talks"),
        (Reading("talks", key=7), "talks"),  # type: ignore[arg-type]
        (Span("unknown"), "unknown"),
        (Span("talks", datetime(2026, 1, 1)), "talks"),  # noqa: DTZ001
        (Span("talks", NOW, NOW - timedelta(1)), "talks"),
        (Cursor({1, 2}), None),
        (Cursor(float("nan")), None),
        (Expiry(datetime(2026, 1, 1)), None),  # noqa: DTZ001
        (7, None),
        (None, None),
    ],
)
def test_what_was_not_promised_is_broken(item: Any, where: str | None) -> None:
    with pytest.raises(Broken) as caught:
        drained(Reading("people", 1), item)
    assert caught.value.where == where


def test_what_a_connector_raises_comes_through() -> None:
    with pytest.raises(Refused):
        drained(Reading("people", 1), Refused("no", "do this"))


class Leaving(Scripted):
    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        yield Reading("people", 1)
        raise SystemExit(3)


class LeavingFromThread(Scripted):
    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        await ask.thread(sys.exit, 3)
        yield Reading("people", 1)


class Stopping(Scripted):
    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        await ask.thread(next, iter(()))
        yield Reading("people", 1)


@pytest.mark.parametrize("kind", [Leaving, LeavingFromThread, Stopping])
def test_a_connector_cannot_end_the_process(kind: type[Scripted]) -> None:
    with pytest.raises(Exception, match=r"SystemExit|StopIteration") as caught:
        asyncio.run(drain(kind(), ask_over(nothing, request=5)))
    assert ending_of(caught.value, 0).outcome is Outcome.BROKEN


class Hanging(Scripted):
    closed: ClassVar[list[bool]] = []

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        try:
            yield Reading("people", 1)
            await asyncio.sleep(60)
        finally:
            self.closed.append(True)


class Endless(Scripted):
    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        while True:
            yield Reading("people", 1)


@pytest.mark.parametrize("kind", [Hanging, Endless])
def test_a_pull_that_does_not_end_is_given_up(kind: type[Scripted]) -> None:
    with pytest.raises(Unavailable, match=r"longer than 0\.1 s"):
        asyncio.run(drain(kind(), ask_over(nothing, pull=0.1)))


def test_a_pull_that_is_given_up_is_closed() -> None:
    Hanging.closed.clear()
    with pytest.raises(Unavailable):
        asyncio.run(drain(Hanging(), ask_over(nothing, pull=0.05)))
    assert Hanging.closed == [True]


class Returning(Scripted):
    async def pull(self, ask: Ask) -> Any:  # type: ignore[override]
        return [Reading("people", 1)]


class Nothing(Scripted):
    def pull(self, ask: Ask) -> Any:
        return None


@pytest.mark.parametrize("kind", [Returning, Nothing])
def test_a_pull_that_is_no_generator_is_told_how_to_be_one(kind: type[Scripted]) -> None:
    with pytest.raises(Broken, match="async def"):
        asyncio.run(drain(kind(), ask_over(nothing)))


def test_times_of_any_zone_are_times() -> None:
    assert drained(Reading("people", 7, NOW.astimezone(UTC))).readings[0].at == NOW

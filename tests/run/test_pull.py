"""One pull: what is stamped, what breaks it, what is tried again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from ingest.config.model import Every, Source
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Cursor,
    Expiry,
    Limits,
    Reading,
    Refused,
    Signal,
    Span,
    Unavailable,
    Yielded,
    counter,
    events,
    level,
)
from ingest.connector.outcome import Outcome, SourceError
from ingest.okr.instant import BEGINNING, HOUR, Instant, from_rfc3339, instant, moment
from ingest.run.pull import Means, Memory, Patience, pull
from ingest.store.unit import UNCHANGED, Covered, Measured, Unit

pytestmark = pytest.mark.anyio

NOON = from_rfc3339("2026-06-01T12:00:00Z")
MORNING = datetime(2026, 6, 1, 8, tzinfo=UTC)
EIGHT = from_rfc3339("2026-06-01T08:00:00Z")


class Told(Connector):
    """Yields what it is told to, one script for each time it is asked; an error in a script is raised."""

    signals: ClassVar[Mapping[str, Signal]] = {"people": level(), "views": counter(), "mails": events()}
    scripts: list[list[Any]]
    asked: list[Ask]

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        self.asked.append(ask)
        for item in self.scripts[min(len(self.asked), len(self.scripts)) - 1]:
            if isinstance(item, Exception):
                raise item
            if isinstance(item, float):
                await asyncio.sleep(item)
            else:
                yield item


class Watch:
    """A clock that stands still but for the pauses between tries."""

    def __init__(self) -> None:
        self.now: Instant = NOON
        self.pauses: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += int(seconds * 1_000_000)


def a_source(*scripts: list[Any]) -> Source:
    told = Told(scripts=list(scripts), asked=[])
    return Source("s", "told", told, Every(HOUR), None, None, told.offered(), "print")


async def pulled(source: Source, memory: Memory | None = None, watch: Watch | None = None, limit: float = 5) -> Unit:
    watch = watch or Watch()
    means = Means(
        client=lambda: pytest.fail("no request is made here"),
        zone=ZoneInfo("UTC"),
        home=Path(),
        key=b"k" * 32,
        now=lambda: watch.now,
        limits=Limits(pull=limit),
        patience=Patience(tries=3),
        pause=watch.pause,
    )
    return await pull(source, means, memory or Memory())


async def test_a_reading_without_a_time_is_of_the_moment_of_asking() -> None:
    unit = await pulled(a_source([Reading("people", 7), Reading("people", 6, MORNING)]))
    assert list(unit.measurements) == [Measured("s.people", NOON, 7.0), Measured("s.people", EIGHT, 6.0)]
    assert unit.ending.outcome is Outcome.OK
    assert (unit.source, unit.started_at, unit.fingerprint) == ("s", NOON, "print")


async def test_an_event_without_a_key_gets_its_time_and_its_number_among_those_of_the_same_time() -> None:
    later = MORNING + timedelta(hours=1)
    listed = [Reading("mails", at=MORNING), Reading("mails", 2, MORNING), Reading("mails", at=later), Span()]
    unit = await pulled(a_source(listed))
    assert [one.key for one in unit.measurements] == [
        "2026-06-01T08:00:00Z#1",
        "2026-06-01T08:00:00Z#2",
        "2026-06-01T09:00:00Z#1",
    ]


async def test_a_span_of_all_signals_covers_each_and_nothing_after_the_moment_of_asking() -> None:
    ahead = MORNING + timedelta(days=9)
    unit = await pulled(a_source([Span(end=ahead, whole=True), Span("people", MORNING, MORNING)]))
    assert list(unit.coverage) == [
        Covered("s.people", BEGINNING, NOON, True, instant(ahead)),
        Covered("s.views", BEGINNING, NOON, True, instant(ahead)),
        Covered("s.mails", BEGINNING, NOON, True, instant(ahead)),
        Covered("s.people", EIGHT, EIGHT),
    ]


async def test_levels_and_counters_without_a_span_are_covered_from_their_earliest_reading() -> None:
    unit = await pulled(a_source([Reading("people", 7), Reading("people", 6, MORNING), Reading("views", 1)]))
    assert list(unit.coverage) == [Covered("s.people", EIGHT, NOON), Covered("s.views", NOON, NOON)]


async def test_levels_without_a_span_continue_the_coverage_from_before() -> None:
    memory = Memory(covered_until={"s.people": EIGHT})
    unit = await pulled(a_source([Reading("people", 7)]), memory)
    assert list(unit.coverage) == [Covered("s.people", EIGHT, NOON)]


async def test_the_connector_is_given_what_is_remembered_and_what_it_tells_is_handed_on() -> None:
    source = a_source([Cursor({"page": 3}), Expiry(MORNING)])
    unit = await pulled(source, Memory(since=EIGHT, cursor={"page": 2}))
    assert (unit.cursor, unit.credential_expires_at) == ({"page": 3}, EIGHT)
    assert isinstance(source.connector, Told)
    [ask] = source.connector.asked
    assert (ask.since, ask.cursor, ask.now, ask.zone.key) == (MORNING, {"page": 2}, moment(NOON), "UTC")


async def test_a_pull_that_tells_no_cursor_leaves_the_one_from_before() -> None:
    assert (await pulled(a_source([Reading("people", 1)]))).cursor is UNCHANGED


@pytest.mark.parametrize(
    ("script", "part"),
    [
        ([Reading("people", float("nan"))], "finite"),
        ([Reading("people", float("inf"))], "finite"),
        ([Reading("people", True)], "number"),
        ([Reading("gone", 1)], "gone"),
        ([Reading("people", 1, datetime(2026, 1, 1))], "zone"),  # noqa: DTZ001  naive on purpose
        ([Reading("mails", 1, MORNING)], "span"),
        ([Reading("people", 1), ZeroDivisionError()], "bug in the connector"),
        ([Reading("people", 1), Broken("no number", "B2")], "B2"),
    ],
)
async def test_anything_that_is_not_as_declared_breaks_the_whole_pull(script: list[Any], part: str) -> None:
    watch = Watch()
    unit = await pulled(a_source([*script, Span("people"), Cursor(1), Expiry(MORNING)]), watch=watch)
    assert unit.ending.outcome is Outcome.BROKEN
    assert part in unit.ending.message
    assert (list(unit.measurements), list(unit.coverage), unit.cursor) == ([], [], UNCHANGED)
    assert unit.credential_expires_at is None
    assert watch.pauses == []


async def test_an_unavailable_source_is_asked_again_with_growing_pauses() -> None:
    watch = Watch()
    away = [Unavailable("away")]
    unit = await pulled(a_source(away, away, [Reading("people", 7)]), watch=watch)
    assert [one.value for one in unit.measurements] == [7.0]
    first, second = watch.pauses
    assert 0.5 <= first <= 1.5
    assert 2 <= second <= 6
    assert unit.started_at == NOON
    assert unit.measurements[0].observed_at == watch.now


async def test_an_unavailable_source_is_given_up_after_a_few_tries() -> None:
    source = a_source([Reading("people", 1), Unavailable("away")])
    unit = await pulled(source)
    assert (unit.ending.outcome, unit.ending.message) == (Outcome.UNAVAILABLE, "away")
    assert list(unit.measurements) == []
    assert isinstance(source.connector, Told)
    assert len(source.connector.asked) == 3


@pytest.mark.parametrize("error", [Refused("no", "renew"), Unavailable("busy", NOON + HOUR), Broken("odd")])
async def test_what_asking_again_would_not_mend_is_asked_once(error: SourceError) -> None:
    source = a_source([error])
    unit = await pulled(source)
    assert unit.ending == error.ending()
    assert isinstance(source.connector, Told)
    assert len(source.connector.asked) == 1


async def test_a_pull_ends_at_its_deadline() -> None:
    unit = await pulled(a_source([Reading("people", 1), 30.0]), limit=0.05)
    assert unit.ending.outcome is Outcome.UNAVAILABLE
    assert "longer than 0.05 s" in unit.ending.message


async def test_a_pull_that_is_given_up_ends_as_cancelled_and_hands_nothing_over() -> None:
    task = asyncio.create_task(pulled(a_source([30.0])))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

"""Events that people are counted at: who is counted, what is covered, and what is not asked for again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ingest.connector import Span
from ingest.connector.kit import HttpConformance
from tests.connectors.suites import asked_over_http

Event = Callable[[httpx.Request], str | None]
"""The event whose people a request asks for; None where it asks for something else."""


def of_eventbrite(request: httpx.Request) -> str | None:
    return request.url.path.split("/")[3] if "attendees" in request.url.path else None


def of_luma(request: httpx.Request) -> str | None:
    return request.url.params.get("event_id") if "guests" in request.url.path else None


def of_pretix(request: httpx.Request) -> str | None:
    return request.url.path.split("/")[-3] if "/orders/" in request.url.path else None


EVENTS: dict[str, tuple[Event, str]] = {
    "eventbrite": (of_eventbrite, "104"),
    "luma": (of_luma, "evt-3"),
    "pretix": (of_pretix, "next"),
}
"""By the connector: how its requests name an event, and the one that is new since the last pull."""


@pytest.fixture(params=EVENTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kit(name: str) -> HttpConformance:
    return asked_over_http()[name]()


def test_who_came_is_counted_where_that_is_asked_for_and_nobody_is_zero(kit: HttpConformance) -> None:
    suite: Any = type("Came", (type(kit),), {"settings": {**kit.settings, "counted": "came"}})
    assert suite().told("attendees") == {"09-15 16:30": 2, "06-09 16:30": 0}


def test_all_is_covered_where_all_events_were_asked_about(kit: HttpConformance) -> None:
    assert kit.drained(kit.ask()).spans == (
        Span("events", whole=True),
        Span("attendees", whole=True),
        Span("registrations"),
    )


def test_what_was_counted_is_not_asked_for_again(kit: HttpConformance, name: str) -> None:
    event_of, new = EVENTS[name]
    conversation = kit.conversation()
    ask = kit._ask(conversation)
    ask.cursor = {"first": None, "last": "2026-10-09T12:00:00Z"}
    drained = kit.drained(ask)
    assert [event for event in map(event_of, conversation.asked) if event is not None] == [new]
    assert Span("attendees", datetime(2026, 9, 25, 12, tzinfo=UTC), whole=True) in drained.spans

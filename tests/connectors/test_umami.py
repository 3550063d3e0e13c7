"""Umami: what is recorded, and its traps."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.umami import Umami, stretches
from ingest.connector import Ask, Connector, Reading, Span
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from tests.connectors.pulling import BERLIN, NOW

SITE = "b59e9c65-ae32-47f1-8400-119fcf4861c4"


class TestUmami(HttpConformance):
    connector: ClassVar[type[Connector]] = Umami
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "https://stats.example.com",
        "username": "ada",
        "password": "a-made-up-password",
        "website": SITE,
    }
    recorded: ClassVar[Path] = Path(__file__).parent / "umami"

    def test_a_day_is_an_event_and_numbers_may_be_text(self) -> None:
        drained = self.drained(self.ask())
        assert [one for one in drained.readings if one.signal == "visitors"] == [
            Reading("visitors", 0, datetime(2026, 11, 16, 23, tzinfo=UTC), "2026-11-17"),
            Reading("visitors", 37, datetime(2026, 11, 17, 23, tzinfo=UTC), "2026-11-18"),
            Reading("visitors", 12, datetime(2026, 11, 19, 23, tzinfo=UTC), "2026-11-20"),
        ]

    def test_before_the_first_visitor_nothing_is_known(self) -> None:
        assert self.drained(self.ask()).spans == (Span(start=datetime(2026, 11, 17, 23, tzinfo=UTC)),)

    def test_the_token_of_the_login_goes_in_a_header(self) -> None:
        conversation = self.conversation()
        self.drained(self._ask(conversation))
        assert [request.headers.get("authorization") for request in conversation.asked] == [
            None,
            "Bearer a-made-up-jwt-0123",
        ]

    @pytest.mark.parametrize("status", [400, 401])
    def test_a_wrong_password_is_told_as_such_and_not_repeated(self, status: int) -> None:
        def wrong(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json={"message": "no user ada with a-made-up-password"})

        ended = self.ended(self._ask(self.conversation().with_fault(wrong)))
        assert isinstance(ended, Ending)
        assert ended.message.endswith(f"({status}): no user ada with …")
        assert (ended.cure or "").startswith("check username and password")

    @pytest.mark.parametrize(
        ("x", "is_day"),
        [
            ("2026-11-18", True),
            ("2026-11-18 00:00:00", True),
            ("2026-11-18T00:00:00.000Z", True),
            ("2026-11-18T00:00:00+01:00", True),
            ("2026-11-18T10:00:00Z", False),
            ("2026-11", False),
            ("2026-02-30", False),
            ("2026-08-01T00:00:00Z", False),
        ],
    )
    def test_a_day_is_written_in_several_ways_and_anything_else_is_broken(self, x: str, is_day: bool) -> None:
        answer = {"pageviews": [{"x": x, "y": 1}], "sessions": []}
        ended = self.ended(self._ask(self.conversation().with_answer(1, answer)))
        if is_day:
            assert isinstance(ended, Drained)
            assert [one.key for one in ended.readings] == ["2026-11-18"]
        else:
            assert isinstance(ended, Ending)
            place = "pageviews" if x.startswith("2026-08-01") else "pageviews[0].x"
            assert (ended.outcome, ended.message.partition(":")[0]) == (Outcome.BROKEN, place)

    def test_the_day_before_the_first_is_one_of_another_zone(self) -> None:
        answer = {"pageviews": [{"x": "2026-08-23", "y": 1}, {"x": "2026-11-18", "y": 1}], "sessions": []}
        ended = self.ended(self._ask(self.conversation().with_answer(1, answer)))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN


def test_the_cloud_takes_a_key_and_has_another_address() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"pageviews": [], "sessions": []})

    async def run() -> Drained:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            source = Umami.model_validate({"api_key": "a-made-up-key", "website": SITE})
            since = datetime(2026, 1, 1, tzinfo=UTC)
            ask = Ask(client=lambda: client, now=NOW, zone=BERLIN, home=Path(), key=b"k" * 32, since=since)
            return await drain(source, ask)

    asyncio.run(run())
    assert [request.url.path for request in asked] == [f"/v1/websites/{SITE}/pageviews"] * 3
    assert {request.headers["x-umami-api-key"] for request in asked} == {"a-made-up-key"}


def test_each_day_is_asked_for_once_and_never_more_than_are_told_by_the_day() -> None:
    start, end = date(2025, 1, 1), date(2026, 11, 22)
    found = stretches(start, end)
    assert [first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)] == [
        start + timedelta(days=n) for n in range((end - start).days + 1)
    ]
    assert all((last - first).days < 150 for first, last in found)
    assert stretches(date(2026, 1, 1), date(2026, 5, 30)) == [(date(2026, 1, 1), date(2026, 5, 30))]


@pytest.mark.parametrize(
    "settings",
    [
        {"website": SITE},
        {"website": SITE, "username": "ada"},
        {"website": SITE, "username": "ada", "password": "x"},
        {"website": SITE, "username": "ada", "password": "x", "api_key": "k", "url": "https://stats.example.com"},
        {"website": "example.com", "api_key": "k"},
    ],
)
def test_settings_that_cannot_work_are_found_at_the_start(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Umami.model_validate(settings)

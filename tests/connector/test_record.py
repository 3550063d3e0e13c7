"""Recorded conversations: which answer belongs to which request."""

import asyncio
import json
from pathlib import Path

import pytest

from ingest.connector.record import Conversation

URL = "https://api.example.com/v1/search"


@pytest.fixture
def recorded(tmp_path: Path) -> Conversation:
    pages = [
        {"request": {"method": "POST", "url": URL, "json": {"after": number}}, "answer": {"json": number}}
        for number in (0, 1)
    ]
    others = [{"request": {"url": f"{URL}?a=1&b=2"}, "answer": {"text": "get"}}]
    (tmp_path / "it.json").write_text(json.dumps({"now": "2026-11-22T12:00:00Z", "exchanges": [*pages, *others]}))
    return Conversation.read(tmp_path / "it.json")


def answered(recorded: Conversation, method: str, url: str, value: object = None) -> tuple[int, str]:
    async def ask() -> tuple[int, str]:
        async with recorded.client() as client:
            answer = await client.request(method, url, json=value)
            return answer.status_code, answer.text

    return asyncio.run(ask())


def test_requests_of_one_address_are_told_apart_by_their_bodies(recorded: Conversation) -> None:
    assert answered(recorded, "POST", URL, {"after": 1}) == (200, "1")
    assert answered(recorded, "POST", URL, {"after": 0}) == (200, "0")
    assert recorded.missing() == [f"GET {URL}?a=1&b=2"]


def test_what_was_not_recorded_is_noted(recorded: Conversation) -> None:
    assert answered(recorded, "POST", URL, {"after": 2})[0] == 404
    assert answered(recorded, "GET", f"{URL}?b=2&a=1") == (200, "get")
    assert recorded.unknown == [f"POST {URL}"]


def test_another_answer_keeps_its_request(recorded: Conversation) -> None:
    changed = recorded.with_answer(1, "other")
    assert answered(changed, "POST", URL, {"after": 1}) == (200, '"other"')
    assert answered(changed, "POST", URL, {"after": 0}) == (200, "0")

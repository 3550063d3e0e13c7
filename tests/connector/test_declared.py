import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import Field, SecretStr

from ingest.connector import Broken, Declared, level
from ingest.connector.declared import number_at
from ingest.connector.drain import drain
from ingest.connector.kit import HttpConformance
from tests.connector.asking import ask_over


class ExampleMail(Declared):
    """Newsletter subscribers from Example Mail. Needs a key with read access."""

    signals = {"subscribers": level("people", "confirmed subscribers"), "pending": level("people", "not confirmed yet")}
    address = "https://api.example.com/v1/lists/{audience}?page={page}"
    paths = {"subscribers": "stats.member_count", "pending": "stats.others.1"}
    bearer = "api_key"
    headers = {"X-Account": "account"}

    api_key: SecretStr = Field(description="a key with read access")
    audience: str = Field(description="the list's id")
    account: SecretStr = Field(SecretStr("made-up"), description="the account's secret number")
    page: int = Field(1, description="which page")


class TestExampleMail(HttpConformance):
    connector = ExampleMail
    settings = {"api_key": "a-made-up-key", "audience": "a1"}
    recorded = Path(__file__).parent / "declared"


def test_settings_are_escaped_in_the_address_and_secrets_go_in_headers() -> None:
    def look(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "https://api.example.com/v1/lists/..%2Fa%20b%3Fx%23y?page=2"
        assert (request.headers["authorization"], request.headers["x-account"]) == ("Bearer k", "made-up")
        return httpx.Response(200, json={"stats": {"member_count": 7, "others": [0, 2.5]}})

    made = ExampleMail.model_validate({"api_key": "k", "audience": "../a b?x#y", "page": 2})
    readings = asyncio.run(drain(made, ask_over(look))).readings
    assert [(reading.signal, reading.value) for reading in readings] == [("subscribers", 7), ("pending", 2.5)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": {"b": [1, 2]}}, "a.b.2: is missing"),
        ({"a": {}}, "a.b.2: is missing"),
        ({"a": {"b": {"2": True}}}, "should be a number, and is true or false"),
        ({"a": {"b": {"2": "7"}}}, "and is text"),
        ({"a": {"b": [0, 1, None]}}, "and is null"),
        (7, "is missing"),
    ],
)
def test_a_path_leads_to_a_number_or_the_pull_is_broken(value: Any, words: str) -> None:
    with pytest.raises(Broken) as caught:
        number_at(value, "a.b.2")
    assert words in caught.value.ending().message


@pytest.mark.parametrize(
    "members",
    [
        {"paths": {}},
        {"paths": {"other": "a"}},
        {"address": "https://api.example.com/{nothing}"},
        {"address": "https://api.example.com/?key={api_key}"},
        {"bearer": "nothing"},
        {"headers": {"X-Key": "nothing"}},
    ],
)
def test_a_declaration_that_does_not_fit_together_is_told_when_it_is_made(members: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        type("Wrong", (ExampleMail,), {"__module__": __name__, "__doc__": "Wrong.", **members})

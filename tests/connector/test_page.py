from collections.abc import AsyncIterator
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Literal

import pytest
import yaml
from pydantic import BaseModel, Field, SecretStr

from ingest.connector import Ask, Connector, Duration, Named, Reading, Signal, SignalSettings, days, level
from ingest.connector.page import page_of, span_text


class Match(StrEnum):
    ANY = "any"
    ALL = "all"


class Auth(BaseModel):
    user: str
    password: SecretStr


class Example(Connector):
    """Subscribers of Example Mail.

    Needs a key with read access.
    """

    every: ClassVar[timedelta | None] = days(1)
    proven: ClassVar[str] = "recorded answers"
    signals: ClassVar[dict[str, Signal]] = {"subscribers": level("people", "confirmed subscribers")}

    api_key: SecretStr = Field(description="a key with read access")
    audience: str = Field(description="which list | its id", examples=["a1b2c3"])
    port: int = 993
    match: Match = Match.ANY
    way: Literal["a", "b"] | None = None
    wait: Duration = timedelta(minutes=90)
    auth: Auth | None = None
    names: list[str] = Field(default_factory=list)
    strict: bool = True

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        yield Reading("subscribers", 1)


def test_the_page_says_what_the_class_says() -> None:
    page = page_of("example", Example)
    assert (page.summary, page.every, page.proven) == ("Subscribers of Example Mail.", "1d", "recorded answers")
    told = {one.name: (one.type, one.required, one.default, one.secret) for one in page.settings}
    assert told == {
        "api_key": ("secret", True, None, True),
        "audience": ("text", True, None, False),
        "port": ("whole number", False, "993", False),
        "match": ("any | all", False, "any", False),
        "way": ("a | b", False, None, False),
        "wait": ("duration, as 1h or 2d", False, "90m", False),
        "auth": ("mapping of user, password", False, None, False),
        "names": ("list of text", False, None, False),
        "strict": ("true or false", False, "true", False),
    }


def test_the_text_holds_all_of_it_and_its_tables_are_whole() -> None:
    text = page_of("example", Example).text()
    for words in (
        "Needs a key with read access.",
        "Asked every 1d.",
        "confirmed subscribers",
        "Proven: recorded answers",
    ):
        assert words in text
    assert "which list \\| its id" in text
    assert {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")} == {5}


def test_the_example_is_yaml_that_keeps_the_secret_out() -> None:
    source = yaml.safe_load(page_of("example", Example).example())["sources"]["my_example"]
    assert source == {"connector": "example", "api_key": "${EXAMPLE_API_KEY}", "audience": "a1b2c3"}
    assert Example.model_validate({name: value for name, value in source.items() if name != "connector"})


class Cell(SignalSettings):
    cell: str = Field(description="where", examples=["B2"])


class Sheet(Named[Cell]):
    """A sheet."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        yield Reading("a", 1)


def test_signals_that_the_user_names_are_explained_by_their_settings() -> None:
    page = page_of("sheet", Sheet)
    assert [one.name for one in page.signal_settings] == ["kind", "unit", "description", "max_step", "cell"]
    assert page.settings == ()
    source = yaml.safe_load(page.example())["sources"]["my_sheet"]
    assert source["signals"] == {"my_signal": {"kind": "level", "cell": "B2"}}
    assert Sheet.model_validate({"signals": source["signals"]}).offered().keys() == {"my_signal"}


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(days=35), "35d"), (timedelta(hours=26), "26h"), (timedelta(seconds=90), "90s"), (timedelta(0), "0s")],
)
def test_durations_are_written_as_they_are_read(span: timedelta, text: str) -> None:
    assert span_text(span) == text

"""The kit notices what it is there for: each of these connectors breaks one rule, and one test of the kit fails."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field, SecretStr

from ingest.connector import Ask, Broken, Connector, Reading, SourceError, level
from ingest.connector.kit import HttpConformance

URL = "https://api.example.com/v1"


class Page(BaseModel):
    count: int
    next: str | None = None


class Right(Connector):
    """Follows every rule."""

    signals = {"people": level("people", "who is there")}

    api_key: SecretStr = Field(description="a key")

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        total = 0
        async for page in ask.pages(Page, URL, lambda page, answer: page.next, bearer=self.api_key):
            total += page.count
        yield Reading("people", total)


class Undocumented(Right):
    api_key: SecretStr


class Open(Right):
    """Its key is plain text."""

    token: str = Field("", description="a key")


class Unnamed(Right):
    """Its signal has no name that a value can use."""

    signals = {"People!": level("people", "who is there")}


class Silent(Right):
    """Declares what it never yields."""

    signals = {**Right.signals, "views": level("views", "how often it was seen")}


class Restless(Right):
    """Tells something else each time."""

    told: ClassVar[Iterator[int]] = count()

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        async for reading in super().pull(ask):
            yield reading
        yield Reading("people", next(self.told))


class Hasty(Right):
    """Stops after the first page."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        page = await ask.json(Page, URL, bearer=self.api_key)
        yield Reading("people", page.count)


class Telling(Right):
    """Writes its key into the address."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        await ask.get(URL, params={"key": self.api_key.get_secret_value()})
        yield Reading("people", 1)


class Swallowing(Right):
    """Makes nothing of an error."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        try:
            async for reading in super().pull(ask):
                yield reading
        except SourceError:
            return


class Guess(BaseModel):
    count: int = 0
    next: str | None = None


class Guessing(Right):
    """Takes what is missing for 0."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        async for page in ask.pages(Guess, URL, lambda page, answer: page.next, bearer=self.api_key):
            yield Reading("people", page.count)


class Loose(BaseModel):
    count: Any
    next: str | None = None


class Counting(Right):
    """Takes true for 1, as Python does."""

    async def pull(self, ask: Ask) -> AsyncIterator[Any]:
        total = 0
        async for page in ask.pages(Loose, URL, lambda page, answer: page.next, bearer=self.api_key):
            if not isinstance(page.count, int):
                raise Broken("is no number", "count")
            total += page.count
        yield Reading("people", total)


def suite(recorded: Path, connector: type[Connector]) -> HttpConformance:
    answers: dict[str, list[dict[str, Any]]] = {
        "full": [{"count": 7, "next": "?page=2"}, {"count": 5, "next": "?page=3"}, {"count": 1}],
        "empty": [{"count": 0}],
    }
    for name, pages in answers.items():
        exchanges = [
            {"request": {"url": URL + f"?page={number}" * (number > 1)}, "answer": {"json": page}}
            for number, page in enumerate(pages, 1)
        ]
        told = {"now": "2026-10-10T12:00:00Z", "exchanges": exchanges}
        (recorded / f"{name}.json").write_text(json.dumps(told))
    members = {"connector": connector, "settings": {"api_key": "a-made-up-key"}, "recorded": recorded}
    kit = type("Kit", (HttpConformance,), members)()
    assert isinstance(kit, HttpConformance)
    return kit


Rule = Callable[[HttpConformance, pytest.LogCaptureFixture], None]
WRONGS: list[tuple[type[Connector], Rule]] = [
    (Undocumented, lambda kit, log: kit.test_it_explains_itself()),
    (Open, lambda kit, log: kit.test_it_explains_itself()),
    (Unnamed, lambda kit, log: kit.test_its_signals_have_names_that_a_value_can_use()),
    (Silent, lambda kit, log: kit.test_it_yields_every_signal_that_it_declares()),
    (Restless, lambda kit, log: kit.test_a_second_pull_yields_the_same()),
    (Hasty, lambda kit, log: kit.test_it_asks_for_all_that_was_recorded_and_for_nothing_else()),
    (Telling, lambda kit, log: kit.test_it_asks_for_all_that_was_recorded_and_for_nothing_else()),
    (Swallowing, lambda kit, log: kit.test_what_goes_wrong_has_its_outcome_and_gives_no_measurement("500", log)),
    (Counting, lambda kit, log: kit.test_true_is_not_taken_for_the_number_one()),
    (Guessing, lambda kit, log: kit.test_a_part_of_another_type_is_broken_or_does_not_matter()),
]


@pytest.mark.parametrize(("connector", "rule"), WRONGS)
def test_the_kit_fails_a_connector_that_breaks_a_rule(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, connector: type[Connector], rule: Rule
) -> None:
    with pytest.raises((AssertionError, SourceError)):
        rule(suite(tmp_path, connector), caplog)
    rule(suite(tmp_path, Right), caplog)

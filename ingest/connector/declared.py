"""A source that is one GET and a path for each signal: a declaration of a few lines, no code."""

from collections.abc import AsyncIterator, Mapping
from string import Formatter
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import RootModel, SecretStr

from ingest.connector.ask import Ask
from ingest.connector.connector import Connector
from ingest.connector.outcome import Broken
from ingest.connector.reading import Reading
from ingest.connector.shape import found_text


class Declared(Connector):
    """A connector that is told, not written.

        class ExampleMail(Declared):
            '''Newsletter subscribers from Example Mail. Needs a key with read access.'''

            signals = {"subscribers": level("people", "confirmed subscribers today")}
            address = "https://api.example.com/v1/lists/{audience}"
            paths = {"subscribers": "stats.member_count"}
            bearer = "api_key"

            api_key: SecretStr = Field(description="a key with read access")
            audience: str = Field(description="the list's id")

    A path is made of names and of places in lists: `data.0.count`. What it leads to is a number, or the pull is broken.
    """

    address: ClassVar[str]
    """Where to ask. `{setting}` is filled in, with all that has a meaning in an address escaped."""
    paths: ClassVar[Mapping[str, str]]
    """Where the number of each signal is."""
    bearer: ClassVar[str | None] = None
    """The setting that is sent as a bearer token."""
    headers: ClassVar[Mapping[str, str]] = {}
    """By the name of a header the setting that is sent in it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """A declaration that does not fit together is told when it is written, not when it is pulled."""
        if cls.paths.keys() != cls.signals.keys():
            raise TypeError(f"{cls.__name__}: each signal needs a path, and each path a signal")
        placed = [name for _, name, _, _ in Formatter().parse(cls.address) if name is not None]
        for name in (*placed, *cls.headers.values(), *([cls.bearer] if cls.bearer else [])):
            if name not in cls.model_fields:
                raise TypeError(f"{cls.__name__}: there is no setting {name!r}")
        for name in placed:
            if cls.model_fields[name].annotation is SecretStr:
                raise TypeError(f"{cls.__name__}: {name} is secret and goes in a header, never in an address")

    async def pull(self, ask: Ask) -> AsyncIterator[Reading]:
        settings = {name: quote(str(getattr(self, name)), safe="") for name in type(self).model_fields}
        answer = await ask.json(
            RootModel[Any],
            self.address.format_map(settings),
            bearer=getattr(self, self.bearer) if self.bearer else None,
            headers={header: getattr(self, name) for header, name in self.headers.items()},
        )
        for signal, path in self.paths.items():
            yield Reading(signal, number_at(answer.root, path))


def number_at(value: Any, path: str) -> float:
    """The number that a path leads to in a JSON value; `Broken` where there is none. Text is no number here."""
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Broken("is missing", path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"should be a number, and is {found_text(value)}", path)
    return value

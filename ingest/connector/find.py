"""From `connector: name` to its class: built in by file name, others' by entry point, a user's own by path."""

from collections.abc import Sequence
from pathlib import Path

from ingest.connector.connector import Connector

GROUP = "okr_ingest.connectors"
"""The entry-point group of third parties' connectors."""


class UnknownConnector(Exception):
    """No connector has this name; `suggestions` are the nearest that exist."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.suggestions = name, tuple(suggestions)


class BrokenConnector(Exception):
    """The connector is there and cannot be used; `reason` says why and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def find(name: str, home: Path) -> type[Connector]:
    """The class of a connector. `UnknownConnector` or `BrokenConnector` where there is none to use."""
    raise NotImplementedError


def names() -> list[str]:
    """Every connector that can be named: the built-in ones and those of entry points, in order."""
    raise NotImplementedError

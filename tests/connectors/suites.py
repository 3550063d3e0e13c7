"""The classes of the conformance kit in the tests of built-in connectors."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from ingest.connector.kit import Documented, HttpConformance

HERE = Path(__file__).parent


def suites() -> Iterator[type[Documented]]:
    for file in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"tests.connectors.{file.stem}")
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Documented) and one.__name__.startswith("Test"):
                yield one


def asked_over_http() -> dict[str, type[HttpConformance]]:
    """By the connector's name, that of its file."""
    return {one.connector.__module__.rpartition(".")[2]: one for one in suites() if issubclass(one, HttpConformance)}

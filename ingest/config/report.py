"""All that is wrong with a configuration, collected on the way, so that one mistake hides no other."""

from collections.abc import Iterable
from dataclasses import replace

from ingest.config.model import ConfigError, Problem
from ingest.config.node import Node, Place, Scalar, texts
from ingest.connector.secret import without


class Report:
    """Problems and warnings in the order of the files and their lines."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._warnings: dict[Problem, None] = {}

    def add(self, place: Place, path: str, message: str) -> None:
        self._problems[Problem(place.file, place.line, place.column, path, message)] = None

    def warn(self, place: Place, path: str, message: str) -> None:
        self._warnings[Problem(place.file, place.line, place.column, path, message)] = None

    def refuse(self, node: Node, path: str, message: str, offset: int | None = None) -> None:
        """A problem with what a node holds. Nothing of what was filled in is shown: the message is then left out."""
        self.add(_place(node, offset), path, _safe(node, message))

    def doubt(self, node: Node, path: str, message: str) -> None:
        """A warning about what a node holds; as careful as `refuse`."""
        self.warn(_place(node, None), path, _safe(node, message))

    @property
    def problems(self) -> int:
        return len(self._problems)

    def warnings(self, files: Iterable[str], hidden: Iterable[str]) -> tuple[Problem, ...]:
        """What may be wrong, in the order of the files, without what is to be hidden."""
        return _in_order(self._warnings, files, hidden)

    def raise_problems(self, files: Iterable[str], hidden: Iterable[str]) -> None:
        """`ConfigError` with every problem, if there is one."""
        if self._problems:
            raise ConfigError(_in_order(self._problems, files, hidden))


def _place(node: Node, offset: int | None) -> Place:
    return node.place if offset is None or not isinstance(node, Scalar) else node.place_of(offset)


def _safe(node: Node, message: str) -> str:
    """The message, unless it is about something filled in, or quotes it: then only where that came from."""
    filled = [one for one in texts(node) if one.filled and (one is node or (one.text and one.text in message))]
    if not filled:
        return message
    references = dict.fromkeys(reference for one in filled for reference in one.filled)
    return f"what {' and '.join(references)} holds does not fit here"


def _in_order(problems: Iterable[Problem], files: Iterable[str], hidden: Iterable[str]) -> tuple[Problem, ...]:
    rank = {file: number for number, file in enumerate(files)}
    ordered = sorted(problems, key=lambda one: (rank.get(one.file, len(rank)), one.line, one.column))
    secrets = tuple(hidden)
    return tuple(replace(one, message=without(one.message, secrets)) for one in ordered)

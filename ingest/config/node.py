"""What a YAML file holds, as it is written: texts, lists and sections of keys, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int
    """From 1."""
    column: int
    """From 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. YAML decides no type: `on`, `012345` and `+200` are what they show."""

    place: Place
    text: str
    source: str = ""
    """The piece of the file that it was read from, quotes included."""
    style: str = ""
    """`"`, `'`, `|` or `>`; empty where it is plain."""
    comment: str = ""
    """What follows in its line, with the blanks before it; only where it is plain."""
    filled: tuple[str, ...] = ()
    """The `${…}` that were filled in: what it holds is then never shown."""
    lost: bool = False
    """One of them could not be: that is reported, and nothing more about this text."""

    @property
    def absent(self) -> bool:
        """Nothing is written: `owner:` and the rest of the line empty."""
        return not (self.text or self.style or self.filled or self.lost)

    def place_of(self, offset: int) -> Place:
        """Where in the file a character of the text stands; the text's own place where that cannot be told."""
        if self.filled:
            return self.place
        at = self._header()
        for char in self.text[:offset]:
            at = _skip(self.source, at, char)
        while at < len(self.source) and self.source[at].isspace() and not self.text[offset : offset + 1].isspace():
            at += 1
        before = self.source[:at]
        line = before.count("\n")
        column = len(before) - before.rfind("\n") if line else self.place.column + at
        return Place(self.place.file, self.place.line + line, column)

    def _header(self) -> int:
        """How much of the source comes before the text: a quote, or the line of `|` and `>`."""
        if self.style in ("|", ">"):
            return self.source.find("\n") + 1
        return len(self.style)


def _skip(source: str, at: int, char: str) -> int:
    """The index in the source behind a character of the text; a line end in it may stand for a blank."""
    if char.isspace():
        while at < len(source) and source[at].isspace():
            at += 1
        return at
    found = source.find(char, at)
    return at if found < 0 else found + 1


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Keys and what they hold, in their order."""

    place: Place
    keys: Mapping[str, Scalar]
    """Each key as it is written."""
    values: Mapping[str, "Node"]
    flow: bool = False
    """Written in one line as `{a: 1, b: 2}`."""

    def __contains__(self, key: str) -> bool:
        """Whether a key is there with something behind it."""
        return present(self.values.get(key))


Node = Union[Scalar, Items, Section]  # noqa: UP007 - `|` cannot name a class that is still a string


def present(node: Node | None) -> bool:
    """Whether anything is written there."""
    return node is not None and not (isinstance(node, Scalar) and node.absent)


def texts(node: Node) -> Iterator[Scalar]:
    """Every text in a node, keys left out."""
    if isinstance(node, Scalar):
        yield node
    else:
        for one in node.items if isinstance(node, Items) else node.values.values():
            yield from texts(one)

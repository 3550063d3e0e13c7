"""From the text of a file to its nodes. What YAML would decide or expand by itself is refused or bounded here."""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from ingest.config.cure import Fault, cure
from ingest.config.node import Items, Node, Place, Scalar, Section
from ingest.config.report import Report

DEPTH = 50
"""How deep sections and lists may stand inside each other."""
EXPANSION = 100_000
"""How many values all aliases of a file together may stand for; a text counts once more for each 100 characters."""

_TOO_DEEP = f"more than {DEPTH} levels inside each other"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TRAILING = re.compile(r"[ \t]+#[^\r\n]*")
_NEAR = 1_000
"""Of a line so many characters on each side of a mistake are looked at: what would cure it is found by searching."""
_FREE_TEXT = frozenset(("title", "mission", "customer", "description"))


class _UnreadableError(Exception):
    """The rest of the file cannot be read; the report says why."""


def compose(file: str, text: str, report: Report) -> Node | None:
    """The node of a whole file; None where it is empty or cannot be read. What is wrong goes to the report."""
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        before = text[: unprintable.start()]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        report.add(place, "", f"the character U+{ord(unprintable[0]):04X} cannot be in a YAML file; delete it")
        return None
    try:
        return _Composer(file, text, report).document()
    except _UnreadableError:
        return None
    except yaml.YAMLError as error:
        _report_syntax(file, text, error, report)
        return None


def _report_syntax(file: str, text: str, error: yaml.YAMLError, report: Report) -> None:
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    lines = text.splitlines()
    row = min(mark.line, max(len(lines) - 1, 0)) if mark else 0
    column = mark.column if mark and mark.line == row else len(lines[row]) if lines else 0
    problem, left = str(getattr(error, "problem", None) or "it is no YAML"), max(column - _NEAR, 0)
    fault = Fault(
        problem=problem,
        context=str(getattr(error, "context", None) or ""),
        line=lines[row][left : column + _NEAR] if lines else "",
        row=row + 1,
        column=column - left,
        opened=opened.line + 1 if opened else None,
        above=lines[row - 1][:_NEAR] if row else "",
    )
    told = _TOO_DEEP if problem == "exceeded maximum nesting depth" else cure(fault)
    report.add(Place(file, row + 1, column + 1), "", told)


class _Composer:
    """Reads the events of one document."""

    def __init__(self, file: str, text: str, report: Report) -> None:
        self.file, self.text, self.report = file, text, report
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.expanded = 0

    def document(self) -> Node | None:
        node = None
        seen = False
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if seen:
                self.fail(event, "a second document begins here; put it into a file of its own, or delete the `---`")
            seen = True
            node, _ = self.node(next(self.events), 0, "")
        return node if not isinstance(node, Scalar) or not node.absent else None

    def node(self, event: Any, depth: int, path: str) -> tuple[Node, int]:
        """The node that an event begins, and how many values it stands for."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if depth > DEPTH:
            self.fail(event, _TOO_DEEP)
        if event.tag is not None:
            self.report.add(self.place(event), path, "a text that begins with ! must be in quotes (tags are not used)")
        if isinstance(event, yaml.ScalarEvent):
            found: tuple[Node, int] = (self.scalar(event, path), 1 + len(event.value) // 100)
        elif isinstance(event, yaml.SequenceStartEvent):
            found = self.items(event, depth, path)
        else:
            found = self.section(event, depth, path)
        if event.anchor:
            self.anchors[event.anchor] = found
        return found

    def alias(self, event: Any) -> tuple[Node, int]:
        if event.anchor not in self.anchors:
            self.fail(event, f"*{event.anchor} stands for nothing above; a text that begins with * must be in quotes")
        node, size = self.anchors[event.anchor]
        self.expanded += size
        if self.expanded > EXPANSION:
            self.fail(event, f"the aliases of this file stand for more than {EXPANSION:,} values; write them out")
        return node, size

    def items(self, start: Any, depth: int, path: str) -> tuple[Items, int]:
        found: list[Node] = []
        size = 1
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            node, more = self.node(event, depth + 1, f"{path}[{len(found)}]")
            found.append(node)
            size += more
        return Items(self.place(start), tuple(found)), size

    def section(self, start: Any, depth: int, path: str) -> tuple[Section, int]:
        keys: dict[str, Scalar] = {}
        values: dict[str, Node] = {}
        size = 1
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, _ = self.node(event, depth + 1, path)
            name = self.key(key, keys, path)
            value, more = self.node(next(self.events), depth + 1, f"{path}.{name}" if path else str(name))
            size += more
            if name is not None and isinstance(key, Scalar):
                keys[name], values[name] = key, value
        return Section(self.place(start), keys, values, bool(start.flow_style)), size

    def key(self, node: Node, keys: dict[str, Scalar], path: str) -> str | None:
        """The text of a key that can be used."""
        if not isinstance(node, Scalar):
            self.report.add(node.place, path, "a key must be a word; a text with brackets must be in quotes")
        elif not node.text:
            self.report.add(node.place, path, "there is no key before the colon")
        elif node.text == "<<" and not node.style:
            self.report.add(node.place, path, "merging with << is not supported; write the keys out")
        elif node.text in keys:
            where = f"{path}.{node.text}" if path else node.text
            self.report.add(node.place, where, f"doubled key; the first is in line {keys[node.text].place.line}")
        else:
            return node.text
        return None

    def scalar(self, event: Any, path: str) -> Scalar:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        trailing = None if style else _TRAILING.match(self.text, end)
        comment = trailing[0] if trailing else ""
        scalar = Scalar(self.place(event), event.value, self.text[start:end], style, comment)
        if hidden := _UNPRINTABLE.search(event.value):
            told = f"the character U+{ord(hidden[0]):04X} cannot be in a text, not even escaped; leave it out"
            self.report.add(scalar.place, path, told)
        if style in ("|", ">") and not event.value.strip():
            self.report.add(scalar.place, path, f'{style} begins a block of text, which is empty; write quotes: ">= 5"')
        if _seems_cut(scalar, path):
            column = event.end_mark.column + comment.index("#") + 1
            place = Place(self.file, event.end_mark.line + 1, column)
            self.report.warn(place, path, "what follows # is a comment; if it belongs to the text, put that in quotes")
        return scalar

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def fail(self, event: Any, message: str) -> NoReturn:
        self.report.add(self.place(event), "", message)
        raise _UnreadableError


def _seems_cut(scalar: Scalar, path: str) -> bool:
    """Whether a comment looks as if it was meant to be text: `Be #1`, `channel: #general`, `Increase # of talks`."""
    after = scalar.comment.lstrip()[1:2]
    if scalar.absent:
        return after.isalnum()
    near = scalar.comment.startswith(" #")
    return near and (not after.isspace() or path.rpartition(".")[2] in _FREE_TEXT) and bool(after)

"""JMESPath, checked when it is written and read strictly: where others skip a missing field, we say which it is."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter
from pydantic import AfterValidator

from ingest.connector import Broken

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode as Node

LONGEST = 4_000
"""Characters of an expression."""
_PLAIN = {"field", "subexpression", "index_expression", "index", "current", "identity"}


def _compiling(text: str) -> str:
    try:
        for node in _nodes(_parsed(text)):
            if node["type"] == "function_expression":
                _check_call(node)
    except RecursionError:
        raise ValueError("is nested too deeply for a JMESPath expression") from None
    return text


Expression = Annotated[str, AfterValidator(_compiling)]
"""A field for a JMESPath expression."""


def is_plain(expression: str) -> bool:
    """Whether it leads to a part of the answer as it is: no filter, no selection, no function."""
    return all(node["type"] in _PLAIN for node in _nodes(_parsed(expression)))


def found(expression: str, value: Any) -> Any:
    """What an expression finds in a JSON value; None where there is nothing. `Broken` where it cannot be computed."""
    try:
        return _Strict().visit(_parsed(expression), value)
    except JMESPathError:
        raise Broken("cannot be computed: a function is given what it does not take", expression) from None
    except _Missing as error:
        raise Broken(f"finds nothing in item {error.index} of its list", expression) from None


def is_named(expression: str, value: Any) -> bool:
    """Whether the field at the end of a path of names is there, or one on the way to it is, and null."""
    node = _parsed(expression)
    for part in node["children"] if node["type"] == "subexpression" else [node]:
        if part["type"] != "field" or not isinstance(value, dict) or part["value"] not in value:
            return value is None
        value = value[part["value"]]
    return True


class _Missing(Exception):
    """An item of a list lacks what is asked of each."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class _Strict(TreeInterpreter):
    """`sum(items[].amount)` of items that have no `amount` is not 0.

    Only what follows a list, `[]` or a filter is looked at: its left side is as JMESPath has it.
    """

    def visit_projection(self, node: "Node", value: Any) -> Any:
        return self._each(node["children"][1], self.visit(node["children"][0], value))

    def visit_filter_projection(self, node: "Node", value: Any) -> Any:
        base, then, condition = node["children"]
        items = self.visit(base, value)
        if not isinstance(items, list):
            return None
        return self._each(then, [one for one in items if is_true(self.visit(condition, one))])

    def visit_value_projection(self, node: "Node", value: Any) -> Any:
        base, then = node["children"]
        fields = self.visit(base, value)
        return self._each(then, list(fields.values())) if isinstance(fields, dict) else None

    def _each(self, then: "Node", items: Any) -> list[Any] | None:
        if not isinstance(items, list):
            return None
        collected = []
        for index, item in enumerate(items):
            part = self.visit(then, item)
            if part is None:
                raise _Missing(index)
            collected.append(part)
        return collected


def is_true(value: Any) -> bool:
    """As JMESPath has it: 0 is true."""
    return not (value is None or value is False or (isinstance(value, str | list | dict) and not value))


@lru_cache(maxsize=1024)
def _parsed(text: str) -> "Node":
    if not text.strip():
        raise ValueError("is no JMESPath expression: it is empty; `@` is the whole answer")
    if len(text) > LONGEST:
        raise ValueError(f"is too long for a JMESPath expression: {len(text)} characters; at most {LONGEST}")
    try:
        tree: Node = jmespath.compile(text).parsed
    except JMESPathError as error:
        at = getattr(error, "lex_position", None) or getattr(error, "lexer_position", None)
        where = f" at character {at + 1}" if at is not None else ""
        raise ValueError(
            f"is no JMESPath expression{where}; see jmespath.org, as in stats.count or items[].id"
        ) from None
    return tree


def _nodes(node: "Node") -> "Iterator[Node]":
    yield node
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _nodes(child)


def _check_call(node: "Node") -> None:
    name, given = node["value"], len(node["children"])
    known = Functions.FUNCTION_TABLE
    if name not in known:
        near = get_close_matches(name, known, 1)
        raise ValueError(f"JMESPath has no function {name}()" + (f"; did you mean {near[0]}()?" if near else ""))
    wants = known[name]["signature"]
    variadic = bool(wants) and wants[-1].get("variadic", False)
    if given < len(wants) or (given > len(wants) and not variadic):
        raise ValueError(f"{name}() takes {len(wants)} {'argument' if len(wants) == 1 else 'arguments'}, not {given}")

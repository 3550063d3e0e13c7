"""Values: arithmetic over signals. `linkedin.connections + x.followers`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.okr.number import plain_number

LONGEST = 4_000
"""Characters of an expression."""
DEEPEST = 40
"""Brackets and minus signs inside each other."""
MOST_OPERATIONS = 250
"""All walks of an expression recurse into its left side: this keeps them far from Python's limit."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class SignalName:
    name: str
    """`source.signal`"""


@dataclass(frozen=True, slots=True)
class Negation:
    part: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    operator: Literal["+", "-", "*", "/"]
    left: "Expression"
    right: "Expression"


Expression = Number | SignalName | Negation | Operation


class ExpressionError(ValueError):
    """A value that cannot be read, with the offset in its text where reading ended."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def parse_expression(text: str) -> Expression:
    """The expression of a text; `ExpressionError` says where and why not.

    Numbers, `source.signal`, `+ - * / ( )`; × and ÷ before + and -, each from the left. A leading minus negates.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"a value of {len(text)} characters is too long: at most {LONGEST}", LONGEST)
    return _Parser(text).parse()


def signals_of(expression: Expression) -> Iterator[str]:
    """The signals an expression names, each once, in the order in which they are written."""
    seen: set[str] = set()
    waiting: list[Expression] = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Operation):
            waiting += (part.right, part.left)
        elif isinstance(part, Negation):
            waiting.append(part.part)
        elif isinstance(part, SignalName) and part.name not in seen:
            seen.add(part.name)
            yield part.name


_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d|\.\d)(?:[\d.,_]*\d|\.)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*(?:\.\w*)*)|(?P<sign>\S)|$)"
)
_CURES = {"×": "*", "·": "*", "÷": "/", ":": "/", "−": "-", "–": "-", "[": "(", "]": ")", "{": "(", "}": ")"}


class _Parser:
    """Reads one text from left to right; `place` is the offset of the token that is next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.operations = 0
        self.advance(0)

    def advance(self, offset: int) -> None:
        match = _TOKEN.match(self.text, offset)
        if match is None:
            raise ExpressionError("cannot be read", offset)
        self.kind, self.after = match.lastgroup, match.end()
        self.word = match[self.kind] if self.kind else ""
        self.place = match.start(self.kind) if self.kind else len(self.text)

    def fail(self, message: str) -> ExpressionError:
        return ExpressionError(message, self.place)

    def parse(self) -> Expression:
        expression = self.sum()
        if self.word == ")":
            raise self.fail("a bracket is closed that was not opened")
        if self.word:
            cure = f"; write {_CURES[self.word]}" if self.word in _CURES else ""
            raise self.fail(f"{self.word!r} where one of + - * / or the end was expected{cure}")
        return expression

    def sum(self) -> Expression:
        left = self.product()
        while self.word == "+" or self.word == "-":
            left = self.operation("+" if self.word == "+" else "-", left, self.product)
        return left

    def product(self) -> Expression:
        left = self.part()
        while self.word == "*" or self.word == "/":
            left = self.operation("*" if self.word == "*" else "/", left, self.part)
        return left

    def operation(
        self, operator: Literal["+", "-", "*", "/"], left: Expression, right: Callable[[], Expression]
    ) -> Operation:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise self.fail(f"too long: at most {MOST_OPERATIONS} operations")
        self.advance(self.after)
        return Operation(operator, left, right())

    def part(self) -> Expression:
        if self.word == "-":
            return Negation(self.inside(self.part))
        if self.word == "(":
            opened = self.place
            expression = self.inside(self.sum)
            if self.word != ")":
                if not self.word:
                    raise ExpressionError("this bracket is never closed", opened)
                raise self.fail(f"{self.word!r} where ) or one of + - * / was expected")
            self.advance(self.after)
            return expression
        if self.kind == "number":
            return self.taken(Number(self.number()))
        if self.kind == "name":
            return self.taken(SignalName(self.name()))
        raise self.fail(self.missing())

    def inside(self, inner: Callable[[], Expression]) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"nested too deep: at most {DEEPEST} brackets and minus signs inside each other")
        self.advance(self.after)
        expression = inner()
        self.depth -= 1
        return expression

    def taken(self, part: Expression) -> Expression:
        self.advance(self.after)
        return part

    def number(self) -> float:
        try:
            return plain_number(self.word)
        except ValueError as error:
            raise self.fail(str(error)) from None

    def name(self) -> str:
        if re.fullmatch(r"[^\W\d]\w*\.[^\W\d]\w*", self.word):
            return self.word
        raise self.fail(f"{self.word!r} is no signal: name it with its source, as in newsletter.subscribers")

    def missing(self) -> str:
        if not self.word:
            return "a number or a signal is missing at the end" if self.text.strip() else "a value is missing"
        if self.word in _CURES:
            return f"{self.word!r} cannot be read; write {_CURES[self.word]}"
        return f"{self.word!r} where a number, a signal such as newsletter.subscribers, or ( was expected"

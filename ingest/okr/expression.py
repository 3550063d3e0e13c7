"""Values: arithmetic over signals. `linkedin.connections + x.followers`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


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
    """The expression of a text; `ExpressionError` says where and why not."""
    raise NotImplementedError


def signals_of(expression: Expression) -> Iterator[str]:
    """The signals an expression names, each once, in the order in which they are written."""
    raise NotImplementedError

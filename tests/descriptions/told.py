"""What a vendor's description tells, whatever its format: operations, their parameters, bodies and answers.

All schemas are JSON Schema 2020-12; what they refer to is found in `Told.root`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any] | bool


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    """`path`, `query` or `header`."""
    required: bool
    schema: Schema
    separator: str | None = None
    """Between the items of a list; None: the name is there once for each of them."""
    deep: bool = False
    """An object, written as `name[key]=value`."""


@dataclass(frozen=True)
class Credential:
    """One way in. Several in an `Operation.credentials` entry are needed together."""

    place: str
    """`header` or `query`."""
    name: str
    starts: str = ""
    """How its value begins: `Basic `, `Bearer `."""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    """As it is written, with what comes before it on every host: `/v1/lists/{id}`."""
    parameters: Sequence[Parameter] = ()
    bodies: Mapping[str, Schema] = field(default_factory=dict)
    """By content type."""
    needs_body: bool = False
    answers: Mapping[str, Mapping[str, Schema]] = field(default_factory=dict)
    """By status (`200`, `4XX`, `default`), then by content type."""
    credentials: Sequence[Sequence[Credential]] = ()
    """Alternatives; none at all: nothing is asked for, or the description does not say."""

    def pattern(self) -> re.Pattern[str]:
        """`{id}` is a part of a path, Google's `{+name}` may be several."""
        parts = re.split(r"(\{[^}]*\})", self.path)
        return re.compile("".join(_part(one) if one.startswith("{") else re.escape(one) for one in parts))

    @property
    def vague(self) -> tuple[int, int]:
        """Of two that fit, the one with less to fill in is meant."""
        return self.path.count("{"), -len(self.path)


def _part(placeholder: str) -> str:
    return ".+" if placeholder.startswith("{+") else "[^/]+"


@dataclass(frozen=True)
class Told:
    operations: Sequence[Operation]
    root: dict[str, Any] = field(default_factory=dict)
    """The named schemas, where `$ref` looks for them."""
    hosts: frozenset[str] = frozenset()
    """Where the vendor is; none: anywhere."""

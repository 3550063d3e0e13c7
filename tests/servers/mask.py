"""Field masks: the part of an answer of a Google API that a request wants, by its discovery document."""

import json
import re
from pathlib import Path
from typing import Any

Mask = dict[str, "Mask"]
"""By the name of a field; an empty one is all of it."""


class Unmasked(Exception):
    """A field mask that is no mask, or names a field that there is not."""


class Masks:
    def __init__(self, file: Path) -> None:
        self._told = json.loads(file.read_text("utf-8"))

    def masked(self, method: str, value: Any, mask: str) -> Any:
        """The part of an answer that a field mask names."""
        schema = self._told["methods"][method]["response"]
        tree, rest = _mask(re.findall(r"\w+|[(),./]", mask))
        if rest or "".join(re.findall(r"\w+|[(),./]", mask)) != mask:
            raise Unmasked(f"Invalid field mask {mask}")
        return self._part(schema, value, tree)

    def _part(self, schema: dict[str, Any], value: Any, mask: Mask) -> Any:
        schema = self._told["schemas"][schema["$ref"]] if "$ref" in schema else schema
        if not mask:
            return value
        if schema["type"] == "array":
            return [self._part(schema["items"], one, mask) for one in value]
        unknown = mask.keys() - schema.get("properties", {}).keys()
        if unknown:
            raise Unmasked(
                f"Error expanding 'fields' parameter. Cannot find matching fields for path '{unknown.pop()}'"
            )
        return {
            name: self._part(schema["properties"][name], value[name], inner)
            for name, inner in mask.items()
            if name in value
        }


def _mask(words: list[str]) -> tuple[Mask, list[str]]:
    """`a,b(c,d.e)`."""
    mask: Mask = {}
    while words:
        name, *words = words
        if not name.isidentifier():
            raise Unmasked(f"Invalid field mask at {name}")
        inner = mask.setdefault(name, {})
        while words and words[0] in "./":
            inner = inner.setdefault(words[1], {})
            words = words[2:]
        if words and words[0] == "(":
            found, words = _mask(words[1:])
            inner.update(found)
            if not words or words[0] != ")":
                raise Unmasked("Invalid field mask: a bracket is open")
            words = words[1:]
        if not words or words[0] == ")":
            return mask, words
        if words[0] != ",":
            raise Unmasked(f"Invalid field mask at {words[0]}")
        words = words[1:]
    raise Unmasked("Invalid field mask: it ends too early")

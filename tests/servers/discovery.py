"""A Google API by its own discovery document: what a request may say, what an answer is, and which part was wanted."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
Mask = dict[str, "Mask"]
"""By the name of a field; an empty one is all of it."""


class Unmasked(Exception):
    """A field mask that is no mask, or names a field that there is not."""


class Discovery:
    def __init__(self, file: Path) -> None:
        self._told = json.loads(file.read_text("utf-8"))

    def problems_of_request(self, method: str, query: Sequence[tuple[str, str]]) -> list[str]:
        """What the document does not allow in a query."""
        told = {**self._told["parameters"], **self._told["methods"][method]["parameters"]}
        problems = [f"unknown parameter {name}" for name, _ in query if told.get(name, {}).get("location") != "query"]
        names = [name for name, _ in query]
        for name, text in query:
            said = told.get(name, {})
            if names.count(name) > 1 and not said.get("repeated"):
                problems.append(f"{name} is there twice")
            if "enum" in said and text not in said["enum"]:
                problems.append(f"{name}={text}")
            if said.get("type") == "boolean" and text not in ("true", "false"):
                problems.append(f"{name}={text} is no boolean")
        return problems

    def problems_of_answer(self, method: str, value: Any) -> list[str]:
        return list(self._problems(self._told["methods"][method]["response"], value, "answer"))

    def masked(self, method: str, value: Any, mask: str) -> Any:
        """The part of an answer that a field mask names."""
        schema = self._told["methods"][method]["response"]
        tree, rest = _mask(re.findall(r"\w+|[(),./]", mask))
        if rest or "".join(re.findall(r"\w+|[(),./]", mask)) != mask:
            raise Unmasked(f"Invalid field mask {mask}")
        return self._part(schema, value, tree)

    def _problems(self, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
        schema = self._told["schemas"][schema["$ref"]] if "$ref" in schema else schema
        kind = schema["type"]
        if kind == "any":
            return
        if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            yield f"{where} is no {kind}"
        elif isinstance(value, list):
            for index, one in enumerate(value):
                yield from self._problems(schema["items"], one, f"{where}[{index}]")
        elif isinstance(value, dict):
            for name, one in value.items():
                if name in schema["properties"]:
                    yield from self._problems(schema["properties"][name], one, f"{where}.{name}")
                else:
                    yield f"{where}.{name} is unknown"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where} is {value}"

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

"""Schemas: those of all formats as JSON Schema 2020-12, what does not fit them, and fields that they do not know."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from tests.descriptions.told import Schema

_MAPS = {"properties", "patternProperties", "definitions", "$defs"}
_ONE = {"items", "additionalProperties", "not"}
_SEVERAL = {"allOf": "allOf", "anyOf": "anyOf", "oneOf": "anyOf", "prefixItems": "prefixItems"}
"""`oneOf` is read as `anyOf`: vendors' alternatives overlap more often than they know."""
_CHECKS = {
    "$ref", "type", "format", "enum", "const", "required", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
}  # fmt: skip
_FREE = {"any", "file"}
"""Types of older formats that mean: whatever it is."""
_FORMATS = FormatChecker(formats=("date", "uuid", "ipv4"))


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    """RFC 3339: a day, a time and a zone."""
    return not isinstance(value, str) or ("T" in value.upper() and datetime.fromisoformat(value).tzinfo is not None)


def modern(schema: Any) -> Schema:
    """A schema of OpenAPI 3.0 or 3.1, Swagger 2 or a discovery document, its `$ref` left as they are."""
    if not isinstance(schema, dict):
        return bool(schema)
    kept: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _MAPS:
            kept[name] = {inner: modern(one) for inner, one in value.items()}
        elif name in _ONE:
            kept[name] = modern(value)
        elif name in _SEVERAL:
            kept[_SEVERAL[name]] = [modern(one) for one in value]
        elif name in _CHECKS:
            kept[name] = value
    if isinstance(kind := kept.get("type"), str) and kind in _FREE:
        return {}
    for bound, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(kept.get(bound), bool) and kept.pop(bound):
            kept[bound] = kept.pop(inclusive)
    if not isinstance(kept.get("required", []), list):  # said of the parameter, not of the fields
        del kept["required"]
    nullable = schema.get("nullable") or schema.get("x-nullable")
    return {"anyOf": [kept, {"type": "null"}]} if nullable and kept else kept


def misfits(schema: Schema, value: Any, root: dict[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """Where a value is not what its schema says: the path, and the mistake."""
    whole: Any = {**root, **schema} if isinstance(schema, dict) else schema
    for error in Draft202012Validator(whole, format_checker=_FORMATS).iter_errors(value):
        worst: ValidationError = best_match([error]) or error
        yield list(worst.absolute_path), worst.message[-200:]


def unknown(schemas: Sequence[Schema], value: Any, root: dict[str, Any]) -> Iterator[list[str | int]]:
    """The paths of fields that no schema names. Alternatives are taken together; what is free-form may hold all."""
    leaves = [leaf for schema in schemas for leaf in _leaves(schema, root, frozenset())]
    if isinstance(value, list):
        inner = [leaf["items"] for leaf in leaves if "items" in leaf]
        for index, one in enumerate(value):
            yield from ([index, *path] for path in unknown(inner, one, root))
    if isinstance(value, dict):
        free = any(_is_free(leaf) for leaf in leaves)
        for name, one in value.items():
            named = [leaf["properties"][name] for leaf in leaves if name in leaf.get("properties", {})]
            if named:
                yield from ([name, *path] for path in unknown(named, one, root))
            elif not free:
                yield [name]


def _leaves(schema: Schema, root: dict[str, Any], seen: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The schemas that together say what a value may be, without references and alternatives."""
    if isinstance(schema, bool):
        if schema:
            yield {}
        return
    parts = [*schema.get("allOf", []), *schema.get("anyOf", [])]
    own = {name: value for name, value in schema.items() if name not in {"allOf", "anyOf", "$ref"}}
    if "$ref" in schema and schema["$ref"] not in seen:
        seen |= {schema["$ref"]}
        parts.append(pointed(root, schema["$ref"]))
    if own or not (parts or "$ref" in schema):
        yield own
    for part in parts:
        yield from _leaves(part, root, seen)


def _is_free(leaf: dict[str, Any]) -> bool:
    """Whether an object may have fields that are not named: it says so, or names none."""
    if leaf.get("additionalProperties", False) is not False or "patternProperties" in leaf or not leaf:
        return True
    kinds = leaf.get("type", [])
    return "object" in (kinds if isinstance(kinds, list) else [kinds]) and not leaf.get("properties")


def pointed(document: Any, reference: str) -> Any:
    """What a `$ref` such as `#/components/schemas/Page` leads to."""
    found = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def written(start: str, path: Sequence[str | int]) -> str:
    """A path as people write it: `answer.data[0].count`."""
    return start + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)

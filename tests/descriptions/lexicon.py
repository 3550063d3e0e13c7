"""Lexicons, the descriptions of the AT Protocol (Bluesky): `{"lexicons": {"app.bsky.actor.getProfile": {…}, …}}`.

What refuses is the same everywhere there: an object with `error`, a name, and mostly `message`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.descriptions.told import Operation, Parameter, Schema, Told

_METHODS = {"query": "GET", "procedure": "POST"}
_PATTERNS = {
    "did": r"^did:[a-z]+:.+$",
    "handle": r"^[^.@]+(\.[^.@]+)+$",
    "at-identifier": r"^(did:[a-z]+:.+|[^@]+\.[^@]+)$",
}
_CHECKS = ("minLength", "maxLength", "minimum", "maximum", "enum", "const")
_REFUSAL: Schema = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error"],
}


def lexicon(document: Mapping[str, Any]) -> Told:
    named = {
        f"{id_}:{name}": _schema(one, id_)
        for id_, whole in document["lexicons"].items()
        for name, one in whole["defs"].items()
        if one["type"] not in _METHODS
    }
    return Told(list(_operations(document["lexicons"])), {"schemas": named})


def _operations(lexicons: Mapping[str, Any]) -> Iterator[Operation]:
    for id_, whole in lexicons.items():
        told = whole["defs"].get("main", {})
        if told.get("type") in _METHODS:
            output, taken = told.get("output", {}), told.get("input", {})
            yield Operation(
                _METHODS[told["type"]],
                f"/xrpc/{id_}",
                list(_parameters(told.get("parameters", {}), id_)),
                {taken["encoding"]: _schema(taken.get("schema", {}), id_)} if taken else {},
                bool(taken),
                {
                    "200": {output["encoding"]: _schema(output.get("schema", {}), id_)} if output else {},
                    "4XX": {"application/json": _REFUSAL},
                },
            )


def _parameters(told: Mapping[str, Any], id_: str) -> Iterator[Parameter]:
    for name, one in told.get("properties", {}).items():
        yield Parameter(name, "query", name in told.get("required", []), _schema(one, id_))


def _schema(told: Mapping[str, Any], id_: str) -> Schema:
    """A union may hold more than is named, and `unknown`, blobs and links are taken as they are."""
    kind = told.get("type")
    if kind == "ref":
        return {"$ref": f"#/schemas/{_name(told['ref'], id_)}"}
    if kind == "array":
        return {"type": "array", "items": _schema(told["items"], id_)}
    if kind == "object":
        nullable = told.get("nullable", [])
        fields = {name: _schema(one, id_) for name, one in told.get("properties", {}).items()}
        fields = {name: {"anyOf": [one, {"type": "null"}]} if name in nullable else one for name, one in fields.items()}
        return {"type": "object", "properties": fields, "required": told.get("required", [])}
    if kind in {"string", "integer", "boolean"}:
        kept = {"type": kind, **{name: told[name] for name in _CHECKS if name in told}}
        form = told.get("format")
        if form == "datetime":
            kept["format"] = "date-time"
        return {**kept, "pattern": _PATTERNS[form]} if form in _PATTERNS else kept
    return {}


def _name(reference: str, id_: str) -> str:
    place, _, name = reference.partition("#")
    return f"{place or id_}:{name or 'main'}"


def trimmed(lexicons: Mapping[str, Any], wanted: Sequence[str], note: Mapping[str, str]) -> dict[str, Any]:
    """`wanted`: the ids of queries and procedures. They and all that they refer to, without prose."""
    waiting = [f"{id_}:main" for id_ in wanted]
    kept: dict[str, dict[str, Any]] = {}
    while waiting:
        id_, _, name = waiting.pop().partition(":")
        if id_ not in lexicons:
            raise LookupError(f"there is no {id_}")
        if name not in kept.setdefault(id_, {}):
            kept[id_][name] = _plain(lexicons[id_]["defs"][name])
            waiting += [_name(one, id_) for one in _referred(kept[id_][name])]
    return {
        "x-trimmed-from": dict(note),
        "lexicons": {id_: {"lexicon": 1, "id": id_, "defs": defs} for id_, defs in sorted(kept.items())},
    }


def _plain(told: Any, named: bool = False) -> Any:
    """`named`: the keys here are names of fields, of which one may be `description`."""
    if not isinstance(told, dict):
        return told
    return {
        name: _plain(one, not named and name == "properties")
        for name, one in told.items()
        if named or name != "description"
    }


def _referred(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if told.get("type") == "ref":
            yield told["ref"]
        for one in told.values():
            yield from _referred(one)

"""A vendor's description, made as small as what we use of it: some operations and all that they refer to.

It stays in its format, without prose, links and headers that are no parameters. `x-trimmed-from` tells its source.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.descriptions import lexicon, postman
from tests.descriptions.discovery import methods
from tests.descriptions.openapi import RESERVED
from tests.descriptions.schema import pointed

_KEPT = ("openapi", "swagger", "info", "servers", "host", "basePath", "schemes", "consumes", "produces", "security")
_KEPT_OF_GOOGLE = ("kind", "discoveryVersion", "name", "version", "revision", "rootUrl", "servicePath", "parameters")
_PROSE = {
    "description", "summary", "title", "externalDocs", "tags", "operationId", "links", "callbacks", "xml", "deprecated",
    "discriminator", "enumDescriptions", "annotations", "scopes", "termsOfService", "contact", "markdownDescription",
}  # fmt: skip
_NAMES = {"properties", "patternProperties", "schemas", "parameters", "definitions", "responses", "headers", "examples"}
"""What is inside has names of the vendor's own; one of them may be `description`."""
_AS_IT_IS = {"example", "examples", "enum", "default", "const", "required"}


def trimmed(document: Mapping[str, Any], wanted: Sequence[str], note: Mapping[str, str]) -> dict[str, Any]:
    """`wanted`: `GET /v4/subscribers` as the paths are written there; for Google's the ids of the methods, of
    lexicons those of the queries, of a collection the names of the requests.

    `LookupError` names an operation that there is not.
    """
    if "discoveryVersion" in document:
        return _discovery(document, wanted, note)
    if "item" in document:
        return postman.trimmed(document, wanted, note)
    if all(isinstance(one, dict) and "lexicon" in one for one in document.values()):
        return lexicon.trimmed(document, wanted, note)
    paths: dict[str, Any] = {}
    for one in wanted:
        method, _, path = one.partition(" ")
        item = document["paths"].get(path, {})
        if method.lower() not in item:
            raise LookupError(f"there is no {one}")
        kept = paths.setdefault(path, {"parameters": _plain(item["parameters"])} if "parameters" in item else {})
        kept[method.lower()] = _plain(item[method.lower()])
    start = {name: document[name] for name in _KEPT if name in document}
    start["info"] = {name: text for name, text in document["info"].items() if name in {"title", "version"}}
    found: dict[str, Any] = {**start, "x-trimmed-from": dict(note), "paths": paths}
    _add_schemes(document, found)
    _add_referred(document, found, _referred(paths))
    return found


def _add_schemes(document: Mapping[str, Any], found: dict[str, Any]) -> None:
    """The ways in that the operations name."""
    operations = [one for item in found["paths"].values() for one in item.values() if isinstance(one, dict)]
    named = {name for one in (found, *operations) for each in one.get("security", []) for name in each}
    swagger = "swagger" in document
    schemes = (document if swagger else document.get("components", {})).get(
        "securityDefinitions" if swagger else "securitySchemes", {}
    )
    kept = {name: _plain(scheme) for name, scheme in schemes.items() if name in named}
    if kept and swagger:
        found["securityDefinitions"] = kept
    elif kept:
        found["components"] = {"securitySchemes": kept}


def _add_referred(document: Mapping[str, Any], found: dict[str, Any], references: Iterator[str]) -> None:
    """What is referred to, and what that refers to."""
    waiting, done = list(references), set()
    while waiting:
        reference = waiting.pop()
        if reference in done:
            continue
        done.add(reference)
        *steps, name = reference.removeprefix("#/").split("/")
        place = found
        for step in steps:
            place = place.setdefault(step, {})
        place[name] = _plain(pointed(document, reference))
        waiting += _referred(place[name])


def _discovery(document: Mapping[str, Any], wanted: Sequence[str], note: Mapping[str, str]) -> dict[str, Any]:
    known = {one["id"]: one for one in methods(document)}
    missing = [one for one in wanted if one not in known]
    if missing:
        raise LookupError(f"there is no {missing[0]}")
    kept = {one: _plain(known[one]) for one in wanted}
    start = {name: _plain(document[name]) for name in _KEPT_OF_GOOGLE if name in document}
    schemas: dict[str, Any] = {}
    waiting = list(_referred(kept))
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _plain(document["schemas"][name])
            waiting += _referred(schemas[name])
    return {**start, "x-trimmed-from": dict(note), "methods": kept, "schemas": dict(sorted(schemas.items()))}


def _plain(value: Any, named: bool = False) -> Any:
    """Without what only people read. `named`: the keys here are the vendor's own names."""
    if isinstance(value, list):
        return [_plain(one) for one in value if not _is_reserved(one)]
    if not isinstance(value, dict):
        return value
    return {
        name: inner if not named and name in _AS_IT_IS else _plain(inner, not named and name in _NAMES)
        for name, inner in value.items()
        if named or not (name in _PROSE or (name.startswith("x-") and name != "x-nullable"))
    }


def _is_reserved(value: Any) -> bool:
    return isinstance(value, dict) and value.get("in") == "header" and value.get("name", "").lower() in RESERVED


def _referred(value: Any) -> Iterator[str]:
    """Every `$ref` inside."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _referred(inner)

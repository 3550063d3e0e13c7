"""Postman collections: a vendor's requests with the parameters they know, and one example of each answer.

There are no schemas. An answer's is made of its example: the same fields, of the same types, each of which may be left
out. Graph APIs of Meta take each path also behind a version, which the collection leaves out.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.descriptions.told import Operation, Parameter, Schema, Told

_VERSIONS = ("", "/v1.0")
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def postman(document: Mapping[str, Any]) -> Told:
    variables = {one["key"]: one.get("value", "") for one in document.get("variable", [])}
    operations = [each for one in _requests(document) for each in _operations(one)]
    hosts = {urlsplit(variables.get(name, "")).netloc for one in _requests(document) for name in _named(one)}
    return Told(operations, {}, frozenset(hosts - {""}))


def _requests(folder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in folder["item"]:
        if "item" in one:
            yield from _requests(one)
        else:
            yield one


def _named(one: Mapping[str, Any]) -> list[str]:
    return [re.sub(r"[{}]", "", part) for part in one["request"]["url"].get("host", [])]


def _operations(one: Mapping[str, Any]) -> Iterator[Operation]:
    url, examples = one["request"]["url"], [json.loads(each["body"]) for each in one["response"] if each.get("body")]
    path = "/".join(re.sub(r"\{\{(\w+)\}\}", r"{\1}", part) for part in url["path"])
    parameters = [Parameter(each["key"], "query", False, {"type": "string"}) for each in url.get("query", [])]
    answer = _schema(examples[0]) if examples else {}
    for version in _VERSIONS:
        told = {"200": {"application/json": answer}}
        yield Operation(one["request"]["method"], f"{version}/{path}", parameters, answers=told)


def _schema(example: Any) -> Schema:
    if isinstance(example, dict):
        return {"type": "object", "properties": {name: _schema(one) for name, one in example.items()}}
    if isinstance(example, list):
        return {"type": "array", "items": {"anyOf": [_schema(one) for one in example]} if example else {}}
    return {} if example is None else {"type": _TYPES[type(example)]}


def trimmed(document: Mapping[str, Any], wanted: Sequence[str], note: Mapping[str, str]) -> dict[str, Any]:
    """`wanted`: the names of requests."""
    known = {one["name"]: one for one in _requests(document)}
    missing = [name for name in wanted if name not in known]
    if missing:
        raise LookupError(f"there is no {missing[0]}")
    kept = [_plain(known[name]) for name in wanted]
    named = {name for one in kept for name in _named(one)}
    variables = [{"key": one["key"], "value": one["value"]} for one in document["variable"] if one["key"] in named]
    return {"x-trimmed-from": dict(note), "item": kept, "variable": variables}


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    url = one["request"]["url"]
    query = [{"key": each["key"]} for each in url.get("query", [])]
    return {
        "name": one["name"],
        "request": {
            "method": one["request"]["method"],
            "url": {"host": url["host"], "path": url["path"], "query": query},
        },
        "response": [{"body": each["body"]} for each in one["response"][:1]],
    }

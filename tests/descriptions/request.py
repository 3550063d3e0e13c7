"""What a description does not allow in a request: pairs of a place and a mistake."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from tests.descriptions.schema import misfits, unknown, written
from tests.descriptions.told import Operation, Parameter, Schema, Told

Found = tuple[str, str]


def problems_of_parameters(operation: Operation, whole: Told, request: httpx.Request) -> Iterator[Found]:
    given: dict[str, list[str]] = {}
    for name, text in parse_qsl(request.url.query.decode(), keep_blank_values=True):
        given.setdefault(name, []).append(text)
    known = {one.name for each in operation.credentials for one in each if one.place == "query"}
    for one in operation.parameters:
        if one.place == "query":
            names = [name for name in given if name == one.name or (one.deep and name.startswith(f"{one.name}["))]
            known.update(names)
            if names:
                yield from _misfit(f"?{one.name}", _values(one, names, given, whole), one.schema, whole)
            elif one.required:
                yield f"?{one.name}", "is missing"
        elif one.place == "header":
            text = request.headers.get(one.name)
            if text is not None:
                yield from _misfit(f"header {one.name}", _texts([text], one.separator), one.schema, whole)
            elif one.required:
                yield f"header {one.name}", "is missing"
        else:
            yield from _misfit(f"{{{one.name}}}", _readings(_in_path(operation, one.name, request)), one.schema, whole)
    for name in given.keys() - known:
        yield f"?{name}", "is not described"


def problems_of_body(operation: Operation, whole: Told, request: httpx.Request) -> Iterator[Found]:
    if not request.content:
        if operation.needs_body:
            yield "body", "is missing"
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    schema = next((one for told, one in operation.bodies.items() if told.partition(";")[0].strip() == kind), None)
    if schema is None:
        yield "body", f"is described as {', '.join(operation.bodies) or 'nothing'}, and not as {kind}"
        return
    value = json.loads(request.content) if kind.endswith("json") else _form(request.content, schema, whole)
    for path, what in misfits(schema, value, whole.root):
        yield written("body", path), what
    for path in unknown([schema], value, whole.root):
        yield written("body", path), "is not described"


def _in_path(operation: Operation, name: str, request: httpx.Request) -> str:
    """The text that stands where the path is filled in."""
    parts = re.split(r"(\{[^}]*\})", operation.path)
    pattern = "".join(
        "(.+)" if part.strip("{+}") == name and part.startswith("{") else ".+" if part[:1] == "{" else re.escape(part)
        for part in parts
    )
    found = re.fullmatch(pattern, request.url.raw_path.decode().partition("?")[0])
    return unquote(found[1]) if found else ""


def _values(one: Parameter, names: Sequence[str], given: Mapping[str, list[str]], whole: Told) -> list[Any]:
    """What a parameter may mean: the texts are there, their types are the schema's."""
    if one.deep:
        return [{name[len(one.name) + 1 : -1]: given[name][0] for name in names}]
    return _texts(given[one.name], one.separator)


def _texts(texts: Sequence[str], separator: str | None) -> list[Any]:
    """All readings of one or several texts: as a text, a number, true or false, or a list of those."""
    items = [part for text in texts for part in (text.split(separator) if separator else [text])]
    lists = [[reading(item) for item in items] for reading in (str, _typed)]
    return [*_readings(texts[0]), *lists] if len(texts) == 1 else lists


def _readings(text: str) -> list[Any]:
    typed = _typed(text)
    return [text] if typed is text else [text, typed]


def _typed(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text


def _misfit(where: str, readings: Sequence[Any], schema: Schema, whole: Told) -> Iterator[Found]:
    """Nothing where one of the readings fits; else what is wrong with the first."""
    told = [[what for _, what in misfits(schema, value, whole.root)] for value in readings]
    if all(told):
        yield where, told[0][0]


def _form(content: bytes, schema: Schema, whole: Told) -> dict[str, Any]:
    """The fields of a form; each is read as what its schema allows."""
    fields = schema.get("properties", {}) if isinstance(schema, dict) else {}
    found = {}
    for name, text in parse_qsl(content.decode(), keep_blank_values=True):
        readings = _readings(text)
        fitting = (one for one in readings if not any(misfits(fields.get(name, True), one, whole.root)))
        found[name] = next(fitting, text)
    return found

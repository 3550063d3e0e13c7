"""Google's discovery documents."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.descriptions.schema import modern
from tests.descriptions.told import Operation, Parameter, Schema, Told


def discovery(document: Mapping[str, Any]) -> Told:
    """`$ref` names a schema there; here it is a pointer."""
    start = "/" + document.get("servicePath", "").lstrip("/")
    shared = document.get("parameters", {})
    schemas = {name: modern(_pointing(schema)) for name, schema in document.get("schemas", {}).items()}
    operations = [_operation(one, start, shared) for one in methods(document)]
    return Told(operations, {"schemas": schemas}, frozenset([urlsplit(document["rootUrl"]).netloc]))


def methods(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All methods, those of resources inside resources too."""
    yield from document.get("methods", {}).values()
    for inner in document.get("resources", {}).values():
        yield from methods(inner)


def _operation(told: Mapping[str, Any], start: str, shared: Mapping[str, Any]) -> Operation:
    parameters = [_parameter(name, one) for name, one in {**shared, **told.get("parameters", {})}.items()]
    return Operation(
        told["httpMethod"],
        start + told["path"],
        parameters,
        {"application/json": modern(_pointing(told["request"]))} if "request" in told else {},
        "request" in told,
        {"200": {"application/json": modern(_pointing(told["response"]))}} if "response" in told else {},
    )


def _parameter(name: str, told: Mapping[str, Any]) -> Parameter:
    bounds = {key: float(told[key]) for key in ("minimum", "maximum") if key in told}  # Google writes them as text
    one = modern({**{key: value for key, value in told.items() if key != "required"}, **bounds})
    schema: Schema = {"type": "array", "items": one} if told.get("repeated") else one
    return Parameter(name, told["location"], bool(told.get("required")), schema)


def _pointing(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_pointing(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"#/schemas/{value}" if name == "$ref" and isinstance(value, str) else _pointing(value)
        for name, value in schema.items()
    }

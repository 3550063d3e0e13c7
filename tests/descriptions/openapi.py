"""OpenAPI 3.0 and 3.1, and Swagger 2."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.descriptions.schema import modern, pointed
from tests.descriptions.told import Credential, Operation, Parameter, Schema, Told

METHODS = ("get", "post", "put", "patch", "delete")
RESERVED = {"accept", "content-type", "authorization"}
"""Headers that are no parameters, whatever a description says: OpenAPI's own rule."""
_SEPARATORS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|", "spaceDelimited": " ", "pipeDelimited": "|"}


def openapi(document: Mapping[str, Any]) -> Told:
    reader = _OpenApi(document)
    servers = [one["url"] for one in document.get("servers") or [{"url": "/"}]]
    prefixes = {urlsplit(url.split("://", 1)[-1].partition("/")[2]).path.strip("/") for url in servers}
    hosts = frozenset(urlsplit(url).hostname or "" for url in servers)
    root = {"components": {"schemas": _named(document.get("components", {}).get("schemas", {}))}}
    fixed = all(hosts) and not any("{" in host for host in hosts)
    return Told(list(reader.operations(prefixes)), root, hosts if fixed else frozenset())


def swagger(document: Mapping[str, Any]) -> Told:
    reader = _Swagger(document)
    root = {"definitions": _named(document.get("definitions", {}))}
    host = document.get("host")
    prefix = document.get("basePath", "").strip("/")
    return Told(list(reader.operations({prefix})), root, frozenset([host] if host else []))


def _named(schemas: Mapping[str, Any]) -> dict[str, Schema]:
    return {name: modern(schema) for name, schema in schemas.items()}


class _OpenApi:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._all = document

    def operations(self, prefixes: set[str]) -> Iterator[Operation]:
        for path, item in self._all["paths"].items():
            for method in METHODS:
                if method in item:
                    for prefix in prefixes:
                        start = f"/{prefix}" if prefix else ""
                        yield self.operation(method, start + path, item.get("parameters", []), item[method])

    def operation(self, method: str, path: str, shared: Sequence[Any], told: Mapping[str, Any]) -> Operation:
        parameters = [self.meant(one) for one in (*shared, *told.get("parameters", []))]
        body = self.meant(told.get("requestBody", {}))
        return Operation(
            method.upper(),
            path,
            [found for one in parameters if (found := self.parameter(one))],
            self.contents(body),
            bool(body.get("required")),
            {str(status): self.contents(self.meant(one)) for status, one in told.get("responses", {}).items()},
            self.credentials(told),
        )

    def meant(self, told: Any) -> Any:
        return pointed(self._all, told["$ref"]) if "$ref" in told else told

    def parameter(self, told: Mapping[str, Any]) -> Parameter | None:
        if told["in"] not in {"path", "query", "header"} or self.is_reserved(told):
            return None
        contents = list(told.get("content", {}).values())
        schema = told["schema"] if "schema" in told else contents[0]["schema"] if contents else {}
        style = told.get("style", "form")
        separator = _SEPARATORS.get(style) or (None if told.get("explode", style == "form") else ",")
        required = bool(told.get("required"))
        return Parameter(told["name"], told["in"], required, modern(schema), separator, style == "deepObject")

    def is_reserved(self, told: Mapping[str, Any]) -> bool:
        return told["in"] == "header" and told["name"].lower() in RESERVED

    def contents(self, told: Mapping[str, Any]) -> dict[str, Schema]:
        return {kind: modern(one.get("schema", {})) for kind, one in told.get("content", {}).items()}

    def credentials(self, told: Mapping[str, Any]) -> list[list[Credential]]:
        schemes = self.schemes()
        alternatives = told.get("security", self._all.get("security", []))
        if any(name not in schemes for one in alternatives for name in one):
            return []
        return [[found for name in one for found in _credentials(schemes[name])] for one in alternatives]

    def schemes(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._all.get("components", {}).get("securitySchemes", {})
        return found


class _Swagger(_OpenApi):
    """Parameters are their own schemas, and the body is one of them."""

    def operation(self, method: str, path: str, shared: Sequence[Any], told: Mapping[str, Any]) -> Operation:
        parameters = [self.meant(one) for one in (*shared, *told.get("parameters", []))]
        consumes = told.get("consumes", self._all.get("consumes", ["application/json"]))
        bodies = [one for one in parameters if one["in"] == "body"]
        forms = [one for one in parameters if one["in"] == "formData"]
        schema = modern(bodies[0]["schema"]) if bodies else _form(forms)
        return Operation(
            method.upper(),
            path,
            [found for one in parameters if (found := self.parameter(one))],
            dict.fromkeys(consumes, schema) if bodies or forms else {},
            any(one.get("required") for one in (*bodies, *forms)),
            {str(status): self.answer(self.meant(one)) for status, one in told.get("responses", {}).items()},
            self.credentials(told),
        )

    def parameter(self, told: Mapping[str, Any]) -> Parameter | None:
        if told["in"] not in {"path", "query", "header"} or self.is_reserved(told):
            return None
        separator = None if (form := told.get("collectionFormat", "csv")) == "multi" else _SEPARATORS[form]
        return Parameter(told["name"], told["in"], bool(told.get("required")), modern(told), separator)

    def answer(self, told: Mapping[str, Any]) -> dict[str, Schema]:
        return {"application/json": modern(told["schema"])} if "schema" in told else {}

    def schemes(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._all.get("securityDefinitions", {})
        return found


def _form(fields: Sequence[Mapping[str, Any]]) -> Schema:
    return {
        "type": "object",
        "properties": {one["name"]: modern(one) for one in fields},
        "required": [one["name"] for one in fields if one.get("required")],
    }


def _credentials(scheme: Mapping[str, Any]) -> Iterator[Credential]:
    kind = scheme["type"]
    if kind == "apiKey" and scheme["in"] in {"header", "query"}:
        yield Credential(scheme["in"], scheme["name"])
    elif kind == "basic" or (kind == "http" and scheme["scheme"].lower() == "basic"):
        yield Credential("header", "Authorization", "Basic ")
    elif kind in {"http", "oauth2", "openIdConnect"}:
        yield Credential("header", "Authorization", "Bearer ")

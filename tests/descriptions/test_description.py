"""The judge notices what it is there for: each of these requests and answers is amiss in one place."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.descriptions import Description
from tests.descriptions.description import read

URL = "https://api.example.com/v1"
LIST = {"name": "list", "in": "query", "schema": {"type": "array", "items": {"enum": ["a", "b"]}}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Example", "version": "1"},
    "servers": [{"url": URL}],
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "oauth": {"type": "oauth2", "flows": {}},
        },
        "parameters": {"page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}},
        "schemas": {
            "Named": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            "Person": {
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {"type": "object", "properties": {"born": {"type": "string", "format": "date-time"}}},
                    {"properties": {"nick": {"type": "string", "nullable": True}, "more": {"type": "object"}}},
                ]
            },
        },
    },
    "paths": {
        "/people/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "security": [{"key": []}, {"oauth": []}],
                "parameters": [
                    {"$ref": "#/components/parameters/page"},
                    {"name": "since", "in": "query", "required": True, "schema": {"type": "string", "format": "date"}},
                    {"name": "X-Version", "in": "header", "required": True, "schema": {"enum": ["2"]}},
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "Authorization", "in": "header", "required": True, "schema": {"type": "string"}},
                    LIST,
                    {**LIST, "name": "comma", "explode": False},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
                    "4XX": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
                    "302": {"description": "elsewhere"},
                },
            },
        },
        "/people/me": {
            "get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {}}}}}}}
        },
        "/search": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"limit": {"type": "integer", "maximum": 10, "exclusiveMaximum": True}},
                            }
                        },
                        "application/x-www-form-urlencoded": {
                            "schema": {"type": "object", "properties": {"limit": {"type": "integer"}}}
                        },
                    },
                },
                "responses": {"204": {"description": "nothing"}},
            }
        },
    },
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Example", "version": "1"},
    "host": "api.example.com",
    "basePath": "/v1",
    "securityDefinitions": {"basic": {"type": "basic"}},
    "security": [{"basic": []}],
    "definitions": {"Page": {"type": "object", "properties": {"total": {"type": "integer", "x-nullable": True}}}},
    "paths": {
        "/pages": {
            "get": {
                "parameters": [
                    {"name": "count", "in": "query", "type": "integer", "maximum": 100},
                    {"name": "fields", "in": "query", "type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
                ],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Page"}}},
            },
            "post": {
                "parameters": [{"name": "page", "in": "body", "schema": {"$ref": "#/definitions/Page"}}],
                "responses": {"default": {"description": "whatever"}},
            },
        }
    },
}
GOOGLE: dict[str, Any] = {
    "discoveryVersion": "v1",
    "version": "v1",
    "rootUrl": "https://api.example.com/",
    "servicePath": "",
    "parameters": {"fields": {"type": "string", "location": "query"}},
    "schemas": {
        "Page": {
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$ref": "Item"}}, "next": {"type": "string"}},
        },
        "Item": {"type": "object", "properties": {"id": {"type": "string", "format": "int64"}, "any": {"type": "any"}}},
    },
    "resources": {
        "pages": {
            "methods": {
                "list": {
                    "id": "example.pages.list",
                    "httpMethod": "GET",
                    "path": "v1/{+name}/pages",
                    "parameters": {
                        "name": {"type": "string", "location": "path", "required": True, "pattern": "^users/[^/]+$"},
                        "kind": {"type": "string", "enum": ["a", "b"], "location": "query", "repeated": True},
                        "size": {"type": "integer", "format": "int32", "location": "query"},
                    },
                    "response": {"$ref": "Page"},
                }
            }
        }
    },
}


def described(folder: Path, document: dict[str, Any], **settings: Any) -> Description:
    file = folder / "description.json"
    file.write_text(json.dumps(document))
    return Description(file, **settings)


def asked(path: str, method: str = "GET", host: str = URL, **more: Any) -> httpx.Request:
    return httpx.Request(method, host + path, **more)


def where(problems: Any) -> list[str]:
    return sorted(problem.where for problem in problems)


KEY = {"X-Key": "k", "X-Version": "2"}


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/people/7?since=2026-01-01&page=2&list=a&list=b&comma=a,b&filter[x]=1", KEY, []),
        ("/people/7?since=2026-01-01", {"Authorization": "Bearer t", "X-Version": "2"}, []),
        ("/people/7?since=2026-01-01", {"Authorization": "Basic t", "X-Version": "2"}, ["credential"]),
        ("/people/7?since=2026-01-01", {"X-Key": "k"}, ["header X-Version"]),
        ("/people/7?since=2026-01-01", {**KEY, "X-Version": "3"}, ["header X-Version"]),
        ("/people/7", KEY, ["?since"]),
        ("/people/7?since=yesterday", KEY, ["?since"]),
        ("/people/x?since=2026-01-01", KEY, ["{id}"]),
        ("/people/7?since=2026-01-01&page=0", KEY, ["?page"]),
        ("/people/7?since=2026-01-01&page=one", KEY, ["?page"]),
        ("/people/7?since=2026-01-01&page=1&page=2", KEY, ["?page"]),
        ("/people/7?since=2026-01-01&list=c", KEY, ["?list"]),
        ("/people/7?since=2026-01-01&comma=a,c", KEY, ["?comma"]),
        ("/people/7?since=2026-01-01&pages=1", KEY, ["?pages"]),
        ("/people/me", {}, []),
        ("/nobody", {}, ["request"]),
    ],
)
def test_a_request_is_held_to_openapi(path: str, headers: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert where(described(tmp_path, OPENAPI).problems_of_request(asked(path, headers=headers))) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"json": {"limit": 9}}, []),
        ({"json": {"limit": 10}}, ["body.limit"]),
        ({"json": {"limit": "9"}}, ["body.limit"]),
        ({"json": {"limits": 9}}, ["body.limits"]),
        ({"data": {"limit": "9"}}, []),
        ({"data": {"limit": "nine"}}, ["body.limit"]),
        ({"content": b"9", "headers": {"content-type": "text/plain"}}, ["body"]),
        ({}, ["body"]),
    ],
)
def test_a_body_is_held_to_openapi(body: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    assert where(described(tmp_path, OPENAPI).problems_of_request(asked("/search", "POST", **body))) == expected


@pytest.mark.parametrize(
    ("status", "value", "expected"),
    [
        (200, {"name": "Ada"}, []),
        (200, {"name": "Ada", "born": "1815-12-10T00:00:00Z", "nick": None, "more": {"whatever": 1}}, []),
        (200, {"name": None}, ["answer.name"]),
        (200, {}, ["answer"]),
        (200, {"name": "Ada", "born": "1815-12-10"}, ["answer.born"]),
        (200, {"name": "Ada", "age": 36}, ["answer.age"]),
        (404, {"title": "No"}, []),
        (404, ["No"], ["answer"]),
        (500, {}, ["status 500"]),
    ],
)
def test_an_answer_is_held_to_openapi(status: int, value: Any, expected: list[str], tmp_path: Path) -> None:
    found = described(tmp_path, OPENAPI).problems_of_answer("GET", httpx.URL(f"{URL}/people/7"), status, value)
    assert where(found) == expected


def test_what_is_no_json_is_held_to_its_content_type_alone(tmp_path: Path) -> None:
    description, url = described(tmp_path, OPENAPI), httpx.URL(f"{URL}/people/7")
    assert where(description.problems_of_answer("GET", url, 200, None, "text/html")) == ["answer"]
    assert description.problems_of_answer("GET", url, 302, None, "text/html") == []


def test_a_request_goes_to_the_vendors_host_unless_one_installs_it_oneself(tmp_path: Path) -> None:
    request = asked("/people/me", host="https://api.example.org/v1")
    assert where(described(tmp_path, OPENAPI).problems_of_request(request)) == ["host"]
    assert described(tmp_path, OPENAPI, anywhere=True).problems_of_request(request) == []


def test_without_a_server_it_is_described_for_anywhere(tmp_path: Path) -> None:
    schema = {"type": ["string", "null"]}
    answer = {"200": {"content": {"application/json": {"schema": schema}}}}
    description = described(tmp_path, {**OPENAPI, "servers": [], "paths": {"/v1/a": {"get": {"responses": answer}}}})
    request = asked("/a", host="http://127.0.0.1:9000/v1")
    assert description.problems_of_request(request) == []
    assert [description.problems_of_answer("GET", request.url, 200, value) for value in ("x", None)] == [[], []]
    assert where(description.problems_of_answer("GET", request.url, 200, 1)) == ["answer"]


def test_of_several_files_the_one_that_describes_it_counts(tmp_path: Path) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file, document in zip(files, (OPENAPI, SWAGGER), strict=True):
        file.write_text(json.dumps(document))
    both = Description(*files)
    assert both.problems_of_request(asked("/people/me")) == []
    assert both.problems_of_request(asked("/pages", headers={"Authorization": "Basic x"})) == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked("/pages?count=100&fields=a,b"), []),
        (asked("/pages?count=101"), ["?count"]),
        (asked("/pages?fields=a,c"), ["?fields"]),
        (asked("/pages", "POST", json={"total": 1}), []),
        (asked("/pages", "POST", json={"total": "1"}), ["body.total"]),
    ],
)
def test_a_request_is_held_to_swagger(request_: httpx.Request, expected: list[str], tmp_path: Path) -> None:
    description = described(tmp_path, SWAGGER)
    assert where(description.problems_of_request(request_)) == sorted([*expected, "credential"])
    request_.headers["authorization"] = "Basic eDp5"
    assert where(description.problems_of_request(request_)) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [({"total": 1}, []), ({"total": None}, []), ({"count": 1}, ["answer.count"])]
)
def test_an_answer_is_held_to_swagger(value: Any, expected: list[str], tmp_path: Path) -> None:
    found = described(tmp_path, SWAGGER).problems_of_answer("GET", httpx.URL(f"{URL}/pages"), 200, value)
    assert where(found) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users/me/pages?kind=a&kind=b&size=3&fields=items(id)", []),
        ("/people/me/pages", ["{name}"]),
        ("/users/me/pages?kind=c", ["?kind"]),
        ("/users/me/pages?size=x", ["?size"]),
        ("/users/me/pages?sizes=1", ["?sizes"]),
    ],
)
def test_a_request_is_held_to_a_discovery_document(path: str, expected: list[str], tmp_path: Path) -> None:
    assert where(described(tmp_path, GOOGLE).problems_of_request(asked(path))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, []),
        ({"items": [{"id": "7", "any": [1]}], "next": "x"}, []),
        ({"items": [{"id": "7"}, {"id": 7}]}, ["answer.items[1].id"]),
        ({"items": [{"name": "7"}]}, ["answer.items[0].name"]),
    ],
)
def test_an_answer_is_held_to_a_discovery_document(value: Any, expected: list[str], tmp_path: Path) -> None:
    url = httpx.URL("https://api.example.com/v1/users/me/pages")
    assert where(described(tmp_path, GOOGLE).problems_of_answer("GET", url, 200, value)) == expected


def test_a_problem_is_found_by_its_place_without_the_numbers_of_items(tmp_path: Path) -> None:
    url = httpx.URL("https://api.example.com/v1/users/me/pages")
    [problem] = described(tmp_path, GOOGLE).problems_of_answer("GET", url, 200, {"items": [{"name": "7"}]})
    assert problem.is_at("answer.items.name")
    assert problem.is_at("answer.items")
    assert not problem.is_at("answer.item")


def test_yaml_is_read_as_json_values(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text(
        "swagger: '2.0'\npaths:\n  /a:\n    get:\n      responses: {200: {x: 2026-01-01}}\n"
    )
    assert read(tmp_path / "it.yaml")["paths"]["/a"]["get"]["responses"] == {"200": {"x": "2026-01-01"}}


def test_a_format_without_a_reader_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no reader"):
        described(tmp_path, {"lexicon": 1})

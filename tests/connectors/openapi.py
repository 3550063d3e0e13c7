"""Checking recorded requests and answers against a vendor's own description (OpenAPI 3.1)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator


class Description:
    def __init__(self, file: Path) -> None:
        self._told = json.loads(file.read_text("utf-8"))

    def operation(self, method: str, url: httpx.URL) -> dict[str, Any]:
        path = url.path.removeprefix(self._told["servers"][0]["url"])
        return dict(self._told["paths"][path][method.lower()])

    def problems_of_request(self, request: httpx.Request) -> list[str]:
        """What the description does not allow in a request."""
        operation = self.operation(request.method, request.url)
        if request.method == "POST":
            [(kind, body)] = operation["requestBody"]["content"].items()
            wrong = [] if request.headers["content-type"] == kind else ["content-type"]
            return wrong + self._problems(body["schema"], dict(parse_qsl(request.content.decode())))
        told = {one["name"]: one for one in operation["parameters"] if one["in"] == "query"}
        given = request.url.params
        problems = [f"unknown parameter {name}" for name in given if name not in told]
        problems += [f"no {name}" for name, one in told.items() if one["required"] and name not in given]
        for name in given.keys() & told.keys():
            problems += self._problems(told[name]["schema"], _number(given[name]))
        return problems

    def problems_of_answer(self, method: str, url: httpx.URL, status: int, value: Any) -> list[str]:
        """Where an answer is not what the description says."""
        responses = self.operation(method, url)["responses"]
        told = responses.get(str(status), responses["default"])
        return self._problems(told["content"]["application/json"]["schema"], value)

    def _problems(self, schema: Any, value: Any) -> list[str]:
        whole = {**schema, "components": self._told["components"]}
        return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text

"""Checking recorded requests and answers against a vendor's own description (Swagger 2)."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


class Description:
    def __init__(self, file: Path) -> None:
        self._told = json.loads(file.read_text("utf-8"))

    def operation(self, method: str, url: httpx.URL) -> dict[str, Any]:
        for template, operations in self._told["paths"].items():
            path = self._told["basePath"] + re.sub(r"\{\w+\}", "[^/]+", template)
            if re.fullmatch(path, url.path):
                return dict(operations[method.lower()])
        raise AssertionError(f"the description has no {url.path}")

    def problems_of_request(self, method: str, url: httpx.URL) -> list[str]:
        """What the description does not allow in a request."""
        told = {one["name"]: one for one in self.operation(method, url)["parameters"] if one["in"] == "query"}
        problems = [f"unknown parameter {name}" for name in url.params if name not in told]
        for name, text in url.params.items():
            said = told.get(name, {})
            if "enum" in said and text not in said["enum"]:
                problems.append(f"{name}={text}")
            if said.get("type") == "integer" and not int(text) <= said.get("maximum", int(text)):
                problems.append(f"{name}={text} is more than {said['maximum']}")
        return problems

    def problems_of_answer(self, method: str, url: httpx.URL, status: int, value: Any) -> list[str]:
        """Where an answer is not what the description says."""
        responses = self.operation(method, url)["responses"]
        return list(_problems(responses.get(str(status), responses["default"])["schema"], value, "answer"))


def _problems(schema: dict[str, Any], value: Any, where: str) -> list[str]:
    kind = schema.get("type", "object")
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"{where} is no {kind}"]
    if isinstance(value, list):
        return [
            problem
            for index, one in enumerate(value)
            for problem in _problems(schema["items"], one, f"{where}[{index}]")
        ]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    problems = [f"{where}.{name} is unknown" for name in value if name not in known]
    problems += [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name in known.keys() & value.keys():
        problems += _problems(known[name], value[name], f"{where}.{name}")
    return problems

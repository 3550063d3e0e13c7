"""A vendor's description as a judge of what we ask and of what we say that it answers."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import yaml

from tests.descriptions.discovery import discovery
from tests.descriptions.lexicon import lexicon
from tests.descriptions.openapi import openapi, swagger
from tests.descriptions.postman import postman
from tests.descriptions.request import problems_of_body, problems_of_parameters
from tests.descriptions.schema import misfits, unknown, written
from tests.descriptions.told import Credential, Operation, Told

READERS: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "openapi": openapi,
    "swagger": swagger,
    "discoveryVersion": discovery,
    "lexicons": lexicon,
    "item": postman,
}
"""By the field that a description of this format begins with. Another format needs a reader here, and no more."""


@dataclass(frozen=True)
class Problem:
    where: str
    """`?status`, `header x-api`, `body.filter`, `answer.data[0].count`, or the request itself."""
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"

    def is_at(self, place: str) -> bool:
        """Whether it is there or inside; a place names no items: `answer.data.count`."""
        where = re.sub(r"\[\d+\]", "", self.where)
        return where == place or where.startswith(f"{place}.")


def read(file: Path) -> dict[str, Any]:
    """A description as JSON values, whether it is JSON or YAML."""
    text = file.read_text("utf-8")
    value = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    found: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return found


@cache
def told(file: Path) -> Told:
    document = read(file)
    for field, reader in READERS.items():
        if field in document:
            return reader(document)
    raise ValueError(f"{file}: none of {', '.join(READERS)}: there is no reader for this format yet")


class Description:
    """One or several files that together describe what a connector asks.

    `anywhere`: the vendor's server may have any host, since one installs it oneself, or has an account on one of many.
    """

    def __init__(self, *files: Path, anywhere: bool = False) -> None:
        self._told = [told(file) for file in files]
        self._anywhere = anywhere

    def operation(self, method: str, url: httpx.URL) -> tuple[Told, Operation]:
        """What is asked there; `LookupError` where nothing is described."""
        path = unquote(url.raw_path.decode().partition("?")[0])
        fitting = [
            (whole, one)
            for whole in self._told
            for one in whole.operations
            if one.method == method.upper() and one.pattern().fullmatch(path)
        ]
        if not fitting:
            raise LookupError(f"{method} {path} is not described")
        return min(fitting, key=lambda found: found[1].vague)

    def problems_of_request(self, request: httpx.Request) -> list[Problem]:
        """What the description does not allow in a request."""
        try:
            whole, operation = self.operation(request.method, request.url)
        except LookupError as error:
            return [Problem("request", str(error))]
        problems = [Problem(*one) for one in problems_of_parameters(operation, whole, request)]
        problems += [Problem(*one) for one in problems_of_body(operation, whole, request)]
        if whole.hosts and not self._anywhere and request.url.host not in whole.hosts:
            problems.append(Problem("host", f"{request.url.host} is none of {', '.join(sorted(whole.hosts))}"))
        if operation.credentials and not any(_carries(request, each) for each in operation.credentials):
            problems.append(Problem("credential", f"is none of {operation.credentials}"))
        return problems

    def problems_of_answer(
        self, method: str, url: httpx.URL, status: int, value: Any, kind: str = "application/json"
    ) -> list[Problem]:
        """Where an answer is not what the description says. A field that it does not name is a problem too.

        `kind` is its content type; of what is no JSON only that it is described at all.
        """
        try:
            whole, operation = self.operation(method, url)
        except LookupError as error:
            return [Problem("answer", str(error))]
        answers = operation.answers
        contents = next((answers[one] for one in _statuses(status) if one in answers), None)
        if contents is None:
            return [Problem(f"status {status}", "is not described")]
        if not contents and kind != "application/json":
            return []
        fitting = [schema for told, schema in contents.items() if _fits(told, kind)]
        if not fitting:
            return [Problem("answer", f"is described as {', '.join(contents) or 'empty'}, and not as {kind}")]
        if kind != "application/json":
            return []
        problems = [Problem(written("answer", path), what) for path, what in misfits(fitting[0], value, whole.root)]
        strange = unknown(fitting[:1], value, whole.root)
        return problems + [Problem(written("answer", path), "is not described") for path in strange]


def _statuses(status: int) -> Iterator[str]:
    yield from (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")


def _fits(told: str, kind: str) -> bool:
    told = told.partition(";")[0].strip().lower()
    return told in {kind, "*/*"} or (kind == "application/json" and told.endswith("+json"))


def _carries(request: httpx.Request, credentials: Sequence[Credential]) -> bool:
    query = dict(parse_qsl(request.url.query.decode()))
    return all(
        (found := (request.headers if one.place == "header" else query).get(one.name)) and found.startswith(one.starts)
        for one in credentials
    )

"""GraphQL: one address for all, and a schema that tells what may be asked and what comes back."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, execute_sync, parse, validate
from graphql.execution.values import get_variable_values

from ingest.connector.record import Conversation
from tests.descriptions.played import Played


@cache
def schema(file: Path) -> GraphQLSchema:
    return build_schema(file.read_text("utf-8"))


def problems_of_request(told: GraphQLSchema, body: Mapping[str, Any]) -> Iterator[str]:
    """What the schema does not allow in a query and its variables."""
    document = parse(body["query"])
    found = [error.message for error in validate(told, document)]
    yield from found
    for one in document.definitions if not found else ():
        assert isinstance(one, OperationDefinitionNode)
        values = get_variable_values(told, one.variable_definitions or (), body.get("variables", {}))
        if isinstance(values, list):
            yield from (error.message for error in values)


def problems_of_answer(told: GraphQLSchema, body: Mapping[str, Any], data: Any) -> Iterator[str]:
    """What is amiss in the data that answers a query: it must be what a server of this schema makes of them.

    A field that was not asked for is lost on the way, one of another type or that is missing is an error.
    """
    made = execute_sync(told, parse(body["query"]), root_value=data, variable_values=body.get("variables"))
    yield from (f"{error.path}: {error.message}" for error in made.errors or ())
    if not made.errors and made.data != data:
        yield "the answer holds what was not asked for, or in another form"


class DescribedByGraphql(Played):
    """The conformance kit with `description.graphql` beside the recorded answers: a schema, trimmed."""

    def problems(self, asked: httpx.Request, conversation: Conversation) -> Iterator[str]:
        told = schema(self.recorded / "description.graphql")
        body = json.loads(asked.content)
        yield from problems_of_request(told, body)
        answer = next(one for one in conversation.exchanges if one.fits(asked)).answer["json"]
        yield from problems_of_answer(told, body, answer["data"])

    def test_what_is_asked_and_what_was_recorded_are_as_the_schema_says(self) -> None:
        for name, conversation in self.played():
            assert conversation.asked, "nothing was asked"
            for asked in conversation.asked:
                assert list(self.problems(asked, conversation)) == [], name

"""The JSON Schema for editors: complete, explained, and of one mind with the reader."""

from collections.abc import Iterator
from typing import Any

import pytest

from ingest.config.keys import (
    FileKeys,
    KeyResultKeys,
    Keys,
    NotifyKeys,
    ObjectiveKeys,
    ServerKeys,
    SourceKeys,
    TacticKeys,
)
from ingest.config.schema import json_schema
from ingest.connector.find import built_in

SCHEMA = json_schema()


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every property in the schema with its path."""
    if isinstance(schema, dict):
        for key, one in schema.items():
            if key == "properties":
                for name, inner in one.items():
                    yield f"{path}.{name}", inner
            if key != "if":
                yield from properties(one, f"{path}.{key}")
    elif isinstance(schema, list):
        for one in schema:
            yield from properties(one, path)


def test_every_key_is_explained() -> None:
    unexplained = [path for path, one in properties(SCHEMA) if not one.get("description") and "$ref" not in one]
    assert unexplained == []


def test_every_reference_is_there() -> None:
    def references(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
            for one in schema.values():
                yield from references(one)
        elif isinstance(schema, list):
            for one in schema:
                yield from references(one)

    assert {one.removeprefix("#/$defs/") for one in references(SCHEMA)} <= SCHEMA["$defs"].keys()


@pytest.mark.parametrize("model", [KeyResultKeys, NotifyKeys, ObjectiveKeys, ServerKeys, TacticKeys])
def test_a_section_has_the_keys_that_are_read(model: type[Keys]) -> None:
    section = SCHEMA["$defs"][model.__name__]
    assert section["properties"].keys() == model.model_fields.keys()
    assert section["additionalProperties"] is False
    assert section.get("required", []) == [name for name, field in model.model_fields.items() if field.is_required()]


def test_the_file_has_the_keys_that_are_read() -> None:
    assert SCHEMA["properties"].keys() == FileKeys.model_fields.keys()
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("name", sorted(built_in()))
def test_a_source_has_the_common_keys_and_those_of_its_connector(name: str) -> None:
    source = SCHEMA["$defs"][name]
    never_asked = {"every", "cron", "history"} if name in ("manual", "push") else set()
    assert SourceKeys.model_fields.keys() - never_asked <= source["properties"].keys()
    assert "connector" in source["required"]
    assert source["additionalProperties"] is False


def test_a_named_signal_may_say_what_it_was() -> None:
    assert "formerly" in SCHEMA["$defs"]["manual.SignalSettings"]["properties"]


def test_a_number_may_stand_where_a_text_is_read() -> None:
    assert SCHEMA["$defs"]["ObjectiveKeys"]["properties"]["period"]["type"] == ["string", "number", "boolean"]
    assert SCHEMA["$defs"]["KeyResultKeys"]["properties"]["take"] == {
        "description": KeyResultKeys.model_fields["take"].description,
        "enum": ["last", "best"],
        "type": "string",
    }

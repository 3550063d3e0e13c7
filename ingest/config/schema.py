"""The JSON Schema of okr.yaml for editors, made of the classes that read it.

An editor's YAML decides types where ours does not (`2026` is a number there), so every text may also be a number or a
truth value.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.config.keys import FileKeys, SignalKeys, SourceKeys
from ingest.config.steps import has_own_signals
from ingest.connector.connector import Connector
from ingest.connector.find import BrokenConnector, built_in, find

_WIDER = {
    "string": ["string", "number", "boolean"],
    "integer": ["integer", "string"],
    "number": ["number", "string"],
    "boolean": ["boolean", "string"],
}
_LEFT_OUT = ("title", "format", "propertyNames", "writeOnly", "default")
_REFERENCE = "#/$defs/{model}"
_FORMERLY = {"type": "string", "description": "the name it had before"}


def json_schema() -> dict[str, Any]:
    """The schema, with the settings of every built-in connector."""
    schema = FileKeys.model_json_schema(ref_template=_REFERENCE)
    definitions: dict[str, Any] = schema.pop("$defs")
    definitions[SignalKeys.__name__] = _own_signal()
    kinds = []
    for name in sorted(built_in()):
        with suppress(BrokenConnector):  # its own trouble: a library that is not installed
            definitions |= _connector(name, find(name, Path()))
            kinds.append(name)
    schema["properties"]["sources"] |= {
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
        "additionalProperties": _source(kinds),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "okr.yaml",
        "$defs": {name: _for_editors(one) for name, one in sorted(definitions.items())},
        **_for_editors(schema),
    }


def _source(kinds: list[str]) -> dict[str, Any]:
    """Any source: what each connector wants is said where `connector` is written."""
    common = SourceKeys.model_json_schema()["properties"]
    return {
        "type": "object",
        "required": ["connector"],
        "properties": {**common, "connector": {**common["connector"], "anyOf": [{"enum": kinds}, {"type": "string"}]}},
        "allOf": [
            {
                "if": {"properties": {"connector": {"const": kind}}, "required": ["connector"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in kinds
        ],
    }


def _connector(name: str, kind: type[Connector]) -> dict[str, Any]:
    """A source of one connector, and what its settings refer to, under names of their own."""
    settings = kind.model_json_schema(by_alias=True, ref_template=f"#/$defs/{name}.{{model}}")
    inner = settings.pop("$defs", {})
    common = SourceKeys.model_json_schema()["properties"]
    if kind.every is None:
        common = {key: one for key, one in common.items() if key not in ("every", "cron", "history")}
    properties = settings.get("properties", {})
    if has_own_signals(kind):
        properties["signals"] = _own_signals(kind)
    signals = properties.get("signals", {})
    named = [signals.get("additionalProperties"), *signals.get("patternProperties", {}).values()]
    for model, definition in inner.items():
        if {"$ref": f"#/$defs/{name}.{model}"} in named:
            definition["properties"]["formerly"] = _FORMERLY
    return {
        name: {
            "type": "object",
            "description": (kind.__doc__ or "").strip().partition("\n")[0],
            "required": ["connector", *settings.get("required", [])],
            "properties": {**common, **properties},
            "additionalProperties": False,
        },
        **{f"{name}.{model}": definition for model, definition in inner.items()},
    }


def _own_signals(kind: type[Connector]) -> dict[str, Any]:
    """What may be said of the signals that a connector names itself; some name more, by their settings."""
    one = {"$ref": _REFERENCE.format(model=SignalKeys.__name__)}
    return {
        "type": "object",
        "description": "what is to be known of its signals: the largest plausible step",
        "properties": dict.fromkeys(kind.signals, one),
        "additionalProperties": one,
    }


def _own_signal() -> dict[str, Any]:
    keys = SignalKeys.model_json_schema()
    keys["properties"]["formerly"] = _FORMERLY
    return keys


def _for_editors(schema: Any) -> Any:
    """The schema without what only programs read, each text wider, and what may be left out also empty."""
    if isinstance(schema, list):
        return [_for_editors(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, one in schema.items():
        if key == "properties":
            found[key] = {name: _for_editors(inner) for name, inner in one.items()}
        elif key == "type" and isinstance(one, str) and not {"enum", "const"} & schema.keys():
            found[key] = _WIDER.get(one, one)
        elif key not in _LEFT_OUT or (key == "title" and not isinstance(one, str)):
            found[key] = _for_editors(one)
    return found

"""The files that are made of the code and kept in `config/` for people to read: the schema and examples."""

import json
from datetime import date
from functools import cache


def copies() -> dict[str, str]:
    """Every generated file by name."""
    from ingest.config.init import SCHEMA, starter

    example, _ = starter("Europe/Berlin", date(2026, 1, 1))["okr.yaml"]
    return {SCHEMA: schema_text(), "okr.example.yaml": str(example)}


@cache
def schema_text() -> str:
    """The JSON Schema as it is written to files: of the built-in connectors, so the same all the time."""
    from ingest.config.schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

"""What is wrong with a value, in our words. Pydantic's own are for programmers, and may quote what was given."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from ingest.config.guess import meant

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_TEXT = "must be a text, not a list or a section"
_LIST = "must be a list: [a, b], or a line `- a` for each"
_SECTION = "must be a section: a line `key: value` for each"
_DAY = "must be a day: 2026-03-01"
_SAID = {
    "missing": "is missing",
    "string_type": _TEXT,
    "path_type": _TEXT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _SECTION,
    "mapping_type": _SECTION,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "dataclass_type": _SECTION,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "url_parsing": "must be a URL: https://…",
    "url_type": "must be a URL: https://…",
    "url_scheme": "must be a URL: https://…",
}
_BEGINS = (
    ("int_", "must be a whole number"),
    ("float_", "must be a number: 5000 or 1.25"),
    ("decimal_", "must be a number: 5000 or 1.25"),
    ("finite_", "must be a finite number"),
    ("bool_", "must be true or false"),
    ("datetime_", "must be a time: 2026-03-01T09:00:00Z"),
    ("timezone_", "must be a time with its zone: 2026-03-01T09:00:00Z"),
)
_BOUNDS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
    "multiple_of": ("multiple_of", "must be a multiple of"),
}


def words(
    error: "ErrorDetails", written: str | None, known: Iterable[str] = (), field: "FieldInfo | None" = None
) -> str:
    """One error of pydantic. `written` is the text it is about; `known` are the keys that are understood there;
    `field` is what its author says of it."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "string_pattern_mismatch" and field is not None and field.description:
        shape = f"look like {field.examples[0]}" if field.examples else f"have the form {context.get('pattern')}"
        return f"must {shape}: {field.description}"
    if kind in ("extra_forbidden", "no_such_attribute"):
        return "unknown key" + meant(str(error["loc"][-1]), known)
    if kind in ("value_error", "assertion_error") and "error" in context:
        return str(context["error"]) or "does not fit"
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _one_of(str(context.get("expected") or context.get("expected_tags") or ""), written)
    if kind in _BOUNDS:
        key, said = _BOUNDS[kind]
        return f"{said} {context.get(key)}"
    if kind in _SAID:
        return _SAID[kind]
    return next((said for begin, said in _BEGINS if kind.startswith(begin)), None) or _of_size(kind, context, error)


def _one_of(expected: str, written: str | None) -> str:
    names = re.findall(r"'([^']*)'", expected)
    if not names:
        return f"must be {expected}"
    said = ", ".join(names[:-1]) + (" or " if len(names) > 1 else "") + names[-1]
    guess = meant(written, names) if written else ""
    return f"must be {said}" + (guess if "did you mean" in guess else "")


def _of_size(kind: str, context: Mapping[str, Any], error: "ErrorDetails") -> str:
    if kind.endswith("too_short"):
        least = context.get("min_length", 1)
        return "must not be empty" if least == 1 else f"must have at least {least} characters or entries"
    if kind.endswith("too_long"):
        return f"must have at most {context.get('max_length')} characters or entries"
    if kind == "string_pattern_mismatch":
        return f"must have the form {context.get('pattern')}"
    return f"does not fit: {error['msg']}"


def keys_at(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """The keys that a model understands at a place inside it; none where any key may stand."""
    return [field.alias or name for one in _models(model, loc) for name, field in one.model_fields.items()]


def field_at(model: type[BaseModel], loc: Sequence[int | str]) -> "FieldInfo | None":
    """The field at a place inside a model; None where there is no such field."""
    fields = [pair for one in _models(model, loc[:-1]) for pair in one.model_fields.items()] if loc else []
    return next((field for name, field in fields if loc[-1] in (name, field.alias)), None)


def _models(annotation: Any, loc: Sequence[int | str]) -> list[type[BaseModel]]:
    """The models at a place inside an annotation such as `dict[str, M]`, `list[M]`, `M | None`."""
    arguments, origin = get_args(annotation), get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            return [annotation]
        fields = [field for name, field in annotation.model_fields.items() if loc[0] in (name, field.alias)]
        return [model for field in fields for model in _models(field.annotation, loc[1:])]
    if origin in (Union, UnionType):
        return [model for part in arguments for model in _models(part, loc)]
    if origin is Annotated:
        return _models(arguments[0], loc)
    if not arguments or not loc:
        return []
    return _models(arguments[1 if isinstance(origin, type) and issubclass(origin, Mapping) else 0], loc[1:])

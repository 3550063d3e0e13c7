"""The shape of an answer: what does not fit a model, told by the path of the field and in clean words."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError

Path = tuple[str | int, ...]
"""From the document to one of its parts."""


def written(path: Sequence[str | int]) -> str:
    """A path as people write it: `history[3].month`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return cleaned(text, 120)


_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""They belong to words of Persian and Hindi and to emoji, and steer nothing."""


def cleaned(text: str, length: int) -> str:
    """Text of a third party, fit for one line of a log: printable, single spaces, not longer than `length`."""
    shown = (letter if letter.isprintable() or letter in _JOINERS else " " for letter in text[: length * 4])
    line = " ".join("".join(shown).split())
    return line if len(line) <= length else line[: length - 1] + "…"


_FOUND = {
    type(None): "null",
    bool: "true or false",
    str: "text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def _a_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "Input should be a number")
    return value


Number = Annotated[int | float, BeforeValidator(_a_number)]
"""A field for a number that is told as one mistake where it is none, not as one for each of its two types."""


_PLAIN = {"missing": "is missing", "extra_forbidden": "is not known"}
_KINDS = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "list_type": "a list",
}
"""Mistakes that are told in words of JSON, not of Python."""


def misfit(error: ValidationError) -> tuple[str | None, str]:
    """The path and the mistake of the first field that does not fit its model; never the value itself."""
    problems = error.errors(include_url=False, include_context=False)
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] in _PLAIN:
        message = _PLAIN[first["type"]]
    elif first["type"] in {"value_error", "assertion_error"}:
        message = "is not what it should be"  # the text is the model's own and may hold the value
    else:
        kind = _KINDS.get(first["type"])
        should = f"should be {kind}" if kind else first["msg"].replace("Input should", "should")
        message = f"{should}, and is {found_text(first['input'])}"
    return written(first["loc"]) or None, message + more


def found_text(value: object) -> str:
    """What kind of JSON value this is, in words."""
    return _FOUND.get(type(value), "something else")

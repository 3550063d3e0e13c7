"""The shape of an answer: strict JSON, and what does not fit a model, told by the path of the field."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

Path = tuple[str | int, ...]


class Misshapen(ValueError):
    """A document is not what JSON allows, or not what we take from strangers. `where` is the path of the field."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.message, self.where = message, where


class _Flaw(NamedTuple):
    """Stands in the parsed document where something is not allowed, until its path is known."""

    message: str


_MAYBE_LONE = re.compile(r"\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]", re.IGNORECASE)
_LONE = re.compile("[\ud800-\udfff]")


def parse_json(text: str) -> Any:
    """The value of a JSON text. `Misshapen` for what others read in different ways: NaN, infinities, numbers beyond
    what a double holds, integers beyond 64 bits, a key given twice, half a surrogate pair, nesting without end."""
    flawed: list[_Flaw] = []

    def flaw(message: str) -> _Flaw:
        flawed.append(_Flaw(message))
        return flawed[-1]

    def real(digits: str) -> float | _Flaw:
        number = float(digits)
        return flaw("a number too large to hold") if number in (float("inf"), float("-inf")) else number

    def whole(digits: str) -> int | _Flaw:
        number = int(digits) if len(digits) <= 20 else 2**64
        return number if -(2**63) <= number < 2**64 else flaw("an integer beyond 64 bits")

    def record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            fields[twice] = flaw("the key is there twice")
        return fields

    try:
        value = json.loads(
            text,
            parse_float=real,
            parse_int=whole,
            parse_constant=lambda name: flaw(f"{name} is not a number"),
            object_pairs_hook=record,
        )
    except json.JSONDecodeError as error:
        raise Misshapen(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Misshapen("nested too deeply") from None
    if flawed or _MAYBE_LONE.search(text):
        _refuse_flaws(value)
    return value


def _refuse_flaws(value: Any) -> None:
    for where, part in _parts(value):
        if isinstance(part, _Flaw):
            raise Misshapen(part.message, written(where))
        if isinstance(part, str) and _LONE.search(part):
            raise Misshapen("half a surrogate pair, which is no text", written(where))


def _parts(value: Any) -> Iterator[tuple[Path, Any]]:
    """Every key and value with its path, without recursion: a document may be deeper than our stack."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, part = waiting.pop()
        yield path, part
        if isinstance(part, dict):
            for name, inner in part.items():
                yield (*path, name), name
                waiting.append(((*path, name), inner))
        elif isinstance(part, list):
            waiting.extend(((*path, index), inner) for index, inner in enumerate(part))


def written(path: Sequence[str | int]) -> str:
    """A path as people write it: `history[3].month`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return cleaned(text, 120)


def cleaned(text: str, length: int) -> str:
    """Text of a third party, fit for one line of a log: printable, single spaces, not longer than `length`."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: length * 4]).split())
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


def misfit(error: ValidationError) -> tuple[str | None, str]:
    """The path and the mistake of the first field that does not fit its model; never the value itself."""
    problems = error.errors(include_url=False, include_context=False)
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "missing":
        message = "is missing"
    elif first["type"] in {"value_error", "assertion_error"}:
        message = "is not what it should be"  # the text is the model's own and may hold the value
    else:
        found = _FOUND.get(type(first["input"]))
        message = first["msg"].replace("Input should", "should") + (f", and is {found}" if found else "")
    return written(first["loc"]) or None, message + more

"""JSON as strangers may send it: strictly, since others read the rest in different ways."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from ingest.connector.shape import Path, written


class NotStrict(ValueError):
    """A document is not what JSON allows, or not what we take from strangers. `where` is the path of the field."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message, self.where = message, where


class _Flaw(NamedTuple):
    """Stands in the parsed document where something is not allowed, until its path is known."""

    message: str


_LARGE = re.compile(r"[0-9](?:[0-9]{16}|[eE][+-]?[0-9]{3})")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONE = re.compile("[\ud800-\udfff]")


def strict_json(document: str | bytes) -> Any:
    """The value of a JSON document. `NotStrict` for what others read in different ways: NaN, infinities, numbers beyond
    what a double holds, integers beyond 64 bits, a key given twice, half a surrogate pair, nesting without end."""
    text = document if isinstance(document, str) else json_text(document)
    reader = _Reader()
    doubtful = _is_doubtful(text)
    try:
        value = reader.slowly(text) if doubtful else json.loads(text, object_pairs_hook=reader.record)
    except json.JSONDecodeError as error:
        raise NotStrict(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotStrict("nested too deeply") from None
    if doubtful or reader.flawed:
        _refuse_flaws(value)
    return value


def _is_doubtful(text: str) -> bool:
    """Else no number is out of range, and no surrogate alone. One pattern for all would take five times as long."""
    return "NaN" in text or "Infinity" in text or bool(_LARGE.search(text) or _SURROGATE.search(text))


class _Reader:
    """What the parser calls; it does not know the path, so it leaves a flaw to be found."""

    def __init__(self) -> None:
        self.flawed = False

    def slowly(self, text: str) -> Any:
        return json.loads(
            text,
            parse_float=self.real,
            parse_int=self.whole,
            parse_constant=lambda name: self.flaw(f"{name} is not a number"),
            object_pairs_hook=self.record,
        )

    def flaw(self, message: str) -> _Flaw:
        self.flawed = True
        return _Flaw(message)

    def real(self, digits: str) -> float | _Flaw:
        number = float(digits)
        return number if isfinite(number) else self.flaw("a number too large to hold")

    def whole(self, digits: str) -> int | _Flaw:
        number = int(digits) if len(digits) <= 20 else 2**64
        return number if -(2**63) <= number < 2**64 else self.flaw("an integer beyond 64 bits")

    def record(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = Counter(name for name, _ in pairs)
            fields[names.most_common(1)[0][0]] = self.flaw("the key is there twice")
        return fields


def _refuse_flaws(value: Any) -> None:
    for where, part in _parts(value):
        if isinstance(part, _Flaw):
            raise NotStrict(part.message, written(where))
        if isinstance(part, str) and _LONE.search(part):
            raise NotStrict("half a surrogate pair, which is no text", written(where))


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


def json_text(document: bytes) -> str:
    """The text of a JSON document in UTF-8, UTF-16 or UTF-32, with a mark or without: its first characters tell."""
    encoding = json.detect_encoding(document)
    try:
        return document.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotStrict(f"byte {error.start} is not {error.encoding} text") from None

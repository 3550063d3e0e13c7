"""What an RSS or Atom feed lists. Pure.

feedparser knows all kinds of feeds and of dates. It is slow and forgives everything, so expat looks first: a feed that
is cut off, deep, or made to grow while it is read never gets there.
"""

import re
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from time import struct_time
from typing import Any
from xml.parsers import expat

from ingest.connector import Broken

LARGEST = 16 * 2**20
"""Bytes of a feed; twenty thousand plain entries take 3 MB."""
MANY, DEEPEST, ELEMENTS = 10_000, 100, 500_000
"""Entries, elements inside each other, elements."""
_LONGEST = 1_000
_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)\s*", re.ASCII)
_ENTRIES = {"item", "entry"}
_DATES = ("published", "created", "updated")
_KEYS = ("id", "link")


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    """Its place in the feed, from 1."""
    key: str | None
    """Its guid or id, else its link; None where it has neither."""
    day: date | datetime | None
    """When it was published, or was last changed where only that is said; a day without a time is a `date`."""
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]


def entries(body: bytes) -> list[Entry]:
    """All entries, in the order of the feed. `Broken` where it is none, or not whole.

    A time without a zone is one of UTC, as feedparser has it.
    """
    return [_entry(number, one) for number, one in enumerate(_parsed(body).entries, 1)]


def title(body: bytes) -> str:
    """What a feed is called; empty where it does not say. `Broken` as above."""
    return str(dict.get(_parsed(body).feed, "title", ""))[:_LONGEST]


def _parsed(body: bytes) -> Any:
    import feedparser

    _look(body)
    read: Any = feedparser.parse(BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    if not read.version:
        raise Broken("the answer is XML, but no RSS or Atom feed")
    return read


def _entry(number: int, read: dict[str, Any]) -> Entry:
    # `dict.get`, since feedparser's own makes up what is not there
    authors = [str(one.get("name", "")) for one in dict.get(read, "authors", [])]
    terms = [str(tag.get("term") or "") for tag in dict.get(read, "tags", [])]
    key = next((str(text).strip() for name in _KEYS if (text := dict.get(read, name))), None)
    title = str(dict.get(read, "title", ""))[:_LONGEST]
    return Entry(
        number, key or None, _day(read, number), title, _short([*authors, dict.get(read, "author", "")]), _short(terms)
    )


def _short(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[:_LONGEST] for text in texts if text))


def _day(read: dict[str, Any], number: int) -> date | datetime | None:
    for name in _DATES:
        written = dict.get(read, name)
        if not written:
            continue
        parsed = dict.get(read, f"{name}_parsed")
        if not isinstance(parsed, struct_time):
            raise Broken("is no date that anybody could read", f"entry {number}, {name}")
        if day := _DAY.fullmatch(written):
            return date.fromisoformat(day[1])
        return datetime.fromtimestamp(timegm(parsed), UTC)
    return None


class _Shape:
    """Counts what is in a document while expat reads it."""

    def __init__(self) -> None:
        self._depth = self._elements = self._entries = 0

    def begin(self, tag: str, _: object) -> None:
        self._depth += 1
        self._elements += 1
        self._entries += tag.rpartition(":")[2].lower() in _ENTRIES
        if self._depth > DEEPEST:
            raise Broken(f"the feed is nested deeper than {DEEPEST} elements")
        if self._elements > ELEMENTS:
            raise Broken(f"the feed has more than {ELEMENTS} elements")
        if self._entries > MANY:
            raise Broken(f"the feed lists more than {MANY} entries")

    def end(self, _: str) -> None:
        self._depth -= 1


def _look(body: bytes) -> None:
    """`Broken` where a document is not well-formed or not within bounds."""
    if len(body) > LARGEST:
        raise Broken(f"the feed is larger than {LARGEST // 2**20} MiB")
    shape, parser = _Shape(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = shape.begin, shape.end
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(body.lstrip(), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "damaged")
        raise Broken(f"the feed is no whole XML: {reason}, line {error.lineno}") from None
    except (LookupError, ValueError):
        raise Broken("the feed is in a charset that nobody knows") from None


def _refuse(*_: object) -> None:
    raise Broken("the feed defines entities of its own, which no feed needs")


def listed(found: list[Entry]) -> Iterator[Entry]:
    """Each entry once; the first of a key counts."""
    seen: set[str] = set()
    for entry in found:
        if entry.key is None or entry.key not in seen:
            seen.add(entry.key or "")
            yield entry

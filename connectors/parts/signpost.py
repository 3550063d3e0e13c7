"""What in an answer says that there is another page, where nothing was found to follow. Pure.

A mistyped path looks as the last page does, since many APIs leave the field out there. But where there is another page
the answer says so somewhere.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from ingest.connector import Answer
from ingest.connector.shape import cleaned

_WAY = (
    "page|pagestart|pagination|results?|records?|items?|available|cursor|token|links?|url|uri|href|marker|offset|"
    "starting|after|key"
)
_LEADS = re.compile(rf"(?:odata)?(?:has|is)?(?:next|more|continuation)(?:{_WAY})*|istruncated")
"""Names, in small letters alone: of `next_page`, `nextPageToken`, `has_more`, `@odata.nextLink`, `next: {href: …}`."""
_ALIKE = 0.85
"""From here on two names are taken for one with a slip: `next_curser`; `next_token` and `prev_token` are not."""
_DEEP = 4


def signpost(document: Any, answer: Answer, written: str = "") -> str | None:
    """The Link header or the path in the answer that leads to the next page, or says that there is one.

    Lists are rows and not looked into. `written`: the path that found nothing, of which another may be the right one.
    """
    if answer.link("next") is not None:
        return "link: next"
    meant = _plain(re.split(r"[.\s|\"]", written.rstrip('"'))[-1])
    for path, value in _leaves(document, ()):
        names = [_plain(name) for name in path]
        if _LEADS.fullmatch(names[-1]) or _LEADS.fullmatch("".join(names[-2:])) or _is_slip(meant, names[-1], value):
            return cleaned(".".join(name if name.isidentifier() else f'"{name}"' for name in path), 80)
    return None


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What is there, true and no list, with its path."""
    if isinstance(value, dict):
        if len(path) < _DEEP:
            for name, part in value.items():
                yield from _leaves(part, (*path, name))
    elif value and path and isinstance(value, str | int):
        yield path, value


def _is_slip(meant: str, name: str, value: Any) -> bool:
    return meant != "" and value is not True and SequenceMatcher(None, meant, name).ratio() >= _ALIKE


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

"""How a mail server is asked and what it answers: mails, and the names of folders. Pure."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_UID = re.compile(rb"[ (]UID (\d{1,10})[ )]")
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)', re.DOTALL)


def messages(found: Sequence[Any]) -> Iterator[tuple[bytes, int, bytes]]:
    """Of each message in an answer to FETCH: all but its contents, its number, its contents.

    What has no number is news that the server sends on its own. A text may come counted (the usual way) or quoted.
    """
    text, counted = b"", []
    for item in found:
        if isinstance(item, tuple):
            text += item[0]
            counted.append(item[1])
        elif item is not None:
            text += item
            if uid := _UID.search(_QUOTED.sub(b'""', text)):
                yield text, int(uid[1]), counted[0] if counted else _last_quoted(text)
            text, counted = b"", []


def _last_quoted(text: bytes) -> bytes:
    contents = re.search(rb"BODY\[[^\]]*\](?:<\d+>)? " + _QUOTED.pattern, text)
    return re.sub(rb"\\(.)", rb"\1", contents[1]) if contents else b""


def arrival(written: bytes) -> datetime:
    """INTERNALDATE: ` 7-Oct-2026 09:00:00 +0200`."""
    return parsedate_to_datetime(written.decode("ascii").replace("-", " ", 2))


def folders(listed: Sequence[Any]) -> list[str]:
    """The names of the folders in an answer to LIST that can be opened."""
    names = []
    for item in listed:
        line, counted = item if isinstance(item, tuple) else (item, None)
        parts = _LISTED.match(line or b"")
        if parts is None or b"\\noselect" in parts["flags"].lower():
            continue
        inner = _QUOTED.fullmatch(parts["name"])
        name = counted or (re.sub(rb"\\(.)", rb"\1", inner[1]) if inner else parts["name"])
        names.append("".join(c for c in readable(name)[:80] if c.isprintable()))
    return names


def sequence_set(numbers: Sequence[int]) -> str:
    """Ascending numbers as a question names them: `1:3,7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{first}:{last}" if first < last else f"{first}" for first, last in runs)


def mailbox(name: str) -> str:
    """The name of a folder as the protocol writes it: what is not ASCII in a UTF-7 of its own (RFC 3501, 5.1.3)."""

    def encoded(run: re.Match[str]) -> str:
        return "&" + b64encode(run[0].encode("utf-16-be"), b"+,").decode().rstrip("=") + "-"

    return re.sub(r"[^\x20-\x7e]+", encoded, name.replace("&", "&-"))


def readable(name: bytes) -> str:
    """The name of a folder as people read it."""

    def decoded(run: re.Match[str]) -> str:
        padded = run[1] + "=" * (-len(run[1]) % 4)
        return b64decode(padded, b"+,").decode("utf-16-be", "replace") if run[1] else "&"

    with suppress(ValueError):
        return re.sub(r"&([A-Za-z0-9+,]*)-", decoded, name.decode("ascii"))
    return name.decode("utf-8", "replace")


def quoted(text: str) -> str:
    """A text that is ASCII, in one line, as an argument."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words_of(said: Sequence[Any]) -> str:
    """What a server says to people, with codes in brackets."""
    return " ".join(one.decode("ascii", "replace") for one in said if isinstance(one, bytes))

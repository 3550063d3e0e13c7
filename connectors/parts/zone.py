"""The time zones that an iCalendar file defines itself. Pure."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from zoneinfo import ZoneInfo

from ingest.connector import Broken

BLOCK = re.compile(r"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE", re.MULTILINE | re.DOTALL | re.IGNORECASE)
FOLD = re.compile(r"\r?\n[ \t]")
RESTLESS = re.compile(r"FREQ=(?!YEARLY|MONTHLY)|BY(?:HOUR|MINUTE|SECOND)=", re.IGNORECASE)
DEFINED = re.compile(r"^(TZID(?:;[^:\r\n]*)?:)([^\r\n]*)", re.MULTILINE | re.IGNORECASE)
USED = re.compile(r';TZID=(?:"([^"\r\n]*)"|([^":;,\r\n]*))', re.IGNORECASE)
ESCAPED = re.compile(r"\\([\\;,])")


def own_zones(text: str) -> str:
    """The text with a name of its own for each zone that is defined in it, unless all the world knows the name.

    icalendar keeps the first definition that it ever sees of a name, and two files may mean different things by
    `Customized Time Zone`. `Broken` where a zone changes its clocks without end.
    """
    blocks = [FOLD.sub("", block) for block in BLOCK.findall(text)]
    names: dict[str, str] = {}
    for block in blocks:
        if RESTLESS.search(block):
            raise Broken("a time zone in it changes its clocks more often than once a month", "VTIMEZONE")
        defined = DEFINED.search(block)
        if defined and not _is_known(name := _plain(defined[2])):
            names.setdefault(name, f"own-{blake2b(block.encode(), digest_size=16).hexdigest()}")
    if not names:
        return text
    text = DEFINED.sub(lambda found: found[1] + names.get(_plain(found[2]), found[2]), FOLD.sub("", text))
    return USED.sub(lambda found: _used(found, names), text)


def _used(found: re.Match[str], names: Mapping[str, str]) -> str:
    name = names.get((found[1] or found[2] or "").strip())
    return f";TZID={name}" if name else found[0]


def _plain(written: str) -> str:
    return ESCAPED.sub(r"\1", written).strip()


def _is_known(name: str) -> bool:
    try:
        return bool(ZoneInfo(name.strip("/")))
    except (KeyError, ValueError, OSError):  # no such name, or none that could be one
        return False

"""Which mails are requests: each thread counts once for a signal, by its first mail that the signal wants. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

KEPT = 100_000
"""Hashes of mails that a signal remembers. A reply to a thread older than that would count once more."""


class Place(BaseModel):
    """How far a folder was read. Kept from pull to pull; nothing in it tells who wrote."""

    model_config = ConfigDict(frozen=True)

    validity: int
    """The folder's UIDVALIDITY: while it stays the same, a UID names the same mail."""
    uid: int = 0
    """All mails up to this one were read."""
    since: datetime | None = None
    """Older mails were left out."""
    seen: dict[str, list[str]] = {}
    """Of each signal: hashes of the Message-IDs in the threads that counted."""

    def resumed(self, validity: int, since: datetime | None) -> Self:
        """Where to go on. From the start where older mails are wanted than before; also where the server numbers its
        mails anew, but then what counted is known."""
        if self.since is not None and (since is None or since < self.since):
            return self.model_copy(update={"validity": validity, "uid": 0, "since": since, "seen": {}})
        if validity != self.validity:
            return self.model_copy(update={"validity": validity, "uid": 0})
        return self


@dataclass(frozen=True, slots=True)
class Letter:
    """What is kept of a mail while a pull lasts."""

    at: datetime
    root: str
    """The id of its thread's first mail."""
    marks: tuple[str, ...]
    """Hashes of its own id and of those that it refers to."""
    wanted: frozenset[str]
    """The signals that it is for."""


def requests(letters: Iterable[Letter], signal: str, seen: dict[str, None]) -> Iterator[Letter]:
    """The letters, in the order of their times, that begin a thread for this signal.

    `seen`: the marks in threads that counted before; those of these letters are added.
    """
    for letter in letters:
        counted = any(mark in seen for mark in letter.marks)
        if not counted and signal in letter.wanted:
            counted = True
            yield letter
        if counted:
            for mark in letter.marks:
                seen[mark] = seen.pop(mark, None)  # the newest last


def remembered(seen: dict[str, None]) -> list[str]:
    return list(seen)[-KEPT:]

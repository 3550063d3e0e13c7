"""What a form led to, told on the page that comes after it.

Kept here for some minutes under a random name, since a text in an address could be written there by anybody.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

MOST = 500
LASTS = 300.0
"""Seconds."""


class Message(NamedTuple):
    good: bool
    text: str


class Messages:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[str, tuple[float, Message]] = OrderedDict()
        self._clock = clock

    def keep(self, message: Message) -> str:
        """The name under which it is found again."""
        name = secrets.token_urlsafe(12)
        self._kept[name] = self._clock(), message
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return name

    def find(self, name: str | None) -> Message | None:
        kept_at, message = self._kept.get(name or "", (0.0, None))
        return message if message is not None and self._clock() - kept_at < LASTS else None

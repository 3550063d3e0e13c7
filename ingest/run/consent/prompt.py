"""What a person is asked to do."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """Open `url` and consent within so many seconds."""

    url: str
    seconds: float
    code: str | None = None
    """To be typed there; None: nothing is."""
    filled_in: bool = False
    """The address holds the code already; it is to be compared."""
    port: int | None = None
    """Where the browser comes back to on this machine."""


Show = Callable[[Prompt], None]
"""Told once, when there is something to do."""

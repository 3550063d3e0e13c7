"""How much a pull may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one pull may take. Times in seconds, sizes in bytes after decompression."""

    request: float = 60.0
    """One request with its redirects, from the slot to the last byte; one call of a blocking function."""
    pull: float = 300.0
    """The whole pull."""
    waiting: float = 60.0
    """For a free slot, before a request starts."""
    moment: float = 10.0
    """What a source may ask for in the middle of a pull, by Retry-After or alike, before it goes on; 0: nothing."""
    moments: float = 120.0
    """All of these together."""
    body: int = 64 * 2**20
    json: int = 32 * 2**20
    """JSON takes some ten times its size in memory."""
    file: int = 256 * 2**20
    redirects: int = 5
    pages: int = 1000
